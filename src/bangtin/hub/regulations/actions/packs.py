"""A pack someone wrote: inspected, put beside those that came with the program, taken into use; and taken back.

The files change in one rename after the whole has been checked: nothing is there by halves.
"""

import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Model, ProtectedError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.kit import audit
from bangtin.hub.kit.errors import NotFound, Refusal
from bangtin.hub.regulations import queries
from bangtin.hub.regulations.actions.installing import digest, install
from bangtin.hub.regulations.models import Instrument, LocalValue, Mandate
from bangtin.rulebook import changes, inspecting, loading, wording
from bangtin.rulebook.errors import DataError, Problem
from bangtin.rulebook.inspecting import Inspection, Kept
from bangtin.rulebook.shapes import Regulation
from bangtin.rulebook.texts import Text

MOST_SHOWN = 200


class PackRefused(Refusal):
    """The pack has faults, open places, or cases that contradict it."""

    code = "BT-PACK-001"


class PackDiffers(Refusal):
    """A pack of this id is there with other content, and nobody said to replace it."""

    code = "BT-PACK-002"
    http_status = 409


class PackInUse(Refusal):
    """Rows of this installation depend on the pack."""

    code = "BT-PACK-003"
    http_status = 409


@dataclass(frozen=True)
class Added:
    """What became of one pack: its id, whether it was new, replaced or unchanged, and what changed."""

    id: str
    outcome: str
    changes: tuple[Text, ...] = field(default=())


def inspect_packs(folder: Path, *, is_mutating: bool = False, kept: Kept | None = None) -> tuple[Inspection, ...]:
    """Inspect every instrument under a folder, beside the packs at hand; none if the folder holds none.

    `kept`: what this system records and counts, for advice on what it would not.
    """
    found = inspecting.folders(folder)
    beside = tuple(_readable(queries.available()))
    given = dict.fromkeys(found)
    calendar = queries.calendar()
    inspections = []
    for each in given:
        told = inspecting.inspect(
            each, top=folder, calendar=calendar, beside=beside, is_mutating=is_mutating, kept=kept
        )
        inspections.append(told)
        beside = (*beside, told.regulation) if told.regulation else beside
    return tuple(inspections)


def _readable(names: Iterable[str]) -> Iterator[Regulation]:
    """The packs at hand; one with a fault of its own stands in nobody's way."""
    for name in names:
        with suppress(DataError):
            yield queries.pack(name)


def add_pack(
    *,
    folder: Path,
    effective_on: date | None = None,
    is_replacing: bool = False,
    actor: User | None,
    at: datetime,
) -> tuple[Added, ...]:
    """Check the packs under a folder, copy them beside the others, take them into use.

    Raises: PackRefused with every fault; PackDiffers if another content is there and `is_replacing` is not set.
    """
    told = inspect_packs(folder)
    if not told:
        raise PackRefused(
            _("%(folder)s holds no regulation.") % {"folder": folder},
            _("Name the folder that holds regulation.yaml."),
            subject=str(folder),
        )
    found = [_sound(each) for each in told]
    return tuple(
        _put(each.folder, regulation, effective_on=effective_on, is_replacing=is_replacing, actor=actor, at=at)
        for each, regulation in zip(told, found, strict=True)
    )


def remove_pack(*, instrument_id: str, actor: User | None, at: datetime) -> None:
    """Take back a pack that was added here, with the rows it brought.

    Raises: NotFound if it was not added here; PackInUse while anything depends on it.
    """
    if instrument_id not in loading.available(queries.shelf()):
        raise NotFound(
            _("The regulation %(id)s was not added here.") % {"id": instrument_id},
            _("Only added regulations are removed; see: bangtin regulation list"),
            subject=instrument_id,
        )
    own = {each.id for each in queries.pack(instrument_id).agencies}
    with _moved_away(queries.shelf() / instrument_id), transaction.atomic():
        row = Instrument.objects.filter(pk=instrument_id).first()
        if row is not None:
            audit.record("regulation.removed", row, actor=actor, at=at, digest=row.pack_digest)
            _delete_rows(row, own)
    queries.forget()
    queries.read_anew()


def _sound(told: Inspection) -> Regulation:
    language = get_language() or "vi"
    faults: tuple[Problem, ...] = told.problems or told.to_fill
    if told.regulation is None or faults:
        shown = [wording.sentence(each, language, under=f"{told.folder.name}: ") for each in faults[:MOST_SHOWN]]
        raise PackRefused(
            "\n".join([_("The regulation %(id)s is not ready:") % {"id": told.id}, *shown, ""]),
            _("Mend these places, then check again: bangtin regulation check"),
            subject=told.id,
        )
    return told.regulation


def _put(
    source: Path,
    regulation: Regulation,
    *,
    effective_on: date | None,
    is_replacing: bool,
    actor: User | None,
    at: datetime,
) -> Added:
    """Put one sound pack in its place and take it into use; the place is as before if that fails."""
    if effective_on is not None:
        _movable(regulation, effective_on)
    with _copied(source, effective_on) as fresh:
        outcome = "added"
        told: tuple[Text, ...] = ()
        if regulation.id in queries.available():
            there = queries.home(regulation.id) / regulation.id
            is_same = digest(there) == digest(fresh)
            if is_same and Instrument.objects.filter(pk=regulation.id).exists():
                return Added(regulation.id, "unchanged")
            told = _changes(loading.in_use(regulation, fresh, root=fresh))
            if not is_same and not is_replacing:
                raise _differs(regulation.id, told)
            outcome = "taken" if is_same else "replaced"
        if outcome == "taken":
            _take(regulation.id, outcome, actor=actor, at=at)
        else:
            with _in_place(fresh, queries.shelf() / regulation.id):
                _take(regulation.id, outcome, actor=actor, at=at)
    return Added(regulation.id, "added" if outcome == "taken" else outcome, told)


def _take(instrument_id: str, outcome: str, *, actor: User | None, at: datetime) -> None:
    queries.read_anew()
    with transaction.atomic():
        row = install(instrument_id=instrument_id, actor=actor, at=at)
        audit.record(f"regulation.{outcome}", row, actor=actor, at=at, digest=row.pack_digest)


def _changes(regulation: Regulation) -> tuple[Text, ...]:
    """What differs from the data there; those that no longer load can still be replaced."""
    try:
        return changes.between(queries.pack(regulation.id), regulation)
    except DataError as error:
        broken = error.problems[0]
        return (
            Text(
                f"Bộ dữ liệu đang có không đọc được: {wording.sentence(broken, 'vi')}",
                f"The data there cannot be read: {wording.sentence(broken, 'en')}",
            ),
        )


def _movable(regulation: Regulation, on: date) -> None:
    try:
        loading.effective_from(regulation, on)
    except DataError as error:
        words = wording.sentence(error.problems[0], get_language() or "vi")
        raise PackRefused(words, _("Choose an earlier day."), subject=regulation.id) from error


def _differs(instrument_id: str, told: tuple[Text, ...]) -> PackDiffers:
    lines = [queries.in_words(each) for each in told] or [_("Notes or cases changed.")]
    return PackDiffers(
        "\n".join([_("The regulation %(id)s is there with other content:") % {"id": instrument_id}, *lines, ""]),
        _("If this is right, add it again with --replace."),
        subject=instrument_id,
    )


@contextmanager
def _copied(source: Path, effective_on: date | None) -> Iterator[Path]:
    """A private copy of the pack's data files, on the disk they will stay on."""
    incoming = Path(settings.DATA_DIR) / "regulations.new" / secrets.token_hex(8)
    fresh = incoming / "pack"
    fresh.mkdir(parents=True)
    try:
        for pattern in (*loading.FILES, "cases/*.yaml"):
            for path in source.glob(pattern):
                target = fresh / path.relative_to(source)
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(path, target, follow_symlinks=False)
        if effective_on is not None:
            (fresh / loading.INSTALLED).write_text(f"effective_on: {effective_on.isoformat()}\n", encoding="utf-8")
        yield fresh
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


@contextmanager
def _in_place(fresh: Path, place: Path) -> Iterator[None]:
    """The copy in its place; if the body fails, what stood there before stands there again."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with _moved_away(place) if place.exists() else _nothing():
        fresh.rename(place)
        try:
            yield
        except BaseException:
            place.rename(fresh)
            raise


@contextmanager
def _moved_away(place: Path) -> Iterator[None]:
    """The folder out of the way; it comes back if the body fails, else it is deleted."""
    away = Path(settings.DATA_DIR) / "regulations.new" / secrets.token_hex(8)
    away.parent.mkdir(parents=True, exist_ok=True)
    place.rename(away)
    try:
        yield
    except BaseException:
        away.rename(place)
        queries.read_anew()
        raise
    shutil.rmtree(away, ignore_errors=True)


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def _delete_rows(row: Instrument, own: set[str]) -> None:
    """Delete what the pack brought; agencies that another regulation in use names stay."""
    depending = {str(model._meta.verbose_name) for model in apps.get_models() if _depends(model, row.pk)}
    if depending:
        raise _in_use(row.pk, depending)
    others = {each.id for name in queries.in_use() - {row.pk} for each in queries.pack(name).agencies}
    try:
        Mandate.objects.filter(instrument=row).delete()
        Face.objects.filter(cluster_id__in=Cluster.objects.filter(instrument_id=row.pk)).delete()
        Cluster.objects.filter(instrument_id=row.pk).delete()
        Agency.objects.filter(pk__in=own - others).delete()
        row.delete()
    except ProtectedError as error:
        raise _in_use(row.pk, {str(each._meta.verbose_name) for each in error.protected_objects}) from error


def _depends(model: type[Model], instrument_id: str) -> bool:
    if model._meta.app_label in {"clusters", "regulations"} and model is not LocalValue:
        return False  # rows the pack itself brought, and the text as issued
    names = {each.attname for each in model._meta.concrete_fields}
    return "instrument_id" in names and model._default_manager.filter(instrument_id=instrument_id).exists()


def _in_use(instrument_id: str, kinds: set[str]) -> PackInUse:
    return PackInUse(
        _("Rows depend on the regulation %(id)s: %(kinds)s.")
        % {"id": instrument_id, "kinds": ", ".join(sorted(kinds))},
        _("It stays. A regulation ends by a paper: give ended_on and ended_by, then add it again with --replace."),
        subject=instrument_id,
    )
