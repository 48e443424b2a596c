"""What a version must be before it goes on any plan; slots and filler ask the same."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from bangtin.hub.appraisal import queries as appraisal
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.models import Kind, ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.schedules import errors
from bangtin.hub.schedules.queries import removals
from bangtin.hub.translation import coverage


def require_ready(version: ProgrammeVersion, cluster: Cluster, *, faces: Collection[str] = ()) -> tuple[str, ...]:
    """Go on only with a version that is approved as it is now, for this cluster, in the form of each of its faces.

    `faces`: only these have to have a form. Gives the languages that it stands in for, as `require_languages`.
    Raises: NotReady, NotForThisCluster, BarredByTakeDown, NoRendition.
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
    if programmes.is_removed(version):
        raise errors.NoRendition(
            _("The files of “%(title)s” (%(receipt)s) were removed from the archive by procedure.") % name,
            _("Ask its agency to send it again."),
            subject=version.receipt,
        )
    if not version.programme.clusters.filter(pk=cluster.pk).exists():
        raise errors.NotForThisCluster(
            _("“%(title)s” (%(receipt)s) was not handed in for %(cluster)s.") % name,
            _("Ask the agency to hand it in for this cluster too."),
            subject=version.receipt,
        )
    if barring := removals.barred_by(version.programme, cluster):
        raise errors.BarredByTakeDown(
            _("“%(title)s” (%(receipt)s) was taken down on %(cluster)s: %(reason)s")
            % {**name, "reason": barring.reason},
            _("It is placed again once another person's review has reversed the take-down."),
            subject=version.receipt,
        )
    _require_renditions(version, cluster, name, faces=faces)
    return require_languages(version, cluster)


def require_languages(version: ProgrammeVersion, cluster: Cluster) -> tuple[str, ...]:
    """Go on only if the languages that every programme on this cluster comes in are there, approved and still true.

    Gives the languages, of those wanted where available, that it stands in for: a fallback the rule allows.
    Raises: NotReady for an edition whose original says something else by now; LanguageMissing.
    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 2.2.
    """
    if programmes.is_stale(version):
        raise errors.NotReady(
            _("The original of “%(title)s” (%(receipt)s) changed since its translation; the approvals hold no longer.")
            % {"title": version.title, "receipt": version.receipt},
            _("Have the translation brought up to date and approved anew."),
            appraisal.clause(version),
            subject=version.receipt,
        )
    found = coverage.standings(version, cluster)
    for one in found:
        if one.missing:
            raise errors.LanguageMissing(
                _("An approved version in %(languages)s is missing; %(cluster)s shows nothing without it.")
                % {"languages": coverage.in_words(cluster.instrument_id, one.missing), "cluster": str(cluster)},
                _("Ask for the translation on the programme's page, then place it."),
                one.clause,
                subject=version.receipt,
            )
    return tuple(dict.fromkeys(code for one in found for code in one.replaced))


def _require_renditions(
    version: ProgrammeVersion, cluster: Cluster, name: dict[str, str], *, faces: Collection[str]
) -> None:
    if version.kind == Kind.SOUND:
        return
    made = set(version.renditions.values_list("geometry", flat=True))
    missing = sorted({face.geometry for face in cluster.faces.all() if not faces or face.pk in faces} - made)
    if missing:
        raise errors.NoRendition(
            _("“%(title)s” (%(receipt)s) has no form for the screen of %(geometry)s pixels.")
            % {**name, "geometry": missing[0].replace("x", " × ")},
            _("Have the form made and approved first."),
            subject=version.receipt,
        )
