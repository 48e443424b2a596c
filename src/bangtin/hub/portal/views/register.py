"""The register: an instrument's articles and clauses, what carries each, its dated numbers, its slips."""

import unicodedata

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from bangtin.hub.portal import issued_board, register_board
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument
from bangtin.rulebook import citations
from bangtin.rulebook.shapes import Article, Regulation


def start(request: HttpRequest) -> HttpResponse:
    """The register of the instrument in use; a list where there are several, a word where there is none."""
    found = list(Instrument.objects.order_by("id"))
    if len(found) == 1:
        province, _slash, slug = found[0].pk.partition("/")
        return redirect("instrument", province=province, number=register_board.number_of(slug))
    return render(request, "register/start.html", {"instruments": register_board.listed(found)})


def instrument(request: HttpRequest, province: str, number: str) -> HttpResponse:
    """An instrument from its first article; what a search (`?q=`) finds; or all held one way (`?trang-thai=`)."""
    user, now, today = reader(request)
    pack = _pack(province, number)
    asked = request.GET.get("q", "").strip()[:100]
    state = register_board.state_of(request.GET.get("trang-thai", ""))
    article = next((one for one in pack.articles if one.id.isdecimal()), pack.articles[0])
    shown = None if asked or state else article
    context = register_board.page(pack, shown, user=user, now=now, today=today)
    if asked:
        context |= {"asked": asked, "hits": _hits(pack, asked, context)}
    elif state:
        context |= register_board.in_state(pack, state, request.GET.get("linh-vuc", ""), context)
    return render(request, "register/instrument.html", context | _reading(request))


def clause(request: HttpRequest, province: str, number: str, clause: str) -> HttpResponse:
    """The register opened at a clause: `8.1.a`, our part `15.1-2`, a whole article `13`, the outline `DC.II.3`.

    Raises: Http404 if the instrument has no such place. Ids are compared letter by letter: `đ` is not `d`.
    """
    user, now, today = reader(request)
    pack = _pack(province, number)
    # one letter may be typed as one character or as two: compare the composed form
    article, chosen = _find(pack, unicodedata.normalize("NFC", clause))
    context = register_board.page(pack, article, user=user, now=now, today=today, chosen=chosen)
    context["issued"] = issued_board.page(pack, article, user=user, today=today)
    return render(request, "register/instrument.html", context | _reading(request))


def _reading(request: HttpRequest) -> dict[str, object]:
    return {"is_bilingual": request.GET.get("song-ngu") == "1", "path": request.path}


def _pack(province: str, number: str) -> Regulation:
    for pk in Instrument.objects.values_list("pk", flat=True):
        head, _slash, slug = pk.partition("/")
        if head == province and number in {slug, register_board.number_of(slug)}:
            return regulations.regulation(pk)
    raise Http404


def _find(pack: Regulation, asked: str) -> tuple[Article, frozenset[str]]:
    """The article to show and the clauses in it that are meant."""
    for article in pack.articles:
        inside = [one.id for one in article.clauses]
        exact = frozenset(one for one in inside if one.rpartition("/")[2] == asked)
        under = frozenset(one for one in inside if _stands_under(one, asked))
        if article.id == asked:
            return article, exact
        if exact or under:
            return article, exact or under
    raise Http404


def _stands_under(clause_id: str, asked: str) -> bool:
    place = citations.parse(clause_id).place
    return place == asked or place.startswith(f"{asked}.")


def _hits(pack: Regulation, asked: str, context: dict[str, object]) -> list[register_board.ClauseRow]:
    wanted = _folded(asked)
    make = context["make"]
    found = []
    for article in pack.articles:
        for one in article.clauses:
            text = " ".join(
                (one.id.rpartition("/")[2], article.heading.vi, article.heading.en, one.says.vi, one.says.en)
            )
            if wanted in _folded(text):
                found.append(make(one))  # type: ignore[operator]  # a function of register_board.page
    return found


def _folded(text: str) -> str:
    """Text for search alone: case and Vietnamese marks do not matter; ids are never compared this way."""
    plain = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
