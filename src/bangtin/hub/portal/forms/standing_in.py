"""Until when filler stands in for the plan, and what is being mended."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.portal.forms.air import AirForm


class StandInForm(AirForm):
    """A time of today, or of tomorrow where it is past today, and the reason."""

    until = forms.TimeField(
        label=gettext_lazy("Until what time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("At most 24 hours ahead; then the plan goes on by itself."),
    )
    reason = forms.CharField(label=gettext_lazy("What is being mended"), max_length=200)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now.astimezone(LOCAL)
        self.fields["until"].initial = (self.now + timedelta(hours=1)).time().replace(second=0, microsecond=0)

    @property
    def until_at(self) -> datetime:
        """The instant; call after `is_valid`."""
        given: time = self.cleaned_data["until"]
        found = datetime.combine(self.now.date(), given, LOCAL)
        return found if found > self.now else found + timedelta(days=1)
