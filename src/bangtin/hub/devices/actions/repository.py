"""The province's signed repository as rows: made once, kept fresh, changed in one transaction a time."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.db import connection, transaction

from bangtin.bundle import publishing, trusted
from bangtin.bundle.approvals import Officer, Officers, Policy
from bangtin.hub.accounts.models import Post, Role
from bangtin.hub.appraisal.models import Step
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices import hints
from bangtin.hub.devices.actions import keys
from bangtin.hub.devices.models import RepositoryFile
from bangtin.hub.devices.queries.repository import current_files
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.programmes.queries import officer_id
from bangtin.hub.regulations.models import Mandate, Task

# One publisher at a time on PostgreSQL; SQLite's IMMEDIATE transactions give the same.
LOCK = 0x62747566
DAILY = timedelta(hours=24)
_EVER = datetime(2100, 1, 1, tzinfo=UTC)
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


def create_repository(*, at: datetime) -> None:
    """Make the province's repository with its keys if there is none; add clusters that came since."""
    clusters = sorted(Cluster.objects.filter(id__startswith=f"{settings.PROVINCE}/").values_list("id", flat=True))
    signers, utc = keys.load_or_make(clusters), at.astimezone(UTC)  # TUF's expiry is UTC or refused
    with transaction.atomic():
        lock()
        files = current_files()
        if not files:
            files = publishing.new_repository(
                signers, clusters=clusters, policy=Policy.default().encode(), officers=officers(), at=utc
            )
        delegated = {role.removeprefix("c-") for role in _roles(files)}
        for cluster in clusters:
            if cluster.split("/", 1)[1] not in delegated:
                files = publishing.add_cluster(files, keys=signers, cluster=cluster, at=utc)
        store(files, at=at)


def refresh(*, at: datetime) -> None:
    """Sign the timestamp anew once a day, and any online role that grows old (trust B.1); the tick calls it often."""
    newest = RepositoryFile.objects.filter(name=trusted.TIMESTAMP).values_list("written_at", flat=True).first()
    if newest is None or abs(at - newest) < DAILY:
        return
    with transaction.atomic():
        lock()
        files = current_files()
        store(publishing.refresh_timestamp(files, keys=keys.load(), at=at.astimezone(UTC)), at=at)
        transaction.on_commit(hints.broadcaster.announce)


def with_officers(files: Mapping[str, bytes], *, at: datetime) -> Mapping[str, bytes]:
    """The file set whose officers are those the posts name today; the same set if nothing changed."""
    wanted = officers()
    if any(name.endswith(".officers.json") and body == wanted for name, body in files.items()):
        return files
    return publishing.set_officers(files, keys=keys.load(), officers=wanted, at=at.astimezone(UTC))


def officers() -> bytes:
    """`people/officers.json` from the posts: who may take the two steps, for which agency, in which time.

    Posts that have ended stay listed: what their holders signed in their time still counts.
    """
    agencies = set(Mandate.objects.filter(task=Task.APPRAISE).values_list("agency_id", flat=True))
    posts = Post.objects.filter(role=Role.APPRAISER, agency__in=agencies).order_by("id").select_related("user")
    return Officers({officer_id(post.user): _officer(post) for post in posts}).encode()


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


def _officer(post: Post) -> Officer:
    starts = datetime.combine(post.starts_on, time(), LOCAL) if post.starts_on else _ALWAYS
    ends = datetime.combine(post.ends_on, time.max, LOCAL).replace(microsecond=0) if post.ends_on else _EVER
    return Officer(
        agency=post.agency_id,
        post=str(post.role),
        steps=(str(Step.DECIDE), str(Step.CONFIRM)),
        from_at=starts,
        until_at=ends,
    )


def _roles(files: Mapping[str, bytes]) -> set[str]:
    """The cluster roles that have metadata in the set."""
    names = (name.removeprefix("metadata/").split(".") for name in files if name != trusted.TIMESTAMP)
    return {parts[1] for parts in names if len(parts) == 3 and parts[1].startswith("c-")}
