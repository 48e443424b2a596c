"""Addresses of the air pages: schedule, screens, enrolment, play log, and any instant of a screen."""

from django.urls import URLPattern, URLResolver, path, re_path

from bangtin.hub.portal.views import (
    airtimes,
    enrolment,
    instant,
    log,
    schedule,
    schedule_deeds,
    schedule_feeds,
    screens,
    slots,
    standing_in,
    watching,
)

CLUSTER = r"(?P<cluster>[a-z0-9-]+)"

urlpatterns: list[URLPattern | URLResolver] = [
    path("lich/", schedule.start, name="schedule"),
    # with and without the last slash: the address is read out, and written in letters, without it
    re_path(rf"^lich/{CLUSTER}/(?P<week>\d{{4}}-w\d{{2}})/?$", schedule.week, name="week"),
    path("lich/<slug:cluster>/khe/<int:slot_id>/", slots.slot, name="slot"),
    path("lich/<slug:cluster>/khe/<int:slot_id>/go/", schedule_deeds.take_down, name="slot-take-down"),
    path("lich/<slug:cluster>/nen/", schedule_deeds.add_filler, name="filler-add"),
    path("lich/<slug:cluster>/nen/<int:filler_id>/bo/", schedule_deeds.remove_filler, name="filler-remove"),
    path("lich/<slug:cluster>/gio/<str:on>/", schedule_deeds.hours, name="day-hours"),
    path("lich/<slug:cluster>/dien-thoai/", schedule_feeds.address, name="schedule-feed-address"),
    path("lich-phat/<slug:cluster>/<slug:secret>.ics", schedule_feeds.feed, name="schedule-feed"),
    path("lich/<slug:cluster>/nen-thay/", standing_in.stand_in, name="stand-in"),
    path("lich/<slug:cluster>/phat-hanh/", schedule_deeds.publish, name="publish"),
    path("lich/<slug:cluster>/", schedule.this_week, name="schedule-cluster"),
    path("man-hinh/", screens.fleet, name="screens"),
    path("man-hinh/ket-noi/", enrolment.enrol, name="enrol"),
    path("man-hinh/ket-noi/bo-khoi-dong/", enrolment.kit, name="enrol-kit"),
    path("man-hinh/<slug:face>/", screens.screen, name="screen"),
    path("man-hinh/<slug:face>/thu-hoi/", screens.revoke, name="screen-revoke"),
    path("nhat-ky/", log.day, name="log"),
    path("nhat-ky/tai/", log.sheet, name="log-csv"),
    path("nhat-ky/bang-tinh/", log.workbook, name="log-xlsx"),
    path("nhat-ky/to-in/", log.paper, name="log-paper"),
    path("nhat-ky/thoi-luong/", airtimes.airtime, name="airtime"),
    path("nhat-ky/thoi-luong/tai/", airtimes.sheet, name="airtime-csv"),
    path("nhat-ky/thoi-luong/bang-tinh/", airtimes.workbook, name="airtime-xlsx"),
    path("nhat-ky/thoi-luong/ky/", airtimes.signed, name="airtime-signed"),
    path("nhat-ky/an-ninh/", watching.day, name="security-day"),
    path("nhat-ky/an-ninh/da-xem/", watching.check, name="security-check"),
    path("nhat-ky/luot/", log.rows, name="log-rows"),
    path("nhat-ky/luot/<int:slot_id>/", log.slot, name="slot-records"),
    re_path(
        r"^luc/(?P<face>[a-z0-9-]+)/(?P<moment>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?)/?$",
        instant.instant,
        name="instant",
    ),
    re_path(r"^luc/(?P<face>[a-z0-9-]+)/(?P<on>\d{4}-\d{2}-\d{2})/?$", instant.day, name="instant-day"),
    path("luc/<slug:face>/", instant.pick, name="instant-pick"),
]
