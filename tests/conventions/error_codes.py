"""docs/errors.md from the refusals in the code: `python -m tests.conventions.error_codes --write`."""

import importlib
import pkgutil
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "errors.md"
HEAD = """# Error codes

Each refusal of the hub carries a code that never changes its meaning; it stands small at the end of the message. The
sentence on the page says what was refused, why (with the article where there is one) and what to do next; this list
says where a code comes from. Refusals of bundles, media and play records have names of their own:
[bundle format](bundle-format.md).

| Code | HTTP | When | In the code |
|---|---|---|---|
"""
FILES = """
## Files

The technical check names what is wrong with a file by a word, which commands print as `code`; pages show its number.

| Code | Word | When |
|---|---|---|
"""
LEFT_OUT = (".tests", ".migrations", ".commands.")


def refusals() -> list[type]:
    """Every refusal of the hub, by code."""
    django.setup()
    import bangtin.hub
    from bangtin.hub.kit.errors import Refusal

    for module in pkgutil.walk_packages(bangtin.hub.__path__, "bangtin.hub."):
        if not any(part in module.name for part in LEFT_OUT):
            importlib.import_module(module.name)
    found, queue = [], [Refusal]
    while queue:
        kind = queue.pop()
        queue += kind.__subclasses__()
        if kind is not Refusal and ".tests" not in kind.__module__:
            found.append(kind)
    return sorted(found, key=lambda kind: kind.code)


def text() -> str:
    """The page as it should stand."""
    rows = []
    for kind in refusals():
        says = (kind.__doc__ or "").strip().splitlines()[0]
        place = f"{kind.__module__.removeprefix('bangtin.hub.')}.{kind.__name__}"
        rows.append(f"| `{kind.code}` | {kind.http_status} | {says} | `{place}` |")
    return HEAD + "\n".join(rows) + "\n" + FILES + "\n".join(_files()) + "\n"


def _files() -> list[str]:
    from django.utils import translation

    from bangtin.hub.programmes import file_codes, queries

    with translation.override("en"):
        return [
            f"| `{code}` | `{word}` | {queries.refusal_sentence(word, {})} |" for word, code in file_codes.CODES.items()
        ]


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangtin.hub.config.settings")
    if "--write" in sys.argv:
        PAGE.write_text(text())
    print(f"{len(refusals())} codes")
