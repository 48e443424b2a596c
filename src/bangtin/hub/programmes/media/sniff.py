"""What a file is by its first bytes; its name is never asked. Reads a few hundred bytes, decodes nothing."""

from pathlib import Path

HEAD_BYTES = 4_096
# Boxes with which MP4 and MOV files begin.
_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
_STILL_BRANDS = {b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis", b"hevc"}
# Media we know and do not take: told by their name instead of "not media".
_OTHERS = (
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"FLV\x01", "FLV"),
    (b"OggS", "Ogg"),
    (b"fLaC", "FLAC"),
    (b"\x30\x26\xb2\x75", "WMV"),
    (b"\0\0\x01\xba", "MPEG-PS"),
    (b"%PDF", "PDF"),
)


def container(path: Path) -> str:
    """The container: mp4, matroska, wav, mp3, jpeg, png, webp; `other:NAME` if known but not taken; "" if not media."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head[4:8] in _BOXES:
        return "other:HEIC" if head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS else "mp4"
    if head[:4] in {b"RIFF", b"RF64"}:
        return {b"WAVE": "wav", b"WEBP": "webp", b"AVI ": "other:AVI"}.get(head[8:12], "")
    for magic, name in ((b"\x1aE\xdf\xa3", "matroska"), (b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png")):
        if head.startswith(magic):
            return name
    if head[:3] == b"ID3" or (len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] < 0xF0):
        return "mp3"
    if head[:1] == b"G" and head[188:189] == b"G":
        return "other:MPEG-TS"
    return next((f"other:{name}" for magic, name in _OTHERS if head.startswith(magic)), "")


def likely_kind(path: Path) -> str:
    """The kind a version bears until the technical check has looked inside: video, picture or sound."""
    found = container(path)
    if found in {"jpeg", "png", "webp"}:
        return "picture"
    return "sound" if found in {"wav", "mp3"} else "video"
