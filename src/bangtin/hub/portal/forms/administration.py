"""Forms of the administration. Shapes only: the desks judge, and their refusals are shown in the form."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.portal.audit_words import AREAS
from bangtin.hub.regulations.models import DayKind


def show_refusal(form: forms.Form, refusal: Refusal) -> None:
    """Put a desk's refusal on top of the form and its field messages under the fields; what was typed stays."""
    form.add_error(None, f"{refusal} ({refusal.code})")
    for name, words in refusal.fields.items():
        if name in form.fields:
            form.add_error(name, words)


def day_field(**options: Any) -> forms.DateField:
    """A day, picked or typed."""
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class AccountForm(forms.Form):
    """A new account with its first post."""

    username = forms.RegexField(
        r"^[a-z0-9][a-z0-9._-]{2,39}$",
        label=_("User name"),
        help_text=_("Small letters without marks, digits, dot, hyphen; 3 to 40 characters, as in the office's mail."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    display_name = forms.CharField(
        label=_("Name shown to others"),
        max_length=120,
        help_text=_("The office's wording, such as “Cán bộ thẩm định 1”."),
    )
    same_as = forms.ChoiceField(
        label=_("Second account of"),
        required=False,
        help_text=_("If the person has an account already. What the one may not do, the other may not either."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = User.objects.order_by("display_name", "username").values_list("pk", "display_name", "username")
        named = [(str(pk), f"{display} ({username})") for pk, display, username in rows]
        self.fields["same_as"].choices = [("", "—"), *named]  # type: ignore[attr-defined]  # Field hides what the class has


class EmailForm(forms.Form):
    """Where an account gets its reminders."""

    email = forms.CharField(
        label=_("Mail address"),
        max_length=254,
        required=False,
        help_text=_("Reminders of duties go there. Empty: no mail."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class PostForm(forms.Form):
    """A post at an agency from a day on."""

    agency = forms.ChoiceField(label=_("Agency"))
    role = forms.ChoiceField(label=_("Post"), choices=Role.choices)
    starts_on = day_field(label=_("From"), required=False, help_text=_("Empty: at once and for the past as well."))

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Agency.objects.prefetch_related("names")
        named = sorted(((row.pk, row.name(on)) for row in rows), key=lambda pair: pair[1])
        self.fields["agency"] = forms.ChoiceField(label=_("Agency"), choices=named)


class EndPostForm(forms.Form):
    """The last day of a post."""

    ends_on = day_field(
        label=_("Last day"), help_text=_("The post holds to the end of this day. Yesterday ends it at once.")
    )


class DayOffForm(forms.Form):
    """A day that differs from the computed calendar, with the paper that orders it."""

    on = day_field(label=_("Day"))
    kind = forms.ChoiceField(
        label=_("What the day is"),
        choices=((DayKind.HOLIDAY, _("day off")), (DayKind.WORKING, _("working day (make-up)"))),
    )
    name_vi = forms.CharField(label=_("Reason"), max_length=200, help_text=_("As it will be read beside the day."))
    basis = forms.CharField(
        label=_("Legal basis"), max_length=200, help_text=_("Number, date and issuer of the paper that orders it.")
    )


class TrailFilter(forms.Form):
    """What of the audit trail is shown."""

    viec = forms.ChoiceField(label=_("Deed"), choices=AREAS, required=False)
    ai = forms.CharField(label=_("Who"), required=False, max_length=80)
    tu = day_field(label=_("From"), required=False)
    den = day_field(label=_("Until"), required=False)
