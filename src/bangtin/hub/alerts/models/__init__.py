"""Emergency notices, their envelopes, and the messages they came from."""

from bangtin.hub.alerts.models.alerts import Alert, AlertEnvelope
from bangtin.hub.alerts.models.messages import CapFeed, CapMessage

__all__ = ["Alert", "AlertEnvelope", "CapFeed", "CapMessage"]
