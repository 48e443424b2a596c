"""What a reader settles for the pages: language and look, kept with the account."""

from django.db import transaction

from bangtin.hub.accounts.models import Theme, User


def choose_language(*, user: User, language: str) -> None:
    """Keep the language of the pages for an account (`vi` or `en`)."""
    with transaction.atomic():
        user.language = language
        user.save(update_fields=["language"])


def choose_theme(*, user: User, theme: Theme) -> None:
    """Keep the look of the pages for an account."""
    with transaction.atomic():
        user.theme = theme
        user.save(update_fields=["theme"])
