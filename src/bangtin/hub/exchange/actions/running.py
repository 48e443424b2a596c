"""One run of the exchange: what waits is taken in, states and backups go out; one run at a time."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from fcntl import LOCK_EX, LOCK_NB, flock

from django.utils.translation import gettext as _
from django_tasks import task

from bangtin.hub.exchange import mapping as mappings
from bangtin.hub.exchange.actions import connecting, sending, taking
from bangtin.hub.exchange.actions.taking import Came
from bangtin.hub.exchange.adapters import folder, http
from bangtin.hub.exchange.adapters.folder import Place
from bangtin.hub.exchange.errors import BadMapping, BusyExchange, NotReached
from bangtin.hub.exchange.mapping import Mapping
from bangtin.hub.exchange.models import Means, SourceItem
from bangtin.hub.exchange.states import ItemState
from bangtin.hub.kit import clock
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.programmes.actions import StateSecret

log = logging.getLogger(__name__)


@dataclass
class Run:
    """What a run did; `problems` are sentences about what could not be done at all."""

    taken: int = 0
    known: int = 0
    failed: int = 0
    told: int = 0
    backups: int = 0
    problems: list[str] = field(default_factory=list)

    def count(self, row: SourceItem) -> None:
        """Count one item."""
        if row.state == ItemState.FAILED:
            self.failed += 1
        elif row.repeats:
            self.known += 1
        else:
            self.taken += 1


def run(*, at: datetime) -> Run:
    """Take in what waits and send what is due, by every way that the mapping file names.

    A way that does not answer holds up no other; what failed for want of it is asked for again at the next run.
    Raises: BadMapping, BusyExchange.
    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 3.4, 9.4, 10.1.a.
    """
    with _alone():
        mapping, found = mappings.load(), Run()
        _scrub(mapping)
        ways = [(Means.FOLDER, _from_folder), (Means.HTTP, _from_http)]
        for means, deed in ways:
            if not mapping.by(means):
                continue
            try:
                deed(mapping, found, at)
            except Refusal as refusal:
                found.problems.append(str(refusal))
                connecting.note(mapping, means, refusal, at=at)
            else:
                connecting.note(mapping, means, None, at=at)
        for report in (sending.tell, sending.back_up):
            try:
                done = report(mapping=mapping, at=at)
            except Refusal as refusal:
                found.problems.append(str(refusal))
            else:
                found.told += done if report is sending.tell else 0
                found.backups += done if report is sending.back_up else 0
    return found


def run_if_set(*, at: datetime) -> None:
    """Let a run follow in the background, where there is a mapping file: the timer's deed."""
    if mappings.is_there():
        run_exchange.enqueue()


@task()
def run_exchange() -> None:
    """Run the exchange now; another run under way does the same."""
    try:
        run(at=clock.now())
    except (BadMapping, BusyExchange) as refusal:
        log.warning("the exchange did not run: %s", refusal)


def try_again(*, row: SourceItem, at: datetime) -> SourceItem:
    """Take a failed item once more from where it is kept; the caller has asked the policy.

    Raises: BadMapping, BusyExchange; NotReached where it is no longer kept.
    """
    with _alone():
        mapping = mappings.load()
        place = folder.place(mapping)
        is_file = row.means == Means.FOLDER
        if is_file and folder.take_back(place, row.kept_name, name=row.name):
            beside, is_stored = _take_file(place, row.name, mapping, Run(), at=at)
            folder.clear(place, {beside: is_stored})
        elif not is_file and row.kept_name:
            data = folder.read(place, f"{row.kept_name}/{folder.HTTP_NAME}", part="failed")
            _take_object(data, mapping, place, at=at)
        else:
            raise NotReached(
                _("The item is no longer kept."), _("Ask the source system to send it again."), subject=str(row)
            )
    row.refresh_from_db()
    return row


def _from_folder(mapping: Mapping, found: Run, at: datetime) -> None:
    place = folder.place(mapping)
    used: dict[str, bool] = {}
    for name in folder.waiting(place):
        try:
            beside, is_stored = _take_file(place, name, mapping, found, at=at)
            used[beside] = used.get(beside, True) and is_stored
        except Exception:  # the loop's edge: one odd item stays where it is and holds up no other
            log.exception("the item %r was not taken in; it stays where it is", name)
            found.problems.append(_("The item %(name)s stays in the folder; see the server's log.") % {"name": name})
    folder.clear(place, used)


def _take_file(place: Place, name: str, mapping: Mapping, found: Run, *, at: datetime) -> tuple[str, bool]:
    """Take one file of the folder; gives the name of the media it used, empty for none, and whether it is stored."""
    data = folder.read(place, name)
    row = taking.take(came=Came(data, name, Means.FOLDER, _folder_media(place, mapping)), mapping=mapping, at=at)
    beside = taking.file_of(data, mapping)
    found.count(row)
    if row.state != ItemState.FAILED:
        # the media are in the store; a second copy here would outlive a removal
        old = row.kept_name
        taking.keep_name(row, folder.put_away(place, name, "", to="done", at=at))
        folder.forget(place, old)
        folder.forget(place, old, part="done")
    elif row.code == StateSecret.code:
        folder.wipe(place, (name, beside))
    else:
        taking.keep_name(row, folder.put_away(place, name, beside, to="failed", at=at, reason=_reason(row)))
    return beside, row.state != ItemState.FAILED


def _folder_media(place: Place, mapping: Mapping) -> Callable[[str], Iterator[bytes]]:
    def opened(name: str) -> Iterator[bytes]:
        if name.startswith(("http://", "https://")) and mapping.http is not None:
            return http.media(mapping.http, name)
        return folder.media(place, name)

    return opened


def _from_http(mapping: Mapping, found: Run, at: datetime) -> None:
    if mapping.http is None:
        return
    place = folder.place(mapping)
    for fields in http.items(mapping.http):
        found.count(_take_object(taking.raw(fields), mapping, place, at=at))


def _take_object(data: bytes, mapping: Mapping, place: Place, *, at: datetime) -> SourceItem:
    link = mapping.http
    if link is None:
        raise BadMapping(_("The mapping file no longer names an address."), _("Add the part “http:”."))
    row = taking.take(
        came=Came(data, folder.HTTP_NAME, Means.HTTP, lambda name: http.media(link, name)), mapping=mapping, at=at
    )
    is_failed = row.state == ItemState.FAILED
    if is_failed and not row.kept_name and row.code != StateSecret.code:
        taking.keep_name(row, folder.keep(place, data, at=at, reason=_reason(row)))
    elif not is_failed and row.kept_name:
        folder.forget(place, row.kept_name)
        taking.keep_name(row, "")
    return row


def _scrub(mapping: Mapping) -> None:
    """Forget the words of items in whose files a state secret was found after they were taken in."""
    for row in taking.purged():
        folder.forget(folder.place(mapping), row.kept_name, part="done")
        taking.scrub(row)


def _reason(row: SourceItem) -> str:
    lines = (f"{row.code} {row}", row.message, row.next_step, "")
    return "\n".join(lines)


@contextmanager
def _alone() -> Iterator[None]:
    """One run at a time, whichever process: timer, page or command.

    Raises: BusyExchange.
    """
    mappings.home().mkdir(parents=True, exist_ok=True, mode=0o700)
    with (mappings.home() / ".running").open("ab") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError as error:
            raise BusyExchange(
                _("The exchange with the source system is running already."), _("Look again in a minute.")
            ) from error
        yield
