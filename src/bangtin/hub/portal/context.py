"""What every page knows: who reads it, from which post, on which day, by which clock (variable `bt`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from bangtin.hub.accounts.models import Post, Role, User
from bangtin.hub.accounts.queries import posts_held
from bangtin.hub.alerts import policies as alert_policies
from bangtin.hub.alerts.models import Alert
from bangtin.hub.kit import clock
from bangtin.hub.portal import alert_board
from bangtin.hub.portal import menu as menus
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook import calendars
from bangtin.rulebook.calendars import DayKind

THEME_COOKIE = "bt_theme"
THEMES = ("light", "dark", "auto")
_DAY_KINDS = {
    DayKind.WORKING: gettext_lazy("working day"),
    DayKind.MAKE_UP: gettext_lazy("make-up working day"),
    DayKind.WEEKEND: gettext_lazy("weekend"),
    DayKind.HOLIDAY: gettext_lazy("public holiday"),
}


@dataclass(frozen=True)
class Shell:
    """The frame's facts; read in templates as `bt.today`, `bt.now`, `bt.menu` …"""

    now: datetime
    today: date
    day_kind: str
    is_demo: bool
    theme: str
    menu: tuple[menus.Group, ...] = ()
    tabs: tuple[menus.Entry, ...] = ()
    user_name: str = ""
    user_initials: str = ""
    user_post: str = ""
    office_name: str = ""
    office_role: str = ""
    inbox_count: int = 0
    links: tuple[menus.Entry, ...] = ()
    alerts: tuple[Alert, ...] = ()
    reads_alerts: bool = False


def day_kind(on: date) -> str:
    """What kind of day it is, in words: `ngày làm việc`, `nghỉ lễ`, `làm bù`, `cuối tuần`."""
    found = calendars.day(regulations.calendar(), on)
    return str(_DAY_KINDS[found.kind])


def initials(name: str) -> str:
    """Two letters for the round mark: first and last word, digits kept (`Cán bộ 1` gives `C1`)."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def theme(request: HttpRequest) -> str:
    """The reader's choice: of the account, else of the cookie, else that of the machine (`auto`)."""
    of_account = getattr(getattr(request, "user", None), "theme", "")
    chosen = of_account or request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "auto"


def _person(user: User, *, on: date, request: HttpRequest) -> dict[str, object]:
    posts = list(posts_held(user, on))
    roles = [post.role for post in posts]
    waiting: Mapping[str, int] = getattr(request, "waiting", {})
    first = posts[0] if posts else None
    return {
        "menu": menus.groups(roles, path=request.path, waiting=waiting),
        "tabs": menus.tabs(roles, path=request.path),
        "links": menus.links(),
        "user_name": user.display_name,
        "user_initials": initials(user.display_name),
        "user_post": _roles(posts),
        "office_name": first.agency.name(on) if first else "",
        "office_role": _roles(posts),
        "alerts": tuple(alert_board.rows_running_for(user, clock.now())),
        "reads_alerts": not alert_policies.READERS.isdisjoint(roles),
        "inbox_count": sum(n for key, n in waiting.items() if not key.endswith("_hot")),
    }


def _roles(posts: list[Post]) -> str:
    words = [str(Role(post.role).label) for post in posts]
    text = ", ".join(dict.fromkeys(words))
    return text[:1].upper() + text[1:]


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor: `bt` for every template; error pages must survive without a user."""
    now = clock.now()
    on = clock.local_date(now)
    user = getattr(request, "user", None)
    person = _person(user, on=on, request=request) if isinstance(user, User) else {}
    facts = {
        "now": now,
        "today": on,
        "day_kind": day_kind(on),
        "is_demo": bool(settings.IS_DEMO),
        "theme": theme(request),
    }
    return {"bt": Shell(**(facts | person))}  # type: ignore[arg-type]  # each key is a field of Shell
