"""What an agency states beside a programme: only what the regulations here ask for is shown."""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from bangtin.hub.portal.subject_words import LABELS
from bangtin.hub.programmes import asked
from bangtin.hub.programmes.actions import Facts
from bangtin.hub.programmes.asked import Asked
from bangtin.hub.programmes.models import Language, ProgrammeVersion
from bangtin.hub.programmes.paperwork import Channel, Nature
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument

YES, NO = "yes", "no"
RIGHTS = (
    "rights_author", "rights_owner", "rights_source", "rights_licence", "rights_from", "rights_until",
    "rights_territory", "rights_consent",
)  # fmt: skip
_DAYS = ("letter_on", "published_on", "wanted_from", "wanted_until", "rights_from", "rights_until")


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _words(label: Any, longest: int = 200) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=longest)


class PaperForm(forms.Form):
    """The fields of `Facts`; `fit` takes away those that no regulation here asks for."""

    nature = forms.ChoiceField(label=gettext_lazy("What it is for"), initial=Nature.PROPAGANDA)
    more_categories = forms.MultipleChoiceField(
        label=gettext_lazy("Also about"), required=False, widget=forms.CheckboxSelectMultiple
    )
    more_languages = forms.MultipleChoiceField(
        label=gettext_lazy("Other languages in it"),
        required=False,
        choices=Language.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    finished = forms.ChoiceField(
        label=gettext_lazy("Is it a finished video or television report?"),
        required=False,
        choices=((YES, gettext_lazy("Yes, finished")), (NO, gettext_lazy("No"))),
        widget=forms.RadioSelect,
    )
    published_in = _words(gettext_lazy("First published in"))
    published_on = _day(gettext_lazy("First published on"))
    wanted_from = _day(gettext_lazy("Wanted on air from"))
    wanted_until = _day(gettext_lazy("Wanted on air until"))
    rights_author = _words(gettext_lazy("Author"))
    rights_owner = _words(gettext_lazy("Owner of the rights"))
    rights_source = _words(gettext_lazy("Source of pictures and sound"))
    rights_licence = _words(gettext_lazy("Licence or contract"))
    rights_from = _day(gettext_lazy("May be used from"))
    rights_until = _day(gettext_lazy("May be used until"))
    rights_territory = _words(gettext_lazy("May be used where"))
    rights_consent = _words(gettext_lazy("Consent of the persons shown"))
    letter_number = _words(gettext_lazy("Number of the letter"), 80)
    letter_on = _day(gettext_lazy("Day of the letter"))
    is_declared = forms.BooleanField(
        label=gettext_lazy("It holds no state secret and may be made public."),
        error_messages={
            "required": gettext_lazy(
                "Tick that it holds no state secret and may be made public; without that it is not taken."
            )
        },
    )

    def fit(self, agencies: AbstractSet[str], *, instruments: Collection[str] | None = None) -> None:
        """Keep the fields that the instruments ask of these agencies, with their own lists."""
        names = instruments or list(Instrument.objects.order_by("pk").values_list("pk", flat=True))
        every = [asked.of(one) for one in names]
        self._keep("finished", any(agencies & one.finished_from for one in every))
        for name in ("published_in", "published_on"):
            self._keep(name, any(agencies & one.published_from for one in every))
        natures = [one for one in Nature if any(one in asks.natures for asks in every)]
        if self._keep("nature", len(natures) > 1):
            self._list("nature", [(one.value, one.label) for one in natures])
        self._list("more_categories", _categories(every))
        self._fit_subject(every)
        self._begin(agencies, names)
        self.clauses = {
            "finished": next((one.finished_clause for one in every if one.finished_clause), ""),
            "published": next((one.published_clause for one in every if one.published_clause), ""),
            "declaration": next((one.declaration for one in every if one.declaration), ""),
        }

    def facts(self, *, channel: str = Channel.ONLINE) -> Facts:
        """What was stated; call after `is_valid`."""
        given = self.cleaned_data
        plain = {name: given.get(name) or "" for name in (*RIGHTS, "letter_number", "published_in")}
        days = {name: given.get(name) for name in _DAYS}
        finished = given.get("finished")
        subject: dict[str, Any] = {name: given[name] for name in LABELS if given.get(name)}
        if "forms" in subject:
            subject["forms"] = tuple(subject["forms"])
        return Facts(
            subject=subject,
            channel=channel,
            nature=given.get("nature") or Nature.PROPAGANDA,
            categories=tuple(given.get("more_categories") or ()),
            languages=tuple(one for one in given.get("more_languages") or () if one != given.get("language")),
            is_finished_report=finished == YES if finished else None,
            is_declared=bool(given.get("is_declared")),
            **(plain | days),
        )

    def subject(self) -> list[tuple[forms.BoundField, str, str]]:
        """What some kinds of content have stated besides: the field, the kinds that ask for it, the clause."""
        return [(self[name], " ".join(kinds), clause) for name, (kinds, clause) in self.asking.items()]

    def rights(self) -> list[forms.BoundField]:
        """The fields on rights, for the page."""
        return [self[name] for name in RIGHTS]

    def is_rights_open(self) -> bool:
        """Whether something stands in the fields on rights, or is wrong there."""
        return any(self[name].value() or self[name].errors for name in RIGHTS)

    def is_letter_open(self) -> bool:
        """Whether a letter is named, or something is wrong about it."""
        return any(self[name].value() or self[name].errors for name in ("letter_number", "letter_on"))

    def is_more_open(self) -> bool:
        """Whether more kinds or languages are ticked."""
        return any(self[name].value() or self[name].errors for name in ("more_categories", "more_languages"))

    def _fit_subject(self, every: list[Asked]) -> None:
        """Keep what a kind of content of these instruments asks for, and note which kinds do."""
        self.asking: dict[str, tuple[list[str], str]] = {}
        for asks in every:
            for one in asks.categories:
                for name, (_is_needed, clause) in asked.subject_fields([one]).items():
                    self.asking.setdefault(name, ([], clause))[0].append(one.id)
        for name in self.asking:
            self.fields[name] = _words(LABELS[name])
        if "forms" in self.asking:
            choices = [(one.id, regulations.in_words(one.name)) for asks in every for one in asks.forms]
            self.fields["forms"] = forms.MultipleChoiceField(
                label=LABELS["forms"], required=False, choices=choices, widget=forms.CheckboxSelectMultiple
            )

    def _begin(self, agencies: AbstractSet[str], names: Collection[str]) -> None:
        """Tick what the text names these agencies for; they may choose otherwise."""
        packs = [regulations.regulation(name) for name in names]
        usual = [one for pack in packs for agency in agencies for one in asked.usual(pack, agency)]
        if "category" in self.fields:
            self.fields["category"].initial = next((one.id for one in usual if one.kind == "category"), "")
        self.fields["more_categories"].initial = [one.id for one in usual if one.kind == "tag"]

    def _keep(self, name: str, is_kept: bool) -> bool:
        if not is_kept:
            del self.fields[name]
        return is_kept

    def _list(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices


FIELDS = {"languages": "more_languages", "categories": "more_categories", "is_finished_report": "finished"}


def paper_initial(version: ProgrammeVersion) -> dict[str, object]:
    """What was stated with an earlier version, to begin from; the declaration is made anew each time."""
    row = getattr(version, "facts", None)
    if row is None:
        return {}
    names = (*RIGHTS, "letter_number", "letter_on", "published_in", "published_on", "wanted_from", "wanted_until")
    finished = {True: YES, False: NO, None: ""}[row.is_finished_report]
    return {name: getattr(row, name) for name in names} | {
        "nature": row.nature,
        "more_categories": row.categories[1:] if row.categories[:1] == [version.programme.category] else row.categories,
        "more_languages": row.languages,
        "finished": finished,
        **row.subject,
    }


def _categories(every: list[Asked]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for asks in every:
        for one in asks.categories:
            found.setdefault(one.id, regulations.in_words(one.name))
    return list(found.items())
