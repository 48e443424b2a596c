"""The manifest: everything a cluster shows until the next one, as signed values (trust C.3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bangtin.bundle import bounds, canonical
from bangtin.bundle.content import (
    Content,
    Rendition,
    TextNotice,
    content_digest,
    read_content,
)
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.fields import Fields, WrongShape

__all__ = [
    "Content",
    "Device",
    "Face",
    "File",
    "Item",
    "Level",
    "LoopEntry",
    "Manifest",
    "Rendition",
    "TextNotice",
    "Window",
    "content_digest",
    "parse",
    "read",
]

TYPE = "bangtin.manifest.v1"
FORMAT = 1
ZONE = "Asia/Ho_Chi_Minh"
ITEM_CLASSES = ("ordinary", "priority")
WINDOW_RANK = {"rest": 0, "ordinary": 1, "priority": 2}


@dataclass(frozen=True)
class Device:
    """A screen's player that may show this manifest, in its present enrolment."""

    epoch: int
    faces: tuple[str, ...]

    def to_object(self) -> dict[str, object]:
        """The JSON object of this device."""
        return {"epoch": self.epoch, "faces": list(self.faces)}


@dataclass(frozen=True)
class Face:
    """One LED surface: pixels before `rotation` (degrees clockwise)."""

    width: int
    height: int
    rotation: int = 0

    @property
    def geometry(self) -> str:
        """The name that renditions are made for, such as "1024x512"."""
        return f"{self.width}x{self.height}"

    def to_object(self) -> dict[str, object]:
        """The JSON object of this face."""
        return {"width": self.width, "height": self.height, "rotation": self.rotation}


@dataclass(frozen=True)
class File:
    """A media file: `chunks` is the SHA-256 of its chunk list, "" for files up to 1 MiB."""

    sha256: str
    size: int
    mime: str
    chunks: str = ""

    def to_object(self) -> dict[str, object]:
        """The JSON object of this file."""
        found: dict[str, object] = {"sha256": self.sha256, "size": self.size, "mime": self.mime}
        return {**found, "chunks": self.chunks} if self.chunks else found


@dataclass(frozen=True)
class Item:
    """An approved content that may go on air, as at most `class_` ("ordinary" or "priority")."""

    id: str
    class_: str
    content: Content
    digest: str

    def to_object(self) -> dict[str, object]:
        """The JSON object of this item."""
        return {
            "id": self.id,
            "class": self.class_,
            "content": self.content.to_object(),
            "digest": self.digest,
        }


@dataclass(frozen=True)
class LoopEntry:
    """One turn of an item in a loop, on account of `slot` (the hub's slot id)."""

    item: str
    slot: str
    dur_ms: int

    def to_object(self) -> dict[str, object]:
        """The JSON object of this entry."""
        return {"item": self.item, "slot": self.slot, "dur_ms": self.dur_ms}


@dataclass(frozen=True)
class Window:
    """[from_ms, until_ms) in which `loop` goes round, or the screen rests dark on purpose.

    `class_` is "priority", "ordinary" or "rest" (no loop). `faces` empty means every face.
    `basis` names slots and article, for the question why this is on air.
    """

    id: str
    from_ms: int
    until_ms: int
    class_: str
    basis: str
    loop: str = ""
    faces: tuple[str, ...] = ()

    def to_object(self) -> dict[str, object]:
        """The JSON object of this window."""
        found: dict[str, object] = {
            "id": self.id,
            "from_ms": self.from_ms,
            "until_ms": self.until_ms,
            "class": self.class_,
            "basis": self.basis,
        }
        if self.loop:
            found["loop"] = self.loop
        if self.faces:
            found["faces"] = list(self.faces)
        return found


@dataclass(frozen=True)
class Level:
    """A brightness (nit) or a volume (percent) over [from_ms, until_ms)."""

    from_ms: int
    until_ms: int
    value: int


@dataclass(frozen=True)
class Manifest:
    """Plan and content of one cluster. All instants are UTC milliseconds since 1970.

    `number` rises by one a publish and never comes back. `loops` maps a loop's id to its turns.
    `filler` are ids of items shown where nothing is planned, their loop counted from
    `filler_from_ms`. `approvals` is the number of lines in the approvals file. `extensions` are the keys beginning
    `x_`, which a screen carries and does not act on (`x_audit`: the head of the hub's audit trail).
    """

    province: str
    cluster: str
    number: int
    made_ms: int
    starts_ms: int
    ends_ms: int
    filler_from_ms: int
    devices: Mapping[str, Device]
    faces: Mapping[str, Face]
    files: tuple[File, ...]
    items: tuple[Item, ...]
    loops: Mapping[str, tuple[LoopEntry, ...]]
    windows: tuple[Window, ...]
    filler: tuple[str, ...] = ()
    brightness: tuple[Level, ...] = ()
    volume: tuple[Level, ...] = ()
    approvals: int = 0
    replaces: int | None = None
    reason: str = ""
    zone: str = field(default=ZONE)
    extensions: Mapping[str, object] = field(default_factory=dict)

    @cached_property
    def item_by_id(self) -> Mapping[str, Item]:
        """The items under their ids."""
        return {item.id: item for item in self.items}

    @cached_property
    def file_by_digest(self) -> Mapping[str, File]:
        """The media files under their SHA-256."""
        return {file.sha256: file for file in self.files}

    @cached_property
    def computed(self) -> dict[str, object]:
        """What was computed from this manifest and is asked for again, such as a face's timeline."""
        return {}

    def to_object(self) -> dict[str, object]:
        """The JSON object of this manifest."""
        found: dict[str, object] = {
            "type": TYPE,
            "format": FORMAT,
            "province": self.province,
            "cluster": self.cluster,
            "number": self.number,
            "made_ms": self.made_ms,
            "starts_ms": self.starts_ms,
            "ends_ms": self.ends_ms,
            "zone": self.zone,
            "filler_from_ms": self.filler_from_ms,
            "devices": {name: one.to_object() for name, one in self.devices.items()},
            "faces": {name: one.to_object() for name, one in self.faces.items()},
            "files": [one.to_object() for one in self.files],
            "items": [one.to_object() for one in self.items],
            "loops": {name: [one.to_object() for one in turns] for name, turns in self.loops.items()},
            "windows": [one.to_object() for one in self.windows],
            "filler": list(self.filler),
            "brightness": [_level_object(one, "nit") for one in self.brightness],
            "volume": [_level_object(one, "percent") for one in self.volume],
            "approvals": {"count": self.approvals},
        }
        if self.replaces is not None:
            found["replaces"] = self.replaces
        if self.reason:
            found["reason"] = self.reason
        return {**found, **self.extensions}

    def encode(self) -> bytes:
        """The canonical bytes that the cluster's role signs (by length and digest)."""
        return canonical.encode(self.to_object())


def parse(data: bytes) -> Manifest:
    """The manifest in `data`, sound by itself: shape, names, timeline and item digests.

    Whether it is for this cluster, newer and signed is for `verify`.
    Raises: BundleRefusal (steps 2.2, 2.5, 2.7, 2.8, 2.9).
    """
    from bangtin.bundle.manifest_checks import check  # checks read the values defined here

    manifest = read(data)
    check(manifest)
    return manifest


def read(data: bytes) -> Manifest:
    """The manifest in `data`, of the right shape but with no name or reference checked yet.

    Raises: BundleRefusal manifest_too_large, manifest_malformed, manifest_format (step 2.2).
    """
    if len(data) > bounds.MANIFEST_BYTES:
        raise _refusal("manifest_too_large", f"more than {bounds.MANIFEST_BYTES} bytes")
    try:
        fields = Fields(canonical.decode(data), where="manifest")
        if (fields.text("type"), fields.integer("format")) != (TYPE, FORMAT):
            raise _refusal("manifest_format", f"not of type {TYPE} and format {FORMAT}")
        manifest = _read_manifest(fields)
        fields.done()
    except (canonical.NotCanonical, WrongShape) as error:
        raise _refusal("manifest_malformed", str(error)) from error
    return manifest


def _read_manifest(fields: Fields) -> Manifest:
    return Manifest(
        province=fields.text("province"),
        cluster=fields.text("cluster"),
        number=fields.integer("number", least=1),
        made_ms=fields.integer("made_ms"),
        starts_ms=fields.integer("starts_ms"),
        ends_ms=fields.integer("ends_ms"),
        zone=fields.choice("zone", (ZONE,)),
        filler_from_ms=fields.integer("filler_from_ms"),
        devices=fields.table("devices", _read_device, most=1_000),
        faces=fields.table("faces", _read_face, most=64),
        files=fields.each("files", _read_file, most=bounds.FILES),
        items=fields.each("items", _read_item, most=bounds.ITEMS),
        loops=_read_loops(fields),
        windows=fields.each("windows", _read_window, most=bounds.WINDOWS),
        filler=fields.texts("filler", most=bounds.ITEMS),
        brightness=fields.each("brightness", _LevelReader("nit"), most=bounds.WINDOWS),
        volume=fields.each("volume", _LevelReader("percent"), most=bounds.WINDOWS),
        approvals=_read_count(fields.inner("approvals")),
        replaces=fields.integer("replaces", least=1) if fields.has("replaces") else None,
        reason=fields.text("reason", longest=500) if fields.has("reason") else "",
        extensions={key: fields.any(key) for key in fields.keys_left() if key.startswith("x_")},
    )


def _read_device(fields: Fields) -> Device:
    return Device(epoch=fields.integer("epoch", least=1), faces=fields.texts("faces", most=64))


def _read_face(fields: Fields) -> Face:
    return Face(
        width=fields.integer("width", least=1),
        height=fields.integer("height", least=1),
        rotation=fields.integer("rotation"),
    )


def _read_file(fields: Fields) -> File:
    return File(
        sha256=fields.text("sha256"),
        size=fields.integer("size"),
        mime=fields.text("mime"),
        chunks=fields.text("chunks") if fields.has("chunks") else "",
    )


def _read_item(fields: Fields) -> Item:
    content = fields.inner("content")
    item = Item(
        id=fields.text("id"),
        class_=fields.choice("class", ITEM_CLASSES),
        content=read_content(content),
        digest=fields.text("digest"),
    )
    content.done(strictly=True)
    return item


def _read_loops(fields: Fields) -> dict[str, tuple[LoopEntry, ...]]:
    loops = fields.inner("loops")
    return {name: loops.each(name, _read_entry, most=bounds.LOOP_ENTRIES) for name in loops.keys_left()}


def _read_entry(fields: Fields) -> LoopEntry:
    return LoopEntry(
        item=fields.text("item"),
        slot=fields.text("slot"),
        dur_ms=fields.integer("dur_ms", least=1),
    )


def _read_window(fields: Fields) -> Window:
    return Window(
        id=fields.text("id"),
        from_ms=fields.integer("from_ms"),
        until_ms=fields.integer("until_ms"),
        class_=fields.choice("class", tuple(WINDOW_RANK)),
        basis=fields.text("basis", longest=1_000),
        loop=fields.text("loop") if fields.has("loop") else "",
        faces=fields.texts("faces", most=64) if fields.has("faces") else (),
    )


class _LevelReader:
    """Reads one brightness or volume step; the unit is the name of its value's key."""

    def __init__(self, unit: str) -> None:
        self.unit = unit

    def __call__(self, fields: Fields) -> Level:
        return Level(
            from_ms=fields.integer("from_ms"),
            until_ms=fields.integer("until_ms"),
            value=fields.integer(self.unit),
        )


def _level_object(level: Level, unit: str) -> dict[str, object]:
    return {"from_ms": level.from_ms, "until_ms": level.until_ms, unit: level.value}


def _read_count(fields: Fields) -> int:
    count = fields.integer("count")
    fields.done()
    return count


def _refusal(code: str, detail: str) -> BundleRefusal:
    return BundleRefusal(code, step="2.2", subject="manifest.json", detail=detail)
