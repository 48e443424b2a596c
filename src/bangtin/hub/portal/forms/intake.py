"""Forms of the intake desk: what came by letter, following a receipt, a secret followed up."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.portal.forms.content import SubmissionForm
from bangtin.hub.programmes import policies
from bangtin.hub.programmes.actions import Facts
from bangtin.hub.programmes.paperwork import Channel
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument

LETTERS = (Channel.DOCUMENT_SYSTEM, Channel.OFFICIAL_MAIL, Channel.PAPER)


class RegisterForm(SubmissionForm):
    """A programme that an intake officer registers for the agency that sent the letter."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Came by"), choices=[(one.value, one.label) for one in LETTERS], widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, user=user, today=today, **kwargs)
        for name in ("letter_number", "letter_on"):
            self.fields[name].required = True

    def own_agencies(self, user: User, today: date) -> list[tuple[str, str]]:
        """Every agency of the instruments under which the account registers."""
        names: set[str] = set()
        for row in Instrument.objects.order_by("pk"):
            if policies.may_register(user, instrument_id=row.pk, on=today):
                names |= {one.id for one in regulations.regulation(row.pk).agencies}
        rows = Agency.objects.filter(pk__in=names).prefetch_related("names")
        found = sorted((one.name(today), one.pk) for one in rows if one.ends_on is None or one.ends_on >= today)
        return [("", _("Choose one")), *((key, name) for name, key in found)]

    def facts(self, *, channel: str = Channel.ONLINE) -> Facts:
        """What was stated, with the way it came."""
        return super().facts(channel=self.cleaned_data["channel"])


class FollowForm(forms.Form):
    """A receipt's number and code, as they stand on the paper."""

    receipt = forms.CharField(
        label=gettext_lazy("Receipt number"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "CB-2026-0001/1"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Code to follow it by"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class SecretForm(forms.Form):
    """What the security office did about a notice."""

    notice = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label=gettext_lazy("What was done, by which paper"), max_length=300)
