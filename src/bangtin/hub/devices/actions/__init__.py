"""The deeds of the device desk: publish, keep fresh, enrol, revoke, note what screens say."""

from bangtin.hub.devices.actions.enrolment import begin_enrolment, confirm_enrolment, revoke
from bangtin.hub.devices.actions.gathered import Said, note_requests, record_polls
from bangtin.hub.devices.actions.kits import write_kit
from bangtin.hub.devices.actions.outages import note_outage
from bangtin.hub.devices.actions.polling import Head, Sequel, Sequence, note_request, record_poll
from bangtin.hub.devices.actions.publishing import publish_bundle, publish_removal, reissue
from bangtin.hub.devices.actions.repository import create_repository, refresh
from bangtin.hub.devices.actions.signing import acknowledgement, revoke_command, time_answer
from bangtin.hub.devices.actions.standing_in import stand_in

__all__ = [
    "Head",
    "Said",
    "Sequel",
    "Sequence",
    "acknowledgement",
    "begin_enrolment",
    "confirm_enrolment",
    "create_repository",
    "note_outage",
    "note_request",
    "note_requests",
    "publish_bundle",
    "publish_removal",
    "record_poll",
    "record_polls",
    "refresh",
    "reissue",
    "revoke",
    "revoke_command",
    "stand_in",
    "time_answer",
    "write_kit",
]
