"""Every named route for every office and for strangers: default deny, no change by GET, no crash whatever is asked.

`access.json` beside this file says what each office's first answer is; after a wanted change write it anew with
`python -m pytest tests/conventions/test_routes.py` and BANGTIN_RECORD=1, and read the difference.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test.utils import CaptureQueriesContext

from bangtin.hub.kit import clock
from bangtin.hub.playlog.tests.factories import START
from bangtin.hub.portal import middleware
from bangtin.hub.portal.views import errors
from tests.conventions.site import NOBODY, STRANGER, Route, Site, asked_names, routes

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
ACCESS = Path(__file__).with_name("access.json")
# What a stranger may do: sign in, choose a language and a look (both answer POST with the way back).
OPEN = {"sign-in", "set-language", "set-theme", "follow", "cap-feed", "alert-cap"}
# What an account without any post may read: its own start page, the law, the help, the list of page parts.
WITHOUT_POST = {"work", "register", "instrument", "clause", "issued-text", "help", "gallery", "more", "follow"} | {
    "cap-feed",
    "alert-cap",
    "sign-in",
    "sign-out",
    "password",
}
# What reading may keep for the next reader: the paper that was made, under its digest.
KEPT = {"report-docx": "docx_sha256"}
WRITES = re.compile(r"^(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)


@pytest.fixture
def site(settings: Any) -> Site:
    """The site at 07:30 of Monday 23/11/2026."""
    settings.CLOCK_OFFSET_S = 0.0
    settings.CLOCK_OFFSET_S = (START - clock.now()).total_seconds()
    return Site()


@pytest.fixture
def bare_refusals(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """For all but one office no page is drawn around a refusal: thousands of them would be the same one."""
    if request.getfixturevalue("who") != "appraiser":
        for module in (errors, middleware):
            monkeypatch.setattr(module, "render", _without_page)


def _without_page(_request: HttpRequest, _template: str, _context: object = None, *, status: int = 200) -> HttpResponse:
    return HttpResponse(status=status)


def test_a_stranger_sees_nothing_but_the_way_in(site: Site) -> None:
    client = site.client(STRANGER)
    for route in routes():
        for method in ("get", "post"):
            answer = getattr(client, method)(site.address(route))
            assert _is_closed(answer) or route.name in OPEN, (method, route.name, answer.status_code)


def test_an_account_without_a_post_reads_only_what_all_may(site: Site) -> None:
    client = site.client(NOBODY)
    seen = {route.name for route in routes() if client.get(site.address(route)).status_code == 200}
    assert seen - WITHOUT_POST == set()
    for route in routes():
        if route.name not in OPEN | WITHOUT_POST:
            answer = client.post(site.address(route))
            assert answer.status_code in {302, 401, 403, 404, 405, 409, 422, 400}, (route.name, answer.status_code)


def test_a_route_for_deeds_refuses_to_be_read(site: Site) -> None:
    deeds = [route for route in routes() if route.is_post_only and not route.is_api]
    assert deeds
    for who in site.users:
        client = site.client(who)
        assert {route.name: client.get(site.address(route)).status_code for route in deeds} == {
            route.name: 405 for route in deeds
        }


def test_reading_changes_nothing_and_each_office_reads_what_is_written_down(site: Site) -> None:
    """`access.json`: route by route, what a GET of a real row answers to each office."""
    wrong, found = [], {}
    clients = {who: site.client(who) for who in (STRANGER, *sorted(site.users))}
    for route in routes():
        address = site.address(route)
        for who, client in clients.items():
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(address)
            if not _ends_the_session(route):
                found.setdefault(route.name, {})[who] = answer.status_code
            written = [query["sql"] for query in captured if WRITES.match(query["sql"])]
            mine = [sql for sql in written if "django_session" not in sql and KEPT.get(route.name, "?") not in sql]
            wrong += [(who, route.name, sql[:120]) for sql in mine]
    assert wrong == []
    if os.environ.get("BANGTIN_RECORD") == "1":
        ACCESS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    assert found == json.loads(ACCESS.read_text())


def test_a_post_without_its_token_is_refused(site: Site) -> None:
    for who in ("appraiser", "administrator"):
        client = site.client(who, enforce_csrf_checks=True)
        for route in routes():
            if not route.is_api:
                answer = client.post(site.address(route))
                assert answer.status_code in {403, 405}, (who, route.name, answer.status_code)


@pytest.mark.parametrize("who", ["appraiser", "scheduler", "administrator"])
@pytest.mark.usefixtures("bare_refusals")
def test_no_address_makes_the_site_stumble(site: Site, who: str) -> None:
    client = site.client(who)
    for route in routes():
        for address in site.hostile(route):
            for method in ("get",) if route.methods == ["GET"] else ("get", "post"):
                _survives(client, method, address, route, {})


@pytest.mark.parametrize("who", ["contributor", "appraiser", "scheduler", "reporter", "administrator"])
@pytest.mark.usefixtures("bare_refusals")
def test_no_query_and_no_form_makes_the_site_stumble(site: Site, who: str) -> None:
    names = asked_names()
    client = site.client(who)
    for route in routes():
        if route.is_api:
            continue
        for value in ("a\0b", "9" * 40, "2026-13-45"):
            _survives(client, "get", site.address(route), route, dict.fromkeys(names, value))
        if not _ends_the_session(route):
            for value in ("", "a\0b", "9" * 40):
                _survives(client, "post", site.address(route), route, dict.fromkeys(names, value))


def _is_closed(answer: HttpResponseBase) -> bool:
    """Sent to the sign-in, refused, unknown, or not for this method."""
    if answer.status_code == 302:
        return answer.headers["Location"].startswith("/dang-nhap")
    return answer.status_code in {400, 401, 403, 404, 405, 411, 413, 422}


def _ends_the_session(route: Route) -> bool:
    return route.name == "sign-out"


def _survives(client: Any, method: str, address: str, route: Route, fields: dict[str, object]) -> None:
    """The client raises what a view raises; here it says which address it was."""
    try:
        answer = getattr(client, method)(address, fields)
    except Exception as error:
        raise AssertionError(f"{method} {route.name} {address[:120]} {fields}") from error
    assert answer.status_code < 500, (method, route.name, address)
