"""The devices' API alone, as `config` mounts it: this desk does not know the pages beside it."""

from django.urls import include, path

urlpatterns = [path("api/v1/", include("bangtin.hub.api.urls"))]
