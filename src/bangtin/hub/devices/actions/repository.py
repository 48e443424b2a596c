"""The province's signed repository as rows: made once, kept fresh, changed in one transaction a time."""

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db import connection, transaction

from bangtin.bundle import publishing, trusted
from bangtin.bundle.approvals import Charge, Officer, Officers, Policy
from bangtin.bundle.publishing import Lifetimes
from bangtin.hub.accounts.models import Post, Role
from bangtin.hub.appraisal import routes
from bangtin.hub.appraisal.lanes import OnePersonUnit
from bangtin.hub.appraisal.models import Step
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices import hints
from bangtin.hub.devices.actions import keys
from bangtin.hub.devices.models import RepositoryFile
from bangtin.hub.devices.queries.ordering import ALERT_STEPS, COMMAND_STEPS, all_ordering, commanded_clusters
from bangtin.hub.devices.queries.repository import current_files
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.programmes.queries import officer_id
from bangtin.hub.regulations.models import Mandate, Task
from bangtin.hub.regulations.queries import clusters_of

# One publisher at a time on PostgreSQL; SQLite's IMMEDIATE transactions give the same.
LOCK = 0x62747566
DAILY = timedelta(hours=24)
_EVER = datetime(2100, 1, 1, tzinfo=UTC)
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


def create_repository(*, at: datetime) -> None:
    """Make the province's repository with its keys if there is none; add clusters that came since."""
    clusters = sorted(Cluster.objects.filter(id__startswith=f"{settings.PROVINCE}/").values_list("id", flat=True))
    utc = at.astimezone(UTC)  # TUF's expiry is UTC or refused
    if not RepositoryFile.objects.filter(name=trusted.TIMESTAMP).exists():
        keys.load_or_make(clusters)
    with transaction.atomic():
        lock()
        files = current_files()
        if not files:
            files = publishing.new_repository(
                keys.load(),
                clusters=clusters,
                policy=Policy.default().encode(),
                officers=officers(at=at),
                at=utc,
                lifetimes=lifetimes(),
            )
        elif not (missing := undelegated(files)) or not can_sign(files, "targets"):
            return  # persons who keep the key of targets let new clusters in by a ceremony
        else:
            signers = keys.load_or_make(missing, only_clusters=True)
            for cluster in missing:
                files = publishing.add_cluster(files, keys=signers, cluster=cluster, at=utc, lifetimes=lifetimes())
        store(files, at=at)


def undelegated(files: Mapping[str, bytes]) -> list[str]:
    """The province's clusters that have no role of their own yet."""
    delegated = {role.removeprefix("c-") for role in _roles(files)}
    rows = Cluster.objects.filter(id__startswith=f"{settings.PROVINCE}/").order_by("id").values_list("id", flat=True)
    return [cluster for cluster in rows if cluster.split("/", 1)[1] not in delegated]


def can_sign(files: Mapping[str, bytes], role: str) -> bool:
    """Whether the keys here reach the threshold of an offline role ("root", "targets", "people")."""
    root = publishing.newest_root(files)
    rule = root.roles.get(role)
    if rule is None:
        delegations = publishing.role_of(files, "targets").delegations
        rule = (delegations.roles or {}).get(role) if delegations else None
    here = {one.public_key.keyid for one in keys.load().signers.get(role, ())}
    return rule is not None and len(here & set(rule.keyids)) >= rule.threshold


def lifetimes() -> Lifetimes:
    """How long each role lives: trust B.1, but for what BANGTIN_KEY_LIVES says."""
    return dataclasses.replace(Lifetimes(), **{role: timedelta(days=n) for role, n in settings.KEY_LIVES.items()})


def refresh(*, at: datetime, is_forced: bool = False) -> None:
    """Sign the timestamp anew once a day, and any online role that grows old (trust B.1); the tick calls it often.

    `is_forced`: now, however fresh it is: a courier sets out. Officers whose posts have changed since are listed anew
    at once: an emergency waits for no bundle.
    """
    list_officers(at=at)
    newest = RepositoryFile.objects.filter(name=trusted.TIMESTAMP).values_list("written_at", flat=True).first()
    if newest is None or (abs(at - newest) < DAILY and not is_forced):
        return
    with transaction.atomic():
        lock()
        files = current_files()
        fresh = publishing.refresh_timestamp(files, keys=keys.load(), at=at.astimezone(UTC), lifetimes=lifetimes())
        store(fresh, at=at)
        transaction.on_commit(hints.broadcaster.announce)


def list_officers(*, at: datetime) -> bool:
    """Sign `officers.json` anew if the posts name other officers than it does; gives whether it was.

    Where persons hold the keys of `people` apart, they do it.
    """
    before = current_files()
    if not before or holds(before, "officers.json", officers(at=at)):
        return False
    if not can_sign(before, "people"):
        return False
    with transaction.atomic():
        lock()
        store(with_officers(current_files(), at=at), at=at)
        transaction.on_commit(hints.broadcaster.announce)
    return True


def with_officers(files: Mapping[str, bytes], *, at: datetime) -> Mapping[str, bytes]:
    """The file set with the officers that the posts name today; the same set if nothing changed, or if persons sign it.

    The policy is another matter: what approvals a class demands is signed with targets, by `bangtin keys renew` or a
    ceremony, and never by the process that publishes (trust B.1).
    """
    wanted = officers(at=at)
    if holds(files, "officers.json", wanted) or not can_sign(files, "people"):
        return files
    return publishing.set_officers(
        files, keys=keys.load(), officers=wanted, at=at.astimezone(UTC), lifetimes=lifetimes()
    )


def officers(*, at: datetime) -> bytes:
    """`people/officers.json` from the posts: who may take which steps, for which agency, in which time.

    Posts that have ended stay listed: what their holders signed in their time still counts.
    """
    on = at.astimezone(LOCAL).date()
    charges: dict[str, list[Charge]] = {}
    for (role, agency_id), steps in sorted(steps_by_post(on).items()):
        posts = Post.objects.filter(role=role, agency=agency_id).order_by("id")
        for post in posts.select_related("user", "delegation"):
            charges.setdefault(officer_id(post.user), []).append(_charge(post, steps))
    for (role, agency_id), clusters in sorted(commanded_clusters(on).items()):
        posts = Post.objects.filter(role=role, agency=agency_id).order_by("id")
        for post in posts.select_related("user", "delegation"):
            # the first charge of an officer is for any cluster: one without a step, where there is no other
            general = charges.setdefault(officer_id(post.user), [])
            if all(one.clusters for one in general):
                general.append(_charge(post, ()))
            general.append(_charge(post, COMMAND_STEPS, clusters=clusters))
    for row in OnePersonUnit.objects.order_by("id"):
        posts = Post.objects.filter(role=Role.APPRAISER, agency=row.agency_id).order_by("id").select_related("user")
        for post in posts:
            if found := _alone(post, row):
                charges.setdefault(officer_id(post.user), []).append(found)
    return Officers({name: Officer.charged(given) for name, given in sorted(charges.items())}).encode()


def steps_by_post(on: date) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The steps by role and agency: those of the appraisal, and those of emergency notices (trust 6.6)."""
    found = {(str(Role.APPRAISER), agency): steps for agency, steps in steps_by_agency(on).items()}
    for role, agencies in all_ordering(on).items():
        for agency in agencies:
            before = found.get((str(role), agency), ())
            found[str(role), agency] = tuple(sorted({*before, *ALERT_STEPS}))
    return found


def steps_by_agency(on: date) -> Mapping[str, tuple[str, ...]]:
    """The steps that officers of each agency may take: those of its turns on the routes of the instruments in use."""
    found: dict[str, set[str]] = {}
    for agency_id in Mandate.objects.filter(task=Task.APPRAISE).values_list("agency_id", flat=True):
        found.setdefault(agency_id, set()).update((Step.DECIDE, Step.CONFIRM))
    for agency_id, step in routes.possible_turns(on):
        found.setdefault(agency_id, set()).add(step)
    for agency_id, steps in found.items():
        if Step.CONFIRM in steps:  # editions on a way not made for editions are checked where they are confirmed
            found[agency_id] = steps | {Step.LANGUAGE}
    return {agency_id: tuple(sorted(steps)) for agency_id, steps in found.items()}


def lock() -> None:
    """Hold the repository until the transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def store(files: Mapping[str, bytes], *, at: datetime) -> None:
    """Make `files` the current set, in the caller's transaction; only the timestamp keeps its name."""
    before = current_files()
    gone = before.keys() - files.keys()
    RepositoryFile.objects.filter(name__in=gone).update(is_current=False)
    for name, body in files.items():
        if before.get(name) != body:
            RepositoryFile.objects.update_or_create(
                name=name, defaults={"body": body, "is_current": True, "written_at": at}
            )


def _charge(post: Post, steps: tuple[str, ...], *, clusters: tuple[str, ...] = ()) -> Charge:
    starts, ends = _span(post.starts_on, post.ends_on)
    delegation = getattr(post, "delegation", None)
    if delegation is not None and delegation.withdrawn_at is not None:  # what was done before that instant counts
        ends = delegation.withdrawn_at.replace(microsecond=0)
    return Charge(post.agency_id, str(post.role), steps, starts, ends, clusters)


def _alone(post: Post, row: OnePersonUnit) -> Charge | None:
    """The charge of a unit's only person: while both post and record hold, for the clusters the unit operates."""
    starts_on = max(post.starts_on or row.starts_on, row.starts_on)
    days = [day for day in (post.ends_on, row.ends_on) if day is not None]
    ends_on = min(days) if days else None
    clusters = tuple(sorted(clusters_of([row.agency_id], Task.OPERATE, on=starts_on)))
    if not clusters or (ends_on is not None and ends_on < starts_on):
        return None
    starts, ends = _span(starts_on, ends_on)
    return Charge(post.agency_id, str(post.role), (str(Step.SOLE),), starts, ends, clusters)


def _span(starts_on: date | None, ends_on: date | None) -> tuple[datetime, datetime]:
    starts = datetime.combine(starts_on, time(), LOCAL) if starts_on else _ALWAYS
    ends = datetime.combine(ends_on, time.max, LOCAL).replace(microsecond=0) if ends_on else _EVER
    return starts, ends


def holds(files: Mapping[str, bytes], target: str, body: bytes) -> bool:
    """Whether the set has the target file of that name with these bytes."""
    return any(name.endswith(f".{target}") and held == body for name, held in files.items())


def _roles(files: Mapping[str, bytes]) -> set[str]:
    """The cluster roles that have metadata in the set."""
    names = (name.removeprefix("metadata/").split(".") for name in files if name != trusted.TIMESTAMP)
    return {parts[1] for parts in names if len(parts) == 3 and parts[1].startswith("c-")}
