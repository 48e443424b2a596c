"""Forms of the gate page: why a screen is covered or uncovered, how loud it is, what is wrong, what was found."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangtin.hub.devices.actions.incidents import REPORTED
from bangtin.hub.portal.forms.air import AirForm

TAMPERING, WRONG, GUESTS, OTHER = "tampering", "wrong", "guests", "other"
WHOLE, ONE = "cluster", "face"
_WHY = (
    (TAMPERING, gettext_lazy("Strange content, tampering suspected")),
    (WRONG, gettext_lazy("Wrong content, to be taken down")),
    (GUESTS, gettext_lazy("Guests or an event at the gate")),
    (OTHER, gettext_lazy("Another reason")),
)
_LEVELS = tuple((str(one), f"{one}\u00a0%") for one in (0, 20, 40, 60, 80, 100))


class _WhereForm(AirForm):
    """Whether one face is meant or the whole cluster; not asked where there is one alone."""

    where = forms.ChoiceField(
        label=gettext_lazy("Which screens?"),
        choices=((WHOLE, gettext_lazy("All faces of the cluster")), (ONE, gettext_lazy("This face only"))),
        initial=WHOLE,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: object, faces: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments, passed on
        if faces < 2:
            del self.fields["where"]

    @property
    def is_whole(self) -> bool:
        """Whether every face of the cluster is meant."""
        return str(self.cleaned_data.get("where", ONE)) == WHOLE


class CoverForm(_WhereForm):
    """Why a screen is covered."""

    why = forms.ChoiceField(label=gettext_lazy("Why?"), choices=_WHY, widget=forms.RadioSelect)
    words = forms.CharField(label=gettext_lazy("In your words"), max_length=250, required=False)
    field_order = ("why", "words", "where")

    def clean(self) -> dict[str, object]:
        """Another reason is to be said."""
        found = super().clean() or {}
        if found.get("why") == OTHER and len(str(found.get("words", "")).strip()) < 5:
            self.add_error("words", _("Say in a few words why."))
        return found

    @property
    def reason(self) -> str:
        """The reason as it is kept."""
        chosen = "" if self.cleaned_data["why"] == OTHER else str(dict(_WHY)[self.cleaned_data["why"]])
        return ": ".join(filter(None, (chosen, self.cleaned_data["words"].strip())))


class UncoverForm(_WhereForm):
    """Why a screen shows its plan again."""

    reason = forms.CharField(
        label=gettext_lazy("What was checked?"),
        max_length=300,
        min_length=5,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One officer uncovers; who it was and why stays in the trail."),
    )
    field_order = ("reason", "where")


class RestartForm(_WhereForm):
    """Which players to restart."""


class VolumeForm(_WhereForm):
    """How loud the loudspeaker of a screen is."""

    percent = forms.ChoiceField(label=gettext_lazy("Volume"), choices=_LEVELS, widget=forms.RadioSelect)
    field_order = ("percent", "where")


class IncidentForm(_WhereForm):
    """What a person sees wrong with a screen."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What do you see?"),
        choices=[(one.value, one.label) for one in REPORTED],
        widget=forms.RadioSelect,
    )
    detail = forms.CharField(
        label=gettext_lazy("In your words"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ("kind", "detail", "where")
