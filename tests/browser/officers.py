"""Officers at their browsers: each signs in once and works by clicking alone."""

from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, Response, ViewportSize

from tests.browser.processes import PASSWORD, Hub

CLUSTER, FACE, WEEK = "trung-khanh", "trung-khanh-1", "2026-w48"


def tick(choice: Locator, *, tries: int = 5) -> None:
    """Choose it, again if the page moved under the tap: who taps sees that it is not chosen yet."""
    for left in reversed(range(tries)):
        try:
            choice.check(force=True)
        except Error:
            if not left:
                raise
        else:
            return


class Officer:
    """One account in a browser window of its own; missing answers and complaints of the console are noted."""

    def __init__(self, browser: Browser, hub: Hub, username: str, *, is_on_phone: bool = False) -> None:
        self._hub = hub
        size: ViewportSize = {"width": 390, "height": 844} if is_on_phone else {"width": 1440, "height": 900}
        self.page: Page = browser.new_context(
            viewport=size, locale="vi-VN", has_touch=is_on_phone, is_mobile=is_on_phone
        ).new_page()
        self.complaints: list[str] = []
        self.page.on("response", self._note_answer)
        self.page.on("console", self._note_words)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.open("/")
        self.page.fill("#id_username", username)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("main button.btn-primary")
        self.page.wait_for_url(f"{hub.address}/")

    def _note_answer(self, answer: Response) -> None:
        # 422 is a refusal: the page says it in words
        if answer.status >= 400 and answer.status != 422:
            self.complaints.append(f"{answer.status} {answer.url}")

    def _note_words(self, message: ConsoleMessage) -> None:
        # what was not loaded is noted with its address already
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def open(self, path: str) -> None:
        """Go to an address of the hub."""
        self.page.goto(self._hub.address + path)

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def submit_clip(self, clip: Path, title: str) -> str:
        """Send a file; gives the programme's code from the page with its receipt."""
        self._begin(title)
        self.page.set_input_files("#id_file", str(clip))
        return self._send()

    def submit_uploaded(self, choice: Locator, title: str) -> str:
        """Send a file that is up already, on the page where it stands; gives the programme's code."""
        self._describe(title)
        tick(choice)
        return self._send()

    def submit_notice(self, line: str, *, still_s: int) -> str:
        """Send a text notice."""
        self._begin(line)
        tick(self.page.locator("input[name=way][value=text]"))
        self.page.fill("#id_text_title", line)
        self.page.fill("#id_still_s", str(still_s))
        return self._send()

    def sees_it_checked(self, code: str) -> str:
        """Wait on the programme's page, which follows the check by itself; gives the receipt's number there."""
        self.open(f"/chuong-trinh/{code}/")
        assert f"{code}/1" in self.page.inner_text("main")
        self.page.wait_for_selector("#tien-do", state="detached", timeout=60_000)
        return f"{code}/1"

    def appraise(self, code: str) -> None:
        """Approve what is on the bench: as first officer decide, as second confirm."""
        self.open("/tham-dinh/")
        self.page.click(f"main a[href='/tham-dinh/{code}/']")
        self.answer_points()
        tick(self.page.locator("input[name=outcome][value=approved]"))
        self.page.fill("#id_grounds", "Nội dung đúng quy định, hình rõ.")
        self.page.click("main form button[data-shortcut=record]")
        self.page.wait_for_selector(f".bt-msgs :text('{code}/1')")

    def answer_points(self) -> None:
        """Answer every point of the instrument as met, where the bench asks them."""
        for point in self.page.locator("[data-points] fieldset").all():
            tick(point.locator("input[value=met]"))

    def place(self, code: str, starts: datetime, ends: datetime) -> str:
        """Place a ready programme on the week; gives the refusal's text, empty if it was placed."""
        self.open(f"/lich/{CLUSTER}/{WEEK}/")
        form = self.page.locator("#xep form")
        form.locator("#id_version").select_option(label=self._ready(code))
        form.locator("#id_on").fill(f"{starts:%Y-%m-%d}")
        form.locator("#id_starts").fill(f"{starts:%H:%M}")
        form.locator("#id_ends").fill(f"{ends:%H:%M}")
        form.locator("button[data-shortcut=record]").click()
        self.page.wait_for_load_state()
        refusals = self.page.locator(".bt-refusal")
        return refusals.first.inner_text() if refusals.count() else ""

    def publish(self) -> None:
        """Publish the plan as it is."""
        self.open(f"/lich/{CLUSTER}/{WEEK}/")
        self.page.click(f"a[href='/lich/{CLUSTER}/phat-hanh/']")
        self.page.click("main form button[data-shortcut=record]")
        self.page.wait_for_url(f"**/lich/{CLUSTER}/{WEEK}*")

    def enrol(self, code: str) -> None:
        """Type the code that the screen shows, and say which face it drives."""
        self.open("/man-hinh/ket-noi/")
        self.page.fill("#id_code", code)
        self.page.select_option("#id_face", FACE)
        self.page.click("form:has(#id_code) button[type=submit]")
        self.page.wait_for_url(f"**/man-hinh/{FACE}/")

    def _begin(self, title: str) -> None:
        self.open("/chuong-trinh/")
        self.page.click("main a[href='/chuong-trinh/gui/']")
        self._describe(title)

    def _describe(self, title: str) -> None:
        self.page.fill("#id_title", title)
        category = self.page.locator("#id_category")
        category.select_option(category.locator("option[value]:not([value=''])").first.get_attribute("value"))
        tick(self.page.locator(f"input[name=clusters][value='cao-bang/{CLUSTER}']"))
        tick(self.page.locator("#id_is_declared"))

    def _send(self) -> str:
        self.page.click("#gui button[type=submit]")
        self.page.wait_for_url("**/chuong-trinh/CB-*/", timeout=30_000)
        return self.path.strip("/").rpartition("/")[2]

    def _ready(self, code: str) -> str:
        options = self.page.locator("#xep #id_version option").all_inner_texts()
        return next(text for text in options if f"({code}/1)" in text)
