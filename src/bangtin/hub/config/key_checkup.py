"""What `bangtin doctor` says of the signing keys: where they are, how long they hold, what persons must sign anew."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from bangtin.hub.config.findings import Finding, State
from bangtin.hub.devices.actions import ceremonies, keys
from bangtin.hub.devices.key_errors import KeysLocked
from bangtin.hub.kit import clock

RENEW = "bangtin keys renew"


def findings(at: datetime) -> Iterator[Finding]:
    """Nothing before the first bundle made the repository."""
    try:
        found = ceremonies.standing(at=at)
        outdated = ceremonies.outdated(at=at)
    except KeysLocked as refusal:
        yield Finding("keys", State.WRONG, refusal.message, refusal.next_step)
        return
    if not found:
        return
    yield from _places(found)
    yield from _lives(found)
    if outdated:
        words = _("To be signed anew by persons: %(what)s") % {"what": ", ".join(outdated)}
        yield Finding("keys", State.OPTIONAL, words, RENEW)


def _places(found: list[ceremonies.Standing]) -> Iterator[Finding]:
    if ceremonies.is_apart(found):
        yield Finding("keys", State.GOOD, _("Persons hold root and targets; the hub cannot sign for them."))
    else:
        words = _("Every key lies at the hub, those of root and targets too: good for trying out alone.")
        yield Finding("keys", State.OPTIONAL, words, "bangtin keys ceremony prepare --to …  (docs/operations.md)")
    if not keys.are_encrypted():
        words = _("The signing keys lie in the clear, as the demo keeps them.")
        yield Finding("keys", State.OPTIONAL, words, "bangtin keys protect --passphrase-file …")
    elif keys.is_passphrase_beside():
        words = _("The passphrase of the signing keys lies beside them; whoever copies the one copies the other.")
        yield Finding("keys", State.OPTIONAL, words, "bangtin keys protect --passphrase-file …")


def _lives(found: list[ceremonies.Standing]) -> Iterator[Finding]:
    for state, life in ((State.WRONG, "over"), (State.OPTIONAL, "soon")):
        ones = [one for one in found if one.life == life]
        if not ones:
            continue
        until = ", ".join(
            f"{one.role} {one.expires_at.astimezone(clock.LOCAL):%d/%m/%Y}" for one in ones if one.expires_at
        )
        if life == "over":
            words = _("Signatures that have run out: %(roles)s. Screens keep to what they have, for as long as it may.")
        else:
            words = _("Signatures with a quarter of their life or less: %(roles)s")
        is_online = all(one.is_alone_here for one in ones)
        cure = "bangtin serve" if is_online and not _has_offline(ones) else f"{RENEW} --to …"
        yield Finding("keys", state, words % {"roles": until}, cure)


def _until(one: ceremonies.Standing) -> str:
    return f"{one.role} {one.expires_at.astimezone(clock.LOCAL):%d/%m/%Y}" if one.expires_at else one.role


def _has_offline(ones: list[ceremonies.Standing]) -> bool:
    return any(one.role in ("root", "targets", "people") for one in ones)
