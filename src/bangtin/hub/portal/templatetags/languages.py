"""Tags about the letters of languages."""

from django import template
from django.forms import BoundField

from bangtin.hub.portal import translation_board
from bangtin.hub.programmes.media import legacy

register = template.Library()
register.filter("lang_tag", translation_board.tag)


@register.inclusion_tag("components/suggestion.html")
def suggestion(field: BoundField) -> dict[str, object]:
    """`{% suggestion field %}`: what a field typed with a TCVN3 or VNI font says in Unicode, to be accepted or not."""
    value = field.value()
    found = legacy.suggestion(value) if isinstance(value, str) else ""
    return {"text": found, "field_id": field.id_for_label}
