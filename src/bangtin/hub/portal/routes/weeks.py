"""Addresses where a week is made: deeds on slots, copying, playlists, the mix, and the release of a plan."""

from django.urls import URLPattern, URLResolver, path

from bangtin.hub.portal.views import week_deeds

urlpatterns: list[URLPattern | URLResolver] = [
    path("lich/<slug:cluster>/khe/<int:slot_id>/doi/", week_deeds.move, name="slot-move"),
    path("lich/<slug:cluster>/khe/<int:slot_id>/rut/", week_deeds.withdraw, name="slot-withdraw"),
    path("lich/<slug:cluster>/hoan-tac/", week_deeds.undo, name="plan-undo"),
    path("lich/<slug:cluster>/chep/", week_deeds.copy, name="week-copy"),
]
