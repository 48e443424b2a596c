"""Addresses of the duties: matrix, register, reports, the leader's page."""

from django.urls import URLPattern, URLResolver, path, re_path

from bangtin.hub.portal.views import (
    duties,
    duty_deeds,
    duty_month,
    feeds,
    issued,
    province,
    register,
    report_deeds,
    reports,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("nghia-vu/", duties.board, name="duties"),
    path("nghia-vu/lich-dien-thoai/", feeds.listing, name="duties-feeds"),
    path("nghia-vu/lich-dien-thoai/<int:feed_id>/dong/", feeds.close, name="duties-feed-close"),
    path("lich-han/<slug:province>/<slug:agency>/<slug:secret>.ics", feeds.feed, name="duties-feed"),
    path("nghia-vu/theo-ngay/", duty_month.month, name="duties-month"),
    path("nghia-vu/yeu-cau/moi/", duty_deeds.ask, name="request-new"),
    path("nghia-vu/yeu-cau/<int:request_id>/tra-loi/", duty_deeds.answer, name="request-answer"),
    path("nghia-vu/yeu-cau/<int:request_id>/rut/", duty_deeds.withdraw, name="request-withdraw"),
    path("nghia-vu/mien/<int:waiver_id>/rut/", duty_deeds.unwaive, name="waiver-withdraw"),
    path("nghia-vu/mien/<path:duty_id>/", duty_deeds.waive, name="duty-waive"),
    path("nghia-vu/<path:duty_id>/", duties.duty, name="duty"),
    path("quy-dinh/", register.start, name="register"),
    path("quy-dinh/<str:province>/<str:number>/", register.instrument, name="instrument"),
    path("quy-dinh/<str:province>/<str:number>/van-ban-goc/", issued.document, name="issued-text"),
    path("quy-dinh/<str:province>/<str:number>/van-ban-goc/nap/", issued.load, name="issued-text-load"),
    # with and without the last slash: the address is read out, and written on paper, without it
    re_path(r"^quy-dinh/(?P<province>[^/]+)/(?P<number>[^/]+)/(?P<clause>[^/]+)/?$", register.clause, name="clause"),
    path("bao-cao/", reports.listing, name="reports"),
    path("bao-cao/lap/", report_deeds.compile_new, name="report-compile"),
    path("bao-cao/<int:report_id>/", reports.editor, name="report"),
    path("bao-cao/<int:report_id>/dem-lai/", report_deeds.recount, name="report-recount"),
    path("bao-cao/<int:report_id>/chot/", report_deeds.freeze, name="report-freeze"),
    path("bao-cao/<int:report_id>/gui/", report_deeds.send, name="report-send"),
    path("bao-cao/<int:report_id>/tai/", report_deeds.download, name="report-docx"),
    path("bao-cao/<int:report_id>/so/<path:name>/", reports.figure, name="figure"),
    path("toan-tinh/", province.overview, name="province"),
]
