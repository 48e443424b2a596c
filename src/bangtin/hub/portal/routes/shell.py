"""Addresses of the shell: language, theme, the component gallery."""

from django.urls import URLPattern, URLResolver, path

from bangtin.hub.portal.views import gallery, preferences

urlpatterns: list[URLPattern | URLResolver] = [
    path("ngon-ngu", preferences.set_language, name="set-language"),
    path("giao-dien", preferences.set_theme, name="set-theme"),
    path("mau/", gallery.gallery, name="gallery"),
]
