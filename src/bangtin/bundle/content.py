"""What officers approve: the content descriptor, and the digest that binds them to it (trust C.4)."""

from collections.abc import Mapping
from dataclasses import dataclass

from bangtin.bundle import canonical, notices
from bangtin.bundle.fields import Fields, WrongShape

TYPE = "bangtin.content.v1"
KINDS = ("video", "picture", "text", "sound")


@dataclass(frozen=True)
class Rendition:
    """One made form of a content: `file` is a SHA-256 in hex ("" for a text notice, which the
    screen draws itself), `face` the geometry it is made for such as "1024x512" ("" for sound)."""

    file: str
    duration_ms: int
    width: int
    height: int
    face: str

    def to_object(self) -> dict[str, object]:
        """The JSON object of this rendition."""
        return {
            "file": self.file,
            "duration_ms": self.duration_ms,
            "width": self.width,
            "height": self.height,
            "face": self.face,
        }


@dataclass(frozen=True)
class TextNotice:
    """The words of a text notice and the template of `bundle/notices` that draws them."""

    template: str
    fields: Mapping[str, str]

    def to_object(self) -> dict[str, object]:
        """The JSON object of this notice."""
        return {"template": self.template, "fields": dict(self.fields)}


@dataclass(frozen=True)
class Content:
    """One version of a programme in one language, as its officers saw it.

    `version` is the id of the programme version, `author` the officer who made or handed it in.
    """

    version: str
    kind: str
    language: str
    title: str
    renditions: tuple[Rendition, ...]
    author: str
    text: TextNotice | None = None

    def to_object(self) -> dict[str, object]:
        """The JSON object whose canonical digest the approvals name."""
        found: dict[str, object] = {
            "type": TYPE,
            "version": self.version,
            "kind": self.kind,
            "language": self.language,
            "title": self.title,
            "renditions": [one.to_object() for one in self.renditions],
            "author": self.author,
        }
        if self.text is not None:
            found["text"] = self.text.to_object()
        return found

    def rendition_for(self, geometry: str) -> Rendition | None:
        """The rendition for a face of `geometry` ("1024x512"); sound fits every face."""
        return next((one for one in self.renditions if one.face in (geometry, "")), None)


def content_digest(content: Content) -> str:
    """SHA-256 of the canonical descriptor: another title, language or file is another content."""
    return canonical.digest(content.to_object())


def read_content(fields: Fields) -> Content:
    """The content in a JSON object. No `x_` keys here: nobody approves what is not understood.

    Raises: WrongShape.
    """
    if fields.text("type") != TYPE:
        raise WrongShape(f"{fields.where}.type: expected {TYPE}")
    content = Content(
        version=fields.text("version"),
        kind=fields.choice("kind", KINDS),
        language=fields.text("language"),
        title=fields.text("title", longest=500),
        renditions=fields.each("renditions", _read_rendition, most=32),
        author=fields.text("author"),
        text=_read_notice(fields.inner("text")) if fields.has("text") else None,
    )
    if (content.kind == "text") != (content.text is not None):
        raise WrongShape(f"{fields.where}.text: words belong to text notices, and only to them")
    return content


def _read_rendition(fields: Fields) -> Rendition:
    return Rendition(
        file=fields.text("file"),
        duration_ms=fields.integer("duration_ms", least=1),
        width=fields.integer("width"),
        height=fields.integer("height"),
        face=fields.text("face"),
    )


def _read_notice(fields: Fields) -> TextNotice:
    template = fields.choice("template", tuple(notices.TEMPLATES))
    words = fields.any("fields")
    if not isinstance(words, dict) or len(words) > 32:
        raise WrongShape(f"{fields.where}.fields: expected at most 32 named texts")
    for name, text in words.items():
        if not isinstance(text, str) or len(text) > 4_000:
            raise WrongShape(f"{fields.where}.fields.{name}: expected at most 4000 characters")
    fields.done()
    return TextNotice(template, words)
