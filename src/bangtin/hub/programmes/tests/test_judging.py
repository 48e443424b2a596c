"""What the technical check sees, hears and reads in real files, with its time and its weight."""

import subprocess
from pathlib import Path

import docx
import pytest

from bangtin.hub.programmes.media import ffmpeg, judging, office, thresholds
from bangtin.hub.programmes.media.inspecting import Remark
from bangtin.hub.programmes.media.judging import Judgement
from bangtin.hub.programmes.tests import hostile

pytestmark = pytest.mark.media
_SMALL = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")
_TEST = "testsrc2=s=320x180:r=25:d="


@pytest.fixture(scope="session")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Judgement:
    """Two seconds of pattern, two of black, three of grey; a loud tone for three seconds, then nothing."""
    path = tmp_path_factory.mktemp("bad") / "bad.mp4"
    graph = (
        f"{_TEST}2[a];color=black:s=320x180:r=25:d=2[b];color=gray:s=320x180:r=25:d=3[c];[a][b][c]concat=n=3[v];"
        "sine=440:d=3,volume=30dB,apad=whole_dur=7[s]"
    )
    made(path, "-filter_complex", graph, "-map", "[v]", "-map", "[s]", *_SMALL)
    return judging.judge(path, name=path.name, screens=[(1920, 640)])


def made(path: Path, *arguments: str) -> Path:
    subprocess.run([ffmpeg.executable(), "-v", "error", "-y", *arguments, str(path)], check=True)
    return path


def written(path: Path, data: bytes | str) -> Judgement:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return judging.judge(path, name=path.name, screens=[(1920, 640)])


def codes(found: Judgement) -> set[str]:
    return {one.code for one in found.remarks}


def one(found: Judgement, code: str) -> Remark:
    return next(row for row in found.remarks if row.code == code)


@pytest.mark.parametrize(
    ("code", "at_ms", "lasts_ms"), [("black", 2_000, 2_000), ("freeze", 4_000, 3_000), ("silence", 3_000, 4_000)]
)
def test_black_stillness_and_silence_bear_their_time(bad: Judgement, code: str, at_ms: int, lasts_ms: int) -> None:
    row = one(bad, code)
    assert row.at_ms is not None and abs(row.at_ms - at_ms) < 150
    assert abs(int(row.params["lasts_ms"]) - lasts_ms) < 250


def test_a_loud_clip_that_touches_full_scale_is_told_and_still_taken(bad: Judgement) -> None:
    assert bad.ok and {"clipping", "loudness", "geometry", "low_resolution"} <= codes(bad)
    assert str(one(bad, "loudness").params["target"]) == "−23"


def test_a_clean_clip_has_nothing_to_remark(tmp_path: Path) -> None:
    sound = ("-f", "lavfi", "-i", "sine=440:d=3", "-af", "volume=-1.2dB")
    path = made(tmp_path / "a.mp4", "-f", "lavfi", "-i", "testsrc2=s=1920x640:r=25:d=3", *sound, *_SMALL)
    found = judging.judge(path, name="a.mp4", screens=[(1920, 640)])
    assert found.remarks == () and (found.kind, found.width, found.height) == ("video", 1920, 640)


@pytest.mark.parametrize(
    ("hertz", "columns", "is_unsafe"), [(2, 320, False), (3, 320, False), (6, 320, True), (6, 60, False)]
)
def test_only_fast_and_large_flashes_are_refused(tmp_path: Path, hertz: int, columns: int, is_unsafe: bool) -> None:
    picture = (
        f"color=black:s=320x180:r=30:d=2,geq=lum='if(lt(X,{columns})*lt(mod(T*{hertz},1),0.5),235,16)':cb=128:cr=128"
    )
    found = judging.judge(made(tmp_path / "a.mp4", "-f", "lavfi", "-i", picture, *_SMALL), name="a.mp4")
    assert ("flash" in codes(found)) is is_unsafe and found.ok is not is_unsafe


def test_a_saturated_red_flash_is_refused_though_it_is_dark(tmp_path: Path) -> None:
    red = "color=black:s=320x180:r=30:d=2,format=rgb24,geq=r='if(lt(mod(T*6,1),0.5),150,60)':g=0:b=0"
    found = judging.judge(made(tmp_path / "a.mp4", "-f", "lavfi", "-i", red, *_SMALL), name="a.mp4")
    assert found.refusal is not None and found.refusal.code == "flash"


def test_fields_without_a_flag_are_seen(tmp_path: Path) -> None:
    fields = ("-f", "lavfi", "-i", "mandelbrot=s=720x576:r=50", "-t", "2", "-vf", "tinterlace=interleave_top")
    found = judging.judge(made(tmp_path / "a.mp4", *fields, *_SMALL), name="a.mp4")
    assert "interlaced" in codes(found)
    assert found.inspection is not None and found.inspection.is_interlaced


def test_a_mark_in_a_title_tag_is_refused(tmp_path: Path) -> None:
    tag = ("-f", "lavfi", "-i", "sine=440:d=1", "-metadata", "title=TỐI MẬT - Kế hoạch")
    found = judging.judge(made(tmp_path / "a.m4a", *tag), name="a.m4a")
    assert found.refusal == Remark("secret_mark", None, {"mark": "TỐI MẬT", "place": "metadata"})


def test_documents_are_read_for_marks_fonts_and_small_letters(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("TUYỆT MẬT")
    run = document.add_paragraph().add_run("Chữ nhỏ trong phông lạ")
    run.font.size, run.font.name = docx.shared.Pt(8), "Papyrus"
    document.save(str(tmp_path / "a.docx"))
    found = judging.judge(tmp_path / "a.docx", name="a.docx", screens=[(1920, 640)])
    unread = set() if office.reads("docx") else {"no_office"}
    assert codes(found) == {"secret_mark", "fonts", "text_small", *unread}
    page = b"BT /F1 40 Tf 72 700 Td (TOI MAT) Tj ET"
    assert codes(written(tmp_path / "a.pdf", hostile.pdf(content=page))) == {"secret_mark"}


def test_text_of_old_fonts_is_refused_by_the_name_of_its_encoding(tmp_path: Path) -> None:
    tcvn3 = written(tmp_path / "a.txt", "C«ng bè quyÕt ®Þnh cña Uû ban nh©n d©n".encode("cp1252"))
    vni = written(tmp_path / "b.srt", "1\n00:00:01,000 --> 00:00:09,000\nCoäng hoøa xaõ hoäi chuû nghóa\n")
    font = written(
        tmp_path / "c.docx",
        hostile.docx('<w:p><w:r><w:rPr><w:rFonts w:ascii=".VnTime"/></w:rPr><w:t>Chao</w:t></w:r></w:p>'),
    )
    shown = [(found.refusal.code, found.refusal.params["encoding"]) for found in (tcvn3, vni, font) if found.refusal]
    assert shown == [("legacy_encoding", "TCVN3"), ("legacy_encoding", "VNI"), ("legacy_encoding", "TCVN3")]


def test_a_subtitle_too_fast_to_read_bears_its_time(tmp_path: Path) -> None:
    text = "WEBVTT\n\n00:02.000 --> 00:03.000\nMột dòng chữ quá dài để đọc trong một giây\n"
    found = written(tmp_path / "a.vtt", text)
    assert (found.ok, found.kind, found.duration_ms) == (True, "subtitle", 3_000)
    assert one(found, "subtitle_fast").at_ms == 2_000


def test_a_province_may_draw_other_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "lines.yaml"
    own.write_text("text: {subtitle_characters_a_second: 90}\n")
    monkeypatch.setenv(thresholds.OWN_FILE, str(own))
    text = "WEBVTT\n\n00:02.000 --> 00:03.000\nMột dòng chữ quá dài để đọc trong một giây\n"
    assert written(tmp_path / "a.vtt", text).remarks == ()
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("text: {nothing_like_it: 1}\n")
    monkeypatch.setenv(thresholds.OWN_FILE, str(wrong))
    with pytest.raises(thresholds.BadThresholds):
        thresholds.load()
