"""What of the archive is looked for; stands in the address."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangtin.hub.playlog.queries.archive import Asked
from bangtin.hub.portal.forms.selects import QuickSelect
from bangtin.hub.programmes.models import Language

AIRED, NOT_AIRED = "roi", "chua"
Pairs = Iterable[tuple[str, Any]]


class ArchiveFilter(forms.Form):
    """Words and filters; every field may stay empty."""

    q = forms.CharField(label=gettext_lazy("Title or number"), required=False, max_length=100)
    don_vi = forms.ChoiceField(label=gettext_lazy("Agency"), required=False, widget=QuickSelect)
    loai = forms.ChoiceField(label=gettext_lazy("Kind of content"), required=False, widget=QuickSelect)
    tieng = forms.ChoiceField(label=gettext_lazy("Language"), required=False, widget=QuickSelect)
    cum = forms.ChoiceField(label=gettext_lazy("Cluster"), required=False, widget=QuickSelect)
    phat = forms.ChoiceField(label=gettext_lazy("Aired or not"), required=False, widget=QuickSelect)
    tu = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    den = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, agencies: Pairs, categories: Pairs, clusters: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Pairs] = {
            "don_vi": agencies,
            "loai": categories,
            "tieng": Language.choices,
            "cum": clusters,
            "phat": [(AIRED, _("has aired")), (NOT_AIRED, _("has not aired"))],
        }
        for name, pairs in choices.items():
            field: Any = self.fields[name]
            field.choices = [("", _("All")), *pairs]

    def asked(self) -> Asked:
        """What the address asks for; a filter that makes no sense narrows nothing."""
        self.is_valid()
        found = self.cleaned_data
        aired = found.get("phat", "")
        return Asked(
            words=found.get("q", ""),
            agency_id=found.get("don_vi", ""),
            category=found.get("loai", ""),
            language=found.get("tieng", ""),
            cluster_id=found.get("cum", ""),
            from_on=found.get("tu"),
            until_on=found.get("den"),
            is_aired=aired == AIRED if aired else None,
        )
