"""Addresses of the emergency pages; the feed of our own notices is public (ui 2)."""

from django.urls import URLPattern, URLResolver, path

from bangtin.hub.portal.views import alert_deeds, alerts

urlpatterns: list[URLPattern | URLResolver] = [
    path("khan-cap/", alerts.desk, name="alerts"),
    path("khan-cap/moi/", alert_deeds.compose, name="alert-new"),
    path("khan-cap/moi/tac-dong/", alert_deeds.effect, name="alert-effect"),
    path("khan-cap/moi/nghe/", alert_deeds.listen, name="alert-listen"),
    path("khan-cap/nhap/", alert_deeds.take_in, name="alert-import"),
    path("khan-cap/nguon/", alert_deeds.feeds, name="alert-feeds"),
    path("khan-cap/cap.atom", alerts.cap_feed, name="cap-feed"),
    path("khan-cap/cap/<slug:alert_number>.xml", alerts.cap_message, name="alert-cap"),
    path("khan-cap/am-thanh/<str:reading_sha256>", alerts.sound, name="alert-sound"),
    path("khan-cap/<slug:alert_number>/", alerts.alert, name="alert"),
    path("khan-cap/<slug:alert_number>/soan/", alert_deeds.rewrite, name="alert-rewrite"),
    path("khan-cap/<slug:alert_number>/huy/", alert_deeds.cancel, name="alert-cancel"),
    path("khan-cap/<slug:alert_number>/bo/", alert_deeds.dismiss, name="alert-dismiss"),
    path("khan-cap/<slug:alert_number>/keo-dai/", alert_deeds.extend, name="alert-extend"),
    path("khan-cap/<slug:alert_number>/ra-soat/", alert_deeds.review, name="alert-review"),
]
