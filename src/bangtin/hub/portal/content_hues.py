"""The colour and the words of a programme's kind of content: its place in the regulation's list."""

from django.utils.translation import gettext as _

from bangtin.hub.programmes.models import Programme
from bangtin.hub.regulations import queries as regulations

HUES = 6


def category_hue(programme: Programme) -> int:
    """The colour (1–6) of a programme's kind of content: its place in the regulation's list."""
    names = [one.id for one in regulations.regulation(programme.instrument_id).categories]
    return names.index(programme.category) % HUES + 1 if programme.category in names else HUES


def category_name(programme: Programme) -> str:
    """The kind of content in words."""
    pack = regulations.regulation(programme.instrument_id)
    found = next((one for one in pack.categories if one.id == programme.category), None)
    return regulations.in_words(found.name) if found else _("Kind not given")
