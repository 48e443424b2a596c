"""Statements that travel inside what they order: an emergency notice, a command to a screen (trust 6.6, 6.7)."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bangtin.bundle import approvals
from bangtin.bundle.approvals import RoleKeys, Statement
from bangtin.bundle.policies import ClassRule, Officers, Policy


@dataclass(frozen=True)
class Authority:
    """Who may say what: the keys, policy and officers of the last accepted set, even if it is stale (trust E)."""

    keys: RoleKeys
    policy: Policy
    officers: Officers


@dataclass(frozen=True)
class Wanted:
    """What must have been ordered.

    class_    of the statement, "emergency" or "command"
    step      the officer's step, such as "alert.order"
    rule      what the class needs where `policy.json` has no rule for it
    clusters  whom it is for: a statement that names none is for these
    made_at   when the thing ordered was made
    """

    class_: str
    step: str
    rule: ClassRule
    clusters: tuple[str, ...]
    made_at: datetime


def is_ordered(
    orders: Iterable[bytes], wanted: Wanted, *, authority: Authority, counts: Callable[[Statement], bool]
) -> bool:
    """Whether the envelopes `orders` that pass 3.3–3.6 and for which `counts` holds are enough (3.9).

    Raises: BundleRefusal of steps 3.1–3.6 for any statement among them that does not verify.
    """
    rule = authority.policy.classes.get(wanted.class_, wanted.rule)
    policy = replace(authority.policy, classes={**authority.policy.classes, wanted.class_: rule})
    counting = []
    for envelope in orders:
        statement, opened = approvals.read_order(envelope, class_=wanted.class_)
        # the content names the place; an officer who may order for some only must be entitled for all of it
        statement = replace(statement, clusters=statement.clusters or wanted.clusters)
        approvals.check_statement(
            statement,
            opened,
            keys=authority.keys,
            policy=policy,
            officers=authority.officers,
            made_at=wanted.made_at,
        )
        if statement.decision == "approved" and set(wanted.clusters) <= set(statement.clusters) and counts(statement):
            counting.append(statement)
    return _is_enough(counting, rule, wanted.step)


def _is_enough(statements: Sequence[Statement], rule: ClassRule, step: str) -> bool:
    said = {(one.step, one.officer) for one in statements}
    per_step = Counter(of_step for of_step, _officer in said)
    for way in rule.ways:
        steps = dict(way.steps)
        officers = {officer for of_step, officer in said if of_step in steps}
        has_each = all(per_step[name] >= needed for name, needed in way.steps)
        if step in steps and has_each and len(officers) >= way.distinct_officers:
            return True
    return False
