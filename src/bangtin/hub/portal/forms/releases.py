"""Forms of a release: which days, and what the other person answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangtin.hub.portal.forms.air import AirForm
from bangtin.hub.portal.forms.week import day_field


class AskForm(AirForm):
    """The days to be released, and a word for who looks at them."""

    from_on = day_field(gettext_lazy("First day"))
    until_on = day_field(gettext_lazy("Last day"))
    note = forms.CharField(label=gettext_lazy("Note for who approves"), max_length=300, required=False)


class AnswerForm(AirForm):
    """Approve, or return with a reason."""

    outcome = forms.ChoiceField(choices=(("approve", ""), ("return", "")))
    reason = forms.CharField(
        label=gettext_lazy("Reason or note"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed to return the plan: say what has to change."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("outcome") == "return" and not given.get("reason"):
            self.add_error("reason", _("Say what has to change, in a few words."))
        return given
