"""Addresses of the gate page and its acts, of screenshots, of the code that a phone scans, of incidents."""

from django.urls import URLPattern, URLResolver, path

from bangtin.hub.portal.views import gate, incidents, proving

urlpatterns: list[URLPattern | URLResolver] = [
    path("man-hinh/<slug:face>/tai-cho/", gate.gate, name="gate"),
    path("man-hinh/<slug:face>/tai-cho/lenh/", gate.answers, name="gate-answers"),
    path("man-hinh/<slug:face>/che/", gate.cover, name="screen-cover"),
    path("man-hinh/<slug:face>/bo-che/", gate.uncover, name="screen-uncover"),
    path("man-hinh/<slug:face>/khoi-dong-lai/", gate.restart, name="screen-restart"),
    path("man-hinh/<slug:face>/am-luong/", gate.volume, name="screen-volume"),
    path("man-hinh/<slug:face>/hoi/", gate.ask, name="screen-ask"),
    path("man-hinh/<slug:face>/bao-su-co/", gate.report, name="incident-report"),
    path("man-hinh/<slug:face>/anh/<int:shot_id>/", gate.picture, name="screenshot"),
    path("tai-cho/<str:token>/", proving.seen, name="gate-code"),
    path("su-co/", incidents.listing, name="incidents"),
    path("su-co/<int:incident_id>/", incidents.incident, name="incident"),
]
