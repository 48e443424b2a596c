"""Forms around signing in. Shapes only: whether a password is strong enough is the desk's to say."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class PasswordForm(forms.Form):
    """A new password, typed twice."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 14 characters. Several words in a row are easy to keep and hard to guess."),
    )
    again = forms.CharField(
        label=gettext_lazy("The same once more"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        given: dict[str, Any] = super().clean() or {}
        if "password" in given and "again" in given and given["password"] != given["again"]:
            self.add_error("again", _("This is not the same as above."))
        return given
