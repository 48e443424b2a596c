"""Addresses of the source system, of inspections, and of what the archive keeps and lets go."""

from django.urls import URLPattern, URLResolver, path

from bangtin.hub.portal.views import exchange, keeping

urlpatterns: list[URLPattern | URLResolver] = [
    path("nguon-tin/", exchange.board, name="source-system"),
    path("nguon-tin/chay/", exchange.run, name="source-run"),
    path("nguon-tin/tin/<int:item_id>/lai/", exchange.again, name="source-again"),
    path("nguon-tin/goi/<int:consignment_id>/kiem-tra/", exchange.verify, name="source-verify"),
    path("nguon-tin/cum/<slug:cluster>/", exchange.cluster, name="source-cluster"),
    path("nguon-tin/cum/<slug:cluster>/thu/", exchange.try_out, name="source-test"),
    path("nguon-tin/cum/<slug:cluster>/nhac/", exchange.remind, name="source-remind"),
    path("kho/thanh-tra/", exchange.inspection, name="inspection"),
    path("kho/luu-giu/", keeping.listing, name="keeping"),
    path("kho/luu-giu/giu/<int:hold_id>/bo/", keeping.lift, name="hold-lift"),
    path("kho/luu-giu/xoa/<int:disposal_id>/", keeping.disposal, name="disposal"),
    path("kho/luu-giu/xoa/<int:disposal_id>/bien-ban.pdf", keeping.protocol, name="disposal-pdf"),
    path("kho/luu-giu/<str:code>/", keeping.programme, name="kept"),
]
