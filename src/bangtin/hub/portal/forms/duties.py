"""Filters of the duties and of the register; the words of a report. Shapes only: the desks judge."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangtin.hub.obligations.queries import Duty
from bangtin.hub.portal import duty_board, places
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.reports.actions import MOST_BODY
from bangtin.rulebook import citations

STATES = (
    ("overdue", gettext_lazy("Overdue")),
    ("due_soon", gettext_lazy("Due soon")),
    ("done", gettext_lazy("Done on time")),
    ("done_late", gettext_lazy("Done late or short")),
    ("not_fixed", gettext_lazy("No date fixed")),
    ("requested", gettext_lazy("Requested")),
    ("waived", gettext_lazy("Waived")),
)


class BoardFilter(forms.Form):
    """What of the year is shown: agency, duty, state, article, regulation where there are several.

    And two short ways (`xem=so-toi`, `xem=chua-xong`).
    """

    def __init__(self, data: QueryDict, *, found: Sequence[Duty]) -> None:
        super().__init__(data)
        anyone = [("", _("All agencies"))]
        agencies = sorted({one.agency_id: one.agency_name for one in found}.items(), key=lambda pair: pair[1])
        self.fields["co-quan"] = _choice(_("Agency"), [*anyone, *agencies])
        self.fields["trang-thai"] = _choice(_("State"), [("", _("All states")), *STATES])
        articles = sorted({_article(clause) for one in found for clause in one.clauses}, key=citations.sort_key)
        words = [(name, _("Article %(number)s") % {"number": name}) for name in articles]
        self.fields["dieu"] = _choice(_("Article"), [("", _("All articles")), *words])
        instruments = sorted({one.instrument_id for one in found})
        if len(instruments) > 1:
            numbers = [(name, regulations.regulation(name).instrument.number) for name in instruments]
            self.fields["van-ban"] = _choice(_("Regulation"), [("", _("All regulations")), *numbers])
        self.is_valid()

    def _asked(self, name: str) -> str:
        return str(self.data.get(name, ""))

    @property
    def is_apart(self) -> bool:
        """Whether every agency has a row of its own: once one duty, agency or state is asked for."""
        return any(self._asked(name) for name in ("co-quan", "nghia-vu", "trang-thai")) or bool(self._asked("xem"))

    def narrowed(self, found: Sequence[Duty], *, own: Collection[str]) -> list[Duty]:
        """The duties that are asked for."""
        article = self._asked("dieu")
        kept = [one for one in found if self._asked("co-quan") in ("", one.agency_id)]
        kept = [one for one in kept if self._asked("nghia-vu") in ("", one.obligation_id)]
        kept = [one for one in kept if not article or any(_is_under(name, article) for name in one.clauses)]
        kept = [one for one in kept if self._asked("van-ban") in ("", one.instrument_id)]
        if state := self._asked("trang-thai"):
            kept = [one for one in kept if one.status == state and not one.is_before_use]
        if self._asked("xem") == "so-toi":
            kept = [one for one in kept if one.agency_id in own]
        if self._asked("xem") == "chua-xong":
            kept = [one for one in kept if duty_board.is_hot(one)]
        return kept

    def chips(self, *, year: int, is_province: bool) -> list[dict[str, object]]:
        """The short ways above the matrix."""
        asked = self._asked("xem")
        every = _("All agencies") if is_province else _("My agency")
        ways = [("", every), ("chua-xong", _("Only what is not done"))]
        if is_province:
            ways.insert(1, ("so-toi", _("My agency")))
        return [
            {"label": label, "href": places.duties(nam=year, xem=way), "is_current": asked == way and not self._other()}
            for way, label in ways
        ]

    def _other(self) -> bool:
        return any(self._asked(name) for name in ("co-quan", "nghia-vu", "trang-thai", "dieu", "van-ban"))


def _choice(label: str, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False)


def _article(clause_id: str) -> str:
    return citations.parse(clause_id).parts[0]


def _is_under(clause_id: str, asked: str) -> bool:
    """Whether a clause is the one asked for, stands in that article, or is one of our parts of it."""
    place = citations.parse(clause_id)
    return asked in {place.parts[0], place.place, clause_id.rpartition("/")[2]}


class SectionsForm(forms.Form):
    """The officer's words under each heading, one area a section (`muc-II.3`), with the state they were read in."""

    def __init__(self, sections: Sequence[tuple[str, str, str, str]], data: QueryDict | None = None) -> None:
        """`sections`: number, heading, body, and a mark of the body as it stands."""
        super().__init__(data)
        self.numbers = [number for number, *_rest in sections]
        for number, heading, body, mark in sections:
            area = forms.Textarea(attrs={"rows": max(3, min(body.count("\n") + len(body) // 90 + 2, 14)), "lang": "vi"})
            self.fields[f"muc-{number}"] = forms.CharField(
                label=heading, required=False, max_length=MOST_BODY, initial=body, widget=area
            )
            self.fields[f"dau-{number}"] = forms.CharField(
                required=False, initial=mark, max_length=64, widget=forms.HiddenInput()
            )
