"""The records of an enrolment, taken up under its key; and the way out of an enrolment."""

from typing import TYPE_CHECKING

from bangtin.bundle.devices import DeviceRecord
from bangtin.bundle.signers import ed25519_signer
from bangtin.player.playlog import Playlog
from bangtin.player.sync.enrolment import forget, former_key, load_identity, own_key

if TYPE_CHECKING:
    from bangtin.player.daemon import Player


def open_playlog(player: "Player", record: DeviceRecord) -> Playlog:
    """The records of this enrolment; those of the one before, if any were left unsealed, sealed under their own key."""
    signer = ed25519_signer(player.key, keyid=record.device)
    playlog = Playlog(player.database, device=record.device, epoch=record.epoch, boot=player.boot, signer=signer)
    playlog.floors = lambda: player.clock.floors().to_text()
    former = former_key(player.settings.data_dir)
    if former is not None:
        signer = ed25519_signer(former, keyid=record.device)
        playlog.seal_former(signer, made_ms=player.clock.now_ms(), mono_ms=player.clock.mono_ms())
    return playlog


def leave(player: "Player") -> None:
    """Be a stranger again: seal the records under the key of their time, then give up record and key (trust D.3)."""
    identity = load_identity(player.enrolments, kit=player.kit, key=player.key)
    if identity is not None:
        player.playlog = open_playlog(player, identity.record)
        player.playlog.close_left_over()
        player.seal()
    forget(player.settings.data_dir, player.enrolments)
    player.key = own_key(player.settings.data_dir)
