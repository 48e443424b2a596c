"""The document of a regulation: what was read from it, what was not placed, and a new one to take its place."""

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import files
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import issued_board
from bangtin.hub.portal.forms.administration import show_refusal
from bangtin.hub.portal.forms.issued import DocumentForm
from bangtin.hub.portal.register_board import number_of
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.regulations import actions, policies
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.regulations.papers.reading import MOST_BYTES
from bangtin.rulebook.shapes import Regulation

SALT = "bangtin.issued-text"
SHOWN_S = 3600  # how long what was read waits to be taken into use


@require_http_methods(["GET", "POST"])
def document(request: HttpRequest, province: str, number: str) -> HttpResponse:
    """The document in use; after a POST with a file, what was read from it, to be taken into use by a second step.

    Raises: NotPermitted on POST unless the account may load it.
    """
    user, _now, today = reader(request)
    pack = _pack(province, number)
    may_load = policies.may_load_text(user, on=today)
    form = DocumentForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"pack": pack, "number": number_of(pack.id.partition("/")[2]), "may_load": may_load}
    if request.method == "POST":
        require(may_load)
        if form.is_valid():
            try:
                return render(request, "register/document_read.html", context | _read(form, pack, user))
            except Refusal as refusal:
                show_refusal(form, refusal)
    context |= {"form": form, **_in_use(pack)}
    return render(request, "register/document.html", context, status=422 if form.errors else 200)


@require_POST
def load(request: HttpRequest, province: str, number: str) -> HttpResponse:
    """Take what was read into use; the text before it goes.

    Raises: NotPermitted, PaperRefused, Http404 where the reading is not this account's or too old.
    """
    user, now, _today = reader(request)
    pack = _pack(province, number)
    try:
        read = signing.loads(request.POST.get("read", ""), salt=SALT, max_age=SHOWN_S)
    except signing.BadSignature as error:
        raise Http404 from error
    if read["instrument"] != pack.id or read["user"] != user.pk or not files.has(read["sha256"]):
        raise Http404
    data = files.path(read["sha256"]).read_bytes()
    actions.load_issued_text(instrument_id=pack.id, source_name=read["name"], data=data, actor=user, at=now)
    messages.success(request, _("The text as issued is in use; the register shows it beside each clause."))
    return redirect(issued_board.address(pack.id))


def _read(form: DocumentForm, pack: Regulation, user: User) -> dict[str, object]:
    file = form.cleaned_data["file"]
    data = file.read(MOST_BYTES + 1)
    found = regulations.read_paper(pack.id, file.name, data)
    stored = files.put([data], max_bytes=MOST_BYTES)
    token = {"instrument": pack.id, "user": user.pk, "sha256": stored.sha256, "name": found.paper.name}
    return {
        "found": found,
        "counts": found.counts,
        "lost": found.issued.lost_headings,
        "unplaced": issued_board.rows(found.unplaced),
        "left_out": issued_board.left_out(found.issued.left_out_counts),
        "without_text": found.links.without_text,
        "without_clause": found.links.without_clause,
        "read": signing.dumps(token, salt=SALT),
        "in_use": regulations.issued_document(pack.id),
        "back": issued_board.address(pack.id),
    }


def _in_use(pack: Regulation) -> dict[str, object]:
    found = regulations.issued_document(pack.id)
    if found is None:
        return {"document": None}
    return {
        "document": found,
        "lost": issued_board.lost_headings(pack, found),
        "unplaced": issued_board.rows(found.unplaced),
        "left_out": issued_board.left_out(found.left_out),
        "without_text": regulations.clauses_without_text(found),
    }


def _pack(province: str, number: str) -> Regulation:
    for pk in Instrument.objects.values_list("pk", flat=True):
        head, _slash, slug = pk.partition("/")
        if head == province and number in {slug, number_of(slug)}:
            return regulations.regulation(pk)
    raise Http404
