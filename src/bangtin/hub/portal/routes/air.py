"""Addresses of the air pages: schedule, screens, enrolment, play log, and any instant of a screen."""

from django.urls import URLPattern, URLResolver, path, re_path

from bangtin.hub.portal.views import schedule, schedule_deeds

CLUSTER = r"(?P<cluster>[a-z0-9-]+)"

urlpatterns: list[URLPattern | URLResolver] = [
    path("lich/", schedule.start, name="schedule"),
    # with and without the last slash: the address is read out, and written in letters, without it
    re_path(rf"^lich/{CLUSTER}/(?P<week>\d{{4}}-w\d{{2}})/?$", schedule.week, name="week"),
    path("lich/<slug:cluster>/khe/<int:slot_id>/", schedule_deeds.slot, name="slot"),
    path("lich/<slug:cluster>/khe/<int:slot_id>/go/", schedule_deeds.take_down, name="slot-take-down"),
    path("lich/<slug:cluster>/nen/", schedule_deeds.add_filler, name="filler-add"),
    path("lich/<slug:cluster>/nen/<int:filler_id>/bo/", schedule_deeds.remove_filler, name="filler-remove"),
    path("lich/<slug:cluster>/gio/<str:on>/", schedule_deeds.hours, name="day-hours"),
    path("lich/<slug:cluster>/phat-hanh/", schedule_deeds.publish, name="publish"),
    path("lich/<slug:cluster>/", schedule.this_week, name="schedule-cluster"),
]
