"""What a page reads once is read once, and anew outside of pages and on the next one."""

from bangtin.hub.kit import reading


def test_a_page_reads_once_and_the_next_one_anew() -> None:
    asked: list[int] = []

    def read() -> int:
        asked.append(1)
        return len(asked)

    with reading.one_page():
        assert [reading.once("k", read), reading.once("k", read), reading.once("other", read)] == [1, 1, 2]
    with reading.one_page():
        assert reading.once("k", read) == 3
    assert [reading.once("k", read), reading.once("k", read)] == [4, 5]
