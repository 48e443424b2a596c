"""A pytest plugin that runs each test twice: with its feature switched off, then as it is; the outcomes go to a file.

Loaded with `-p tests.conventions.switching_off`. BANGTIN_SWITCHED: a JSON file {node id: [features]}.
BANGTIN_OUTCOMES: where the outcomes go, {"<feature> off": {node id: passed}, "on": {node id: passed}}.
"""

import json
import os
import pkgutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol


class SwitchedOff(Exception):
    """The feature was called while it is switched off."""


class Switching:
    """Keeps which features each test guards, where they are named, and how the tests end."""

    def __init__(self, wanted: dict[str, list[str]], outcomes: Path) -> None:
        self.wanted, self.outcomes = wanted, outcomes
        self.found: dict[str, dict[str, bool]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: Any, nextitem: pytest.Item | None) -> bool | None:
        """Run the item with each of its features off, then on."""
        features = self.wanted.get(item.nodeid)
        if features is None:
            return None
        for feature in features:
            with _off(feature):
                self._run(item, item.parent, f"{feature} off")
        self._run(item, nextitem, "on")
        return True

    def _run(self, item: Any, following: Any, label: str) -> None:
        # `following` only says which fixtures stay: the item's parent keeps those of the module and the session
        item._initrequest()
        reports = runtestprotocol(item, log=False, nextitem=following)
        self.found.setdefault(label, {})[item.nodeid] = all(one.passed for one in reports)

    def pytest_sessionfinish(self) -> None:
        """Write the outcomes."""
        self.outcomes.write_text(json.dumps(self.found))


def pytest_configure(config: pytest.Config) -> None:
    """Begin where both files are named."""
    if "BANGTIN_SWITCHED" in os.environ:
        wanted = json.loads(Path(os.environ["BANGTIN_SWITCHED"]).read_text())
        config.pluginmanager.register(Switching(wanted, Path(os.environ["BANGTIN_OUTCOMES"])))


@contextmanager
def _off(feature: str) -> Iterator[None]:
    """Put a function that only refuses wherever a module of ours or a test names the feature."""
    module, _dot, name = feature.rpartition(".")
    original = pkgutil.resolve_name(f"{module}:{name}")

    def refuses(*_given: object, **_named: object) -> object:
        raise SwitchedOff(feature)

    places = _places(original)
    for where, attribute in places:
        setattr(where, attribute, refuses)
    try:
        yield
    finally:
        for where, attribute in places:
            setattr(where, attribute, original)


def _places(original: Callable[..., object]) -> list[tuple[Any, str]]:
    modules = [one for name, one in list(sys.modules.items()) if name.startswith(("bangtin", "tests", "test_"))]
    return [(one, name) for one in modules for name, value in list(vars(one).items()) if value is original]
