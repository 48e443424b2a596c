"""The security of a day: failed sign-ins, what screens refused, what was changed; and the daily tick of who looked."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from bangtin.hub.clusters.models import full_name_of
from bangtin.hub.kit.policies import require
from bangtin.hub.playlog import policies
from bangtin.hub.playlog.actions.watching import check_day
from bangtin.hub.playlog.queries import watching
from bangtin.hub.portal import asked, audit_details, audit_words, log_words, places
from bangtin.hub.portal.signed_in import reader

CHANGES_SHOWN = 8


@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """Everything of one day, and who has looked at it."""
    user, _now, today = reader(request)
    require(policies.may_watch(user, on=today))
    on = _on(request, today)
    found = watching.of_day(on)
    changes = [(one, audit_words.action(one.action), audit_details.details(one)) for one in found.changes]
    context = {
        "on": on,
        "heading": _heading(found),
        "found": found,
        "refused": [
            (one, full_name_of(one.face_id) or one.device, log_words.refusal(one.code)) for one in found.refused
        ],
        "quarantined": [(log_words.verdict(reason), count) for reason, count in found.quarantined.items()],
        "failures": [(*_whose(one.key), one) for one in found.failures],
        "changes": changes[:CHANGES_SHOWN],
        "more_changes": changes[CHANGES_SHOWN:],
        "before_href": _href(on - timedelta(days=1)),
        "after_href": _href(on + timedelta(days=1)) if on < today else "",
        "check_href": places.with_query(reverse("security-check"), ngay=on.isoformat()),
        "log_href": places.play_log(on),
    }
    return render(request, "log/security.html", context)


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Tick the day."""
    user, now, today = reader(request)
    on = _on(request, today)
    check_day(on=on, remark=request.POST.get("nhan-xet", "").strip(), actor=user, at=now)
    messages.success(request, _("The day is ticked: it stands in the trail under your name."))
    return redirect(_href(on))


def _heading(found: watching.Watch) -> str:
    if not found.count:
        return _("Nothing stands out")
    return ngettext("%(n)d thing to look at", "%(n)d things to look at", found.count) % {"n": found.count}


def _whose(key: str) -> tuple[str, str]:
    """What failures were counted for, in words, and its name: an account's or an address of the network."""
    kinds = {"u": _("Account"), "a": pgettext("of a machine", "Address")}
    kind, _colon, name = key.partition(":")
    return kinds.get(kind, ""), name


def _on(request: HttpRequest, today: date) -> date:
    return min(asked.day(request.GET.get("ngay", "")) or today, today)


def _href(on: date) -> str:
    return places.with_query(reverse("security-day"), ngay=on.isoformat())
