"""Reads of the device desk: the signed repository, bundles, the fleet."""

from bangtin.hub.devices.queries.bundles import (
    AcceptedBundle,
    accepted_manifests,
    in_force,
    key_of,
    manifest_of,
    shown,
)
from bangtin.hub.devices.queries.days import Stretch, day_of
from bangtin.hub.devices.queries.enrolling import WRONG_CODE, wrong_codes
from bangtin.hub.devices.queries.fleet import Screen, device_state, fleet, following, screen_state
from bangtin.hub.devices.queries.repository import anchor, current_files, file_body
from bangtin.hub.devices.queries.standing import Cause, ScreenState, Standing

__all__ = [
    "WRONG_CODE",
    "AcceptedBundle",
    "Cause",
    "Screen",
    "ScreenState",
    "Standing",
    "Stretch",
    "accepted_manifests",
    "anchor",
    "current_files",
    "day_of",
    "device_state",
    "file_body",
    "fleet",
    "following",
    "in_force",
    "key_of",
    "manifest_of",
    "screen_state",
    "shown",
    "wrong_codes",
]
