"""What the language desk does: ask for a translation, give it out, write it, hand it in, have it checked."""

from bangtin.hub.translation.actions.asking import assign, request, withdraw
from bangtin.hub.translation.actions.delivering import deliver
from bangtin.hub.translation.actions.drafting import draft_by_machine, draft_speech
from bangtin.hub.translation.actions.following import follow, follow_all
from bangtin.hub.translation.actions.writing import Words, faults, save_draft, set_script

__all__ = [
    "Words",
    "assign",
    "deliver",
    "draft_by_machine",
    "draft_speech",
    "faults",
    "follow",
    "follow_all",
    "request",
    "save_draft",
    "set_script",
    "withdraw",
]
