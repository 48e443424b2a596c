"""Forms of the emergency pages. Shapes only: the alert desk judges."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bangtin.hub.alerts.models import Alert
from bangtin.hub.alerts.specs import HAZARDS, HEADLINE, LANGUAGES, LEVELS, WORDS, AlertSpec, Reading, Wording
from bangtin.hub.alerts.states import ReviewOutcome
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.portal.forms.air import AirForm, ReasonForm

USUAL = timedelta(hours=6)
READABLE = 24
MOMENT = "%Y-%m-%dT%H:%M"
TONES = (("", gettext_lazy("Three rising tones")), ("none", gettext_lazy("None")))
PACES = (
    ("", gettext_lazy("As the level wants")),
    ("300", gettext_lazy("Every 5 minutes")),
    ("600", gettext_lazy("Every 10 minutes")),
    ("900", gettext_lazy("Every 15 minutes")),
    ("1800", gettext_lazy("Every half hour")),
    ("3600", gettext_lazy("Every hour")),
    ("0", gettext_lazy("Once")),
)
# the two that nearly every order has; the others fold away
FIRST = ("vi", "en", "zh")


def moment_field(*, label: Any, required: bool, help_text: Any = "") -> forms.DateTimeField:
    """A day and minute in Viet Nam."""
    widget = forms.DateTimeInput(format=MOMENT, attrs={"type": "datetime-local", "step": 60})
    formats = [MOMENT, "%Y-%m-%dT%H:%M:%S"]
    return forms.DateTimeField(
        label=label, required=required, help_text=help_text, input_formats=formats, widget=widget
    )


class AlertForm(AirForm):
    """A notice: whose, what danger, how bad, where, from when until when, in which words."""

    issuer_name = forms.CharField(
        label=gettext_lazy("Issuing body"), max_length=200, widget=forms.TextInput(attrs={"list": "co-quan"})
    )
    document = forms.CharField(
        label=gettext_lazy("Number of the bulletin or instruction"), max_length=200, required=False
    )
    hazard = forms.CharField(
        label=gettext_lazy("Danger"), max_length=120, widget=forms.TextInput(attrs={"list": "nguy-co"})
    )
    level = forms.ChoiceField(label=gettext_lazy("Level of risk"), required=False, widget=forms.RadioSelect)
    clusters = forms.MultipleChoiceField(label=pgettext_lazy("notice", "Where"), widget=forms.CheckboxSelectMultiple)
    starts_at = moment_field(
        label=pgettext_lazy("notice", "On air from"), required=False, help_text=gettext_lazy("Empty: at once.")
    )
    ends_at = moment_field(label=gettext_lazy("Ends by itself at"), required=False)
    tone = forms.ChoiceField(label=gettext_lazy("Sound before the reading"), choices=TONES, required=False)
    repeat_s = forms.ChoiceField(label=gettext_lazy("Sounds again"), choices=PACES, required=False)
    reads = forms.BooleanField(
        label=gettext_lazy("Read the texts aloud here and send the sound along"),
        required=False,
        help_text=gettext_lazy("Otherwise each screen reads them with its own voice."),
    )
    asked_key = forms.CharField(max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, clusters: Sequence[Cluster], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        level, where = self.fields["level"], self.fields["clusters"]
        assert isinstance(level, forms.ChoiceField) and isinstance(where, forms.MultipleChoiceField)
        level.choices = [*((str(n), f"{n}, {word}") for n, word in LEVELS.items()), ("", _("no level"))]
        where.choices = [(one.pk, str(one)) for one in clusters]
        for tag in LANGUAGES:
            is_needed = tag == "vi"
            words = forms.Textarea(attrs={"rows": 2, "lang": "zh-Hans" if tag == "zh" else tag})
            self.fields[f"headline_{tag}"] = forms.CharField(
                label=_("Big line"),
                max_length=HEADLINE,
                required=False,
                help_text=_("Up to %(count)d letters are read from 30 m.") % {"count": READABLE},
                widget=forms.TextInput(attrs={"lang": "zh-Hans" if tag == "zh" else tag}),
            )
            self.fields[f"instruction_{tag}"] = forms.CharField(
                label=_("What people must do now"), max_length=WORDS, required=False, widget=words
            )
            self.fields[f"description_{tag}"] = forms.CharField(
                label=_("What is happening"), max_length=WORDS, required=False, widget=words
            )
            self.fields[f"audio_{tag}"] = forms.FileField(label=_("Recorded reading"), required=False)
            for part in ("headline", "instruction"):
                self.fields[f"{part}_{tag}"].is_needed = is_needed  # type: ignore[attr-defined]  # read by the component
        for name in ("ends_at", "tone", "repeat_s", "level"):
            self.fields[name].is_needed = True  # type: ignore[attr-defined]  # asked for by the desk, not by the shape

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The fields of each language, for the page."""
        return [
            {
                "tag": tag,
                "lang": "zh-Hans" if tag == "zh" else tag,
                "headline": self[f"headline_{tag}"],
                "instruction": self[f"instruction_{tag}"],
                "description": self[f"description_{tag}"],
                "audio": self[f"audio_{tag}"],
                "is_filled": bool(self[f"headline_{tag}"].value()),
                "is_open": tag == "vi" or bool(self[f"headline_{tag}"].errors),
                "is_first": tag in FIRST,
            }
            for tag in LANGUAGES
        ]

    def spec(self, *, is_drill: bool, audio: dict[str, Reading]) -> AlertSpec:
        """What the form asks for; call after `is_valid`."""
        given = self.cleaned_data
        texts = {
            tag: Wording(given[f"headline_{tag}"], given[f"description_{tag}"], given[f"instruction_{tag}"])
            for tag in LANGUAGES
            if any(given[f"{part}_{tag}"] for part in ("headline", "description", "instruction"))
        }
        return AlertSpec(
            clusters=tuple(given["clusters"]),
            hazard=given["hazard"],
            texts=texts,
            ends_at=given["ends_at"],
            level=int(given["level"]) if given["level"] else None,
            issuer_name=given["issuer_name"],
            document=given["document"],
            starts_at=given["starts_at"],
            is_drill=is_drill,
            audio={tag: one for tag, one in audio.items() if tag in texts},
            tone=given["tone"],
            repeat_s=int(given["repeat_s"]) if given["repeat_s"] else None,
            asked_key=given["asked_key"],
        )


def fresh(now: datetime, *, issuer: str) -> dict[str, Any]:
    """The initial values of an empty form: an end six hours ahead, on a half hour."""
    ends_at = (now + USUAL).astimezone(LOCAL)
    ends_at += timedelta(minutes=-ends_at.minute % 30) - timedelta(seconds=ends_at.second)
    return {"asked_key": str(uuid.uuid4()), "ends_at": ends_at, "issuer_name": issuer}


def of_alert(alert: Alert, now: datetime) -> dict[str, Any]:
    """The values of a notice that waits, or that an update is to stand in for."""
    found: dict[str, Any] = {
        "asked_key": str(uuid.uuid4()),
        "issuer_name": alert.issuer_name,
        "document": alert.document,
        "hazard": alert.hazard,
        "level": "" if alert.level is None else str(alert.level),
        "clusters": [one.pk for one in alert.clusters.all()],
        "starts_at": alert.starts_at.astimezone(LOCAL) if alert.starts_at > now else None,
        "ends_at": alert.ends_at.astimezone(LOCAL) if alert.ends_at and alert.ends_at > now else None,
        "tone": alert.tone,
        "repeat_s": "",
    }
    for tag, words in alert.texts.items():
        found |= {f"{part}_{tag}": text for part, text in words.items()}
    return found


class ConfirmForm(AirForm):
    """The number of screens, typed to go on: the public sees what happens next."""

    screens = forms.CharField(label="", max_length=6)

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = count

    def clean_screens(self) -> str:
        typed = str(self.cleaned_data["screens"]).strip()
        if typed != str(self.count):
            raise forms.ValidationError(_("Type exactly %(count)d, the number of screens.") % {"count": self.count})
        return typed


class CancelForm(ReasonForm):
    """Why a notice ends before its end."""


class ExtendForm(AirForm):
    """Until when a running notice goes on."""

    ends_at = moment_field(label=gettext_lazy("New end"), required=True)


class ReviewForm(AirForm):
    """What another person says of the order."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("The review says"), choices=ReviewOutcome.choices, widget=forms.RadioSelect
    )
    findings = forms.CharField(
        label=gettext_lazy("Findings"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ImportForm(AirForm):
    """A CAP message as a file or as pasted text."""

    file = forms.FileField(label=gettext_lazy("CAP file (.xml)"), required=False)
    text = forms.CharField(
        label=gettext_lazy("or its whole text"),
        required=False,
        max_length=512 * 1024,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def body(self) -> bytes:
        """The bytes given; call after `is_valid`."""
        if self.cleaned_data["file"]:
            found: bytes = self.cleaned_data["file"].read(512 * 1024 + 1)
            return found
        return str(self.cleaned_data["text"]).strip().encode()


class FeedForm(AirForm):
    """A feed of messages: whose, where, how often, whether it is read."""

    name = forms.CharField(label=gettext_lazy("Whose feed"), max_length=160)
    url = forms.CharField(label=gettext_lazy("Address (Atom or RSS)"), max_length=400)
    every_s = forms.IntegerField(
        label=gettext_lazy("Read every … seconds"), initial=300, min_value=60, max_value=86_400
    )
    is_on = forms.BooleanField(label=gettext_lazy("Read it"), required=False)


def hazards() -> list[str]:
    """The dangers that the form proposes."""
    return [str(one) for one in HAZARDS]
