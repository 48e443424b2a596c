"""CAP messages for tests, written by hand as other systems write them."""

from datetime import UTC, datetime
from xml.sax.saxutils import escape

from bangtin.hub.alerts.cap import Place, Verdict, default_mapping, judge
from bangtin.hub.alerts.cap.shapes import CAP
from bangtin.hub.alerts.cap.verdicts import Known

SENDER = "kttv@example.vn"
AT = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)  # noon in Viet Nam
BEFORE, SOON, LATER = "2026-11-22T11:00:00+07:00", "2026-11-22T13:00:00+07:00", "2026-11-22T18:00:00+07:00"
SENT = "2026-11-22T10:30:00+07:00"
TA_LUNG = Place("cao-bang/ta-lung", "Tà Lùng", 22.488, 106.575)
TRUNG_KHANH = Place("cao-bang/trung-khanh", "Trùng Khánh", 22.835, 106.525)
VUNG_ANG = Place("ha-tinh/vung-ang", "Vũng Áng", 18.08, 106.4)
UNMEASURED = Place("lai-chau/unmeasured", "Chưa đo")
PLACES = (TA_LUNG, TRUNG_KHANH, VUNG_ANG, UNMEASURED)
ROUND_TA_LUNG = "<circle>22.488,106.575 15</circle>"


def area(inner: str = ROUND_TA_LUNG, *, described: str = "Huyện Quảng Hòa") -> str:
    return f"<area><areaDesc>{described}</areaDesc>{inner}</area>"


def info(
    *,
    language: str | None = "vi",
    expires: str | None = LATER,
    effective: str = "",
    areas: str | None = None,
    more: str = "",
) -> str:
    return "".join(
        (
            "<info>",
            f"<language>{language}</language>" if language else "",
            "<category>Met</category><event>Lũ quét</event>",
            "<urgency>Immediate</urgency><severity>Extreme</severity><certainty>Likely</certainty>",
            f"<effective>{effective}</effective>" if effective else "",
            f"<expires>{expires}</expires>" if expires else "",
            "<headline>Lũ quét trên sông Bằng</headline>",
            more,
            area() if areas is None else areas,
            "</info>",
        )
    )


def alert(
    *infos: str,
    identifier: str = "VN-1",
    sender: str = SENDER,
    status: str = "Actual",
    msg_type: str = "Alert",
    scope: str = "Public",
    references: str = "",
) -> bytes:
    """A message; without infos it has one, in Vietnamese, around Tà Lùng, until 18:00."""
    head = {
        "identifier": identifier,
        "sender": sender,
        "sent": SENT,
        "status": status,
        "msgType": msg_type,
        "scope": scope,
    }
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in head.items() if value)
    inner += f"<references>{references}</references>" if references else ""
    inner += "".join(infos or (info(),))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<alert xmlns="{CAP}">{inner}</alert>'.encode()


def judged(
    body: bytes, *, at: datetime = AT, known: Known | None = None, places: tuple[Place, ...] = PLACES
) -> Verdict:
    return judge(body, clusters=places, mapping=default_mapping(), at=at, known=known)
