"""Files made to harm: each is refused or made harmless with its code, in bounded time and memory."""

from contextlib import suppress
from pathlib import Path

import pytest

from bangtin.hub.programmes.media import inspecting, judging, office, sandbox
from bangtin.hub.programmes.media.limits import Unusable
from bangtin.hub.programmes.tests import hostile
from bangtin.hub.programmes.tests.clips import Clips

pytestmark = pytest.mark.media
MOST_S, MOST_BYTES = 30, 1_000_000_000


@pytest.mark.parametrize("name", hostile.FILES)
def test_a_file_made_to_harm_bears_its_code_within_bounds(
    name: str, clips: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports: list[sandbox.Finished] = []
    allowed: list[float] = []
    real = sandbox.run

    def run(*arguments: object, **named: object) -> sandbox.Finished:
        allowed.append(float(str(named["timeout_s"])))
        try:
            reports.append(real(*arguments, **named))  # type: ignore[arg-type]  # passed through as they came
        except sandbox.TimedOut as late:
            assert late.finished is not None
            reports.append(late.finished)
            raise
        return reports[-1]

    monkeypatch.setattr(sandbox, "run", run)
    path = hostile.make(name, tmp_path, clips)
    found = judging.judge(path, name=name, screens=[(1920, 640)])
    # whatever a file does, the bounded process ends by then: so long is the check of it at most
    assert sum(allowed) < MOST_S
    if found.ok:
        _use(path, found.container, tmp_path)
    code = hostile.FILES[name][0]
    assert code in {"", *(one.code for one in found.remarks)}
    assert found.ok is (code == "") or not found.ok
    assert max(allowed) < MOST_S
    assert reports and 0 < max(one.peak_bytes for one in reports) < MOST_BYTES


def _use(path: Path, container: str, folder: Path) -> None:
    """Go on as the hub would with what passed: through LibreOffice, to pictures; a refusal is an outcome too."""
    with suppress(Unusable):
        if container in office.CONTAINERS and office.reads(container):
            path, container = office.to_pdf(path, container, folder), "pdf"
        if container in {"pdf", "txt", "tiff"}:
            inspecting.make_slides(path, container, folder, size=(1920, 640), capitals=21)


@pytest.mark.parametrize("name", ["../../etc/x.mp4", "a\0b.mp4", "phim\u202e4pm.exe", "a\u200fb.mp4", "C:\\..\\x.mp4"])
def test_a_name_with_hidden_signs_or_a_path_is_told_and_harms_nothing(name: str, clips: Clips) -> None:
    found = judging.judge(clips["voice.wav"], name=name)
    assert found.ok and "unsafe_name" in {one.code for one in found.remarks}


def test_an_ordinary_document_is_not_taken_for_a_hostile_one(tmp_path: Path) -> None:
    for name, data in (("a.docx", hostile.docx()), ("a.pdf", hostile.pdf(content=b"BT /F1 40 Tf (Chao) Tj ET"))):
        path = tmp_path / name
        path.write_bytes(data)
        found = judging.judge(path, name=name)
        assert (found.ok, found.kind) == (True, "document"), found.remarks
