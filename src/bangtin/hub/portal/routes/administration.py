"""Addresses of the administration: agencies, accounts, days off, the audit trail; and the help page."""

from django.urls import URLPattern, URLResolver, path

from bangtin.hub.portal.views import accounts, administration, helping

urlpatterns: list[URLPattern | URLResolver] = [
    path("quan-tri/", administration.start, name="admin"),
    path("quan-tri/co-quan/", administration.agencies, name="admin-agencies"),
    path("quan-tri/tai-khoan/", accounts.listing, name="admin-accounts"),
    path("quan-tri/tai-khoan/moi/", accounts.add, name="admin-account-add"),
    path("quan-tri/tai-khoan/<int:user_id>/", accounts.account, name="admin-account"),
    path("quan-tri/tai-khoan/<int:user_id>/mat-khau/", accounts.new_password, name="admin-account-password"),
    path("quan-tri/tai-khoan/<int:user_id>/khoa/", accounts.lock, name="admin-account-lock"),
    path("quan-tri/tai-khoan/chuc-vu/<int:post_id>/ket-thuc/", accounts.end_post, name="admin-post-end"),
    path("quan-tri/lich-nghi/", administration.days_off, name="admin-days-off"),
    path("quan-tri/lich-nghi/<str:on>/bo/", administration.remove_day, name="admin-day-remove"),
    path("quan-tri/nhat-ky/", administration.trail, name="admin-audit"),
    path("tro-giup/", helping.page, name="help"),
]
