"""Forms of the bench: the officer's word with the answers to the points, a remark, what the queue shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bangtin.hub.appraisal.actions.answering import FIELD, NOTE_MOST
from bangtin.hub.appraisal.checklists import Given
from bangtin.hub.appraisal.models import Outcome
from bangtin.hub.appraisal.paperwork import Answer
from bangtin.hub.portal import moments, places
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook import citations
from bangtin.rulebook.shapes import Criterion

NOTE = "note_"


@dataclass(frozen=True)
class Point:
    """One point of the instrument on the form, with its two fields."""

    words: str
    clause: str
    href: str
    is_mandatory: bool
    field: forms.BoundField
    note: forms.BoundField


class DecisionForm(forms.Form):
    """An officer's word on a version, with the version and digest that were looked at, and the points answered."""

    outcome = forms.ChoiceField(label=gettext_lazy("Decision"), widget=forms.RadioSelect)
    grounds = forms.CharField(
        label=gettext_lazy("Grounds, sent to the agency"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, choices: Sequence[tuple[str, str]], asked: Sequence[Criterion] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["outcome"]
        field.choices = choices
        self._asked = asked
        for point in asked:
            self.fields[FIELD + point.id] = forms.ChoiceField(
                label=regulations.in_words(point.text),
                choices=_answers(point),
                required=False,
                widget=forms.RadioSelect,
            )
            self.fields[NOTE + point.id] = forms.CharField(
                label=_("What it rests on"), required=False, max_length=NOTE_MOST
            )

    def points(self, instrument_id: str) -> list[Point]:
        """The points with their fields, in the order of the instrument."""
        return [
            Point(
                words=regulations.in_words(one.text),
                clause=citations.parse(one.clause).place,
                href=places.clause(one.clause, instrument_id),
                is_mandatory=one.is_mandatory,
                field=self[FIELD + one.id],
                note=self[NOTE + one.id],
            )
            for one in self._asked
        ]

    def answers(self) -> dict[str, Given]:
        """What was answered, by the points' ids."""
        given = self.cleaned_data
        return {
            one.id: Given(given[FIELD + one.id], given.get(NOTE + one.id, ""))
            for one in self._asked
            if given.get(FIELD + one.id)
        }


class RemarkForm(forms.Form):
    """What an officer says of one moment; the moment as the player shows it."""

    at = forms.CharField(
        label=gettext_lazy("Moment"),
        initial="00:00,00",
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-moment": ""}),
    )
    text = forms.CharField(
        label=gettext_lazy("Remark at this moment"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "data-key": "g"}),
    )
    geometry = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    is_kept_back = forms.BooleanField(
        label=gettext_lazy("For the appraising officers only, not for the agency"), required=False
    )

    def clean_at(self) -> int:
        """The moment in milliseconds."""
        try:
            return moments.parse(self.cleaned_data["at"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class QueueFilter(forms.Form):
    """What of the queue is shown; stands in the address."""

    loai = forms.ChoiceField(label=gettext_lazy("Class"), required=False)
    don_vi = forms.ChoiceField(label=gettext_lazy("Agency"), required=False)
    dang = forms.ChoiceField(label=pgettext_lazy("of a file", "Kind"), required=False)

    def __init__(
        self, *args: Any, agencies: Iterable[tuple[str, str]], kinds: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        lanes: Any = self.fields["loai"]
        lanes.choices = [("", _("All")), ("khan", _("Urgent lane")), ("thuong", _("Ordinary"))]
        units: Any = self.fields["don_vi"]
        units.choices = [("", _("All")), *agencies]
        every: Any = self.fields["dang"]
        every.choices = [("", _("All")), *kinds]


def first_choices() -> list[tuple[str, str]]:
    """What the first officer may decide."""
    return [
        (Outcome.APPROVED, _("Approve")),
        (Outcome.RETURNED, _("Return for revision")),
        (Outcome.REJECTED, _("Reject")),
    ]


def second_choices(proposed: str) -> list[tuple[str, str]]:
    """What the second officer may say to a proposal."""
    confirmed = _("Confirm: reject") if proposed == Outcome.REJECTED else _("Confirm: approve")
    return [(Outcome.APPROVED, confirmed), (Outcome.RETURNED, _("Return for revision"))]


def _answers(point: Criterion) -> list[tuple[str, str]]:
    offered = [(Answer.MET, _("Met")), (Answer.NOT_MET, _("Not met"))]
    if point.may_not_apply:
        offered.append((Answer.NOT_APPLICABLE, _("Does not apply")))
    return [(str(value), word) for value, word in offered]
