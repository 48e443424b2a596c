"""Forms of dispatches: what goes to whom, what became of a line, whether a programme is fit. Shapes only."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangtin.hub.agencies.models import Agency
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules.models import LineOutcome

SUPPLY, BETWEEN = "supply", "between"
YES, SHARED, NO = "yes", "shared", "no"


class DispatchForm(forms.Form):
    """A dispatch to one receiver: the month's supply or one in between, and its programmes."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of dispatch"), widget=forms.RadioSelect, initial=SUPPLY)
    versions = forms.MultipleChoiceField(label=gettext_lazy("Programmes"), widget=forms.CheckboxSelectMultiple)
    letter_number = forms.CharField(label=gettext_lazy("Number of the letter"), max_length=80, required=False)
    note = forms.CharField(
        label=gettext_lazy("Note to the receiver"), max_length=300, required=False, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args: Any, ready: Sequence[ProgrammeVersion], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ready = {str(one.pk): one for one in ready}
        kind: Any = self.fields["kind"]
        kind.choices = [
            (SUPPLY, _("Supply of %(month)s") % {"month": f"{today:%m/%Y}"}),
            (BETWEEN, _("In between, beside the month's supply")),
        ]
        versions: Any = self.fields["versions"]
        versions.choices = [(key, one.title) for key, one in self.ready.items()]
        versions.error_messages["required"] = _("Choose at least one programme.")

    def chosen(self) -> list[ProgrammeVersion]:
        """The chosen programmes in the order of the page; call after `is_valid`."""
        return [self.ready[key] for key in self.ready if key in self.cleaned_data["versions"]]


class OutcomeForm(forms.Form):
    """What became of a line that was not placed."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        choices=[
            (LineOutcome.NOT_PLACED, gettext_lazy("Not placed")),
            (LineOutcome.USED_OTHERWISE, gettext_lazy("Used in another way: loudspeakers, bulletin, notice board")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why, or where"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class SelectionForm(forms.Form):
    """Whether a ready programme is fit for operators."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Selection"),
        choices=[
            (YES, gettext_lazy("Suitable: may be sent to operators")),
            (SHARED, gettext_lazy("Suitable, and in the common library that localities take from")),
            (NO, gettext_lazy("Not suitable")),
        ],
        widget=forms.RadioSelect,
        initial=YES,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed where it is not suitable."),
    )


class ReceiverForm(forms.Form):
    """Who gets it; stands in the address."""

    cho = forms.ChoiceField(label=gettext_lazy("Receiver"))

    def __init__(self, *args: Any, receivers: Sequence[Agency], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["cho"]
        field.choices = [(one.pk, one.name(today)) for one in receivers]
