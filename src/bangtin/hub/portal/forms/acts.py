"""Forms of the deeds beside a decision: an edit, a request to a Party body, a later review, a one-person unit."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangtin.hub.portal.forms.administration import day_field
from bangtin.hub.programmes.actions import wording
from bangtin.hub.programmes.models import ProgrammeVersion

WORDS = "tu_"


class EditForm(forms.Form):
    """What an editor changes: the title, the words of a notice, how long a picture stays; a file comes by upload."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=gettext_lazy("Title as it goes on air"), max_length=wording.TITLE_LONGEST)
    upload = forms.CharField(required=False, max_length=43, widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("What was changed, and why"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Read by the officer who confirms the edited version; at least 10 characters."),
    )

    def __init__(self, *args: Any, version: ProgrammeVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        self.fields["digest"].initial = version.content_digest
        self.fields["title"].initial = version.title
        if not version.text:
            self.fields["file"] = forms.FileField(
                label=gettext_lazy("The edited file, where it is another one"),
                required=False,
                widget=forms.FileInput(attrs={"accept": "video/*,image/*,audio/*"}),
                help_text=gettext_lazy(
                    "Without one the file that came in goes on air; it has to be sent by this page."
                ),
            )
        for name, value in (version.text or {}).get("fields", {}).items():
            if isinstance(value, str) and name != "language":
                widget = forms.Textarea(attrs={"rows": 2}) if "\n" in value else forms.TextInput()
                self.fields[WORDS + name] = forms.CharField(
                    label=name_of(name), initial=value, required=False, widget=widget
                )

    def clean(self) -> dict[str, Any]:
        """A file that did not go up is told, never left out in silence."""
        given: dict[str, Any] = super().clean() or {}
        if self.data.get("file") and not given.get("upload"):
            self.add_error("file", _("The file was not sent. Wait until it is up, then send the form again."))
        return given

    def words(self) -> dict[str, object] | None:
        """The notice with the words as they were typed; None where the version is a file."""
        if not self.version.text:
            return None
        fields = dict(self.version.text.get("fields", {}))
        typed = {name: self.cleaned_data.get(WORDS + name) for name in fields if WORDS + name in self.fields}
        fields |= {name: value for name, value in typed.items() if value}
        for name, value in typed.items():
            if not value:
                fields.pop(name, None)
        return {**self.version.text, "fields": fields}


class ConsultForm(forms.Form):
    """What a Party body is asked."""

    question = forms.CharField(
        label=gettext_lazy("What is to be looked at"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AnswerForm(forms.Form):
    """What it answered."""

    answer = forms.CharField(
        label=gettext_lazy("The answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    reference = forms.CharField(label=gettext_lazy("Number of the paper"), required=False, max_length=120)
    answered_on = day_field(label=gettext_lazy("Day of the answer"))


class ReviewForm(forms.Form):
    """What the later review found."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Result of the review"),
        choices=(("upheld", gettext_lazy("The release is upheld")), ("not", gettext_lazy("The release is not upheld"))),
        widget=forms.RadioSelect,
    )
    findings = forms.CharField(
        label=gettext_lazy("What was found"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class OnePersonForm(forms.Form):
    """That a unit has one person, since when and on which paper."""

    agency = forms.ChoiceField(label=gettext_lazy("Unit"))
    starts_on = day_field(label=gettext_lazy("From"))
    ends_on = day_field(label=gettext_lazy("Until"), required=False)
    basis = forms.CharField(
        label=gettext_lazy("Basis: number, day and giver of the paper"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, agencies: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["agency"]
        field.choices = agencies


class EndForm(forms.Form):
    """The last day on which a unit has one person."""

    ends_on = day_field(label=gettext_lazy("Last day"))


def name_of(field: str) -> str:
    """The label of a notice's field, as the form of submission has it."""
    from bangtin.hub.portal.forms.content import NOTICE_LABELS

    return str(NOTICE_LABELS.get(field, field))
