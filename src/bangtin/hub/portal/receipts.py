"""The numbered receipt as PDF, for the file of the agency: what came, from whom, when, its digest, how to follow it."""

import importlib
import logging
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from bangtin.hub.kit import clock
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.portal import content_rows
from bangtin.hub.programmes import queries
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.paperwork import Channel, SubmissionFacts
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task

_STATIC = Path(__file__).resolve().parents[1] / "static"
_FONTS = _STATIC / "vendor" / "fonts"
_ONE_AT_A_TIME = Lock()  # the library shares its fonts between papers and says nothing of threads


class NoPaper(Refusal):
    """This hub was installed without the part that writes PDF."""

    code = "BT-PROG-011"
    http_status = 503


def facts_of(version: ProgrammeVersion) -> SubmissionFacts | None:
    """What was stated with the version; None for one that came before anything was asked."""
    found: SubmissionFacts | None = getattr(version, "facts", None)
    return found


def context(version: ProgrammeVersion, *, address: str) -> dict[str, Any]:
    """What the receipt says; `address` is where it is followed."""
    facts = facts_of(version)
    words, clause, _href = content_rows.category(version.programme)
    return {
        "version": version,
        "programme": version.programme,
        "agency": version.programme.agency.name(),
        "receiver": _receiver(version),
        "facts": facts,
        "is_registered": facts is not None and facts.channel != Channel.ONLINE,
        "kinds": kinds(version, facts) or [words],
        "clause": clause,
        "address": address,
        "clusters": list(version.programme.clusters.all()),
    }


def _receiver(version: ProgrammeVersion) -> str:
    """The agency that received it, under the name it bore that day."""
    on = clock.local_date(version.submitted_at)
    row = queries.mandates(Task.APPRAISE, on=on, instrument_id=version.programme.instrument_id).first()
    return row.agency.name(on) if row else ""


def kinds(version: ProgrammeVersion, facts: SubmissionFacts | None) -> list[str]:
    """The kinds of content in the words of the instrument."""
    if facts is None:
        return []
    known = {one.id: one.name for one in regulations.regulation(version.programme.instrument_id).categories}
    return [regulations.in_words(known[one]) for one in facts.categories if one in known]


def pdf(version: ProgrammeVersion, *, address: str) -> bytes:
    """The receipt on one page of A4.

    Raises: NoPaper where the part that writes PDF is not installed.
    """
    return paper("programmes/receipt_paper.html", context(version, address=address), name=version.receipt)


def paper(template: str, said: Mapping[str, Any], *, name: str) -> bytes:
    """A paper of one of our templates as PDF; `name` is its number.

    Raises: NoPaper where the part that writes PDF is not installed.
    """
    try:
        weasyprint = importlib.import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise NoPaper(
            _("This hub was installed without the part that writes PDF."),
            _("Print the page instead."),
            subject=name,
        ) from error
    html = render_to_string(template, dict(said))
    log = logging.getLogger("weasyprint")
    log.setLevel(logging.ERROR)
    with _ONE_AT_A_TIME:
        fonts, sheet = _look(weasyprint)
        made: bytes = weasyprint.HTML(string=html, **_places(weasyprint)).write_pdf(
            stylesheets=[sheet], font_config=fonts, pdf_identifier=name.encode()
        )
    return made


@cache
def _look(weasyprint: Any) -> tuple[Any, Any]:
    """The fonts and the style sheet, read once a process: they cost more than the paper itself."""
    fonts = weasyprint.text.fonts.FontConfiguration()
    look = (_STATIC / "css" / "receipt.css").read_text(encoding="utf-8")
    return fonts, weasyprint.CSS(string=look, font_config=fonts, **_places(weasyprint))


@cache
def _places(weasyprint: Any) -> dict[str, Any]:
    return {"base_url": _FONTS.as_uri() + "/", "url_fetcher": _only_fonts(weasyprint)}


def _only_fonts(weasyprint: Any) -> Any:
    """Nothing but the fonts beside the pages is ever read while the paper is made."""

    class Fonts(weasyprint.urls.URLFetcher):  # type: ignore[misc]  # the library is loaded here and has no types
        """Reads fonts of ours by their names."""

        def fetch(self, url: str, headers: object = None) -> Any:
            """The bytes of a font. Raises: ValueError for anything else."""
            name = url.rsplit("/", 1)[-1]
            if url != f"{_FONTS.as_uri()}/{name}" or not name.endswith(".woff2"):
                raise ValueError(f"not a font of ours: {url[:200]}")
            return weasyprint.urls.URLFetcherResponse(url, (_FONTS / name).read_bytes(), {"Content-Type": "font/woff2"})

    return Fonts()
