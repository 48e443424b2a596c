"""Forms of production orders and information requests. Shapes only: the desk judges."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangtin.hub.agencies.models import Agency
from bangtin.hub.plans import queries
from bangtin.hub.plans.actions import Asked, Wanted
from bangtin.hub.portal.forms.administration import day_field
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument

AREA = forms.Textarea(attrs={"rows": 5})
PRESS = "press"


class OrderForm(forms.Form):
    """A product that is to be made."""

    instrument = forms.ChoiceField(label=gettext_lazy("Under the regulation"))
    title = forms.CharField(label=gettext_lazy("Product"), max_length=200)
    brief = forms.CharField(
        label=gettext_lazy("What is to be made"),
        max_length=5000,
        widget=AREA,
        help_text=gettext_lazy("What it shows, how long, in which languages, for which clusters."),
    )
    categories = forms.MultipleChoiceField(
        label=gettext_lazy("It is about"), required=False, widget=forms.CheckboxSelectMultiple
    )
    producer = forms.ChoiceField(label=gettext_lazy("Who makes it"))
    producer_name = forms.CharField(
        label=gettext_lazy("Name of the press organisation"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For a central or other press organisation without an account here."),
    )
    due_on = day_field(label=gettext_lazy("Deliver by"))
    cost_vnd = forms.IntegerField(
        label=gettext_lazy("Agreed sum, in đồng"),
        required=False,
        min_value=0,
        max_value=10**12,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    letter_number = forms.CharField(label=gettext_lazy("Number of the letter"), max_length=80, required=False)

    def __init__(self, *args: Any, instruments: Sequence[Instrument], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _one_of(self, instruments)
        found: dict[str, str] = {}
        tags: dict[str, str] = {}
        for row in instruments:
            for one in queries.categories(row.pk):
                (tags if one.kind == "tag" else found).setdefault(one.id, regulations.in_words(one.name))
        kinds: Any = self.fields["categories"]
        # what the clause names for ordered products comes first
        first = {key: tags[key] for key in tags if key in queries.PRODUCT_TAGS}
        kinds.choices = list({**first, **tags, **found}.items())
        producer: Any = self.fields["producer"]
        producer.choices = [
            ("", _("Choose one")),
            (PRESS, _("A press organisation without an account here")),
            *_agencies(instruments, today),
        ]

    def wanted(self) -> Wanted:
        """What the desk takes down; call after `is_valid`."""
        given = self.cleaned_data
        producer = Agency.objects.filter(pk=given["producer"]).first()
        return Wanted(
            title=given["title"],
            brief=given["brief"],
            due_on=given["due_on"],
            producer=producer,
            producer_name=given["producer_name"],
            categories=tuple(given["categories"]),
            cost_vnd=given["cost_vnd"],
            letter_number=given["letter_number"],
        )


class LetterForm(forms.Form):
    """The letter under which an order goes out."""

    letter_number = forms.CharField(label=gettext_lazy("Number of the letter"), max_length=80, required=False)


class NoteForm(forms.Form):
    """A note that may be left out."""

    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)


class PaymentForm(forms.Form):
    """A payment."""

    cost_vnd = forms.IntegerField(
        label=gettext_lazy("Sum paid, in đồng"),
        min_value=1,
        max_value=10**12,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    paid_on = day_field(label=gettext_lazy("Paid on"))
    payment_number = forms.CharField(label=gettext_lazy("Number of the payment paper"), max_length=80)


class InformationForm(forms.Form):
    """What an agency is asked for."""

    instrument = forms.ChoiceField(label=gettext_lazy("Under the regulation"))
    agency = forms.ChoiceField(label=gettext_lazy("Who is asked"))
    subject = forms.CharField(label=gettext_lazy("About what"), max_length=200)
    what = forms.CharField(
        label=gettext_lazy("What is needed"),
        max_length=5000,
        widget=AREA,
        help_text=gettext_lazy("Which figures, pictures or words, of which time. Ask only for what may be published."),
    )
    due_on = day_field(label=gettext_lazy("Answer by"))
    letter_number = forms.CharField(label=gettext_lazy("Number of the letter"), max_length=80, required=False)

    def __init__(self, *args: Any, instruments: Sequence[Instrument], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _one_of(self, instruments)
        agency: Any = self.fields["agency"]
        agency.choices = [("", _("Choose one")), *_agencies(instruments, today)]

    def asked(self) -> Asked:
        """What the desk takes down; call after `is_valid`."""
        given = self.cleaned_data
        return Asked(given["subject"], given["what"], given["due_on"], given["letter_number"])


class ManyFiles(forms.ClearableFileInput):
    """A file input for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, as a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each file in order."""
        given = data if isinstance(data, (list, tuple)) else [data] if data else []
        return [super(FilesField, self).clean(one, initial) for one in given]


class InformationAnswerForm(forms.Form):
    """What an agency gives, and what it states about it."""

    answer = forms.CharField(
        label=gettext_lazy("Answer"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    attached = FilesField(
        label=gettext_lazy("Files"),
        required=False,
        help_text=gettext_lazy("Figures, documents, pictures; at most 10 files of 100 MB each."),
        widget=ManyFiles(attrs={"multiple": True}),
    )
    is_publishable = forms.BooleanField(
        label=gettext_lazy("It may be published: it holds no state secret, no working secret, no private data."),
        required=False,
    )
    is_lawful = forms.BooleanField(
        label=gettext_lazy("It is full and correct and obeys the law; the agency answers for it."), required=False
    )


def _one_of(form: forms.Form, instruments: Sequence[Instrument]) -> None:
    """The regulation; not asked where there is one alone."""
    field: Any = form.fields["instrument"]
    field.choices = [(row.pk, str(row)) for row in instruments]
    if len(instruments) == 1:
        field.initial, field.required, field.widget = instruments[0].pk, False, forms.HiddenInput()
        field.choices = [(instruments[0].pk, str(instruments[0]))]


def chosen(form: forms.Form, instruments: Sequence[Instrument]) -> Instrument:
    """The regulation that was chosen, else the only one."""
    return next((row for row in instruments if row.pk == form.cleaned_data.get("instrument")), instruments[0])


def _agencies(instruments: Sequence[Instrument], today: date) -> list[tuple[str, str]]:
    found = {one.pk: one.name(today) for row in instruments for one in queries.may_be_turned_to(row.pk, on=today)}
    return sorted(found.items(), key=lambda pair: pair[1])
