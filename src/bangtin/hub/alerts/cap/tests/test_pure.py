"""The package can be used without the site: neither Django nor a database comes with it."""

import subprocess
import sys


def test_reading_and_judging_needs_no_django() -> None:
    code = "import sys, bangtin.hub.alerts.cap; print(sorted(n for n in ('django', 'sqlite3') if n in sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
