"""What the regulations in use say, read from their packs."""

from django.utils.translation import get_language

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.regulations.queries.effective import effective
from bangtin.hub.regulations.queries.own_rows import own_rows
from bangtin.hub.regulations.queries.shelf import home
from bangtin.rulebook import citations, loading
from bangtin.rulebook.shapes import Clause, Regulation
from bangtin.rulebook.texts import Text


def pack(instrument_id: str) -> Regulation:
    """The pack of an instrument as it stands on disk, read once a process.

    Raises: rulebook.errors.UnknownInstrument, DataError.
    """
    return loading.loaded(instrument_id, home(instrument_id))


def regulation(instrument_id: str) -> Regulation:
    """What holds here: the pack with the province's successions, local settings and names of agencies laid over it.

    Raises: rulebook.errors.UnknownInstrument, DataError.
    """
    return effective(instrument_id, home(instrument_id), own_rows())


def of_cluster(cluster: Cluster) -> Regulation:
    """The regulation a cluster stands under."""
    return regulation(cluster.instrument_id)


def citing(prefix: str) -> str:
    """The instrument in use here whose clauses bear this prefix (`cao-bang` in `cao-bang/8.1.a`); empty if none."""
    used = own_rows().instruments
    return next((one for one in used if pack(one).instrument.clause_prefix == prefix), "")


def clause(clause_id: str, instrument_id: str) -> Clause | None:
    """One clause of an instrument, or None if the pack has no such id."""
    return regulation(instrument_id).clauses.get(clause_id)


def in_words(text: Text) -> str:
    """A pack's text in the present language."""
    return text.en if get_language() == "en" else text.vi


def cited(clause_id: str) -> str:
    """A clause in a sentence of the reader's language: "Điều 8.1.a", "art. 8.1.a"."""
    return citations.format_en(clause_id) if get_language() == "en" else citations.format_vi(clause_id)
