"""The lines of a PDF, and which of them are running headers or footers."""

import re
from collections import Counter
from collections.abc import Sequence

PAGES = 2_000
EDGE = 2  # running headers and footers stand within this many lines of a page's edge
REPEATED = 3  # and on at least so many pages
LETTERS_A_PAGE = 20  # a page with fewer is a picture of one


class NotPortable(Exception):
    """The bytes are no PDF whose text can be read; `reason` is "broken", "locked", "pages" or "scan"."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def lines(body: bytes) -> tuple[list[str], list[int]]:
    """The lines of a PDF page by page, and the numbers (from 1) of its running headers and footers.

    Raises: NotPortable.
    """
    pages = _pages(body)
    letters = sum(len("".join(page).replace(" ", "")) for page in pages)
    if letters < LETTERS_A_PAGE * len(pages):
        raise NotPortable("scan")
    return [line for page in pages for line in page], _running(pages)


def _pages(body: bytes) -> list[list[str]]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        raise NotPortable("locked" if "password" in str(error).lower() else "broken") from error
    if len(document) > PAGES:
        raise NotPortable("pages")
    if len(document) == 0:
        raise NotPortable("broken")
    found = []
    for number in range(len(document)):
        try:
            text = document[number].get_textpage().get_text_range()
        except pypdfium2.PdfiumError as error:
            raise NotPortable("broken") from error
        found.append([_whole(line) for line in re.split(r"\r\n|\r|\n", text)])
    return found


def _whole(line: str) -> str:
    """A line without the marks PDFium puts where a hyphen broke a word."""
    return line.replace("\ufffe", "-").replace("\x02", "-")


def _running(pages: Sequence[Sequence[str]]) -> list[int]:
    if len(pages) < REPEATED:
        return []
    seen = Counter(key for page in pages for key in {_key(page[at]) for at in _edges(page)} if key)
    repeated = {key for key, count in seen.items() if count >= max(REPEATED, len(pages) // 2)}
    found, first = [], 1
    for page in pages:
        found += [first + at for at in _edges(page) if _key(page[at]) in repeated]
        first += len(page)
    return found


def _edges(page: Sequence[str]) -> list[int]:
    filled = [at for at, line in enumerate(page) if line.strip()]
    return sorted({*filled[:EDGE], *filled[-EDGE:]})


def _key(line: str) -> str:
    """A line with its numbers made alike, so that "Trang 3" repeats "Trang 2"; markers of the law do not count."""
    text = " ".join(line.split())
    return "" if re.match(r"(?:Điều|Chương|Mục)\s|\d+\.|[a-zđ]\)|[-+]", text) else re.sub(r"\d+", "#", text)
