"""Addresses of the administration: agencies, accounts, local settings, days off, the audit trail; and the help page."""

from django.urls import URLPattern, URLResolver, path

from bangtin.hub.portal.views import accounts, administration, agencies, delegations, helping, local_settings, outgoing

urlpatterns: list[URLPattern | URLResolver] = [
    path("quan-tri/", administration.start, name="admin"),
    path("quan-tri/co-quan/", agencies.listing, name="admin-agencies"),
    path("quan-tri/co-quan/moi/", agencies.add, name="admin-agency-add"),
    path("quan-tri/co-quan/ten/<int:name_id>/bo/", agencies.remove_name, name="admin-name-remove"),
    path("quan-tri/co-quan/ke-thua/<int:succession_id>/rut/", agencies.withdraw, name="admin-succession-withdraw"),
    path("quan-tri/co-quan/<str:province>/<str:agency>/", agencies.agency, name="admin-agency"),
    path("quan-tri/co-quan/<str:province>/<str:agency>/ke-thua/", agencies.change, name="admin-succession"),
    path("quan-tri/thong-so/", local_settings.listing, name="admin-settings"),
    path("quan-tri/thong-so/<int:value_id>/rut/", local_settings.withdraw, name="admin-setting-withdraw"),
    path(
        "quan-tri/thong-so/<str:province>/<str:instrument>/<str:parameter>/",
        local_settings.setting,
        name="admin-setting",
    ),
    path("quan-tri/tai-khoan/", accounts.listing, name="admin-accounts"),
    path("quan-tri/tai-khoan/moi/", accounts.add, name="admin-account-add"),
    path("quan-tri/tai-khoan/<int:user_id>/", accounts.account, name="admin-account"),
    path("quan-tri/tai-khoan/<int:user_id>/mat-khau/", accounts.new_password, name="admin-account-password"),
    path("quan-tri/tai-khoan/<int:user_id>/thu/", accounts.email, name="admin-account-email"),
    path("quan-tri/tai-khoan/<int:user_id>/khoa/", accounts.lock, name="admin-account-lock"),
    path("quan-tri/tai-khoan/<int:user_id>/nguoi/", accounts.person, name="admin-account-person"),
    path("quan-tri/tai-khoan/<int:user_id>/tach/", accounts.part, name="admin-account-part"),
    path("quan-tri/tai-khoan/chuc-vu/<int:post_id>/ket-thuc/", accounts.end_post, name="admin-post-end"),
    path("quan-tri/uy-quyen/", delegations.everyones, name="admin-delegations"),
    path("uy-quyen/", delegations.own, name="delegations"),
    path("uy-quyen/<int:delegation_id>/rut/", delegations.withdraw, name="delegation-withdraw"),
    path("quan-tri/lich-nghi/", administration.days_off, name="admin-days-off"),
    path("quan-tri/lich-nghi/<str:on>/bo/", administration.remove_day, name="admin-day-remove"),
    path("quan-tri/nhat-ky/", administration.trail, name="admin-audit"),
    path("quan-tri/thu-di/", outgoing.listing, name="admin-mail"),
    path("quan-tri/thu-di/<int:message_id>/gui-lai/", outgoing.send_again, name="admin-mail-again"),
    path("tro-giup/", helping.page, name="help"),
]
