"""Addresses of orders, information requests and dispatches."""

from django.urls import URLPattern, URLResolver, path

from bangtin.hub.portal.views import compiling, dispatches, informations, orders

urlpatterns: list[URLPattern | URLResolver] = [
    path("dat-hang/", orders.listing, name="orders"),
    path("dat-hang/moi/", orders.add, name="order-add"),
    path("dat-hang/<int:order_id>/", orders.order, name="order"),
    path("dat-hang/<int:order_id>/<str:order_deed>/", orders.deed, name="order-deed"),
    path("yeu-cau/", informations.listing, name="informations"),
    path("yeu-cau/moi/", informations.add, name="information-add"),
    path("yeu-cau/tep/<int:file_id>/", informations.file, name="information-file"),
    path("yeu-cau/<int:information_id>/", informations.information, name="information"),
    path("yeu-cau/<int:information_id>/tra-loi/", informations.answer, name="information-answer"),
    path("yeu-cau/<int:information_id>/<str:information_deed>/", informations.deed, name="information-deed"),
    path("cap-phat/", dispatches.listing, name="dispatches"),
    path("cap-phat/viec/", compiling.tasks, name="dispatch-tasks"),
    path("cap-phat/tong-hop-quy/", compiling.compile_quarter, name="dispatch-quarter"),
    path("da-phat/", compiling.own, name="own-airing"),
    path("cap-phat/moi/", dispatches.add, name="dispatch-add"),
    path("cap-phat/lua-chon/", dispatches.selections, name="dispatch-selections"),
    path("cap-phat/lua-chon/<int:version_id>/", dispatches.select, name="dispatch-select"),
    path("cap-phat/kho-chung/", dispatches.library, name="library"),
    path("cap-phat/kho-chung/<int:version_id>/", dispatches.take, name="library-take"),
    path("cap-phat/<int:dispatch_id>/", dispatches.dispatch, name="dispatch"),
    path("cap-phat/<int:dispatch_id>/danh-muc.pdf", dispatches.contents, name="dispatch-contents"),
    path("cap-phat/<int:dispatch_id>/xac-nhan/", dispatches.acknowledge, name="dispatch-acknowledge"),
    path("cap-phat/<int:dispatch_id>/<int:line_id>/", dispatches.tell, name="dispatch-tell"),
]
