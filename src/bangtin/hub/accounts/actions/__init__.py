"""Deeds on accounts: making them, posts, one's own settings; and what failed sign-ins cost."""

from bangtin.hub.accounts.actions.managing import (
    ALPHABET,
    AccountRefused,
    OwnAccount,
    carry_posts,
    choose_language,
    choose_theme,
    create_account,
    deactivate,
    end_post,
    generated_password,
    give_post,
    reactivate,
    return_posts,
    set_email,
    set_password,
)

__all__ = [
    "ALPHABET",
    "AccountRefused",
    "OwnAccount",
    "carry_posts",
    "choose_language",
    "choose_theme",
    "create_account",
    "deactivate",
    "end_post",
    "generated_password",
    "give_post",
    "reactivate",
    "return_posts",
    "set_email",
    "set_password",
]
