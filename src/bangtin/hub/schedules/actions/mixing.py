"""What the mix of a cluster's day or hour has to keep: local numbers, each with its basis."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import audit
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes.models import Language
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules import errors, policies
from bangtin.hub.schedules.actions import gates
from bangtin.hub.schedules.models import MixKind, MixRule

BASIS_LEAST = 5
ALL = 1000


@dataclass(frozen=True)
class MixSpec:
    """A share of planned airtime in thousandths, a day or (`is_hourly`) an hour. `key`: a category or language;
    empty for advertising. `basis`: the paper or decision; `clause`: the article, where one fixes the number."""

    kind: str
    key: str = ""
    least_permille: int | None = None
    most_permille: int | None = None
    is_hourly: bool = False
    basis: str = ""
    clause: str = ""


def set_mix_rule(*, cluster: Cluster, spec: MixSpec, actor: User, at: datetime) -> MixRule:
    """Set the least and the most share of a kind of content, a language or advertising; replaces what was set for it.

    Raises: NotPermitted, BadMixRule.
    """
    require(policies.may_place(actor, cluster, at=at))
    key = "" if spec.kind == MixKind.ADVERTISING else spec.key
    _require(cluster, spec, key)
    with transaction.atomic(durable=True):
        gates.lock(cluster)
        rule, _is_new = MixRule.objects.update_or_create(
            cluster=cluster,
            kind=spec.kind,
            key=key,
            is_hourly=spec.is_hourly,
            defaults={
                "least_permille": spec.least_permille,
                "most_permille": spec.most_permille,
                "clause": spec.clause,
                "basis": " ".join(spec.basis.split())[:300],
                "set_by": actor,
                "set_at": at,
            },
        )
        _audit("mix.set", rule, actor=actor, at=at)
    return rule


def remove_mix_rule(*, rule: MixRule, actor: User, at: datetime) -> None:
    """Set the share free again."""
    require(policies.may_place(actor, rule.cluster, at=at))
    with transaction.atomic(durable=True):
        gates.lock(rule.cluster)
        _audit("mix.removed", rule, actor=actor, at=at)
        rule.delete()


def _require(cluster: Cluster, spec: MixSpec, key: str) -> None:
    fields: dict[str, str] = {}
    pack = regulations.of_cluster(cluster)
    if spec.kind not in MixKind.values:
        fields["kind"] = _("Choose what the share is counted by.")
    elif spec.kind == MixKind.CATEGORY and key not in {one.id for one in pack.categories}:
        fields["key"] = _("Choose one of the kinds of content of the regulation.")
    elif spec.kind == MixKind.LANGUAGE and key not in Language.values:
        fields["key"] = _("Choose a language.")
    least, most = spec.least_permille, spec.most_permille
    if least is None and most is None:
        fields["least_permille"] = _("Give a least or a most share.")
    if any(one is not None and not 0 <= one <= ALL for one in (least, most)):
        fields["most_permille"] = _("A share lies between nothing and all.")
    elif least is not None and most is not None and least > most:
        fields["most_permille"] = _("The most is not below the least.")
    if len(" ".join(spec.basis.split())) < BASIS_LEAST:
        fields["basis"] = _("Name the paper or the decision that sets the number.")
    if spec.clause and spec.clause not in pack.clauses:
        fields["clause"] = _("The regulation has no such article.")
    if fields:
        raise errors.BadMixRule(
            _("The share was not set: %(why)s") % {"why": next(iter(fields.values()))},
            _("Correct what is marked."),
            spec.clause if spec.clause in pack.clauses else "",
            subject=key,
            fields=fields,
        )


def _audit(action: str, rule: MixRule, *, actor: User, at: datetime) -> None:
    audit.record(
        action,
        rule,
        actor=actor,
        at=at,
        cluster=rule.cluster_id,
        kind=str(rule.kind),
        key=rule.key,
        least_permille=rule.least_permille,
        most_permille=rule.most_permille,
        is_hourly=rule.is_hourly,
        basis=rule.basis,
        clause=rule.clause,
    )
