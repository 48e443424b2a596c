"""Opens what a player is seen or heard through: Chromium on its own page, or the loudspeaker in its place."""

import asyncio
from typing import TYPE_CHECKING

from bangtin.player import loudspeaker
from bangtin.player.config import BadInput
from bangtin.player.screens import browser, own_page

if TYPE_CHECKING:
    from bangtin.player.daemon import Player


def start(player: "Player", group: asyncio.TaskGroup) -> browser.Browser | None:
    """Start the output of this post in `group`; gives its browser, if it has one. Raises: BadInput without Chromium."""
    own = player.settings
    if own.output == "sound":
        group.create_task(loudspeaker.of(own, player.server.address).run())
    if own.browser == "none" or own.output == "sound":
        return None
    path = browser.find(own.browser)
    if path is None:
        raise BadInput("no_browser") if own.browser == "auto" else BadInput("no_browser_at", path=own.browser)
    profile = own.data_dir / own_page.PROFILE
    made = browser.Browser(path, flags(player), profile=profile, words=lambda: player.server.words)
    group.create_task(made.run())
    return made


def flags(player: "Player") -> list[str]:
    """Chromium's arguments for the face as it is now."""
    own, profile = player.settings, player.settings.data_dir / own_page.PROFILE
    size, url = player.face().window, player.server.address
    return browser.arguments(profile=profile, url=url, size=size, at=own.at, is_headless=own.is_headless)
