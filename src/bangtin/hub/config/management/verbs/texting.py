"""`bangtin regulation text ID FILE`: split the document as issued; store it where the regulation is in use."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from bangtin.hub.config import asking
from bangtin.hub.config.commanding import add_json_option, bad_input, print_json
from bangtin.hub.kit import clock
from bangtin.hub.regulations import actions, queries
from bangtin.hub.regulations.papers import PaperRefused
from bangtin.hub.regulations.papers.reading import MOST_BYTES
from bangtin.rulebook.errors import DataError

NAME = "text"
HELP = gettext_noop("Read the text as issued from a file (.txt, .docx, .pdf) and set it beside our clauses.")


def add_arguments(parser: ArgumentParser) -> None:
    """The instrument, the file, `--json`."""
    parser.add_argument("id")
    parser.add_argument("file")
    add_json_option(parser)


def run(options: Mapping[str, Any], *, write: Callable[[str], object]) -> None:
    """Split the file, store it where the instrument is in use, say what was placed and what was not.

    Exit code 2 where the file or the instrument cannot be read.
    """
    asking.known(options["id"])
    path = Path(options["file"])
    data = _bytes(path)
    try:
        found = queries.read_paper(options["id"], path.name, data)
    except (PaperRefused, DataError) as error:
        raise bad_input(str(error)) from error
    is_stored = options["id"] in queries.in_use()
    if is_stored:
        actions.load_issued_text(
            instrument_id=options["id"], source_name=path.name, data=data, actor=None, at=clock.now()
        )
    if options["is_json"]:
        print_json(_values(options["id"], found, is_stored=is_stored))
        return
    for line in _sentences(options["id"], found, is_stored=is_stored):
        write(line)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        words = _("%(name)s cannot be read: %(why)s.") % {"name": path, "why": error.strerror}
        raise bad_input(words) from error


def _values(instrument_id: str, found: queries.ReadPaper, *, is_stored: bool) -> dict[str, Any]:
    return {
        "instrument": instrument_id,
        "source": found.paper.name,
        "sha256": found.paper.sha256,
        **found.counts,
        "unplaced": [one | {"reason": queries.reason(str(one["reason"]))} for one in found.unplaced],
        "lost_headings": list(found.issued.lost_headings),
        "left_out": found.issued.left_out_counts,
        "our_clauses_without_text": list(found.links.without_text),
        "passages_without_clause": list(found.links.without_clause),
        "stored": is_stored,
    }


def _sentences(instrument_id: str, found: queries.ReadPaper, *, is_stored: bool) -> Iterator[str]:
    counts = found.counts
    yield f"{instrument_id}: {found.paper.name}"
    yield (
        _(
            "Placed: %(articles)s articles, %(sections)s sections, %(clauses)s clauses, %(points)s points, "
            "%(items)s items; %(placed)s passages in all."
        )
        % counts
    )
    if found.issued.lost_headings:
        names = ", ".join(found.issued.lost_headings)
        yield _("Headings lost in this copy, placed by the regulation's own structure: articles %(names)s.") % {
            "names": names
        }
    for word, count in found.issued.left_out_counts.items():
        yield _("Left out: %(what)s (%(count)s lines).") % {"what": queries.left_out(word), "count": count}
    unplaced = found.unplaced
    if unplaced:
        yield ngettext("Not placed, %(n)s passage:", "Not placed, %(n)s passages:", len(unplaced)) % {
            "n": len(unplaced)
        }
    for one in unplaced:
        words = " ".join(str(part) for part in (one["marker"], one["text"]) if part)
        short = words if len(words) <= 90 else words[:89] + "…"
        yield "  " + _("line %(line)s: %(words)s. %(why)s") % {
            "line": one["line"],
            "words": short,
            "why": queries.reason(str(one["reason"])),
        }
    if found.links.without_text:
        yield _("Our clauses without text: %(names)s.") % {"names": ", ".join(found.links.without_text)}
    if found.links.without_clause:
        yield _("Passages without a clause of ours: %(names)s.") % {"names": ", ".join(found.links.without_clause)}
    yield _("Stored; the register shows it.") if is_stored else _("Not stored: the regulation is not in use here.")
