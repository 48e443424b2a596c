"""Addresses of the language desk: translations by due day, what a programme has, the bench, what is covered."""

from django.urls import URLPattern, URLResolver, path

from bangtin.hub.portal.views import translation

urlpatterns: list[URLPattern | URLResolver] = [
    path("bien-dich/", translation.listing, name="translations"),
    path("bien-dich/do-phu/", translation.coverage, name="language-coverage"),
    path("bien-dich/<str:code>/", translation.versions, name="languages"),
    path("bien-dich/<str:code>/<str:language>/", translation.bench, name="translate"),
    path("bien-dich/<str:code>/<str:language>/giong-doc", translation.voice, name="translation-voice"),
]
