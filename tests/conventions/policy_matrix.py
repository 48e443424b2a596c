"""Writes `docs/policy-matrix.md`, who may do what: `python -m tests.conventions.policy_matrix --write`.

`matrix` asks the policies; `test_policy_matrix.py` tries each cell through the action and compares this page.
"""

import os
import sys
import tempfile
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "policy-matrix.md"


def _written() -> str:
    """The page, from a database of its own that goes with the folder it lies in."""
    import django

    with tempfile.TemporaryDirectory(prefix="bangtin-matrix-") as folder:
        os.environ["BANGTIN_DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangtin.hub.config.settings")
        django.setup()
        from django.core.management import call_command
        from django.test import override_settings

        from tests.conventions import matrix

        call_command("migrate", verbosity=0)
        # a fast hash: some hundred accounts, and nobody signs in
        hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        with override_settings(PASSWORD_HASHERS=hashers), matrix.undone():
            return matrix.text()


if __name__ == "__main__":
    made = _written()
    if "--write" in sys.argv:
        PAGE.write_text(made)
    print(f"{made.count(chr(10) + '## ')} moments")
