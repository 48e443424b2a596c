"""The archive: every programme that ever came, found as people type."""

from datetime import date

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bangtin.hub.accounts.models import Role
from bangtin.hub.accounts.queries import has_any_role
from bangtin.hub.agencies.models import Agency, names_on
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.policies import require
from bangtin.hub.playlog.models import ShelfEntry
from bangtin.hub.playlog.queries import archive
from bangtin.hub.portal import as_aired, content_rows
from bangtin.hub.portal.forms.archive import ArchiveFilter
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.programmes import policies
from bangtin.hub.programmes.models import Programme
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument

PAGE_ROWS = 25


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The newest version of every programme this account sees, the best match first.

    Raises: NotPermitted for offices that have no part in content.
    """
    user, now, today = reader(request)
    require(policies.opens_list(user, on=today), message=_("Your post has no part in programmes."))
    every = archive.seen_by(user, on=today)
    form = ArchiveFilter(
        request.GET,
        agencies=senders(today),
        categories=_categories(),
        clusters=[(one.pk, str(one)) for one in Cluster.objects.order_by("id")],
    )
    number = request.GET.get("trang", "")
    found = _page(every, form, number)
    kept = request.GET.copy()
    kept.pop("trang", None)
    last = as_aired.last_days([one.programme_id for one in found.versions])
    context = {
        "form": form,
        "page": Paginator(range(found.total), PAGE_ROWS).get_page(number),
        "query": kept.urlencode(),
        "rows": [(content_rows.row(one, today=today, now=now), last.get(one.programme_id)) for one in found.versions],
        "found": found,
        "is_narrowed": any(kept.values()),
        "may_keep": has_any_role(user, (Role.APPRAISER, Role.REPORTER), on=today),
    }
    return render(request, "archive/listing.html", context)


def agencies(ids: set[str], today: date) -> list[tuple[str, str]]:
    """The agencies with these ids, as a filter offers them."""
    units = Agency.objects.filter(pk__in=ids).prefetch_related("names").order_by("pk")
    return [(one.pk, one.name(today)) for one in units]


def senders(today: date) -> list[tuple[str, str]]:
    """The agencies that ever sent a programme."""
    sent = Programme.objects.filter(agency=OuterRef("pk"))
    ids = list(Agency.objects.filter(Exists(sent)).order_by("pk").values_list("pk", flat=True))
    named = names_on(ids, today)
    return [(one, named[one]) for one in ids]


def _page(every: QuerySet[ShelfEntry], form: ArchiveFilter, number: str) -> archive.Found:
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    return archive.page(every, form.asked(), number=page, rows=PAGE_ROWS)


def _categories() -> list[tuple[str, str]]:
    """Each category of the instruments in use once, under its first name."""
    found: dict[str, str] = {}
    for instrument in Instrument.objects.order_by("id"):
        for one in regulations.regulation(instrument.pk).categories:
            found.setdefault(one.id, regulations.in_words(one.name))
    return list(found.items())
