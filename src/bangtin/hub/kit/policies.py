"""The gate that every action passes first."""

from django.utils.translation import gettext as _

from bangtin.hub.kit.errors import NotPermitted


def require(is_allowed: bool, *, message: str = "", next_step: str = "", citation: str = "") -> None:
    """Go on only if the policy said yes.

    Raises: NotPermitted with the given words, or with a general sentence.
    """
    if not is_allowed:
        raise NotPermitted(
            message or _("Your post does not allow this."),
            next_step or _("Ask the officer in charge, or sign in with the post that does it."),
            citation,
        )
