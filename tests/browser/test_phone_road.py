"""The road from a phone: filmed, sent, returned with a remark at its moment, sent again, approved by two officers."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.officers import Officer, tick
from tests.browser.processes import CHROMIUM, Hub, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WORDS = "Tên xã ở góc phải viết sai, đề nghị sửa."


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


def test_filmed_sent_returned_at_a_moment_sent_again_and_approved_all_on_phones(
    browser: Browser, hub: Hub, films: dict[str, Path]
) -> None:
    hub.start()
    names = ("dai", "tham-dinh-1", "tham-dinh-2")
    author, first, second = (Officer(browser, hub, name, is_on_phone=True) for name in names)

    author.open("/chuong-trinh/gui/")
    code = _film_and_send(author, films["clip"], "Lễ hội Thác Bản Giốc")
    author.sees_it_checked(code)
    _fits(author.page)

    _to_the_bench(first, code)
    at_s = _go_to_the_middle(first.page)
    first.page.locator("[data-remark] textarea").tap()
    first.page.fill("[data-remark] textarea", WORDS)
    shown = first.page.input_value("[data-remark] input[name=at]")
    first.page.locator("[data-remark] button[type=submit]").tap()
    first.page.wait_for_selector(f"#gop-y :text('{WORDS}')")
    _fits(first.page)
    _decide(first, "returned", "Sửa tên xã theo góp ý rồi gửi lại.", f"{code}/1")

    author.open(f"/chuong-trinh/{code}/")
    assert WORDS in author.page.inner_text("main")
    moment = author.page.locator("#gop-y [data-seek]")
    assert moment.inner_text() == shown
    moment.tap()
    until(lambda: abs(_time(author.page) - at_s) < 0.1, what="the author's player stands at the moment")
    assert _is_in_sight(author.page, "[data-film] video")
    _fits(author.page)

    author.page.locator("main a[href$='/gui/']").first.tap()
    again = _film_and_send(author, films["film"], "Lễ hội Thác Bản Giốc, đã sửa tên xã")
    assert again == code
    until(lambda: _states(hub, code)[1:] == ["received"], within_s=60, what="the second version is checked")

    _to_the_bench(first, code)
    assert WORDS in first.page.inner_text("#so-sanh")
    first.answer_points()
    _decide(first, "approved", "", f"{code}/2")
    _to_the_bench(second, code)
    _fits(second.page)
    _decide(second, "approved", "", f"{code}/2")

    assert _states(hub, code) == ["returned", "ready"]
    assert [one.complaints for one in (author, first, second)] == [[], [], []]


def _film_and_send(author: Officer, clip: Path, title: str) -> str:
    """The phone's camera gives its film to the form; gives the programme's code."""
    page = author.page
    camera = page.locator("input[type=file][capture]")
    assert camera.get_attribute("accept") == "video/*,image/*"
    camera.set_input_files(str(clip))
    row = page.locator("[data-upload-list] > li", has=page.locator(f"b:text-is('{clip.name}')"))
    row.locator("[data-row-digest]").wait_for(timeout=60_000)
    tick(row.locator("[data-row-choice]"))
    page.fill("#id_title", title)
    category = page.locator("select#id_category")
    if category.count():  # a version after the first keeps what the programme is about
        category.select_option(category.locator("option[value]:not([value=''])").first.get_attribute("value"))
        tick(page.locator("input[name=clusters][value='cao-bang/trung-khanh']"))
    tick(page.locator("#id_is_declared"))
    _fits(page)
    page.locator("#gui button[type=submit]").tap()
    page.wait_for_url(re.compile(r"/chuong-trinh/CB-\d{4}-\d{4}/$"), timeout=30_000)
    return author.path.strip("/").rpartition("/")[2]


def _to_the_bench(officer: Officer, code: str) -> None:
    officer.open("/tham-dinh/")
    _fits(officer.page)
    officer.page.locator(f"main a[href='/tham-dinh/{code}/']").tap()
    officer.page.wait_for_selector("#quyet-dinh")


def _go_to_the_middle(page: Page) -> float:
    """A finger on the ribbon brings the film there; gives where it stands, in seconds."""
    ribbon = page.locator("[data-ribbon]")
    ribbon.scroll_into_view_if_needed()
    box = ribbon.bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    return until(lambda: _time(page), what="the film stands at the middle")


def _decide(officer: Officer, outcome: str, grounds: str, receipt: str) -> None:
    page = officer.page
    tick(page.locator(f"input[name=outcome][value={outcome}]"))
    page.fill("#id_grounds", grounds)
    page.locator("#quyet-dinh button[data-shortcut=record]").tap()
    page.wait_for_selector(f".bt-msgs :text('{receipt}')")


def _time(page: Page) -> float:
    return float(page.evaluate("document.querySelector('[data-film] video').currentTime"))


def _is_in_sight(page: Page, selector: str) -> bool:
    return bool(
        page.evaluate(
            "s => { const box = document.querySelector(s).getBoundingClientRect();"
            " return box.bottom > 0 && box.top < window.innerHeight; }",
            selector,
        )
    )


def _fits(page: Page) -> None:
    """Nothing hangs out of the phone's width."""
    assert int(page.evaluate("document.documentElement.scrollWidth")) <= 390, page.url


def _states(hub: Hub, code: str) -> list[str]:
    sql = "SELECT state FROM programmes_programmeversion WHERE receipt LIKE ? ORDER BY number"
    return [str(state) for (state,) in hub.rows(sql, f"{code}/%")]
