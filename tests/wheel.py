"""Proves a wheel in a bare environment: the pure packages and the player import without Django; the law is inside."""

import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

PURE = ("bangtin.rulebook.loading", "bangtin.bundle.timeline", "bangtin.player.main")
# The pure packages' own needs; nothing of the hub's.
NEEDS = (
    "PyYAML",
    "holidays",
    "tuf",
    "securesystemslib",
    "cryptography",
    "http-message-signatures",
    "aiohttp",
    "segno",
    "pillow",
)


def main(wheel: Path) -> None:
    """Exit with an error if something is missing in the wheel or Django creeps in."""
    names = zipfile.ZipFile(wheel).namelist()
    for part in ("_regulations/cao-bang", "bundle/notices/", "hub/templates/", "hub/locale/vi", "player/screens/page/"):
        assert any(part in name for name in names), f"{wheel.name} lacks {part}"
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        versions = _locked()
        run([python, "-m", "pip", "install", "-q", *(f"{n}=={versions[n.lower()]}" for n in NEEDS)])
        run([python, "-m", "pip", "install", "-q", "--no-deps", wheel])
        check = f"import sys\nimport {', '.join(PURE)}\nassert 'django' not in sys.modules"
        run([python, "-c", check])
        run([python, "-c", "from bangtin.rulebook import loading; assert loading.available()"])
    print(f"{wheel.name}: complete; rulebook, bundle and player import without Django")


def _locked() -> dict[str, str]:
    pairs = (
        line.split(" ")[0].split("==") for line in Path("requirements.lock").read_text().splitlines() if "==" in line
    )
    return {pair[0].split("[")[0].lower(): pair[1] for pair in pairs if len(pair) == 2}


def run(command: list[object]) -> None:
    """Run a command; its failure is ours."""
    subprocess.run([str(word) for word in command], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
