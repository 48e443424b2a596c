"""The numbered receipt as PDF, for the file of the agency: what came, from whom, when, its digest, how to follow it."""

import importlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from bangtin.hub.kit.errors import Refusal
from bangtin.hub.portal import content_rows
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.paperwork import Channel, SubmissionFacts
from bangtin.hub.regulations import queries as regulations

_FONTS = Path(__file__).resolve().parents[1] / "static" / "vendor" / "fonts"


class NoPaper(Refusal):
    """This hub was installed without the part that writes PDF."""

    code = "BT-PROG-011"
    http_status = 503


def facts_of(version: ProgrammeVersion) -> SubmissionFacts | None:
    """What was stated with the version; None for one that came before anything was asked."""
    return SubmissionFacts.objects.filter(version=version).first()


def context(version: ProgrammeVersion, *, address: str) -> dict[str, Any]:
    """What the receipt says; `address` is where it is followed."""
    facts = facts_of(version)
    words, clause, _href = content_rows.category(version.programme)
    return {
        "version": version,
        "programme": version.programme,
        "agency": version.programme.agency.name(),
        "facts": facts,
        "is_registered": facts is not None and facts.channel != Channel.ONLINE,
        "kinds": kinds(version, facts) or [words],
        "clause": clause,
        "address": address,
        "clusters": list(version.programme.clusters.all()),
    }


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
    try:
        weasyprint = importlib.import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise NoPaper(
            _("This hub was installed without the part that writes PDF."),
            _("Print the receipt's page instead."),
            subject=version.receipt,
        ) from error
    html = render_to_string("programmes/receipt_paper.html", context(version, address=address))
    made: bytes = weasyprint.HTML(string=html, base_url=_FONTS.as_uri() + "/", url_fetcher=_only_fonts).write_pdf(
        pdf_identifier=version.receipt.encode(), lang=settings.LANGUAGE_CODE
    )
    return made


def _only_fonts(url: str, **_options: object) -> dict[str, object]:
    """Nothing but the fonts beside the pages is ever read while the paper is made."""
    name = url.rsplit("/", 1)[-1]
    if url != f"{_FONTS.as_uri()}/{name}":
        raise ValueError(f"not a font of ours: {url[:200]}")
    return {"string": (_FONTS / name).read_bytes(), "mime_type": "font/woff2"}
