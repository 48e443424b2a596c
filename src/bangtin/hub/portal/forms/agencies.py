"""Forms of agencies: their names, a new agency, what became of one. Shapes only; the desk judges."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bangtin.hub.agencies.actions import NameGiven
from bangtin.hub.agencies.models import Agency, Succession
from bangtin.hub.portal.forms.administration import day_field

KINDS = (
    (Succession.Kind.MERGE, _("merged: everything goes to one successor")),
    (Succession.Kind.SPLIT, _("split: several successors, one entry for each")),
    (Succession.Kind.TRANSFER, _("transfer: chosen duties or clusters go, the agency goes on")),
    (Succession.Kind.ABOLISH, _("abolished: no successor is named")),
)


class NameForm(forms.Form):
    """A name with its first day and its paper."""

    name_vi = forms.CharField(label=_("Name"), max_length=200, help_text=_("As the paper has it."))
    short_vi = forms.CharField(label=_("Short name"), max_length=80, required=False)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    since = day_field(label=_("From"))
    basis = forms.CharField(
        label=_("Legal basis"), max_length=300, help_text=_("Number, date and issuer of the paper that orders it.")
    )

    def given(self) -> NameGiven:
        """What was typed, for the desk."""
        typed = self.cleaned_data
        return NameGiven(typed["name_vi"], typed["name_en"], typed["short_vi"], typed["since"], typed["basis"])


class AgencyForm(NameForm):
    """A new agency: its id and first name."""

    agency_id = forms.CharField(
        label=_("Id"),
        max_length=80,
        help_text=_("Province and short name without marks, such as cao-bang/ubnd-xa-phuc-hoa; it never changes."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ("name_vi", "short_vi", "name_en", "agency_id", "since", "basis")


class SuccessionForm(forms.Form):
    """What became of an agency, and what goes along."""

    kind = forms.ChoiceField(label=_("What happens"), choices=KINDS)
    successor = forms.ChoiceField(label=_("Successor"), required=False)
    effective_on = day_field(label=_("From"), help_text=_("The first day of the successor; past or future."))
    basis = forms.CharField(
        label=_("Legal basis"), max_length=300, help_text=_("Number, date and issuer of the paper that orders it.")
    )
    clusters = forms.MultipleChoiceField(
        label=_("Clusters that go"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Split and transfer only. Nothing ticked here and below: everything goes."),
    )
    duties = forms.MultipleChoiceField(
        label=_("Duties that go"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Split and transfer only."),
    )
    posts = forms.MultipleChoiceField(
        label=_("People who go along"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Their posts end the day before and begin at the successor; their accounts stay the same."),
    )

    def __init__(self, *args: Any, choices: "Choices", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("successor", "clusters", "duties", "posts"):
            offered = list(getattr(choices, name))
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = offered
            if name != "successor" and not offered:
                del self.fields[name]


class Choices:
    """What a succession form offers, as (value, words): successors behind an empty one, clusters, duties, posts."""

    def __init__(
        self,
        *,
        successor: Sequence[tuple[str, str]],
        clusters: Sequence[tuple[str, str]],
        duties: Sequence[tuple[str, str]],
        posts: Sequence[tuple[str, str]],
    ) -> None:
        self.successor = [("", "–"), *successor]
        self.clusters, self.duties, self.posts = clusters, duties, posts


class ReasonForm(forms.Form):
    """Why something is withdrawn."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("It stays in the history beside your name.")
    )


def named(on: date, *, without: str = "") -> list[tuple[str, str]]:
    """Every agency but one under its name of that day, by name."""
    rows = Agency.objects.exclude(pk=without).prefetch_related("names")
    return sorted(((row.pk, row.name(on)) for row in rows), key=lambda pair: pair[1])
