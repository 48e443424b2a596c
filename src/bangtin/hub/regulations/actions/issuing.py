"""Taking the text of a regulation as issued from the document that the province supplies."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import audit, clock
from bangtin.hub.kit.errors import NotFound
from bangtin.hub.kit.policies import require
from bangtin.hub.regulations import policies, queries
from bangtin.hub.regulations.models import Instrument, IssuedDocument, IssuedPassage


def load_issued_text(
    *, instrument_id: str, source_name: str, data: bytes, actor: User | None, at: datetime
) -> IssuedDocument:
    """Read a document and put its text in the place of the one in use; `actor` None is the command line.

    Raises: NotPermitted, NotFound if the instrument is not in use, PaperRefused; then nothing is changed.
    """
    if actor is not None:
        require(
            policies.may_load_text(actor, on=clock.local_date(at)),
            message=_("Only an administrator or an appraisal officer loads the text as issued."),
            next_step=_("Ask the administrator."),
        )
    instrument = Instrument.objects.filter(pk=instrument_id).first()
    if instrument is None:
        words = _("%(id)s is not in use here.") % {"id": instrument_id}
        raise NotFound(words, _("Take the regulation into use first."), subject=instrument_id)
    found = queries.read_paper(instrument_id, source_name, data)
    with transaction.atomic(durable=True):
        replaced = IssuedDocument.objects.filter(instrument=instrument).values_list("sha256", flat=True).first()
        IssuedDocument.objects.filter(instrument=instrument).delete()
        document = IssuedDocument.objects.create(
            instrument=instrument,
            source_name=found.paper.name,
            sha256=found.paper.sha256,
            loaded_at=at,
            unplaced=found.unplaced,
            left_out=found.issued.left_out_counts,
        )
        IssuedPassage.objects.bulk_create(
            IssuedPassage(
                document=document,
                order=order,
                place=passage.place,
                kind=str(passage.kind),
                text=f"{passage.marker} {passage.text}".strip(),
                clauses=list(clauses),
            )
            for order, (passage, clauses) in enumerate(zip(found.issued.passages, found.links.clauses, strict=True))
        )
        audit.record(
            "regulation.text_loaded",
            instrument,
            actor=actor,
            at=at,
            source=document.source_name,
            sha256=document.sha256,
            replaced=replaced,
        )
    return document
