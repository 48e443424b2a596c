"""The heads of the audit trail that left the house: in bundle manifests, on sticks and screens, in sent reports."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bangtin.bundle import bounds, canonical
from bangtin.hub.devices.actions.publishing import AUDIT_KEY
from bangtin.hub.devices.models import Bundle
from bangtin.hub.kit.chain import Head
from bangtin.hub.reports.models import Report
from bangtin.hub.reports.queries import properties

MOST_FILES = 10_000


class NoHead(ValueError):
    """A path holds nothing that carries a head of the audit trail."""


@dataclass(frozen=True)
class Kept:
    """A head and where it was found."""

    source: str
    head: Head


def inside(path: Path) -> list[Kept]:
    """The heads in a manifest, a report's .docx, or a folder with such files (TUF targets, a screen's store, a stick).

    Files of a folder that carry none (bundles of before, other papers) are passed over.
    Raises: NoHead.
    """
    if not path.is_dir():
        return [_in_file(path)]
    found = []
    for file in _candidates(path):
        try:
            found.append(_in_file(file))
        except NoHead:
            continue
    if not found:
        raise NoHead(str(path))
    return found


def own() -> list[Kept]:
    """The heads this database itself keeps: of each cluster's newest bundle and of every frozen report."""
    found = []
    newest = Bundle.objects.order_by("cluster_id", "-number").values_list("pk", "cluster_id")
    last: dict[str, int] = {}
    for pk, cluster in newest:
        last.setdefault(cluster, pk)
    for bundle in Bundle.objects.filter(pk__in=last.values()).order_by("cluster_id").iterator(chunk_size=20):
        try:
            found.append(Kept(f"{bundle.cluster_id} {bundle.number}", _in_manifest(bytes(bundle.manifest))))
        except NoHead:
            continue
    for report in Report.objects.exclude(audit_entries=None).order_by("pk"):
        found.append(Kept(f"{report.kind} {report.pk}", Head(report.audit_entries or 0, report.audit_digest)))
    return found


def _candidates(folder: Path) -> Iterator[Path]:
    number = 0
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink() and file.name.endswith(("manifest.json", ".docx")):
            yield file
            number += 1
        if number >= MOST_FILES:
            return


def _in_file(path: Path) -> Kept:
    try:
        if path.suffix == ".docx":
            return Kept(str(path), Head(*properties.audit_head(path)))
        if path.stat().st_size > bounds.MANIFEST_BYTES:
            raise NoHead(str(path))
        return Kept(str(path), _in_manifest(path.read_bytes()))
    except (OSError, properties.NotAReport) as error:
        raise NoHead(str(path)) from error


def _in_manifest(data: bytes) -> Head:
    try:
        values = canonical.decode(data)
    except canonical.NotCanonical as error:
        raise NoHead("manifest") from error
    carried = values.get(AUDIT_KEY) if isinstance(values, dict) else None
    if not isinstance(carried, dict):
        raise NoHead("manifest")
    entries, digest = carried.get("entries"), carried.get("digest")
    if not isinstance(entries, int) or isinstance(entries, bool) or not isinstance(digest, str):
        raise NoHead("manifest")
    return Head(entries, digest)
