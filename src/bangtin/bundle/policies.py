"""Two signed tables: what a class of bulletin needs (`policy.json`), and who may say so (`officers.json`)."""

from collections.abc import Mapping
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
class ClassRule:
    """What an item of one class needs: officers per step, distinct persons, kinds of proof.

    `grace_s` is how long after the timestamp's expiry a screen without line still shows the class.
    """

    steps: tuple[tuple[str, int], ...]
    distinct_officers: int
    proofs: tuple[str, ...]
    grace_s: int

    def to_object(self) -> dict[str, object]:
        """The JSON object of this rule."""
        return {
            "steps": [list(step) for step in self.steps],
            "distinct_officers": self.distinct_officers,
            "proofs": list(self.proofs),
            "grace_s": self.grace_s,
        }


TWO_OFFICERS = (("appraisal.decide", 1), ("appraisal.confirm", 1))
DEFAULT_CLASSES: Mapping[str, ClassRule] = {
    "ordinary": ClassRule(TWO_OFFICERS, 2, ("hub", "webauthn"), 45 * DAY_S),
    "priority": ClassRule(TWO_OFFICERS, 2, ("hub", "webauthn"), 3 * DAY_S),
}


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
class Officer:
    """Whom the security officer listed: agency, post, the steps they may take, and for how long."""

    agency: str
    post: str
    steps: tuple[str, ...]
    from_at: datetime
    until_at: datetime
    keys: tuple[Passkey, ...] = ()

    def to_object(self) -> dict[str, object]:
        """The JSON object of this officer."""
        return {
            "agency": self.agency,
            "post": self.post,
            "steps": list(self.steps),
            "from": instants.to_text(self.from_at),
            "until": instants.to_text(self.until_at),
            "keys": [key.to_object() for key in self.keys],
        }

    def may(self, step: str, *, agency: str, at: datetime) -> bool:
        """Whether this officer may take `step` for `agency` at `at`."""
        return step in self.steps and agency == self.agency and self.from_at <= at < self.until_at


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
    rule = ClassRule(
        steps=tuple(_read_step(value, fields.where) for value in fields.values("steps", most=16)),
        distinct_officers=fields.integer("distinct_officers", least=1),
        proofs=fields.texts("proofs", most=4),
        grace_s=fields.integer("grace_s"),
    )
    if not rule.steps or not set(rule.proofs) <= set(PROOFS):
        raise WrongShape(f"{fields.where}: no step, or an unknown kind of proof")
    return rule


def _read_step(value: object, where: str) -> tuple[str, int]:
    match value:
        case [str(step), int(count)] if count >= 1:
            return step, count
        case _:
            raise WrongShape(f"{where}.steps: expected [step, how many officers]")


def _read_officer(fields: Fields) -> Officer:
    return Officer(
        agency=fields.text("agency"),
        post=fields.text("post"),
        steps=fields.texts("steps", most=64),
        from_at=fields.instant("from"),
        until_at=fields.instant("until"),
        keys=fields.each("keys", _read_passkey, most=16),
    )


def _read_passkey(fields: Fields) -> Passkey:
    return Passkey(
        id=fields.text("id", longest=2_000),
        spki=fields.text("spki", longest=2_000),
        from_at=fields.instant("from"),
        until_at=fields.instant("until"),
    )
