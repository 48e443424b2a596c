"""Takes an item of the source system in: a submission with its source number, or a failure with its reason."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.exchange import items
from bangtin.hub.exchange.errors import BadItem, BadMapping, TooMuch
from bangtin.hub.exchange.items import Item
from bangtin.hub.exchange.mapping import Mapping
from bangtin.hub.exchange.models import Means, SourceItem
from bangtin.hub.exchange.states import ITEM_MOVES, ItemState
from bangtin.hub.kit import audit, clock, files, workflow
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.files import StoredFile
from bangtin.hub.programmes.actions import Facts, StateSecret, Submission, submit, wording
from bangtin.hub.programmes.actions.secret import REMOVED as PURGED
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.paperwork import Channel, SubmissionFacts
from bangtin.hub.programmes.states import CLOSED

REMOVED = "[…]"


@dataclass(frozen=True)
class Came:
    """An item on its way in: its bytes, what it was called, and how the file it names is read."""

    data: bytes
    name: str
    means: Means
    media: Callable[[str], Iterator[bytes]]


def take(*, came: Came, mapping: Mapping, at: datetime) -> SourceItem:
    """Make a submission of an item; one that came before is known again, one that cannot be taken is kept as failed.

    The submission is registered in the name of the mapping's account, with the item's number as the letter's.
    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 3.4, 9.4.
    """
    fields: dict[str, Any] = {}
    refusal: Refusal | None = None
    try:
        fields = items.fields_of(came.data)
    except BadItem as error:
        refusal = error
    row = _row(came, items.number_of(fields, mapping), at=at)
    if row.state == ItemState.TAKEN:
        return _seen_again(row)
    if refusal is not None:
        return _failed(row, refusal, at=at)
    SourceItem.objects.filter(pk=row.pk).update(title=_plain(items.title_of(fields, mapping)))
    if version := _left_by_a_cut(row):
        return _taken(row, version, at=at)
    try:
        version = _submit(row, items.read(fields, mapping), came, mapping, at=at)
    except Refusal as error:
        return _failed(row, error, at=at)
    return _taken(row, version, at=at)


def keep_name(row: SourceItem, kept: str) -> SourceItem:
    """Note under which name a failed item is kept; opens no transaction."""
    row.kept_name = kept
    row.save(update_fields=["kept_name"])
    return row


def purged() -> QuerySet[SourceItem]:
    """Items whose version was emptied because of a state secret, and that still say what it was called."""
    return SourceItem.objects.filter(version__title=PURGED).exclude(title=REMOVED)


def scrub(row: SourceItem) -> SourceItem:
    """Forget what an item was called; its number and digest stay. Opens no transaction."""
    row.title, row.name, row.wishes, row.kept_name = REMOVED, REMOVED, {}, ""
    row.save(update_fields=["title", "name", "wishes", "kept_name"])
    return row


def file_of(data: bytes, mapping: Mapping) -> str:
    """The plain name of the file that an item names; empty where it cannot be read or names none."""
    try:
        return items.read(items.fields_of(data), mapping).file.removeprefix("file:")
    except Refusal:
        return ""


def raw(fields: dict[str, Any]) -> bytes:
    """The bytes of an item that came inside a list: the same object always gives the same bytes."""
    return json.dumps(fields, ensure_ascii=True, sort_keys=True).encode()


def _row(came: Came, number: str, *, at: datetime) -> SourceItem:
    """The row of this item, in state TAKING or TAKEN: an earlier one of the same number and bytes, else a new one."""
    digest = hashlib.sha256(came.data).hexdigest()
    with transaction.atomic(durable=True):
        row = SourceItem.objects.select_for_update().filter(number=number, digest=digest).first()
        if row is None:
            name = wording.file_name(came.name) or "—"
            return SourceItem.objects.create(
                number=number, digest=digest, name=name, means=came.means, received_at=at, tried_at=at
            )
        if row.state == ItemState.FAILED:
            workflow.move(row, ITEM_MOVES, to=ItemState.TAKING, tried_at=at)
    return row


def _seen_again(row: SourceItem) -> SourceItem:
    """The item was taken in before: its number is recognised, nothing is made twice."""
    row.repeats += 1
    row.save(update_fields=["repeats"])
    return row


def _left_by_a_cut(row: SourceItem) -> ProgrammeVersion | None:
    """The version of this item where the hub stopped between the submission and this row."""
    found = SubmissionFacts.objects.filter(channel=Channel.SOURCE_SYSTEM, letter_number=row.number)
    known = SourceItem.objects.filter(number=row.number, version__isnull=False).values("version")
    facts = found.filter(version__submitted_at__gte=row.received_at).exclude(version__in=known).first()
    return facts.version if facts and row.number else None


def _submit(row: SourceItem, item: Item, came: Came, mapping: Mapping, *, at: datetime) -> ProgrammeVersion:
    SourceItem.objects.filter(pk=row.pk).update(title=_plain(item.title), wishes=_plain_wishes(item.wishes))
    earlier = _earlier(row, item)
    submission = Submission(
        agency_id=item.agency_id,
        title=item.title,
        language=item.language,
        cluster_ids=item.cluster_ids,
        month=max(item.starts_on or item.created_on, clock.local_date(at).replace(day=1)),
        category=item.category,
        still_ms=item.still_ms,
        text=None if item.file else _notice(item),
        source_name=item.file.rpartition("/")[2].removeprefix("file:") if item.file else "",
        programme=earlier.programme if earlier else None,
        facts=Facts(
            channel=Channel.SOURCE_SYSTEM,
            letter_number=item.number,
            letter_on=item.created_on,
            wanted_from=item.starts_on,
            wanted_until=item.ends_on,
            rights_source=mapping.declaration[:200],
            is_declared=True,
        ),
    )
    return submit(submission=submission, source=_media(item, came), actor=_account(mapping), at=at)


def _earlier(row: SourceItem, item: Item) -> ProgrammeVersion | None:
    """The version of an item of this number with other content: followed by a new one once it was sent back.

    Raises: BadItem while it is still under way or done.
    """
    found = SourceItem.objects.filter(number=item.number, version__isnull=False).exclude(pk=row.pk)
    earlier = found.select_related("version__programme").order_by("-id").first()
    if earlier is None or earlier.version is None:
        return None
    if earlier.version.state not in CLOSED:
        raise BadItem(
            _("Number %(number)s was taken in before as %(receipt)s, with other content.")
            % {"number": item.number, "receipt": earlier.version.receipt},
            _("Ask the source system to send what is new under a number of its own."),
            subject=item.number,
        )
    return earlier.version


def _account(mapping: Mapping) -> User:
    found = User.objects.filter(username=mapping.account, is_active=True).first()
    if found is None:
        raise BadMapping(
            _("The mapping file names the account “%(name)s”, which is not open here.")
            % {"name": mapping.account[:80]},
            _("Let the administrator open it, with a post at the agency that receives content."),
        )
    return found


def _media(item: Item, came: Came) -> StoredFile | None:
    if not item.file:
        return None
    try:
        stored = files.put(came.media(item.file), max_bytes=settings.MAX_UPLOAD_BYTES)
    except files.TooLarge as error:
        raise TooMuch(
            _("The item's file is larger than this hub takes (%(most)s bytes).") % {"most": settings.MAX_UPLOAD_BYTES},
            _("Ask the source system for a smaller one."),
        ) from error
    if item.sha256 and item.sha256 != stored.sha256:
        raise BadItem(
            _("The item's file came with other bytes than its SHA-256 says."),
            _("Ask the source system to send it again."),
            subject=item.number,
        )
    return stored


def _notice(item: Item) -> dict[str, object]:
    """A notice's words on the plain template: the title in the large line, the rest below it; never cut."""
    lines = [" ".join(line.split()) for line in item.text.splitlines() if line.strip()]
    has_title = item.title not in (lines[0], item.text[: len(item.title)])
    title, rest = (item.title, lines) if has_title else (lines[0], lines[1:])
    return {"template": "notice", "fields": {"title": title, **({"detail": " ".join(rest)} if rest else {})}}


def _taken(row: SourceItem, version: ProgrammeVersion, *, at: datetime) -> SourceItem:
    with transaction.atomic(durable=True):
        workflow.move(
            row, ITEM_MOVES, to=ItemState.TAKEN, version=version, tried_at=at, code="", message="", next_step=""
        )
        audit.record(
            "source_item.taken", row, actor=version.submitted_by, at=at, number=row.number, receipt=version.receipt
        )
    return row


def _failed(row: SourceItem, refusal: Refusal, *, at: datetime) -> SourceItem:
    """Keep why; of a state secret nothing but that it was one."""
    is_secret = isinstance(refusal, StateSecret)
    message = _plain(refusal.message, most=2_000)
    was = row.message
    with transaction.atomic(durable=True):
        workflow.move(
            row,
            ITEM_MOVES,
            to=ItemState.FAILED,
            tried_at=at,
            code=refusal.code,
            message=message,
            next_step=_plain(refusal.next_step, most=2_000),
            **({"title": REMOVED, "name": REMOVED, "wishes": {}} if is_secret else {}),
        )
        if message != was:  # an item that fails the same way at every run is told once
            audit.record("source_item.failed", row, actor=None, at=at, number=row.number, code=refusal.code)
    return row


def _plain(text: str, *, most: int = 200) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)[:most]


def _plain_wishes(wishes: dict[str, str]) -> dict[str, str]:
    return {name: _plain(value) for name, value in wishes.items()}
