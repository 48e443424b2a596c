"""Forms on who is who, and on who stands in for whom. Shapes only: the accounts desk judges."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import Post, User
from bangtin.hub.portal.forms.administration import day_field


def _accounts(*, without: User | None = None) -> list[tuple[str, str]]:
    rows = User.objects.filter(is_active=True).order_by("display_name", "username")
    if without is not None:
        rows = rows.exclude(person=without.person)
    return [(str(one.pk), f"{one.display_name} ({one.username})") for one in rows]


class SamePersonForm(forms.Form):
    """Whose second account this one is, and how that is known."""

    same_as = forms.ChoiceField(label=_("Same person as"))
    reason = forms.CharField(
        label=_("How it is known"), max_length=300, help_text=_("Such as the decision that appoints the person.")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["same_as"] = forms.ChoiceField(label=_("Same person as"), choices=_accounts(without=user))


class PartForm(forms.Form):
    """Why an account is a person of its own after all."""

    reason = forms.CharField(label=_("How it is known"), max_length=300)


class DelegationForm(forms.Form):
    """Which post, to whom, from which day to which, why."""

    post = forms.ChoiceField(label=_("Post"))
    to = forms.ChoiceField(label=_("Stands in"))
    starts_on = day_field(label=_("From"))
    ends_on = day_field(label=_("Last day"), help_text=_("It ends by itself with this day."))
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Leave, a mission, illness."))

    def __init__(self, *args: Any, posts: list[Post], on: date, user: User | None, **kwargs: Any) -> None:
        """`posts` are those that may be passed on; `user` whose own page this is, None for the administration."""
        super().__init__(*args, **kwargs)
        self.posts = {str(one.pk): one for one in posts}
        self.fields["post"] = forms.ChoiceField(
            label=_("Post"), choices=[(key, _said(one, on, user)) for key, one in self.posts.items()]
        )
        self.fields["to"] = forms.ChoiceField(label=_("Stands in"), choices=[("", "—"), *_accounts(without=user)])


def _said(post: Post, on: date, user: User | None) -> str:
    words = f"{post.get_role_display()}, {post.agency.name(on)}"
    return words if user is not None else f"{post.user.display_name}: {words}"
