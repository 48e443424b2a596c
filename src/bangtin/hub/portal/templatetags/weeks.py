"""Filters of the pages where a week is made."""

from django import template

from bangtin.hub.portal import formats

register = template.Library()


@register.filter
def permille(value: int | None) -> str:
    """A share in thousandths as people read it: `614` as `61,4%`."""
    if value is None:
        return formats.percent(None)
    return formats.percent(value / 10, 0 if value % 10 == 0 else 1)
