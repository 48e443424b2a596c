"""What a list's filter has chosen, as chips: each says it in words and leads to the list without it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from bangtin.hub.portal import formats

SEARCH, PAGE = "q", "trang"


@dataclass(frozen=True)
class Chip:
    """One filter in use: its field, what was chosen, and the query of the address that leaves it out."""

    label: str
    value: str
    query: str


def chips(form: forms.Form) -> list[Chip]:
    """The filters in use, in the form's order; the words searched for stand in their field and are none.

    What makes no sense narrows nothing, and has no chip.
    """
    form.is_valid()
    given = form.cleaned_data
    return [
        Chip(str(field.label), _words(field, given[name]), _without(form.data, name))
        for name, field in form.fields.items()
        if name != SEARCH and given.get(name) not in (None, "")
    ]


def _words(field: forms.Field, value: object) -> str:
    if isinstance(field, forms.ChoiceField):
        pairs: Any = field.choices  # what the filters of lists offer are plain pairs
        return next((str(words) for code, words in pairs if str(code) == str(value)), str(value))
    return formats.day(value) if isinstance(value, date) else str(value)


def _without(given: object, name: str) -> str:
    rest = given.copy() if isinstance(given, QueryDict) else QueryDict(mutable=True)
    for key in (name, PAGE):
        rest.pop(key, None)
    kept = [(key, value) for key, values in rest.lists() for value in values if value]
    rest.clear()
    for key, value in kept:
        rest.appendlist(key, value)
    return f"?{rest.urlencode()}" if kept else ""
