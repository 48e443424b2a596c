"""The rulebook stands alone."""

from __future__ import annotations

import subprocess
import sys


def test_the_rulebook_loads_without_the_site() -> None:
    script = (
        "import sys, bangtin.rulebook.testing as t; sys.exit(any(m.split('.')[0] == 'django' for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
