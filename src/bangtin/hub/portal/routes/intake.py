"""Addresses of the intake desk: letters registered, receipts on paper, a month's batch, secrets refused."""

from django.urls import URLPattern, URLResolver, path

from bangtin.hub.portal.views import intake

urlpatterns: list[URLPattern | URLResolver] = [
    path("chuong-trinh/van-thu/", intake.register, name="register-letter"),
    path("chuong-trinh/<str:code>/<int:number>/bien-nhan.pdf", intake.receipt_pdf, name="receipt-pdf"),
    path("theo-doi/", intake.follow, name="follow"),
    path("tiep-nhan/", intake.months, name="intake"),
    path("tiep-nhan/<str:province>/<str:slug>/<str:month>/", intake.month, name="intake-month"),
    path("bi-mat/", intake.secrets, name="secrets"),
]
