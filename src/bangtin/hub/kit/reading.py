"""What a page reads once: kept while one page is read, never longer, and never while a deed is done."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar, cast

Read = TypeVar("Read")
_KEPT: ContextVar[dict[Hashable, object] | None] = ContextVar("kept_for_the_page", default=None)


@contextmanager
def one_page() -> Iterator[None]:
    """Inside, `once` keeps what it read; nothing inside may change the rows that it reads."""
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


def is_page() -> bool:
    """Whether a page is being read."""
    return _KEPT.get() is not None


def once(key: Hashable, read: Callable[[], Read]) -> Read:
    """What `read` gives: the first answer for `key` on this page; outside of a page it is read each time."""
    kept = _KEPT.get()
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    return cast(Read, kept[key])
