"""Two signed tables: what a class of bulletin needs (`policy.json`), and who may say so (`officers.json`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bangtin.bundle import canonical, instants, names
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.fields import Fields, WrongShape

POLICY_TYPE = "bangtin.policy.v1"
OFFICERS_TYPE = "bangtin.officers.v1"
PROOFS = ("hub", "webauthn")
DAY_S = 86_400


@dataclass(frozen=True)
class Quorum:
    """One way to approve an item: officers per step, distinct persons over all steps.

    The content's author takes none of the steps, but for those in `author_may`.
    """

    steps: tuple[tuple[str, int], ...]
    distinct_officers: int
    author_may: tuple[str, ...] = ()

    def to_object(self) -> dict[str, object]:
        """The JSON object of this way; `author_may` only where it names a step."""
        rest: dict[str, object] = {"author_may": list(self.author_may)} if self.author_may else {}
        return {"steps": [list(step) for step in self.steps], "distinct_officers": self.distinct_officers, **rest}


@dataclass(frozen=True)
class ClassRule:
    """What an item of one class needs: officers per step, distinct persons, kinds of proof.

    `grace_s` is how long after the timestamp's expiry a screen without line still shows the class. `alternatives` are
    further ways; any one way approves by itself, and never a part of one with a part of another (ADR 0009).
    """

    steps: tuple[tuple[str, int], ...]
    distinct_officers: int
    proofs: tuple[str, ...]
    grace_s: int
    alternatives: tuple[Quorum, ...] = ()

    @property
    def ways(self) -> tuple[Quorum, ...]:
        """Every way by which an item of the class is approved."""
        return (Quorum(self.steps, self.distinct_officers), *self.alternatives)

    def to_object(self) -> dict[str, object]:
        """The JSON object of this rule; `alternatives` only where there are some."""
        more = [one.to_object() for one in self.alternatives]
        rest: dict[str, object] = {"alternatives": more} if more else {}
        return {
            "steps": [list(step) for step in self.steps],
            "distinct_officers": self.distinct_officers,
            "proofs": list(self.proofs),
            "grace_s": self.grace_s,
            **rest,
        }


TWO_OFFICERS = (("appraisal.decide", 1), ("appraisal.confirm", 1))
# An editor stands for the words changed by the edit, a second person for a translation; the confirmation is another's.
EDITED = Quorum((("appraisal.edit", 1), ("appraisal.confirm", 1)), 2, author_may=("appraisal.edit",))
TRANSLATED = Quorum((("language.check", 1), ("appraisal.confirm", 1)), 2)
# Only for officers whom officers.json lists for the step: those of units that have recorded that they have one person.
ALONE = Quorum((("appraisal.sole", 1),), 1, author_may=("appraisal.sole",))
DEFAULT_CLASSES: Mapping[str, ClassRule] = {
    "ordinary": ClassRule(TWO_OFFICERS, 2, ("hub", "webauthn"), 45 * DAY_S, (EDITED, TRANSLATED, ALONE)),
    "priority": ClassRule(TWO_OFFICERS, 2, ("hub", "webauthn"), 3 * DAY_S, (EDITED, TRANSLATED)),
}

# Class "emergency" where policy.json has no rule for it: one officer orders, one ends (trust 6.6); reviewed afterwards.
EMERGENCY = ClassRule((("alert.order", 1),), 1, ("hub", "webauthn"), 0, (Quorum((("alert.cancel", 1),), 1),))
# Class "command" likewise: one officer blanks a screen, one restores it (trust 6.7).
COMMAND = ClassRule((("command.blank", 1),), 1, ("hub", "webauthn"), 0, (Quorum((("command.restore", 1),), 1),))


@dataclass(frozen=True)
class Policy:
    """`policy.json`, a target of the role `targets` itself. The defaults are those of trust G."""

    classes: Mapping[str, ClassRule]
    filler_grace_s: int = 400 * DAY_S
    carry_grace_s: int = 14 * DAY_S
    rp_id: str = ""
    origins: tuple[str, ...] = ()

    @classmethod
    def default(cls) -> "Policy":
        """Two officers for every class, and the grace of trust G."""
        return cls(DEFAULT_CLASSES)

    @classmethod
    def parse(cls, data: bytes) -> "Policy":
        """The policy in `data`. Raises: BundleRefusal policy_digest (step 3.2)."""
        try:
            fields = Fields(canonical.decode(data), where="policy")
            fields.choice("type", (POLICY_TYPE,))
            policy = cls(
                classes=fields.table("classes", _read_rule, most=16),
                filler_grace_s=fields.integer("filler_grace_s"),
                carry_grace_s=fields.integer("carry_grace_s"),
                rp_id=fields.text("rp_id"),
                origins=fields.texts("origins", most=16),
            )
            fields.done()
        except (canonical.NotCanonical, WrongShape) as error:
            raise BundleRefusal("policy_digest", step="3.2", subject="policy.json", detail=str(error)) from error
        return policy

    def encode(self) -> bytes:
        """The canonical bytes."""
        return canonical.encode(
            {
                "type": POLICY_TYPE,
                "classes": {name: rule.to_object() for name, rule in self.classes.items()},
                "filler_grace_s": self.filler_grace_s,
                "carry_grace_s": self.carry_grace_s,
                "rp_id": self.rp_id,
                "origins": list(self.origins),
            }
        )

    def grace_s(self, class_: str) -> int:
        """Seconds past the timestamp's expiry for which "priority", "ordinary" or "filler" still shows."""
        return self.filler_grace_s if class_ == "filler" else self.classes[class_].grace_s


@dataclass(frozen=True)
class Passkey:
    """A WebAuthn credential of an officer: SubjectPublicKeyInfo in base64, valid from … until."""

    id: str
    spki: str
    from_at: datetime
    until_at: datetime

    def to_object(self) -> dict[str, object]:
        """The JSON object of this key."""
        return {
            "id": self.id,
            "spki": self.spki,
            "from": instants.to_text(self.from_at),
            "until": instants.to_text(self.until_at),
        }


@dataclass(frozen=True)
class Charge:
    """What an officer may do at one agency: from which post, which steps, for how long.

    `clusters`: the only ones a statement may be for; none named: any.
    """

    agency: str
    post: str
    steps: tuple[str, ...]
    from_at: datetime
    until_at: datetime
    clusters: tuple[str, ...] = ()

    def to_object(self) -> dict[str, object]:
        """The JSON object of this charge; `clusters` only where they are named."""
        rest: dict[str, object] = {"clusters": list(self.clusters)} if self.clusters else {}
        return {
            **rest,
            "agency": self.agency,
            "post": self.post,
            "steps": list(self.steps),
            "from": instants.to_text(self.from_at),
            "until": instants.to_text(self.until_at),
        }

    def covers(self, step: str, *, agency: str, at: datetime, clusters: Sequence[str] = ()) -> bool:
        """Whether it lets its officer take `step` for `agency` at `at`, for these clusters."""
        is_there = not self.clusters or (bool(clusters) and set(clusters) <= set(self.clusters))
        return is_there and step in self.steps and agency == self.agency and self.from_at <= at < self.until_at


@dataclass(frozen=True)
class Officer:
    """Whom the security officer listed: agency, post, the steps they may take, and for how long.

    `more` are further charges of the same person, at other agencies, from other posts or for other times.
    """

    agency: str
    post: str
    steps: tuple[str, ...]
    from_at: datetime
    until_at: datetime
    keys: tuple[Passkey, ...] = ()
    more: tuple[Charge, ...] = ()

    @classmethod
    def charged(cls, charges: Sequence[Charge], keys: tuple[Passkey, ...] = ()) -> "Officer":
        """The officer with these charges, at least one."""
        first, *rest = sorted(charges, key=lambda one: bool(one.clusters))
        if first.clusters:
            raise WrongShape("the first charge of an officer is for any cluster")
        return cls(first.agency, first.post, first.steps, first.from_at, first.until_at, keys, tuple(rest))

    @property
    def charges(self) -> tuple[Charge, ...]:
        """Every charge of this officer."""
        return (Charge(self.agency, self.post, self.steps, self.from_at, self.until_at), *self.more)

    def to_object(self) -> dict[str, object]:
        """The JSON object of this officer; `more` only where there is some."""
        rest: dict[str, object] = {"more": [one.to_object() for one in self.more]} if self.more else {}
        return {**self.charges[0].to_object(), "keys": [key.to_object() for key in self.keys], **rest}

    def may(self, step: str, *, agency: str, at: datetime, clusters: Sequence[str] = ()) -> bool:
        """Whether this officer may take `step` for `agency` at `at`, for these clusters."""
        return any(one.covers(step, agency=agency, at=at, clusters=clusters) for one in self.charges)


@dataclass(frozen=True)
class Officers:
    """`people/officers.json`: officers under their ids."""

    by_id: Mapping[str, Officer]

    @classmethod
    def parse(cls, data: bytes) -> "Officers":
        """The officers in `data`. Raises: BundleRefusal officers_digest (step 3.6)."""
        try:
            fields = Fields(canonical.decode(data), where="officers")
            fields.choice("type", (OFFICERS_TYPE,))
            officers = cls(fields.table("officers", _read_officer, most=10_000))
            fields.done()
            if not all(names.is_name(name) for name in officers.by_id):
                raise WrongShape("an officer's id cannot be a name")
        except (canonical.NotCanonical, WrongShape) as error:
            raise BundleRefusal("officers_digest", step="3.6", subject="officers.json", detail=str(error)) from error
        return officers

    def encode(self) -> bytes:
        """The canonical bytes."""
        officers = {name: one.to_object() for name, one in self.by_id.items()}
        return canonical.encode({"type": OFFICERS_TYPE, "officers": officers})


def _read_rule(fields: Fields) -> ClassRule:
    first = _read_quorum(fields)
    rule = ClassRule(
        steps=first.steps,
        distinct_officers=first.distinct_officers,
        proofs=fields.texts("proofs", most=4),
        grace_s=fields.integer("grace_s"),
        alternatives=fields.each("alternatives", _read_alternative, most=8) if fields.has("alternatives") else (),
    )
    if not set(rule.proofs) <= set(PROOFS):
        raise WrongShape(f"{fields.where}: an unknown kind of proof")
    return rule


def _read_quorum(fields: Fields) -> Quorum:
    steps = tuple(_read_step(value, fields.where) for value in fields.values("steps", most=16))
    if not steps or len({step for step, _count in steps}) != len(steps):
        raise WrongShape(f"{fields.where}: no step, or a step twice")
    return Quorum(steps, fields.integer("distinct_officers", least=1))


def _read_alternative(fields: Fields) -> Quorum:
    found = _read_quorum(fields)
    author_may = fields.texts("author_may", most=16) if fields.has("author_may") else ()
    if not set(author_may) <= {step for step, _count in found.steps}:
        raise WrongShape(f"{fields.where}: author_may names another step")
    return Quorum(found.steps, found.distinct_officers, author_may)


def _read_step(value: object, where: str) -> tuple[str, int]:
    match value:
        case [str(step), int(count)] if count >= 1:
            return step, count
        case _:
            raise WrongShape(f"{where}.steps: expected [step, how many officers]")


def _read_officer(fields: Fields) -> Officer:
    first = _read_charge(fields)
    keys = fields.each("keys", _read_passkey, most=16)
    more = fields.each("more", _read_charge, most=64) if fields.has("more") else ()
    return Officer.charged((first, *more), keys)


def _read_charge(fields: Fields) -> Charge:
    return Charge(
        agency=fields.text("agency"),
        post=fields.text("post"),
        steps=fields.texts("steps", most=64),
        from_at=fields.instant("from"),
        until_at=fields.instant("until"),
        clusters=fields.texts("clusters", most=100) if fields.has("clusters") else (),
    )


def _read_passkey(fields: Fields) -> Passkey:
    return Passkey(
        id=fields.text("id", longest=2_000),
        spki=fields.text("spki", longest=2_000),
        from_at=fields.instant("from"),
        until_at=fields.instant("until"),
    )
