"""Forms of the language desk. Shapes only: the desk judges."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import holders
from bangtin.hub.agencies.models import Agency
from bangtin.hub.portal import formats
from bangtin.hub.programmes.models import Language, ProgrammeVersion
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.translation import queries
from bangtin.hub.translation.models import TranslationJob

TARGET, READ = "t-", "r-"


class GivenTo(forms.Form):
    """To whom a translation is given, and by when."""

    agency = forms.ChoiceField(label=gettext_lazy("Agency that translates"), required=False)
    translator = forms.ChoiceField(
        label=gettext_lazy("Translator"),
        required=False,
        help_text=gettext_lazy("Without a person, any contributor of the agency may write it."),
    )
    due_on = forms.DateField(
        label=gettext_lazy("Wanted by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, instrument_id: str, today: date, language: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        charged = [agency for agency, _clause in queries.translators(instrument_id, on=today, language=language)]
        named = [one.id for one in regulations.regulation(instrument_id).agencies]
        agencies = _agencies([*charged, *named], today)
        self._choice("agency").choices = [("", _("Choose one")), *agencies]
        people = holders(agencies=[name for name, _label in agencies], roles=[Role.CONTRIBUTOR], on=today)
        persons = {str(post.user_id): f"{post.user} ({dict(agencies)[post.agency_id]})" for post in people}
        self._choice("translator").choices = [("", _("Nobody in particular")), *persons.items()]
        if charged:
            self.fields["agency"].initial = charged[0]

    def given(self) -> dict[str, Any]:
        """What the actions take; call after `is_valid`."""
        found = self.cleaned_data
        return {
            "agency": Agency.objects.filter(pk=found["agency"]).first() if found["agency"] else None,
            "translator": User.objects.filter(pk=found["translator"]).first() if found["translator"] else None,
            "due_on": found["due_on"],
        }

    def show(self, given: Mapping[str, str]) -> bool:
        """Put the desk's messages under their fields; say whether each found its field."""
        for name in given.keys() & self.fields.keys():
            self.add_error(name, given[name])
        return bool(given) and given.keys() <= self.fields.keys()

    def _choice(self, name: str) -> Any:
        return self.fields[name]


class AskForm(GivenTo):
    """A language asked for."""

    field_order = ("language", "agency", "translator", "due_on", "note")
    language = forms.ChoiceField(label=gettext_lazy("Into"))
    note = forms.CharField(
        label=gettext_lazy("Note for the translator"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, version: ProgrammeVersion, taken: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, instrument_id=version.programme.instrument_id, **kwargs)
        left = [one for one in Language.values if one != version.language and one not in taken]
        self._choice("language").choices = [(one, formats.language(one)) for one in left]


class Handing(forms.Form):
    """What goes with a translation that is handed in."""

    is_declared = forms.BooleanField(
        label=gettext_lazy("It holds no state secret and may be made public; the words say what the original says"),
        required=False,
    )
    file = forms.FileField(
        label=gettext_lazy("File in this language, in place of the original's"),
        required=False,
        help_text=gettext_lazy("Only if the film, picture or recording was made anew in the language."),
    )


def typed(post: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The words of the editor by segment, and which of the machine's were read over."""
    targets = {name.removeprefix(TARGET): value for name, value in post.items() if name.startswith(TARGET)}
    return targets, [name.removeprefix(READ) for name in post if name.startswith(READ)]


def given_form(job: TranslationJob, today: date, data: Any = None) -> GivenTo:
    """The form that gives a job out, filled with what holds now."""
    return GivenTo(
        data,
        instrument_id=job.programme.instrument_id,
        today=today,
        language=job.language,
        initial={"agency": job.agency_id or "", "translator": job.translator_id or "", "due_on": job.due_on},
    )


def _agencies(ids: Iterable[str], today: date) -> list[tuple[str, str]]:
    wanted = list(dict.fromkeys(ids))
    rows = {row.pk: row for row in Agency.objects.filter(pk__in=wanted).prefetch_related("names")}
    return [(name, rows[name].name(today)) for name in wanted if name in rows]
