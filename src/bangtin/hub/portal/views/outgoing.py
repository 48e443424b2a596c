"""Mail on its way out: what was delivered, what waits and why, and sending again what was not."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangtin.hub.kit import audit, outbox
from bangtin.hub.kit.models import MessageState, OutboxMessage
from bangtin.hub.portal.views.administration import administrator

HUES = {MessageState.SENT: "g", MessageState.FAILED: "r", MessageState.SENDING: "a", MessageState.WAITING: ""}


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The newest mails first, those that were not delivered before all others."""
    administrator(request)
    counts = dict(OutboxMessage.objects.order_by().values_list("state").annotate(n=Count("pk")))
    failed = list(OutboxMessage.objects.filter(state=MessageState.FAILED)[:50])
    page = Paginator(OutboxMessage.objects.exclude(state=MessageState.FAILED), 50).get_page(request.GET.get("trang"))
    context = {
        "is_on": outbox.is_on(),
        "failed": failed,
        "failed_count": counts.get(MessageState.FAILED, 0),
        "sent_count": counts.get(MessageState.SENT, 0),
        "waiting_count": counts.get(MessageState.WAITING, 0) + counts.get(MessageState.SENDING, 0),
        "page": page,
        "rows": [(one, HUES[MessageState(one.state)]) for one in [*failed, *page]],
    }
    return render(request, "administration/outgoing.html", context)


@require_POST
def send_again(request: HttpRequest, message_id: int) -> HttpResponse:
    """Queue anew a mail that was not delivered."""
    user, now, _today = administrator(request)
    message = get_object_or_404(OutboxMessage, pk=message_id)
    with transaction.atomic(durable=True):
        outbox.send_again(message, at=now)
        audit.record("mail.sent_again", message, actor=user, at=now, recipient=message.recipient)
    messages.success(request, _("The mail is queued again; it goes out within a minute."))
    return redirect("admin-mail")
