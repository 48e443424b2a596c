"""The pages' addresses (ui: Vietnamese without diacritics, one address for both languages; names stay English)."""

from django.urls import URLPattern, URLResolver

from bangtin.hub.portal.routes import (
    administration,
    air,
    alerts,
    content,
    duties,
    exchange,
    fleet,
    intake,
    languages,
    plans,
    removals,
    shell,
    weeks,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *intake.urlpatterns,
    *plans.urlpatterns,
    *languages.urlpatterns,
    *exchange.urlpatterns,
    *content.urlpatterns,
    *weeks.urlpatterns,
    *air.urlpatterns,
    *fleet.urlpatterns,
    *alerts.urlpatterns,
    *removals.urlpatterns,
    *duties.urlpatterns,
    *administration.urlpatterns,
    *shell.urlpatterns,
]
