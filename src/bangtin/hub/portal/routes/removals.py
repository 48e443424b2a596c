"""Addresses of take-downs: of a whole programme, what is owed, and the review."""

from django.urls import URLPattern, URLResolver, path

from bangtin.hub.portal.views import removals

urlpatterns: list[URLPattern | URLResolver] = [
    path("chuong-trinh/<str:code>/go/", removals.whole, name="programme-take-down"),
    path("go-bo/", removals.listing, name="removals"),
    path("go-bo/<int:take_down_id>/", removals.review, name="removal"),
]
