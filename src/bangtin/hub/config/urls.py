"""All addresses: pages in Vietnamese without diacritics, the devices' API in English."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("bangtin.hub.api.urls")),
    path("", include("bangtin.hub.portal.urls")),
]
handler400 = "bangtin.hub.portal.views.errors.bad_request"
handler403 = "bangtin.hub.portal.views.errors.forbidden"
handler404 = "bangtin.hub.portal.views.errors.not_found"
handler500 = "bangtin.hub.portal.views.errors.broken"
