"""What later papers did to a clause, in words: reworded, added, repealed, from which day."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from bangtin.hub.portal.formats import day
from bangtin.rulebook.shapes import Amendment, Regulation


def in_words(pack: Regulation, clause_id: str) -> Iterator[str]:
    """One line an amendment that touches the clause, oldest first; those to come too, with their day."""
    for amendment in sorted(pack.instrument.amendments, key=lambda each: each.effective_on):
        words = _words(amendment, clause_id)
        if words:
            yield words % {"day": day(amendment.effective_on), "number": amendment.number}


def _words(amendment: Amendment, clause_id: str) -> str:
    if clause_id in amendment.repeals:
        return _("repealed from %(day)s by %(number)s")
    if clause_id in amendment.adds:
        return _("added from %(day)s by %(number)s")
    if clause_id in amendment.clauses:
        return _("amended from %(day)s by %(number)s")
    return ""
