"""What the daemon says of itself in its status file."""

import os
from typing import TYPE_CHECKING

from bangtin.bundle import instants
from bangtin.player import health

if TYPE_CHECKING:
    from bangtin.player.daemon import Player


def status_of(player: "Player") -> health.Status:
    """How the daemon is now."""
    manifest, sync, launched = player.store.manifest, player.sync, player.browser
    newest = player.store.newest
    return health.Status(
        pid=os.getpid(),
        port=player.settings.port,
        state="enrolling" if player.identity is None else "playing",
        device=player.identity.record.device if player.identity else None,
        cluster=player.identity.record.cluster if player.identity else None,
        bundle=manifest.number if manifest else None,
        showing=player.playout.showing_name,
        clock=player.clock.grade(),
        now_ms=player.clock.now_ms(),
        heard_ms=sync.heard_ms if sync else None,
        first_frame_ms=player.playout.first_frame_ms,
        trouble=sync.trouble if sync else "",
        unsent=player.playlog.unacknowledged() if player.playlog else 0,
        is_screen_attached=player.server.has_screen,
        browser=str(launched.path) if launched else None,
        browser_pid=launched.pid if launched else None,
        rss_bytes=health.resident_bytes(),
        alerts=tuple(one.id for one in player.alerting.on_air()),
        refused_pushes=player.alerting.refused,
        refused_commands=player.commanding.refused,
        is_blanked=player.commanding.is_blanked,
        is_revoked=player.is_revoked,
        until=instants.to_text(player.identity.record.until_at) if player.identity else None,
        clock_offset_ms=player.clock.offset_ms(),
        set_expires=instants.to_text(newest.timestamp_expires) if newest else None,
    )
