"""Words that come from people: normal form C, no control signs, no legacy encodings, not too long."""

import re
import unicodedata
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangtin.bundle import notices
from bangtin.hub.programmes.media import marks
from bangtin.hub.programmes.models import Language

TITLE_LONGEST = 200
# Longest text of each field, what must be there first; the templates themselves say so.
NOTICE_FIELDS: Mapping[str, Mapping[str, int]] = {
    name: {
        one.name: one.longest for one in sorted(fields, key=lambda one: not one.is_required) if one.name != "language"
    }
    for name, fields in notices.TEMPLATES.items()
}
TRANSLATIONS = tuple(one for one in Language.values if one in notices.LANGUAGES)

UNEVEN = {
    "too_many": gettext_lazy("Too much for one face: at most 4 rows of 3 parts, or 3 facts. Write less, or make two."),
    "uneven": gettext_lazy("Each row needs as many parts as the others. Part them with a bar: | "),
}

_BREAKS = {"\n"}


class BadWords(ValueError):
    """A text cannot be taken; the message is a sentence for its author."""


def clean(text: str, *, longest: int, least: int = 0, is_multiline: bool = False) -> str:
    """The text in normal form C without surrounding blanks.

    Raises: BadWords if it is too short or too long, holds control or direction signs, or was typed in TCVN3 or VNI.
    """
    if is_legacy(text):
        raise BadWords(_("The letters were typed with a TCVN3 or VNI font. Convert the text to Unicode and check it."))
    found = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    allowed = _BREAKS if is_multiline else set()
    if any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn"} and sign not in allowed for sign in found):
        raise BadWords(_("The text holds signs that cannot be seen. Type it again without them."))
    if len(found) < least:
        raise BadWords(_("Write at least %(least)s characters.") % {"least": least})
    if len(found) > longest:
        message = _("Write at most %(longest)s characters; there are %(length)s.")
        raise BadWords(message % {"longest": longest, "length": len(found)})
    return found


def is_legacy(text: str) -> bool:
    """Whether a text looks typed in TCVN3 or VNI: several of their letters inside words, and no real Vietnamese one."""
    return bool(marks.legacy(text))


def file_name(name: str) -> str:
    """The last part of a file's name for showing to people; never used as a path."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    return "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip()[-255:]


def notice(text: Mapping[str, object]) -> tuple[dict[str, object], dict[str, str]]:
    """The checked notice `{"template", "fields"}` and what is wrong with it, by field name (`text.title`)."""
    template, given = text.get("template"), text.get("fields")
    if template not in NOTICE_FIELDS or not isinstance(given, Mapping):
        return {}, {"text.template": _("Choose one of the templates.")}
    errors: dict[str, str] = {}
    fields: dict[str, str] = {}
    limits = NOTICE_FIELDS[str(template)]
    required = {one.name for one in notices.TEMPLATES[str(template)] if one.is_required}
    for name in sorted(set(map(str, given)) - set(limits) - {"language"}):
        errors[f"text.{name[:40]}"] = _("This template has no such field.")
    for name, longest in limits.items():
        least = 1 if name in required else 0
        try:
            value = clean(str(given.get(name) or ""), longest=longest, least=least, is_multiline=True)
        except BadWords as error:
            errors[f"text.{name}"] = str(error)
        else:
            fields |= {name: value} if value else {}
    if template == "bilingual":
        fields["language"] = str(given.get("language") or "")
        if fields["language"] not in TRANSLATIONS:
            errors["text.language"] = _("Choose the language of the second line.")
    for name, code in notices.faults(str(template), fields):
        if code in UNEVEN:
            errors.setdefault(f"text.{name}", str(UNEVEN[code]))
    return {"template": str(template), "fields": fields}, errors
