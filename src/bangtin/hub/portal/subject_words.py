"""What some kinds of content have stated besides, in the words of the pages."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from bangtin.hub.programmes import asked
from bangtin.hub.programmes.paperwork import SubmissionFacts
from bangtin.hub.regulations import queries as regulations

LABELS: Mapping[str, Any] = {
    "enterprise": gettext_lazy("Enterprise"),
    "partner": gettext_lazy("Its partners at home and abroad"),
    "product": gettext_lazy("Key product"),
    "advertiser": gettext_lazy("Advertiser"),
    "papers": gettext_lazy("Papers of the advertised goods or services"),
    "locality": gettext_lazy("Locality that asks for it"),
    "source_country": gettext_lazy("Country or territory it is about"),
    "source_name": gettext_lazy("Public source it is taken from"),
    "forms": gettext_lazy("Also reaches people by"),
}


def rows(facts: SubmissionFacts) -> list[tuple[str, str]]:
    """Label and words of each field that was stated, in the order they were asked."""
    names: dict[str, str] = {}
    if "forms" in facts.subject:
        forms = asked.of(facts.version.programme.instrument_id).forms
        names = {one.id: regulations.in_words(one.name) for one in forms}
    return [(str(LABELS[name]), _words(value, names)) for name, value in facts.subject.items()]


def _words(value: object, names: Mapping[str, str]) -> str:
    return ", ".join(names.get(one, str(one)) for one in value) if isinstance(value, list) else str(value)
