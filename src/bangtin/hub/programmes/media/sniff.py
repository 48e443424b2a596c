"""What a file is by its first bytes; only plain text, which has no signature, is told by its name."""

import re
from pathlib import Path

HEAD_BYTES = 4_096
# Boxes with which MP4 and MOV files begin.
_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc", b"hevx"}
_TAKEN = (
    (b"\x1aE\xdf\xa3", "matroska"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"\0\0\x01\xba", "mpeg"),
    (b"\x06\x0e\x2b\x34\x02\x05\x01\x01", "mxf"),
    (b"%PDF", "pdf"),
)
# Media we know and do not take: told by their name instead of "not media".
_OTHERS = (
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"FLV\x01", "FLV"),
    (b"\x30\x26\xb2\x75", "WMV"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "DOC"),
    (b"{\\rtf", "RTF"),
)
# What an archive of office files says of itself in the name of its first members.
_OFFICE = ((b"word/", "docx"), (b"ppt/", "pptx"), (b"xl/", "other:XLSX"))
PICTURES = ("jpeg", "png", "webp", "tiff", "heic")
SUBTITLES = ("srt", "vtt")
DOCUMENTS = ("pdf", "docx", "pptx", "txt")
_SUBRIP = re.compile(rb"^\s*\d+\s*\r?\n\d+:\d\d:\d\d[,.]\d{1,3}\s*-->")


def container(path: Path, *, name: str = "") -> str:
    """The container, such as mp4, matroska, jpeg, pdf, srt; `other:NAME` if known but not taken; "" if no media."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head[4:8] in _BOXES:
        return _box_file(head)
    if head[:4] in {b"RIFF", b"RF64"}:
        return {b"WAVE": "wav", b"WEBP": "webp", b"AVI ": "avi"}.get(head[8:12], "")
    for magic, found in _TAKEN:
        if head.startswith(magic):
            return found
    if head[:3] == b"ID3" or (len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] < 0xF0):
        return "mp3"
    if head[:1] == b"G" and head[188:189] == b"G":
        return "mpegts"
    if head.startswith(b"PK\x03\x04"):
        return _archive(path)
    known = next((f"other:{word}" for magic, word in _OTHERS if head.startswith(magic)), "")
    return known or _text(head, name)


def _box_file(head: bytes) -> str:
    """What a file of boxes is by the brands it names first."""
    brands = head[8 : max(12, min(int.from_bytes(head[:4], "big"), 256))] if head[4:8] == b"ftyp" else b""
    if brands[:4] in {b"avif", b"avis"} or (brands[:4] in {b"mif1", b"msf1"} and b"avif" in brands):
        return "other:AVIF"
    return "heic" if brands[:4] in _HEIF_BRANDS else "mp4"


def likely_kind(path: Path) -> str:
    """The kind a version bears until the technical check has looked inside: video, picture or sound."""
    found = container(path)
    if found in {*PICTURES, "pdf"}:
        return "picture"
    return "sound" if found in {"wav", "mp3", "ogg", "flac"} else "video"


def _archive(path: Path) -> str:
    """What an archive is by the names in it; "" if it is no office file. Nothing is unpacked."""
    with path.open("rb") as file:
        head = file.read(1 << 16)
        file.seek(max(0, path.stat().st_size - (1 << 16)))
        names = head + file.read(1 << 16)
    if b"[Content_Types].xml" not in names:
        return ""
    return next((found for member, found in _OFFICE if member in names), "other:ZIP")


def _text(head: bytes, name: str) -> str:
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if plain.startswith(b"WEBVTT"):
        return "vtt"
    if _SUBRIP.match(plain):
        return "srt"
    start = plain.lstrip()[:512].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return ""
    if start.startswith(b"<svg") or (start.startswith((b"<?xml", b"<!doctype svg")) and b"<svg" in plain.lower()):
        return "other:SVG"
    suffix = name.rpartition(".")[2].lower()
    is_text = bool(plain) and b"\0" not in plain and not start.startswith((b"#extm3u", b"<", b"#!"))
    return suffix if suffix in {"txt", *SUBTITLES} and (is_text or head[:2] in {b"\xff\xfe", b"\xfe\xff"}) else ""
