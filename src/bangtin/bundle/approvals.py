"""Signed statements of officers over a content, and what makes an item approved (trust B.3, 3.x)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bangtin.bundle import bounds, dsse, instants, names, passkeys
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.fields import Fields, WrongShape
from bangtin.bundle.manifest import ITEM_CLASSES, Item
from bangtin.bundle.policies import PROOFS, Charge, ClassRule, Officer, Officers, Passkey, Policy, Quorum

__all__ = [
    "ApprovedItem",
    "Charge",
    "ClassRule",
    "Officer",
    "Officers",
    "Passkey",
    "Policy",
    "Quorum",
    "RoleKeys",
    "Statement",
    "check_item",
    "check_statement",
    "join_lines",
    "read_lines",
    "read_order",
]

TYPE = "bangtin.approval.v1"
DECISIONS = ("approved", "returned", "rejected", "withdrawn")
EARLY = timedelta(minutes=5)
ORDER_CLASS = "emergency"


class RoleKeys(Protocol):
    """What can tell whether a key-only role signed some bytes (`trusted.Trusted` does)."""

    def is_signed(self, role: str, envelope: dsse.Envelope) -> bool:
        """Whether the threshold of `role` is met by the proofs of `envelope`."""
        ...


@dataclass(frozen=True)
class Statement:
    """One officer's decision on one content, as signed.

    content      SHA-256 of the canonical content descriptor
    class_       the highest class the content may air as
    step         "appraisal.decide", "appraisal.confirm", …
    decision     "approved", "returned", "rejected" or "withdrawn"
    instrument, clause   the rule it was decided under, such as "31/2020/QĐ-UBND" and "4.1"
    clusters     ids of the clusters it is for; until_at: it counts before this instant
    grounds      SHA-256 of the grounds text, which stays at the hub
    """

    id: str
    content: str
    language: str
    class_: str
    step: str
    decision: str
    officer: str
    post: str
    agency: str
    at: datetime
    instrument: str
    clause: str
    clusters: tuple[str, ...]
    until_at: datetime
    grounds: str

    def payload(self) -> dict[str, object]:
        """The payload of the envelope of kind `approval`."""
        return {
            "type": TYPE,
            "id": self.id,
            "content": self.content,
            "language": self.language,
            "class": self.class_,
            "step": self.step,
            "decision": self.decision,
            "officer": self.officer,
            "post": self.post,
            "agency": self.agency,
            "at": instants.to_text(self.at),
            "instrument": self.instrument,
            "clause": self.clause,
            "scope": {"clusters": list(self.clusters), "until": instants.to_text(self.until_at)},
            "grounds": self.grounds,
        }


@dataclass(frozen=True)
class ApprovedItem:
    """An item that passed: the statements that count, and the first instant it is no longer approved."""

    statements: tuple[Statement, ...]
    until_at: datetime


def join_lines(envelopes: Iterable[bytes]) -> bytes:
    """The approvals file: one envelope a line, a line feed after each."""
    return b"".join(envelope + b"\n" for envelope in envelopes)


def read_lines(data: bytes, *, count: int) -> tuple[tuple[Statement, dsse.Envelope], ...]:
    """The statements of an approvals file of `count` lines; no proof is checked yet.

    Raises: BundleRefusal approval_malformed (step 3.1).
    """
    if data and not data.endswith(b"\n"):
        raise _refusal("approval_malformed", "3.1", "approvals.jsonl", "its last line is cut off")
    lines = data.split(b"\n")[:-1]
    if len(lines) != count:
        raise _refusal("approval_malformed", "3.1", "approvals.jsonl", f"{len(lines)} lines, {count} were said")
    return tuple(_read_line(line, f"approvals.jsonl line {number}") for number, line in enumerate(lines, start=1))


def read_order(envelope: bytes, *, class_: str = ORDER_CLASS) -> tuple[Statement, dsse.Envelope]:
    """The statement in `envelope` of class "emergency" or `class_`; no proof is checked yet.

    Raises: BundleRefusal approval_malformed (step 3.1).
    """
    return _read_line(envelope, "order", (class_,))


def check_statement(
    statement: Statement,
    envelope: dsse.Envelope,
    *,
    keys: RoleKeys,
    policy: Policy,
    officers: Officers,
    made_at: datetime,
) -> None:
    """Refuse a statement that is not proved, or whose officer may not make it.

    Raises: BundleRefusal approval_unsigned (3.3), passkey_… (3.4), proof_too_weak (3.5), officer_not_entitled and
    approval_future (3.6), class_unknown (3.2).
    """
    if statement.class_ not in policy.classes:
        raise _refusal("class_unknown", "3.2", statement.id, f"no rule for {statement.class_}")
    _check_proofs(statement, envelope, keys=keys, policy=policy, officers=officers)
    officer = officers.by_id.get(statement.officer)
    agency, clusters = statement.agency, statement.clusters
    if officer is None or not officer.may(statement.step, agency=agency, at=statement.at, clusters=clusters):
        detail = f"{statement.officer} may not take {statement.step} for {statement.agency} then"
        raise _refusal("officer_not_entitled", "3.6", statement.id, detail)
    if statement.at > made_at + EARLY:
        raise _refusal("approval_future", "3.6", statement.id, "was made after the manifest")


def _check_proofs(
    statement: Statement, envelope: dsse.Envelope, *, keys: RoleKeys, policy: Policy, officers: Officers
) -> None:
    """trust 3.3–3.5: every proof that stands there holds, and one is of a kind that the policy takes."""
    kinds = {_kind(proof) for proof in envelope.proofs}
    if not kinds <= set(PROOFS):
        raise _refusal("proof_too_weak", "3.5", statement.id, "carries a proof this player cannot check")
    if "hub" in kinds and not keys.is_signed("approvals", envelope):
        raise _refusal("approval_unsigned", "3.3", statement.id, "the role approvals did not sign it")
    officer = officers.by_id.get(statement.officer)
    for proof in envelope.proofs:
        if _kind(proof) == passkeys.KIND:
            own = officer.keys if officer is not None else ()
            passkeys.check(proof, envelope, keys=own, policy=policy, at=statement.at, subject=statement.id)
    if not kinds & set(policy.classes[statement.class_].proofs):
        raise _refusal("proof_too_weak", "3.5", statement.id, "the policy takes no proof of its kinds for this class")


def _kind(proof: dsse.Proof) -> str:
    return "hub" if proof.extension is None else str(proof.extension.get("kind"))


def check_item(
    item: Item, statements: Sequence[Statement], *, policy: Policy, cluster: str, at: datetime
) -> ApprovedItem:
    """What approves `item` for `cluster` at `at`, from `statements` already checked one by one.

    Raises: BundleRefusal class_unknown (3.2), item_withdrawn (3.8), item_unapproved (3.9),
    item_one_officer and item_by_author (3.10).
    """
    rule = policy.classes.get(item.class_)
    if rule is None:
        raise _refusal("class_unknown", "3.2", item.id, f"no rule for {item.class_}")
    # trust 3.7: an approval counts within its scope; a rejection counts whatever its scope says
    counting = [one for one in statements if one.content == item.digest and _is_for(one, item, cluster, at)]
    # trust 3.8: the last word of an officer on a step counts; of two in one second, the one that is not a yes
    in_turn = sorted(counting, key=lambda one: (one.at, one.decision != "approved"))
    latest = {(one.officer, one.step): one for one in in_turn}
    for one in latest.values():
        if one.decision != "approved":
            raise _refusal("item_withdrawn", "3.8", item.id, f"{one.officer} said {one.decision} on {one.step}")
    refusals = []
    for way in rule.ways:
        used = _meeting(way, latest.values(), item)
        if not isinstance(used, BundleRefusal):
            return ApprovedItem(used, min(one.until_at for one in used))
        refusals.append(used)
    # the way that came nearest tells what is lacking
    raise next((one for one in refusals if one.step == "3.10"), refusals[0])


def _meeting(way: Quorum, latest: Iterable[Statement], item: Item) -> tuple[Statement, ...] | BundleRefusal:
    """The statements that approve `item` in this one way; else what it lacks."""
    # trust 3.9: each step of the way has its number of officers; what is said on other steps counts for nothing
    wanted = dict(way.steps)
    used = tuple(one for one in latest if one.step in wanted)
    per_step = Counter(one.step for one in used)
    for step, needed in way.steps:
        if per_step[step] < needed:
            detail = f"{step} needs {needed} officers, has {per_step[step]}"
            return _refusal("item_unapproved", "3.9", item.id, detail)
    # trust 3.10: so many persons over all steps; the author takes no step that the way does not leave to him
    if len({one.officer for one in used}) < way.distinct_officers:
        return _refusal("item_one_officer", "3.10", item.id, f"needs {way.distinct_officers} distinct officers")
    author = item.content.author
    if any(one.officer == author and one.step not in way.author_may for one in used):
        return _refusal("item_by_author", "3.10", item.id, f"{author} approves their own content")
    return used


def _is_for(statement: Statement, item: Item, cluster: str, at: datetime) -> bool:
    if statement.decision != "approved":
        return True
    return (
        statement.language == item.content.language
        and cluster in statement.clusters
        and ITEM_CLASSES.index(statement.class_) >= ITEM_CLASSES.index(item.class_)
        and statement.until_at > at
    )


def _read_line(line: bytes, subject: str, classes: tuple[str, ...] = ITEM_CLASSES) -> tuple[Statement, dsse.Envelope]:
    try:
        if len(line) > bounds.APPROVAL_LINE_BYTES:
            raise WrongShape(f"more than {bounds.APPROVAL_LINE_BYTES} bytes")
        envelope = dsse.open(line, "approval")
        fields = Fields(dict(envelope.payload), where="approval")
        statement = _read(fields, classes)
        fields.done(strictly=True)
    except (dsse.BadEnvelope, WrongShape) as error:
        raise _refusal("approval_malformed", "3.1", subject, str(error)) from error
    return statement, envelope


def _read(fields: Fields, classes: tuple[str, ...]) -> Statement:
    fields.choice("type", (TYPE,))
    scope = fields.inner("scope")
    statement = Statement(
        id=fields.text("id"),
        content=fields.text("content"),
        language=fields.text("language"),
        class_=fields.choice("class", classes),
        step=fields.text("step"),
        decision=fields.choice("decision", DECISIONS),
        officer=fields.text("officer"),
        post=fields.text("post"),
        agency=fields.text("agency"),
        at=fields.instant("at"),
        instrument=fields.text("instrument"),
        clause=fields.text("clause"),
        clusters=scope.texts("clusters", most=100),
        until_at=scope.instant("until"),
        grounds=fields.text("grounds"),
    )
    scope.done(strictly=True)
    if not names.is_sha256(statement.content):
        raise WrongShape("approval.content is not a SHA-256")
    return statement


def _refusal(code: str, step: str, subject: str, detail: str) -> BundleRefusal:
    return BundleRefusal(code, step=step, subject=subject, detail=detail)
