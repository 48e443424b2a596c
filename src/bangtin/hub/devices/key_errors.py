"""Why keys are not opened, a ceremony's papers not taken, a stick not written."""

from bangtin.hub.kit.errors import Refusal


class KeysLocked(Refusal):
    """The signing keys of this installation cannot be opened: their passphrase is missing or another one."""

    code = "BT-KHOA-001"
    http_status = 503


class CeremonyRefused(Refusal):
    """The papers of a key ceremony are incomplete, were made for another state, or would not verify."""

    code = "BT-KHOA-002"


class KeysElsewhere(Refusal):
    """What is asked needs the signature of persons who keep their keys away from the hub."""

    code = "BT-KHOA-003"


class StickUnusable(Refusal):
    """A stick cannot be read or written, or holds something that has no place there (trust 9.1, 9.2)."""

    code = "BT-KHOA-004"
