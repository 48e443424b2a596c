"""The first page of every office."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bangtin.hub.portal import alert_board, translation_board, work_board
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.programmes import policies
from bangtin.hub.programmes.paperwork import SecretNotice
from bangtin.hub.translation import queries as languages

MOST_TRANSLATIONS = 10


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """What is urgent, what waits for me, what is due, what is wrong now."""
    user, now, today = reader(request)
    found = work_board.board(user, now=now, today=today)
    emergency = alert_board.errands(user, at=now)
    request.waiting = {  # type: ignore[attr-defined]  # read by the menu
        "work": found.waiting,
        "appraisal": found.appraisals,
        "duties_hot": found.overdue,
        "alerts_hot": emergency.count,
    }
    waiting = policies.may_handle_secrets(user, on=today) and SecretNotice.objects.filter(handled_at=None).count()
    translations = [translation_board.row(one, today) for one in languages.to_write(user, on=today)[:MOST_TRANSLATIONS]]
    context = {"board": found, "secrets": waiting or 0, "translations": translations, "emergency": emergency}
    return render(request, "work/board.html", context)
