"""One line of the play log, and the chain that each line is folded into (trust F.1, F.2)."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bangtin.bundle import bounds, canonical
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.fields import Fields, WrongShape

KINDS = ("play", "gap", "alert", "blank", "clock", "boot", "refusal")
CLOCKS = ("hub", "ntp", "rtc", "floor")
ENDS = ("complete", "cut", "replaced", "failed")
# Most lines, in the one form that the canonical encoding has for them: ASCII texts without escapes, plain numbers.
_TEXT = r'"([ !#-\[\]-~]{0,%d})"'
_NUMBER = r"(0|[1-9][0-9]{0,14})"
MOST_SHOWN_MS = 99_999_999_999  # three years: who says more says nothing
_LASTING = r"(0|[1-9][0-9]{0,10})"
_EXTRA = r',"(x_[a-z_]{1,20})":(?:"([ !#-\[\]-~]{0,200})"|(0|[1-9][0-9]{0,14}))'
_USUAL = re.compile(
    r'\{{"boot":{},"bundle":{},"class":{},"clock":"({})","content":{},"end":"({})","face":{},"from_ms":{},"item":{},'
    r'"k":"({})","lang":{},"mono_ms":{},"n":([1-9][0-9]{{0,14}}),"shown_ms":{},"slot":{}(?:{})?\}}'.format(
        *(_NUMBER, _NUMBER, _TEXT % 20, "|".join(CLOCKS), _TEXT % 64, "|".join(ENDS), _TEXT % 80, _NUMBER),
        *(_TEXT % 80, "|".join(KINDS), _TEXT % 35, _NUMBER, _LASTING, _TEXT % 80, _EXTRA),
    )
)


@dataclass(frozen=True)
class Line:
    """What a screen did: one play of one item, or another thing that explains its time.

    n         position in the chain of this epoch, from 1, rising over reboots
    boot      the device's boot counter; `mono_ms` is monotonic time since that boot
    bundle    number of the manifest that the item is from
    item, content, lang, class_, slot   as in `timeline.Showing` and the item ("" where none)
    from_ms   UTC start by the device's clock, whose grade `clock` says what it is worth
    shown_ms  presented time as the renderer reported it; of other kinds than play: how long it lasted
    end       "complete", "cut" (power, or the process, went), "replaced" (by a bundle or an alert),
              "failed" (the renderer gave up)
    extra     further keys; each begins `x_`

    A standby or card stretch is kind "gap" with class_ "rest" or "card".
    """

    k: str
    n: int
    boot: int
    bundle: int
    face: str
    from_ms: int
    mono_ms: int
    shown_ms: int
    clock: str
    end: str = "complete"
    item: str = ""
    content: str = ""
    lang: str = ""
    class_: str = ""
    slot: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def until_ms(self) -> int:
        """The instant up to which this line says something was shown."""
        return self.from_ms + self.shown_ms


def clock_line(*, n: int, boot: int, mono_ms: int, now_ms: int, rtt_ms: int) -> Line:
    """The line that pairs monotonic time with signed time: the hub said `now_ms` at `mono_ms`."""
    return Line(
        k="clock",
        n=n,
        boot=boot,
        bundle=0,
        face="",
        from_ms=now_ms,
        mono_ms=mono_ms,
        shown_ms=0,
        clock="hub",
        extra={"x_rtt_ms": rtt_ms},
    )


def encode(line: Line) -> bytes:
    """The canonical bytes of `line`, without a line feed.

    Raises: ValueError if they exceed 1,024 bytes or `extra` has a key that does not begin `x_`.
    """
    if any(not key.startswith("x_") for key in line.extra):
        raise ValueError(f"expected extra keys to begin x_, got {sorted(line.extra)}")
    data = canonical.encode(
        {
            "k": line.k,
            "n": line.n,
            "boot": line.boot,
            "bundle": line.bundle,
            "item": line.item,
            "content": line.content,
            "lang": line.lang,
            "class": line.class_,
            "slot": line.slot,
            "face": line.face,
            "from_ms": line.from_ms,
            "mono_ms": line.mono_ms,
            "shown_ms": line.shown_ms,
            "clock": line.clock,
            "end": line.end,
            **line.extra,
        }
    )
    if len(data) > bounds.RECORD_BYTES:
        raise ValueError(f"expected a line of at most {bounds.RECORD_BYTES} bytes, got {len(data)}")
    return data


def parse(data: bytes) -> Line:
    """The line in `data`. Raises: BundleRefusal record_malformed (step 8.6)."""
    found = usual(data)
    if found is not None:
        return found
    try:
        if len(data) > bounds.RECORD_BYTES:
            raise WrongShape(f"more than {bounds.RECORD_BYTES} bytes")
        value = canonical.decode(data)
        fields = Fields(value, where="line")
        line = _read(fields, value)
        fields.done()
    except (canonical.NotCanonical, WrongShape) as error:
        subject = hashlib.sha256(data).hexdigest()
        raise BundleRefusal("record_malformed", step="8.6", subject=subject, detail=str(error)) from error
    return line


def first_head(device: str, epoch: int) -> str:
    """The head before the first line of an enrolment: the chain of another device never joins."""
    return hashlib.sha256(f"bangtin.playlog.v1\n{device}\n{epoch}".encode()).hexdigest()


def fold(head: str, line_bytes: bytes) -> str:
    """The head after `line_bytes`: SHA-256(previous head as 32 bytes ‖ line)."""
    return hashlib.sha256(bytes.fromhex(head) + line_bytes).hexdigest()


def usual(data: bytes) -> Line | None:
    """The line, if its bytes are in the form of most lines; then they are canonical, and are not encoded again."""
    try:
        found = _USUAL.fullmatch(data.decode("ascii")) if len(data) <= bounds.RECORD_BYTES else None
    except UnicodeDecodeError:
        return None
    if found is None:
        return None
    (boot, bundle, class_, clock, content, end, face, from_ms, item, k, lang, mono_ms, n, shown_ms, slot, *extra) = (
        found.groups()
    )
    name, text, number = extra
    line = Line.__new__(Line)
    fields = {
        "k": k,
        "n": int(n),
        "boot": int(boot),
        "bundle": int(bundle),
        "face": face,
        "from_ms": int(from_ms),
        "mono_ms": int(mono_ms),
        "shown_ms": int(shown_ms),
        "clock": clock,
        "end": end,
        "item": item,
        "content": content,
        "lang": lang,
        "class_": class_,
        "slot": slot,
        "extra": {name: text if number is None else int(number)} if name else {},
    }
    # a frozen dataclass sets its fields one call at a time; a hub reads ten thousand lines a second
    object.__setattr__(line, "__dict__", fields)
    return line


def _read(fields: Fields, value: object) -> Line:
    extra = {key: inner for key, inner in value.items() if key.startswith("x_")} if isinstance(value, dict) else {}
    return Line(
        k=fields.choice("k", KINDS),
        n=fields.integer("n", least=1),
        boot=fields.integer("boot"),
        bundle=fields.integer("bundle"),
        item=fields.text("item", longest=80),
        content=fields.text("content", longest=64),
        lang=fields.text("lang", longest=35),
        class_=fields.text("class", longest=20),
        slot=fields.text("slot", longest=80),
        face=fields.text("face", longest=80),
        from_ms=fields.integer("from_ms"),
        mono_ms=fields.integer("mono_ms"),
        shown_ms=fields.integer("shown_ms", most=MOST_SHOWN_MS),
        clock=fields.choice("clock", CLOCKS),
        end=fields.choice("end", ENDS),
        extra=extra,
    )
