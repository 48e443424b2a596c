"""The form that begins a week from a template."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.portal.forms.air import AirForm, ready
from bangtin.hub.portal.forms.playlists import clock, seconds
from bangtin.hub.portal.forms.week import time_field
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules.actions.starting import Start
from bangtin.rulebook.texts import Window


class StartForm(AirForm):
    """A name for the playlist, the programmes in it, and hours where the text leaves them open."""

    name = forms.CharField(label=gettext_lazy("Name of the playlist"), max_length=120)
    versions = forms.MultipleChoiceField(
        label=gettext_lazy("Programmes that play in turn"), widget=forms.CheckboxSelectMultiple
    )
    sound_reason = forms.CharField(
        label=gettext_lazy("Why it sounds outside 06:00 – 21:00"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Only where the hours run through the night."),
    )

    def __init__(self, *args: Any, cluster: Cluster, windows: tuple[Window, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["versions"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = ready(cluster)
        field.initial = [key for key, _label in field.choices]
        self.count = len(windows)
        for number, window in enumerate(windows):
            words = {"number": number + 1}
            self.fields[f"tu-{number}"] = time_field(_("Window %(number)d from") % words)
            self.fields[f"den-{number}"] = time_field(_("until"))
            self.fields[f"tu-{number}"].initial = clock(window.opens_s)
            self.fields[f"den-{number}"].initial = clock(window.closes_s)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for number in range(self.count):
            starts, ends = given.get(f"tu-{number}"), given.get(f"den-{number}")
            if starts and ends and seconds(ends, is_end=True) <= seconds(starts):
                self.add_error(f"den-{number}", _("The window ends before it begins."))
        return given

    @property
    def hours(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The two fields of each window."""
        return [(self[f"tu-{number}"], self[f"den-{number}"]) for number in range(self.count)]

    @property
    def start(self) -> Start:
        """Call after `is_valid`."""
        data = self.cleaned_data
        rows = ProgrammeVersion.objects.select_related("programme").in_bulk([int(key) for key in data["versions"]])
        pairs = [(data[f"tu-{number}"], data[f"den-{number}"]) for number in range(self.count)]
        return Start(
            name=data["name"],
            versions=tuple(rows[int(key)] for key in data["versions"]),
            windows=tuple(Window(seconds(a), seconds(b, is_end=True)) for a, b in pairs),
            sound_reason=data["sound_reason"],
        )
