"""Template tags and filters of the interface: icons, badges, chips, and formats for people.

`{% load bt %}`; how each is called stands in `hub/templates/components/README.md`.
"""

from datetime import date, datetime
from functools import cache, lru_cache

from django import template
from django.forms import BoundField, Form
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.encoding import iri_to_uri
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString

from bangtin.hub.portal import badges, charts, deadlines, formats, places, subject_words
from bangtin.hub.portal import chosen as choices
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook import citations

register = template.Library()
SPRITE = "vendor/tabler-icons/sprite.svg"
HOME = "cao-bang"

register.filter("number", formats.number)
register.filter("percent", formats.percent)
register.filter("vnd", formats.vnd)
register.filter("vnd_short", formats.vnd_short)
register.filter("size", formats.size)
register.filter("media_length", formats.media_length)
register.filter("airtime", formats.airtime)
register.filter("difference", formats.difference)
register.filter("clock", formats.clock)
register.filter("day", formats.day)
register.filter("day_clock", formats.day_clock)
register.filter("weekday", formats.weekday)
register.filter("weekday_day", formats.weekday_day)
register.filter("weekday_long", formats.weekday_long)
register.filter("week", formats.week)
register.filter("language", formats.language)
register.filter("languages", formats.languages)
register.filter("subject_rows", subject_words.rows)
register.simple_tag(formats.span, name="span")


@register.filter
def since(moment: datetime, at: datetime) -> str:
    """`{{ row.seen_at|since:bt.now }}`: `38 phút trước`, later the clock time."""
    return formats.since(moment, at=at)


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """One icon of the sprite; `size` "" | "s" | "l"; with `label` it is read out, else hidden."""
    return _icon(name, size, str(label))


@cache
def _sprite() -> str:
    return static(SPRITE)


@lru_cache(maxsize=2048, typed=True)  # typed: words that are marked safe are not those that are not
def _icon(name: str, size: str, label: str) -> SafeString:
    # a page holds sixty of these, and there are few that differ
    classes = f"bt-ic bt-ic-{size}" if size else "bt-ic"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}#i-{}"/></svg>',
            classes, label, _sprite(), name,
        )  # fmt: skip
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>',
        classes, _sprite(), name,
    )  # fmt: skip


@register.simple_tag
def badge(kind: str, state: str, detail: str = "", word: str = "") -> SafeString:
    """`{% badge "programme" version.state %}`; `detail` is added to the word, `word` replaces it."""
    found = badges.badge(kind, state)
    return _badge(word or str(found.word), found.icon, found.hue, detail)


@register.simple_tag
def tag(word: str, hue: str = "", icon: str = "") -> SafeString:
    """`{% tag "3 phải sửa" hue="r" icon="x" %}`: a badge with words of its own."""
    return _badge(word, icon, hue, "")


def _badge(word: str, image: str, hue: str, detail: str) -> SafeString:
    # lists hold hundreds of these: a template for each would be the dearest part of the page
    css = f"bt-st bt-st-{hue}" if hue else "bt-st"
    before = icon(image) if image else ""
    return format_html('<span class="{}">{}{}{}{}</span>', css, before, word, " " if detail else "", detail)


@register.inclusion_tag("components/deadline.html")
def deadline(due_on: date | None, today: date, title: str = "") -> dict[str, object]:
    """`{% deadline duty.due_on bt.today title=duty.reading %}`: the deadline chip."""
    return {"chip": deadlines.chip(due_on, today=today), "title": title}


@register.inclusion_tag("components/citation.html")
def cite(clause: str, href: str = "", is_short: bool = False) -> dict[str, object]:
    """`{% cite "8.1.a" %}`: the chip `§ Điều 8.1.a`, leading to the register at the clause.

    A clause id with its prefix (`cao-bang/8.1.a`) is read as well; without one it is Cao Bằng's (ui 2). A clause of a
    regulation that is not in use here is not cited. `is_short` drops "Điều".
    """
    prefix, _slash, number = clause.rpartition("/")
    instrument = "" if href else regulations.citing(prefix or HOME)
    if not href and not instrument:
        return {"words": "", "href": ""}
    address = href or places.clause(clause, instrument)
    # our ordinals (15.1-2) are never cited; đ stays đ and is percent-encoded in the address
    if is_short:
        short = citations.format_short_vi if formats.is_vietnamese() else citations.format_short_en
        return {"words": short(number), "href": iri_to_uri(address)}
    spoken = citations.format_vi(number) if formats.is_vietnamese() else citations.format_en(number)
    words = spoken[:1].upper() + spoken[1:]
    return {"words": words, "href": iri_to_uri(address)}


@register.inclusion_tag("components/evidence.html")
def evidence(text: str, href: str, icon: str = "link") -> dict[str, object]:
    """`{% evidence "1.204 lượt phát, đã đối chứng 1.197" url %}`: text says what is behind it."""
    return {"text": text, "href": href, "icon": icon}


@register.inclusion_tag("components/meter.html")
def meter(aired_s: float | None, need_s: float, so_far_s: float | None = None, label: str = "") -> dict[str, object]:
    """`{% meter day.aired_s 28800 %}`: airtime against the legal need, with its words."""
    return {"meter": charts.meter(aired_s, need_s=need_s, so_far_s=so_far_s), "label": label}


@register.filter
def share(part: float, whole: float) -> str:
    """`{{ done|share:total }}`: percent as an SVG attribute, with a point in every language."""
    return charts.share(part, whole)


@register.filter
def seconds(moment: datetime) -> str:
    """`09:41:07`: an instant of the play log, to the second, at the province's clock."""
    return f"{formats.local(moment):%H:%M:%S}"


@register.filter
def local_minute(moment: datetime) -> str:
    """`2026-11-23T09:41`: an instant as it stands in an address (`/luc/<face>/…/`)."""
    return f"{formats.local(moment):%Y-%m-%dT%H:%M}"


@register.filter
def get(mapping: dict[str, object], key: str) -> object:
    """`{{ mapping|get:key }}`: a value by a key held in a variable, None where absent."""
    return mapping.get(key)


@register.filter
def described_by(field: BoundField) -> str:
    """Ids of a form field's hint and error, for `aria-describedby`."""
    ids = [f"{field.id_for_label}-hint"] if field.help_text else []
    ids += [f"{field.id_for_label}-error"] if field.errors else []
    return " ".join(ids)


@register.simple_tag
def control(field: BoundField, **attrs: str) -> SafeString:
    """A form field's widget with our class and its hint and error tied to it (ui 11)."""
    kind = getattr(field.field.widget, "input_type", "")
    css = "bt-check" if kind in ("checkbox", "radio") else "bt-inp"
    given = str(field.field.widget.attrs.get("class", ""))
    extra: dict[str, str | bool] = {"class": f"{css} {given}".strip()}
    if described := described_by(field):
        extra["aria-describedby"] = described
    if field.errors:
        extra["aria-invalid"] = "true"
    named: dict[str, str | bool] = {name.replace("_", "-"): value for name, value in attrs.items()}
    return SafeString(field.as_widget(attrs=extra | named))


@register.simple_tag
def chosen(form: Form) -> list[choices.Chip]:
    """`{% chosen form as chips %}`: the filters in use, each with its words and the query without it."""
    return choices.chips(form)


@register.filter
def undo_href(message: object) -> str:
    """Address that undoes what a message reports: `messages.success(…, extra_tags="undo:/…")`."""
    tags = str(getattr(message, "extra_tags", "") or "")
    return tags.removeprefix("undo:") if tags.startswith("undo:/") else ""


@register.filter
def at(values: list[object], index: int) -> object:
    """`{{ columns|at:forloop.counter0 }}`: the item at a place held in a variable."""
    return values[index] if 0 <= index < len(values) else ""


@register.filter
def hhmm(minute: int) -> str:
    """Minutes after midnight as `07:30`; midnight at the end of a day is `24:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"


@register.filter
def unlocal(value: float) -> str:
    """A number as an attribute needs it, without separators in any language."""
    return f"{value:g}" if isinstance(value, float) else str(value)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether a field is one box to tick."""
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not is_choice_set(field)


@register.filter
def is_choice_set(field: BoundField) -> bool:
    """Whether a field is a set of radio buttons or boxes, which needs a legend."""
    return bool(getattr(field, "use_fieldset", False)) and hasattr(field.field, "choices")


@register.simple_tag
def address(name: str, fallback: str) -> str:
    """`{% address "sign-out" "/dang-xuat" %}`: a named address, or the given one while none has it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return fallback


@register.filter
def local_path(referrer: str | None, request: HttpRequest) -> str:
    """Where a refused form came from, if that was a page of ours; else the first page."""
    if referrer and url_has_allowed_host_and_scheme(referrer, allowed_hosts={request.get_host()}):
        return referrer
    return "/"
