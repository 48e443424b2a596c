"""What a version must be before it goes on any plan; slots and filler ask the same."""

from django.utils.translation import gettext as _

from bangtin.hub.appraisal import queries as appraisal
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.programmes.models import Kind, ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.schedules import errors


def require_ready(version: ProgrammeVersion, cluster: Cluster) -> None:
    """Go on only with a version that is approved as it is now, for this cluster, in the form of each of its faces.

    Raises: NotReady, NotForThisCluster, NoRendition.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 7.1 (appraised before it is passed on for airing).
    """
    name = {"title": version.title, "receipt": version.receipt, "cluster": str(cluster)}
    if version.state != VersionState.READY or not appraisal.is_approved(version):
        raise errors.NotReady(
            _("“%(title)s” (%(receipt)s) is not approved as it is now, so it cannot go on air.") % name,
            _("Wait for both officers' decisions, then place it."),
            appraisal.clause(version),
            subject=version.receipt,
        )
    if not version.programme.clusters.filter(pk=cluster.pk).exists():
        raise errors.NotForThisCluster(
            _("“%(title)s” (%(receipt)s) was not handed in for %(cluster)s.") % name,
            _("Ask the agency to hand it in for this cluster too."),
            subject=version.receipt,
        )
    _require_renditions(version, cluster, name)


def _require_renditions(version: ProgrammeVersion, cluster: Cluster, name: dict[str, str]) -> None:
    if version.kind == Kind.SOUND:
        return
    made = set(version.renditions.values_list("geometry", flat=True))
    missing = sorted({face.geometry for face in cluster.faces.all()} - made)
    if missing:
        raise errors.NoRendition(
            _("“%(title)s” (%(receipt)s) has no form for the screen of %(geometry)s pixels.")
            % {**name, "geometry": missing[0].replace("x", " × ")},
            _("Have the form made and approved first."),
            subject=version.receipt,
        )
