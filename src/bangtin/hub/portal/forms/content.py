"""Forms of submission, appraisal and the list of programmes. Shapes only: the desks judge."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import posts_on
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import files
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.files import StoredFile, TooLarge
from bangtin.hub.portal.forms import made_for
from bangtin.hub.portal.forms.paper import FIELDS, PaperForm, paper_initial
from bangtin.hub.portal.forms.selects import QuickSelect
from bangtin.hub.programmes import asked
from bangtin.hub.programmes import queries as programme_queries
from bangtin.hub.programmes.actions import Submission, wording
from bangtin.hub.programmes.models import Language, Programme, ProgrammeVersion, Upload
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument

FILE, TEXT = "file", "text"
NOTICE_PREFIX = "text_"
MONTHS_AHEAD = 6
INSTRUCTION = ("instruction_number", "instruction_on", "instruction_by")
SUBTITLES_MOST_BYTES = 2 << 20
NOTICE_LABELS = {
    "title": gettext_lazy("Main line on the screen"),
    "head": gettext_lazy("Band: place or agency"),
    "fact": gettext_lazy("The fact: hour, place, act"),
    "detail": gettext_lazy("Date, further detail"),
    "issuer": gettext_lazy("Who gives notice"),
    "translation": gettext_lazy("The same in the second language"),
    "rows": gettext_lazy("Rows, parts between bars ( | )"),
    "facts": gettext_lazy("Facts that run across, one a line"),
}
NOTICE_HELP = {
    "rows": gettext_lazy("At most 4 rows of 3 parts. For example: Tà Lùng | 07:00 – 19:00 | Open"),
    "facts": gettext_lazy("At most 3 facts. They run from right to left, 120 pixels a second."),
}
TEMPLATES = (
    ("notice", gettext_lazy("Notice in Vietnamese")),
    ("bilingual", gettext_lazy("Notice in two languages")),
    ("urgent", gettext_lazy("Urgent notice")),
    ("event", gettext_lazy("Event")),
    ("table", gettext_lazy("Table")),
    ("ticker", gettext_lazy("Running words")),
)


def notice_fields(template: str) -> tuple[str, ...]:
    """The names of a template's fields, the main line first."""
    return tuple(wording.NOTICE_FIELDS[template])


class SubmissionForm(PaperForm):
    """One programme: a file or a text notice, and what is said about it."""

    way = forms.ChoiceField(
        label=gettext_lazy("What is sent"),
        choices=((FILE, gettext_lazy("A file: video, picture or sound")), (TEXT, gettext_lazy("A text notice"))),
        widget=forms.RadioSelect,
        initial=FILE,
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": "video/*,image/*,audio/*,.mxf,.ts,.pdf,.docx,.pptx,.txt"}),
        help_text=gettext_lazy(
            "Video, picture (JPEG, PNG, HEIC), sound, PDF, Word or PowerPoint. It may be filmed with a phone."
        ),
    )
    subtitles = forms.FileField(
        label=gettext_lazy("Subtitles beside a video"),
        required=False,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".srt,.vtt"}),
        help_text=gettext_lazy("SRT or VTT, in Unicode. They are drawn into the picture, large enough for the screen."),
    )
    upload = forms.CharField(required=False, max_length=43, widget=forms.HiddenInput)  # a file that came by itself
    template = forms.ChoiceField(
        label=gettext_lazy("Template"), choices=TEMPLATES, widget=forms.RadioSelect, required=False, initial="notice"
    )
    text_language = forms.ChoiceField(
        label=gettext_lazy("Second language"),
        choices=[(one.value, one.label) for one in Language if one.value in wording.TRANSLATIONS],
        required=False,
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=wording.TITLE_LONGEST,
        help_text=gettext_lazy("As it will stand in schedule, log and report."),
    )
    agency = forms.ChoiceField(label=gettext_lazy("Sent by"))
    month = forms.ChoiceField(label=gettext_lazy("For the month"))
    category = forms.ChoiceField(label=gettext_lazy("Kind of content"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices, initial="vi")
    clusters = forms.MultipleChoiceField(label=gettext_lazy("Wanted on"), widget=forms.CheckboxSelectMultiple)
    still_s = forms.IntegerField(
        label=gettext_lazy("A picture or notice stays, in seconds"),
        min_value=2,
        max_value=60,
        initial=8,
        help_text=gettext_lazy("A video plays in its own length."),
    )
    is_urgent = forms.BooleanField(
        label=gettext_lazy("Urgent lane: goes first, on an instruction, and is reviewed later"),
        required=False,
    )
    instruction_number = forms.CharField(label=gettext_lazy("Number of the instruction"), required=False, max_length=80)
    instruction_on = forms.DateField(
        label=gettext_lazy("Day of the instruction"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    instruction_by = forms.CharField(label=gettext_lazy("Given by"), required=False, max_length=200)

    made_for = forms.ChoiceField(
        label=gettext_lazy("Made for"),
        required=False,
        help_text=gettext_lazy("An order of the lead agency, or what it asked your agency for."),
    )

    def __init__(self, *args: Any, user: User, today: date, programme: Programme | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        self.user = user
        for name, longest in _all_notice_fields().items():
            self.fields[NOTICE_PREFIX + name] = _line(name, longest)
        self._choice("agency").choices = self.own_agencies(user, today)
        self._choice("month").choices = _months(today)
        self._choice("category").choices = _categories()
        self._choice("clusters").choices = [
            (row.pk, f"{row} ({_geometries(row)})") for row in Cluster.objects.prefetch_related("faces")
        ]
        self.fields["month"].initial = f"{today:%Y-%m}"
        self.fields["still_s"].widget.attrs["inputmode"] = "numeric"
        own = {programme.agency_id} if programme else {name for name, _label in self._choice("agency").choices}
        self.open_for = {} if programme else made_for.choices_of(own, on=today)
        if self.open_for:
            self._choice("made_for").choices = made_for.named(self.open_for)
        else:
            del self.fields["made_for"]
        self.fit(own, instruments=[programme.instrument_id] if programme else None)
        if programme is not None:
            # a new version keeps what stands on the receipt
            for name in ("agency", "month", "category", "clusters", "is_urgent", *INSTRUCTION):
                del self.fields[name]

    def own_agencies(self, user: User, today: date) -> list[tuple[str, str]]:
        """The agencies for which the account contributes, by id and name."""
        posts = posts_on(user, today).filter(role=Role.CONTRIBUTOR)
        return list({post.agency_id: post.agency.name(today) for post in posts}.items())

    def submission(self) -> Submission:
        """What the desk takes in; call after `is_valid`."""
        given, programme = self.cleaned_data, self.programme
        common: dict[str, Any] = {
            "title": given["title"],
            "language": given["language"],
            "still_ms": given["still_s"] * 1000,
            "text": self._text() if given["way"] == TEXT else None,
            "source_name": given["file"].name if given.get("file") else "",
            **self._subtitles(),
            "programme": programme,
            "facts": self.facts(),
        }
        if programme is not None:
            clusters = tuple(programme.clusters.values_list("pk", flat=True))
            return Submission(
                agency_id=programme.agency_id,
                cluster_ids=clusters,
                month=programme.month,
                category=programme.category,
                is_urgent=programme.is_urgent,
                **common,
            )
        return Submission(
            agency_id=given["agency"],
            cluster_ids=tuple(given["clusters"]),
            month=date.fromisoformat(f"{given['month']}-01"),
            category=given["category"],
            is_urgent=given["is_urgent"],
            **{name: given[name] for name in INSTRUCTION},
            **made_for.chosen(self.open_for, given.get("made_for", "")),
            **common,
        )

    def stored(self) -> StoredFile | Upload | None:
        """The account's chosen upload, or the bytes sent with the form in the store; None for a text notice.

        Raises: forms.ValidationError if the file is larger than the hub takes, or there is no such upload.
        """
        if self.cleaned_data["way"] == TEXT:
            return None
        if self.cleaned_data.get("upload"):
            found = programme_queries.own_upload(self.user, self.cleaned_data["upload"])
            if found is None:
                raise forms.ValidationError(_("The uploaded file is no longer here. Choose it again."))
            return found
        upload = self.cleaned_data.get("file")
        if upload is None:
            return None
        try:
            return files.put(upload.chunks(), max_bytes=settings.MAX_UPLOAD_BYTES)
        except TooLarge as error:
            raise forms.ValidationError(_("The file is larger than this hub takes. Export it smaller.")) from error

    def _subtitles(self) -> dict[str, Any]:
        """The subtitles sent with the form, in the store; nothing beside a notice."""
        sent = self.cleaned_data.get("subtitles")
        if sent is None or self.cleaned_data["way"] == TEXT:
            return {}
        return {"subtitles": files.put(sent.chunks(), max_bytes=SUBTITLES_MOST_BYTES), "subtitles_name": sent.name}

    def clean_subtitles(self) -> Any:
        """Subtitles are text: what is larger than a book is none."""
        sent = self.cleaned_data.get("subtitles")
        if sent is not None and sent.size > SUBTITLES_MOST_BYTES:
            raise forms.ValidationError(_("Subtitles are at most 2 MB of text."))
        return sent

    def clean(self) -> dict[str, Any]:
        """A file must be chosen where a file is sent."""
        given: dict[str, Any] = super().clean() or {}
        has_file = given.get("file") is not None or given.get("upload")
        if given.get("way") == FILE and not has_file and "file" not in self.errors:
            self.add_error("file", _("Choose the file to send."))
        return given

    def show(self, refusal: Refusal) -> bool:
        """Put a desk's messages under their fields; say whether each found its field."""
        placed = 0
        for name, words in refusal.fields.items():
            field = {"cluster_ids": "clusters", "still_ms": "still_s", "agency_id": "agency", **FIELDS}.get(
                name, name.replace("text.", NOTICE_PREFIX)
            )
            field = "template" if field == "text_template" else field
            if field in self.fields:
                self.add_error(field, words)
                placed += 1
        if not placed:
            self.add_error(None, str(refusal))
        return bool(refusal.fields) and placed == len(refusal.fields)

    def notice_rows(self) -> list[tuple[str, forms.BoundField]]:
        """Each notice field with the templates that have it, for the page."""
        found = []
        for name in _all_notice_fields():
            templates = [one for one, limits in wording.NOTICE_FIELDS.items() if name in limits]
            found.append((" ".join(f"bt-of-{one}" for one in templates), self[NOTICE_PREFIX + name]))
        return found

    def _text(self) -> dict[str, object]:
        given = self.cleaned_data
        template = given.get("template") or "notice"
        values = {name: given.get(NOTICE_PREFIX + name, "") for name in notice_fields(template)}
        fields = {name: value for name, value in values.items() if value}
        if template == "bilingual":
            fields["language"] = given.get("text_language", "")
        return {"template": template, "fields": fields}

    def _choice(self, name: str) -> Any:
        return self.fields[name]


class ProgrammeFilter(forms.Form):
    """What of the programmes is shown; stands in the address."""

    q = forms.CharField(label=gettext_lazy("Title or number"), required=False, max_length=100)
    trang_thai = forms.ChoiceField(label=gettext_lazy("State"), required=False, widget=QuickSelect)
    don_vi = forms.ChoiceField(label=gettext_lazy("Agency"), required=False, widget=QuickSelect)

    def __init__(self, *args: Any, agencies: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states: Any = self.fields["trang_thai"]
        states.choices = [("", _("All")), *VersionState.choices]
        units: Any = self.fields["don_vi"]
        units.choices = [("", _("All")), *agencies]


def version_initial(version: ProgrammeVersion) -> dict[str, object]:
    """A form that starts from an earlier version."""
    text = version.text or {}
    fields = text.get("fields", {})
    return {
        "way": TEXT if version.text else FILE,
        "template": text.get("template", "notice"),
        "text_language": fields.get("language", ""),
        "title": version.title,
        "language": version.language,
        "still_s": version.still_ms // 1000,
        **paper_initial(version),
        **{NOTICE_PREFIX + name: value for name, value in fields.items() if name != "language"},
    }


class NoticeLine(forms.CharField):
    """A line of a text notice; `is_needed` where a text notice cannot do without it."""

    is_needed = False


def _line(name: str, longest: int) -> NoticeLine:
    found = NoticeLine(
        label=NOTICE_LABELS[name],
        required=False,
        max_length=longest,
        widget=_typed(name)(
            attrs={"data-notice-field": name, "autocomplete": "off"} | ({"rows": 4} if name in NOTICE_HELP else {})
        ),
        help_text=NOTICE_HELP.get(name, ""),
    )
    found.is_needed = name in {"title", "translation", "rows", "facts"}
    return found


def _typed(name: str) -> type[forms.Textarea] | type[forms.TextInput]:
    """Several lines for what holds one thing a line."""
    return forms.Textarea if name in NOTICE_HELP else forms.TextInput


def _all_notice_fields() -> dict[str, int]:
    """Every field of every template with its longest text, in the order of the page."""
    found: dict[str, int] = {}
    for name in NOTICE_LABELS:
        limits = [fields[name] for fields in wording.NOTICE_FIELDS.values() if name in fields]
        found[name] = max(limits)
    return found


def _months(today: date) -> list[tuple[str, str]]:
    first = today.year * 12 + today.month - 1
    found = [divmod(first + step, 12) for step in range(-1, MONTHS_AHEAD)]
    return [(f"{year}-{month + 1:02}", f"{month + 1:02}/{year}") for year, month in found]


def _categories() -> list[Any]:
    """Content that the instruments name, each with its clause's own words; tags come after."""
    plain: dict[str, str] = {}
    tags: dict[str, str] = {}
    for instrument in Instrument.objects.order_by("pk"):
        for one in asked.of(instrument.pk).categories:
            (tags if one.kind == "tag" else plain).setdefault(one.id, regulations.in_words(one.name))
    groups: list[Any] = [("", _("Choose one")), (_("Content of the clusters"), list(plain.items()))]
    return [*groups, (_("Focus"), list(tags.items()))] if tags else groups


def _geometries(cluster: Cluster) -> str:
    return ", ".join(sorted({f"{face.width} × {face.height}" for face in cluster.faces.all()}))
