"""Reads a decoded JSON object key by key: each key once, each of its type, none left over."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar, cast

from bangtin.bundle import instants

T = TypeVar("T")


class WrongShape(ValueError):
    """A key is missing, unknown or of another type; the message names it."""


class Fields:
    """One JSON object being read. `done()` refuses keys nobody asked for, unless they begin x_."""

    def __init__(self, value: object, *, where: str) -> None:
        if not isinstance(value, dict):
            raise WrongShape(f"{where}: expected an object, got {type(value).__name__}")
        self._left = dict(cast(dict[str, object], value))
        self.where = where

    def has(self, key: str) -> bool:
        """Whether the optional `key` is there."""
        return key in self._left

    def any(self, key: str) -> object:
        """The value of `key`, of any type."""
        if key not in self._left:
            raise WrongShape(f"{self.where}: {key} is missing")
        return self._left.pop(key)

    def text(self, key: str, *, longest: int = 200) -> str:
        """A string of at most `longest` characters."""
        value = self.any(key)
        if not isinstance(value, str) or len(value) > longest:
            raise WrongShape(f"{self.where}.{key}: expected at most {longest} characters of text")
        return value

    def integer(self, key: str, *, least: int = 0, most: int = 0) -> int:
        """An integer that is not below `least` nor above `most` (0: no matter how large)."""
        value = self.any(key)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= (most or value):
            to = f" to {most}" if most else ""
            raise WrongShape(f"{self.where}.{key}: expected an integer from {least}{to}")
        return value

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self.any(key)
        if not isinstance(value, bool):
            raise WrongShape(f"{self.where}.{key}: expected true or false")
        return value

    def instant(self, key: str) -> datetime:
        """An instant written in RFC 3339, UTC, whole seconds."""
        try:
            return instants.from_text(self.text(key))
        except ValueError as error:
            raise WrongShape(f"{self.where}.{key}: {error}") from error

    def choice(self, key: str, among: tuple[str, ...]) -> str:
        """One of the strings in `among`."""
        value = self.text(key)
        if value not in among:
            raise WrongShape(f"{self.where}.{key}: {value!r} is none of {', '.join(among)}")
        return value

    def inner(self, key: str) -> "Fields":
        """The object under `key`, to be read in turn."""
        return Fields(self.any(key), where=f"{self.where}.{key}")

    def each(self, key: str, read: Callable[["Fields"], T], *, most: int) -> tuple[T, ...]:
        """Each object of the list under `key`, read whole by `read`; at most `most` of them."""
        return tuple(
            _read_whole(value, read, where=f"{self.where}.{key}[{index}]")
            for index, value in enumerate(self.values(key, most=most))
        )

    def table(self, key: str, read: Callable[["Fields"], T], *, most: int) -> dict[str, T]:
        """Each object of the object of objects under `key`, read whole by `read`."""
        value = self.any(key)
        if not isinstance(value, dict) or len(value) > most:
            raise WrongShape(f"{self.where}.{key}: expected an object of at most {most} keys")
        return {name: _read_whole(inner, read, where=f"{self.where}.{key}.{name}") for name, inner in value.items()}

    def values(self, key: str, *, most: int) -> Sequence[object]:
        """A list of at most `most` values of any type."""
        value = self.any(key)
        if not isinstance(value, list) or len(value) > most:
            raise WrongShape(f"{self.where}.{key}: expected a list of at most {most}")
        return value

    def texts(self, key: str, *, most: int, longest: int = 200) -> tuple[str, ...]:
        """A list of strings."""
        values = self.values(key, most=most)
        if not all(isinstance(value, str) and len(value) <= longest for value in values):
            raise WrongShape(f"{self.where}.{key}: expected a list of strings")
        return tuple(cast(Sequence[str], values))

    def keys_left(self) -> tuple[str, ...]:
        """The keys that have not been read yet, in their order."""
        return tuple(self._left)

    def done(self, *, strictly: bool = False) -> None:
        """Refuse what was not read (an unknown key may change the meaning of the rest).

        Keys that begin `x_` may stay unread, unless `strictly`.
        """
        unknown = sorted(key for key in self._left if strictly or not key.startswith("x_"))
        if unknown:
            raise WrongShape(f"{self.where}: unknown key {unknown[0]}")


def _read_whole(value: object, read: Callable[[Fields], T], *, where: str) -> T:
    fields = Fields(value, where=where)
    result = read(fields)
    fields.done()
    return result
