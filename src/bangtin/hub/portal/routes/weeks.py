"""Addresses where a week is made: deeds on slots, copying, playlists, the mix, and the release of a plan."""

from django.urls import URLPattern, URLResolver, path

from bangtin.hub.portal.views import playlists, province_filler, releases, rhythm, starting, week_deeds

urlpatterns: list[URLPattern | URLResolver] = [
    # before the addresses of clusters: no cluster bears this name
    path("lich/nen-tinh/", province_filler.page, name="province-filler"),
    path("lich/nen-tinh/<int:province_filler_id>/bo/", province_filler.remove, name="province-filler-remove"),
    path("lich/<slug:cluster>/khe/<int:slot_id>/doi/", week_deeds.move, name="slot-move"),
    path("lich/<slug:cluster>/khe/<int:slot_id>/rut/", week_deeds.withdraw, name="slot-withdraw"),
    path("lich/<slug:cluster>/hoan-tac/", week_deeds.undo, name="plan-undo"),
    path("lich/<slug:cluster>/chep/", week_deeds.copy, name="week-copy"),
    path("lich/<slug:cluster>/mau/<str:week>/", starting.begin, name="week-begin"),
    path("lich/<slug:cluster>/danh-sach-phat/", playlists.listing, name="playlists"),
    path("lich/<slug:cluster>/danh-sach-phat/<int:playlist_id>/", playlists.playlist, name="playlist"),
    path("lich/<slug:cluster>/luot/<int:placement_id>/", playlists.placement, name="placement"),
    path("lich/<slug:cluster>/luot/<int:placement_id>/rut/", playlists.withdraw, name="placement-withdraw"),
    path("lich/<slug:cluster>/khung-gio/", rhythm.dayparts, name="dayparts"),
    path("lich/<slug:cluster>/khung-gio/<int:daypart_id>/", rhythm.dayparts, name="daypart"),
    path("lich/<slug:cluster>/khung-gio/<int:daypart_id>/bo/", rhythm.remove_daypart, name="daypart-remove"),
    path("lich/<slug:cluster>/ty-trong/", rhythm.mix, name="mix"),
    path("lich/<slug:cluster>/ty-trong/<int:mix_id>/bo/", rhythm.remove_mix, name="mix-remove"),
    path("lich/<slug:cluster>/chien-dich/", rhythm.campaigns, name="campaigns"),
    path("lich/<slug:cluster>/trinh-duyet/<str:week>/", releases.ask, name="release-ask"),
    path("lich/<slug:cluster>/duyet/<int:release_id>/", releases.show, name="release"),
    path("lich/<slug:cluster>/duyet/<int:release_id>/rut/", releases.take_back, name="release-take-back"),
]
