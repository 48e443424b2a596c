"""Deeds on accounts: making them, posts, one's own settings; and what failed sign-ins cost."""

from bangtin.hub.accounts.actions.delegating import DelegationRefused, delegate_post, withdraw_delegation
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
from bangtin.hub.accounts.actions.persons import join_person, part_person

__all__ = [
    "ALPHABET",
    "AccountRefused",
    "DelegationRefused",
    "OwnAccount",
    "carry_posts",
    "choose_language",
    "choose_theme",
    "create_account",
    "deactivate",
    "delegate_post",
    "end_post",
    "generated_password",
    "give_post",
    "join_person",
    "part_person",
    "reactivate",
    "return_posts",
    "set_email",
    "set_password",
    "withdraw_delegation",
]
