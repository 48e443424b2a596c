"""The menu of an office: at most 14 entries in 3 groups; what an office cannot use is absent (ui 2)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Entry:
    """One entry: its key, address, icon, words; `count` waits behind it, `is_hot` if overdue.

    `also`: addresses of pages that its own page leads to by tabs.
    """

    key: str
    href: str
    icon: str
    label: str | Promise
    count: int = 0
    is_hot: bool = False
    is_current: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Entries under one heading; the first group has none."""

    label: str | Promise
    entries: tuple[Entry, ...]


_ENTRIES = {
    entry.key: entry
    for entry in (
        Entry("work", "/", "checklist", _("To do")),
        Entry("province", "/toan-tinh/", "layout-dashboard", _("The whole province")),
        Entry("programmes", "/chuong-trinh/", "movie", _("Programmes"), also=("/kho/",)),
        Entry("submit", "/chuong-trinh/gui/", "upload", _("Send a programme")),
        Entry("appraisal", "/tham-dinh/", "zoom-check", _("Appraisal"), also=("/bien-dich/",)),
        Entry("translation", "/bien-dich/", "language", _("Translation")),
        Entry("intake", "/tiep-nhan/", "inbox", _("Monthly intake")),
        Entry("orders", "/dat-hang/", "clipboard-list", _("Production orders")),
        Entry("informations", "/yeu-cau/", "message-report", _("Information requests")),
        Entry("dispatches", "/cap-phat/", "send", _("Dispatches")),
        Entry("supply", "/cap-phat/", "send", _("Orders, requests, dispatches"), also=("/dat-hang/", "/yeu-cau/")),
        Entry("archive", "/kho/", "archive", _("Archive")),
        Entry("source", "/nguon-tin/", "plug-connected", _("Source information system")),
        Entry("schedule", "/lich/", "calendar-week", pgettext_lazy("menu", "Schedule")),
        Entry("screens", "/man-hinh/", "device-tv", _("Screens"), also=("/go-bo/",)),
        Entry("devices", "/thiet-bi/", "device-desktop", _("Devices")),
        Entry("alerts", "/khan-cap/", "urgent", _("Emergency")),
        Entry("playlog", "/nhat-ky/", "history", _("Play log")),
        Entry("own", "/da-phat/", "player-play", _("Aired of our agency")),
        Entry("duties", "/nghia-vu/", "calendar-due", _("Duties")),
        Entry("regulation", "/quy-dinh/", "book-2", _("Regulation")),
        Entry("reports", "/bao-cao/", "report", _("Reports"), also=("/thong-ke/",)),
        Entry("secrets", "/bi-mat/", "lock-x", _("State secrets refused")),
        Entry("incidents", "/su-co/", "alert-triangle", _("Incidents")),
        Entry("feedback", "/gop-y/", "message-circle", _("Feedback")),
        Entry("budgets", "/kinh-phi/", "coins", _("Money")),
        Entry("agencies", "/quan-tri/co-quan/", "building", _("Agencies")),
        Entry("accounts", "/quan-tri/tai-khoan/", "users", _("Accounts")),
        Entry("enrolment", "/man-hinh/ket-noi/", "device-imac-x", _("New devices")),
        Entry("holidays", "/quan-tri/lich-nghi/", "calendar-event", _("Days off")),
        Entry("settings", "/quan-tri/thong-so/", "settings", _("Local settings")),
        Entry("trail", "/quan-tri/nhat-ky/", "list", _("Audit trail")),
    )
}
_GROUPS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    ("", ("work", "province")),
    (
        _("Content"),
        (
            "programmes",
            "submit",
            "orders",
            "informations",
            "intake",
            "appraisal",
            "translation",
            "supply",
            "dispatches",
            "archive",
            "source",
        ),
    ),
    (_("On the screens"), ("schedule", "screens", "devices", "alerts", "playlog", "own")),
    (
        _("Responsibility"),
        ("duties", "regulation", "reports", "secrets", "incidents", "feedback", "budgets"),
    ),
    (_("Administration"), ("agencies", "accounts", "enrolment", "holidays", "settings", "trail")),
)
_VIEWS = ("schedule", "screens", "playlog", "duties", "regulation", "reports")
# ui 2, "Menu by office"; the keys are the roles of a post.
_BY_ROLE: dict[str, tuple[str, ...]] = {
    "contributor": ("programmes", "submit", "orders", "informations", "translation", "archive", "own", *_VIEWS),
    "appraiser": (
        "programmes",
        "supply",
        "intake",
        "appraisal",
        "alerts",
        "incidents",
        "feedback",
        *_VIEWS,
    ),
    "scheduler": ("programmes", "dispatches", "devices", "incidents", "feedback", *_VIEWS),
    "operator": ("dispatches", "source", "devices", "incidents", "feedback", *_VIEWS),
    "finance": ("budgets", "regulation", "reports"),
    "security": ("enrolment", "secrets", "incidents", *_VIEWS),
    "leader": ("province", "orders", "informations", "alerts", "budgets", *_VIEWS),
    "reporter": ("programmes", "supply", "source", *_VIEWS),
    "administrator": (
        "agencies",
        "accounts",
        "enrolment",
        "holidays",
        "settings",
        "trail",
        "source",
        "screens",
        "regulation",
    ),
}
_MAIN_TAB = (("programmes", _("Content")), ("schedule", pgettext_lazy("menu", "Schedule")), ("agencies", _("Agencies")))


@lru_cache(maxsize=64)
def is_served(address: str) -> bool:
    """Whether a page answers at an address: an entry without a page is absent, not dead."""
    try:
        resolve(address)
    except Resolver404:
        return False
    return True


def _allowed(roles: Collection[str]) -> set[str]:
    keys = {"work"}.union(*(_BY_ROLE.get(role, ()) for role in roles))
    if "supply" in keys:  # it gathers the three
        keys -= {"orders", "informations", "dispatches"}
    return {key for key in keys if is_served(_ENTRIES[key].href)}


def _entry(key: str, *, path: str, waiting: Mapping[str, int]) -> Entry:
    found = _ENTRIES[key]
    is_current = path == found.href if found.href == "/" else path.startswith((found.href, *found.also))
    count = waiting.get(key, 0)
    hot = waiting.get(f"{key}_hot", 0)
    return Entry(key, found.href, found.icon, found.label, hot or count, bool(hot), is_current)


def _reach(entry: Entry, path: str) -> int:
    """How much of the path the entry's own address, or that of a page it leads to, covers."""
    known = _ENTRIES[entry.key]
    return max(len(one) for one in (known.href, *known.also) if path.startswith(one))


def _only_longest(entries: list[Entry], path: str) -> list[Entry]:
    """`/chuong-trinh/gui/` marks "Send", not "Programmes" as well."""
    current = max((e for e in entries if e.is_current), key=lambda e: _reach(e, path), default=None)
    return [
        entry
        if entry.is_current == (entry is current)
        else Entry(entry.key, entry.href, entry.icon, entry.label, entry.count, entry.is_hot)
        for entry in entries
    ]


def groups(roles: Collection[str], *, path: str, waiting: Mapping[str, int] | None = None) -> tuple[Group, ...]:
    """The menu for the roles of one's posts (the union), with the entry of `path` marked.

    `waiting` counts what waits by entry key; `<key>_hot` is the overdue part, shown in red.
    """
    allowed = _allowed(roles)
    made = {key: _entry(key, path=path, waiting=waiting or {}) for key in allowed}
    kept = {entry.key: entry for entry in _only_longest(list(made.values()), path)}
    return tuple(
        Group(label, entries) for label, keys in _GROUPS if (entries := tuple(kept[key] for key in keys if key in kept))
    )


def links() -> tuple[Entry, ...]:
    """What stands in everyone's own menu: the help page, always in the same place (WCAG 3.2.6)."""
    found = (
        Entry("help", "/tro-giup/", "help-circle", _("Help")),
        Entry("delegations", "/uy-quyen/", "users", _("Who stands in for you")),
        Entry("password", "/mat-khau/", "key", _("Change your password")),
    )
    return tuple(entry for entry in found if is_served(entry.href))


def tabs(roles: Collection[str], *, path: str) -> tuple[Entry, ...]:
    """The phone's tabs before "More": Việc, Nội dung or Lịch, Màn hình (ui 2)."""
    allowed = _allowed(roles)
    second = next(((key, label) for key, label in _MAIN_TAB if key in allowed), None)
    chosen = [("work", pgettext_lazy("tab", "To do")), second, ("screens", _("Screens"))]
    made = []
    for pair in chosen:
        if pair is not None and pair[0] in allowed:
            found = _entry(pair[0], path=path, waiting={})
            made.append(Entry(found.key, found.href, found.icon, pair[1], is_current=found.is_current))
    return tuple(made)
