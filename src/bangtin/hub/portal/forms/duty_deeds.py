"""Forms of what is asked for under a duty, what answered it, and decisions that lift one. Shapes only."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bangtin.hub.obligations.actions import Asked
from bangtin.hub.portal.forms.administration import day_field


class RequestForm(forms.Form):
    """A paper that asks an agency for something."""

    duty = forms.ChoiceField(label=_("What is asked for"))
    agency = forms.ChoiceField(label=_("Who is asked"))
    subject = forms.CharField(label=_("About what"), max_length=300)
    asked_by = forms.CharField(label=_("Who asks"), max_length=200)
    document_number = forms.CharField(label=_("Number of the paper"), max_length=80, required=False)
    requested_on = day_field(label=_("Day of the paper"))
    due_on = day_field(
        label=_("Answer by"),
        required=False,
        help_text=_("As the paper sets it. Empty: it sets no day, and nothing here will count down."),
    )

    def __init__(
        self, *args: Any, duties: Sequence[tuple[str, str]], agencies: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["duty"] = forms.ChoiceField(label=_("What is asked for"), choices=list(duties))
        self.fields["agency"] = forms.ChoiceField(label=_("Who is asked"), choices=list(agencies))

    def asked(self) -> Asked:
        """What was typed, for the desk."""
        typed = self.cleaned_data
        return Asked(
            typed["asked_by"], typed["subject"], typed["requested_on"], typed["document_number"], typed["due_on"]
        )


class AnswerForm(forms.Form):
    """The paper that answered a request."""

    paper = forms.CharField(
        label=_("Paper that answers"), max_length=200, help_text=_("Number and issuer, as on the paper.")
    )
    answered_on = day_field(label=_("Day of the paper"))


class WaiverForm(forms.Form):
    """The decision that lifts a duty."""

    basis = forms.CharField(
        label=_("Legal basis"), max_length=300, help_text=_("Number, date and issuer of the paper that decides it.")
    )
