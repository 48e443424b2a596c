"""Addresses of the devices' API, version 1 (`device/events` is served beside Django: `api.push`)."""

from django.urls import URLPattern, URLResolver, path

from bangtin.hub.api.views import files, joining, polling, renewing, reporting

urlpatterns: list[URLPattern | URLResolver] = [
    path("time", joining.time, name="api-time"),
    path("enrolments", joining.enrol, name="api-enrol"),
    path("enrolments/<slug:enrolment_id>", joining.enrolment, name="api-enrolment"),
    path("device/state", polling.state, name="api-state"),
    path("device/records", polling.records, name="api-records"),
    path("device/record", renewing.record, name="api-record"),
    path("device/reports", reporting.report, name="api-reports"),
    path("device/screenshots", reporting.screenshot, name="api-screenshots"),
    path("tuf/<str:name>", files.metadata, name="api-metadata"),
    path("targets/<path:path>", files.target, name="api-target"),
    path("m/<str:name>", files.media, name="api-media"),
]
