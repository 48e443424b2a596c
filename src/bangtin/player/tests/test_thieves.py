"""Thieves of keys, on the glass: a red picture that nobody approved is offered again and again, and never seen."""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from bangtin.bundle import publishing
from bangtin.player.testing.hub_simulator import CLUSTER, HubSimulator
from bangtin.player.tests.glass import watching
from bangtin.player.tests.post import item, programme, until, window
from bangtin.player.tests.test_alerts import lines, now, post_on_air

RED = (229, 57, 53)
CLUSTER_ROLE = "c-trung-khanh"


def with_keys(hub: HubSimulator, **held: str) -> publishing.Keys:
    """The hub's keys, but that of each named role is that of another."""
    return publishing.Keys({**hub.keys.signers, **{role: hub.keys.of(other) for role, other in held.items()}})


def by_online_keys(hub: HubSimulator) -> publishing.Keys:
    """A thief of timestamp, snapshot and cluster keys signs the approvals with what he has."""
    return with_keys(hub, approvals=CLUSTER_ROLE)


def by_approval_key(hub: HubSimulator) -> publishing.Keys:
    """A thief of the approval key alone signs the file they stand in with it."""
    return with_keys(hub, **{CLUSTER_ROLE: "approvals"})


def by_own_keys(_hub: HubSimulator) -> publishing.Keys:
    """A stranger who answers in the hub's name with keys of his own."""
    return publishing.Keys.generate([CLUSTER])


def has_named(hub: HubSimulator, code: str) -> bool:
    """Whether the refusal is in the records that the hub has."""
    return code in {line.extra.get("x_code") for line in lines(hub, "refusal")}


@pytest.mark.browser
def test_a_picture_that_nobody_approved_is_never_on_the_glass(tmp_path: Path) -> None:
    """T1, T28, T32: who holds timestamp, snapshot and cluster keys, or the approval key alone, shows nothing new."""
    red = tmp_path / "red.png"
    Image.new("RGB", (1024, 512), RED).save(red)
    tries: list[tuple[Callable[[HubSimulator], publishing.Keys], str]] = [
        (by_online_keys, "approval_unsigned"),
        (by_approval_key, "role_unsigned"),
        (by_own_keys, "timestamp_unsigned"),
    ]

    async def act() -> None:
        async with post_on_air(tmp_path) as (hub, post), watching(post) as glass:
            await glass.page.wait_for_selector("#face[data-state=text]", state="attached")
            good, own, number = hub.repository, hub.keys, hub.number
            cast, filler = ([(item(name, "picture", red, dur_ms=5000), red)] for name in ("red", "more"))
            for thief, code in tries:
                since = time.time()
                hub.repository, hub.keys, hub.number = good, thief(hub), number
                hub.publish(programme(clips=cast, filler=filler, windows=[window(-5, 600, now=now().timestamp())]))
                hub.keys = own
                # every frame from before the set was offered, on until the refusal is recorded, and well after it
                await until(partial(has_named, hub, code), within_s=40)
                await glass.never(RED, since=since, for_s=3)
                status = post.status()
                assert status is not None
                assert status.bundle == number
            hub.repository, hub.number = good, number
            hub.publish(programme(clips=cast, filler=[], windows=[window(-5, 600, now=now().timestamp())]))
            await glass.until_shows(RED)

    asyncio.run(act())
