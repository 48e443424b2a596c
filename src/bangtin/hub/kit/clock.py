"""The one place where the hub reads a clock. Only views, commands and tasks' edges call it; all else is passed `at`."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The present instant in UTC; in demo mode real time plus the demo's offset (shared with worker and screen)."""
    return datetime.now(UTC) + timedelta(seconds=settings.CLOCK_OFFSET_S)


def local_date(at: datetime) -> date:
    """The day in Viet Nam that holds this instant."""
    return at.astimezone(LOCAL).date()


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970, UTC: the form of instants in bundles and play records."""
    return round(at.timestamp() * 1000)


def from_ms(ms: int) -> datetime:
    """The aware instant of a bundle's or record's milliseconds."""
    return datetime.fromtimestamp(ms / 1000, UTC)
