"""Forms of take-downs, of the orders behind them and of the review after. Shapes only: the desk judges."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.portal.forms.air import AirForm
from bangtin.hub.schedules.actions import Ordered
from bangtin.hub.schedules.models import ReviewOutcome


class WholeForm(AirForm):
    """Why a programme is taken off everywhere, and the authority's order behind it, if there is one."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("Needed to take down; not to record an order.")
    )
    order_number = forms.CharField(label=_("Number of the authority's order"), max_length=80, required=False)
    order_issuer = forms.CharField(label=_("Issued by"), max_length=200, required=False)
    order_received_at = forms.DateTimeField(
        label=_("Request received at"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    is_advertising = forms.BooleanField(
        label=_("It is advertising: to be off within 24 hours of the request"), required=False
    )

    def ordered(self, *, at: datetime) -> Ordered | None:
        """The order as typed; None if nothing of it was."""
        given = self.cleaned_data
        if not (given["order_number"] or given["order_issuer"] or given["order_received_at"]):
            return None
        received_at = given["order_received_at"] or at.astimezone(LOCAL)
        return Ordered(given["order_number"], given["order_issuer"], received_at, given["is_advertising"])


class ReviewForm(AirForm):
    """What another person says of a take-down."""

    outcome = forms.ChoiceField(label=_("Was it right?"), choices=ReviewOutcome.choices, widget=forms.RadioSelect)
    findings = forms.CharField(
        label=_("Findings"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Kept for good.")
    )
