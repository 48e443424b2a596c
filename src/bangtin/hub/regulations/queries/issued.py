"""The text as issued: read from a document and split, and what of it is stored."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangtin.hub.regulations import papers
from bangtin.hub.regulations.models import IssuedDocument, IssuedPassage
from bangtin.hub.regulations.queries.packs import pack
from bangtin.rulebook import issued
from bangtin.rulebook.issued import Issued, Kind, LeftOut, Links, Why
from bangtin.rulebook.shapes import Regulation

# the number in a paper's head: a draft leaves it blank, and papers it rests on are cited without the colon
_OWN_NUMBER = re.compile(r"Số:\d+/")
WHY: Mapping[Why, str | Promise] = {
    Why.NOT_NEXT: gettext_lazy("Its number does not follow the one before it."),
    Why.HEADING_LOST: gettext_lazy("The heading of its article is missing, and its place is not certain."),
    Why.NO_ARTICLE: gettext_lazy("It stands above the first article."),
    Why.NO_NUMBER: gettext_lazy("A heading whose chapter number is missing."),
    Why.TAKEN: gettext_lazy("Another passage has this place already."),
    Why.AFTER_END: gettext_lazy("It stands after the end of the regulation."),
    Why.BEFORE_TITLE: gettext_lazy("It stands above the title."),
}
LEFT_OUT: Mapping[LeftOut, str | Promise] = {
    LeftOut.PAGE: gettext_lazy("page numbers, running headers, buttons of a web page"),
    LeftOut.RULES: gettext_lazy("lines of a drawn table"),
    LeftOut.NATION: gettext_lazy("the national heading"),
    LeftOut.SIGNATURE: gettext_lazy("signatures and recipients"),
}


@dataclass(frozen=True)
class ReadPaper:
    """A document of a regulation, read and split, beside our clauses."""

    paper: papers.Paper
    issued: Issued
    links: Links

    @property
    def counts(self) -> dict[str, int]:
        """How many articles, sections, clauses, points and items were placed, and all passages together."""
        kinds = (Kind.ARTICLE, Kind.SECTION, Kind.CLAUSE, Kind.POINT, Kind.ITEM)
        return {f"{kind}s": self.issued.counted(kind) for kind in kinds} | {"placed": len(self.issued.passages)}

    @property
    def unplaced(self) -> list[dict[str, object]]:
        """What could not be placed: line, marker, text, reason (a stable word)."""
        return [
            {"line": one.line, "marker": one.marker, "text": one.text, "reason": str(one.why)}
            for one in self.issued.unplaced
        ]


def read_paper(instrument_id: str, source_name: str, data: bytes) -> ReadPaper:
    """A document split into the articles, clauses and points of an instrument; nothing is stored.

    Raises: PaperRefused if it cannot be read, or is not of this instrument; UnknownInstrument, DataError.
    """
    regulation = pack(instrument_id)
    paper = papers.read(source_name, data)
    found = issued.split(paper.lines, known=issued.known(regulation), running=paper.running)
    links = issued.link(found.passages, regulation.clauses)
    if not any(links.clauses) or _is_of_another(paper, links, regulation):
        words = _("%(name)s is not the text of %(number)s.")
        raise papers.PaperRefused(
            words % {"name": source_name[:255], "number": regulation.instrument.number},
            _("Choose the document of this regulation."),
            subject=source_name[:255],
        )
    return ReadPaper(paper, found, links)


def _is_of_another(paper: papers.Paper, links: Links, regulation: Regulation) -> bool:
    """Whether a document does not print the instrument's number, and heads itself with another or lacks half of it."""
    printed = re.sub(r"\s", "", unicodedata.normalize("NFC", "".join(paper.lines)))
    is_numbered = re.sub(r"\s", "", regulation.instrument.number) in printed
    heads_another = _OWN_NUMBER.search(printed) is not None
    return not is_numbered and (heads_another or 2 * len(links.without_text) > len(regulation.clauses))


def reason(word: str) -> str:
    """Why a line could not be placed, in the present language."""
    return str(WHY[Why(word)]) if word in set(Why) else word


def left_out(word: str) -> str:
    """What was left out on purpose, in the present language."""
    return str(LEFT_OUT[LeftOut(word)]) if word in set(LeftOut) else word


def issued_document(instrument_id: str) -> IssuedDocument | None:
    """The document whose text is in use for an instrument, or None."""
    return IssuedDocument.objects.filter(instrument_id=instrument_id).first()


def issued_passages(document: IssuedDocument, head: str) -> list[IssuedPassage]:
    """The passages of an article, section or outline ("13", "II.3", "QD.2", "DC"), in the order of the document."""
    inside = Q(place=head) | Q(place__startswith=f"{head}.")
    return list(document.passages.filter(inside).order_by("order"))


def clauses_without_text(document: IssuedDocument) -> list[str]:
    """Our clauses for which the stored text has no passage."""
    found = {each for some in document.passages.values_list("clauses", flat=True) for each in some}
    return [each for each in pack(document.instrument_id).clauses if each not in found]
