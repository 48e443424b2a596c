"""Addresses of the content pages: sign-in, work, programmes, appraisal, previews."""

from django.urls import URLPattern, URLResolver, path

from bangtin.hub.portal.views import (
    appraisal,
    archive,
    desk_acts,
    figures,
    media,
    packages,
    programmes,
    remarks,
    sending,
    session,
    work,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", work.board, name="work"),
    path("dang-nhap/", session.SignIn.as_view(), name="sign-in"),
    path("dang-xuat", session.SignOut.as_view(), name="sign-out"),
    path("mat-khau/", session.password, name="password"),
    path("tim/", programmes.search, name="search"),
    path("chuong-trinh/", programmes.listing, name="programmes"),
    path("chuong-trinh/gui/", sending.submit, name="submit"),
    path("chuong-trinh/<str:code>/", programmes.programme, name="programme"),
    path("chuong-trinh/<str:code>/gui/", sending.submit_again, name="submit-again"),
    path("chuong-trinh/<str:code>/<int:number>/bien-nhan/", programmes.receipt, name="receipt"),
    path("chuong-trinh/<str:code>/<int:number>/tien-do/", programmes.progress, name="progress"),
    path("chuong-trinh/<str:code>/ho-so/", packages.package, name="package"),
    path("kho/", archive.listing, name="archive"),
    path("thong-ke/", figures.figures, name="content-figures"),
    path("tham-dinh/", appraisal.queue, name="appraisals"),
    path("tham-dinh/soat-lai/", desk_acts.reviews, name="reviews"),
    path("tham-dinh/soat-lai/<int:review_id>/", desk_acts.review, name="review"),
    path("tham-dinh/mot-nguoi/", desk_acts.one_person, name="one-person"),
    path("tham-dinh/mot-nguoi/<int:row_id>/", desk_acts.end_one_person, name="one-person-end"),
    path("tham-dinh/<str:code>/", appraisal.bench, name="appraise"),
    path("tham-dinh/<str:code>/bien-tap/", desk_acts.edit, name="edit-version"),
    path("tham-dinh/<str:code>/hoi-y-kien/", desk_acts.consult, name="consult"),
    path("tham-dinh/<str:code>/hoi-y-kien/<int:consultation_id>/", desk_acts.answer, name="consult-answer"),
    path("tham-dinh/<str:code>/gop-y/", remarks.add, name="remark"),
    path("tham-dinh/<str:code>/gop-y/<int:remark_id>/rut/", remarks.withdraw, name="remark-withdraw"),
    path("tep/<int:version_id>/anh", media.poster, name="poster"),
    path("tep/<int:version_id>/canh/<int:at_ms>", media.frame, name="finding-frame"),
    path("tep/<int:version_id>/xem/<str:look>", media.review_copy, name="review-copy"),
    path("tep/<int:version_id>/<str:geometry>", media.rendition, name="rendition"),
]
