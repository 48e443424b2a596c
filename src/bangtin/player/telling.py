"""What the page is told of a segment: enough to draw it, and nothing else."""

from bangtin.player.screens.server import Message
from bangtin.player.segments import Face, Segment

LONGEST_MS = 2**31 - 10_000  # what a browser's timer can wait


def greeting(face: Face, *, now_ms: int) -> Message:
    """The face that a page fills, and what time it is by the player's clock."""
    told = {"width": face.width, "height": face.height, "rotation": face.rotation, "name": face.name}
    return {"t": "face", **told, "now_ms": now_ms}


def drawn(segment: Segment, face: Face, *, at_ms: int) -> dict[str, object]:
    """What the page needs to make the layer of `segment`, which it is to show from `at_ms` on."""
    found = segment.showing
    told: dict[str, object] = {"id": segment.id, "kind": found.kind, "offset_ms": 0}
    if segment.notice is not None:
        return {**told, "alert": segment.notice.content()}
    if segment.cover is not None:
        return {**told, **segment.cover.told, "name": face.name}
    if segment.item is None:
        return {**told, "name": face.name, "code": face.code}
    content = segment.item.content
    rendition = content.rendition_for(face.geometry)
    told |= {"kind": content.kind, "title": content.title, "language": content.language}
    told["offset_ms"] = max(0, found.position_ms(max(at_ms, found.from_ms)))
    if content.text is not None:
        told["text"] = content.text.to_object()
    elif rendition is not None:
        told["url"] = f"/m/{rendition.file}"
    return told


def shown(segment: Segment, face: Face, *, due_ms: int, now_ms: int) -> Message:
    """Show `segment` at `due_ms`; the page may leave it on for `for_ms` from now."""
    left_ms = min(max(0, segment.showing.until_ms - now_ms), LONGEST_MS)
    told = drawn(segment, face, at_ms=due_ms)
    return {"t": "show", "segment": told, "for_ms": left_ms, "in_ms": max(0, due_ms - now_ms), "now_ms": now_ms}
