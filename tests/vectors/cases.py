"""One case of docs/bundle-vectors, and the good set that most others change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tests.vectors import province as p
from tests.vectors.province import AT


@dataclass(frozen=True)
class Case:
    """One set of files offered to the device of the province at `at`, and what it must say.

    expect  "accepted", or the code of the refusal; `step` is its number in docs/bundle-format.md
    alone   what a checker says that sees this one set and knows no device; None: the same
    attack  the number in the list of attacks, such as "T25", where it is one
    after   name of the set that the device accepted before, which brings its floors
    boot    the files are the device's own store, read again at boot, accepted at `at`
    device  fields of the device record that differ
    anchor  path of the root in the kit, within this set; empty: root 1 of the good set
    """

    name: str
    what: str
    files: Mapping[str, bytes]
    expect: str = "accepted"
    step: str = ""
    alone: str | None = None
    at: datetime = AT
    attack: str = ""
    after: str = ""
    boot: bool = False
    keeps_store: bool = True
    device: Mapping[str, object] = field(default_factory=dict)
    anchor: str = ""


BASE = p.published()
