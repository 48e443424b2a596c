"""A stranger's first minutes on the face: the code for the officer, or why there is none yet."""

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from bangtin.player.sync.enrolment import LINE, Identity, enrol
from bangtin.player.sync.polling import TROUBLE
from bangtin.player.sync.requests import Hub

if TYPE_CHECKING:
    from bangtin.player.daemon import Player

UNREACHED = "Chưa nối được với hệ thống: kiểm tra mạng"
REFUSED = "Chưa ghi danh được: chạy bangtin-player doctor"
AGAIN_S = 2.0
log = logging.getLogger("bangtin.player.enrolment")


async def join(player: "Player", hub: Hub) -> Identity:
    """Ask until an officer has confirmed this player; the face tells people how far it is."""

    def show(code: str) -> None:
        log.info("enrolment code %s", code)
        player.playout.show_code(player.face(code))

    while True:
        try:
            return await enrol(
                hub, kit=player.kit, key=player.key, clock=player.clock, show=show, folder=player.enrolments
            )
        except TROUBLE as error:
            log.warning("enrolment: %s", error)
            face = replace(player.face(), name=UNREACHED if isinstance(error, LINE) else REFUSED)
            if face != player.playout.face:
                player.playout.show_code(face)
            await asyncio.sleep(AGAIN_S)
