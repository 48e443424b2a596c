"""Cases about what policy asks for, and officers' passkeys."""

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

from bangtin.bundle.roles import Signed, TargetFile, Targets
from bangtin.bundle.trusted import target_path
from tests.vectors import province as p
from tests.vectors.cases import Case
from tests.vectors.province import GOOD


def cases() -> list[Case]:
    """All of them."""
    return [*policies(), *passkeys()]


def policies() -> Iterable[Case]:
    weak = replace(
        p.POLICY,
        classes={
            name: replace(one, steps=one.steps[:1], distinct_officers=1) for name, one in p.POLICY.classes.items()
        },
    ).encode()
    entry = TargetFile.from_data("policy.json", weak, ["sha256"])
    path = target_path("policy.json", entry.hashes["sha256"])

    def adds(signed: Signed) -> None:
        cast(Targets, signed).targets["policy.json"] = entry

    def drops(signed: Signed) -> None:
        del cast(Targets, signed).targets["policy.json"]

    short = p.published(lines=p.by_hub(GOOD[::2]))
    yield Case(
        "policy-in-cluster-role",
        "A weak policy.json in the cluster's role: that of targets rules.",
        {**p.resigned(short, p.ROLE, adds), path: weak},
        "item_unapproved",
        "3.9",
        attack="T39",
    )
    only = p.resigned(p.resigned(short, p.ROLE, adds), "targets", drops)
    yield Case(
        "policy-only-in-cluster-role",
        "The same, and targets has none.",
        {**only, path: weak},
        "policy_digest",
        "3.2",
        attack="T39",
    )
    none = replace(p.POLICY, classes={"priority": p.POLICY.classes["priority"]})
    yield Case(
        "class-without-rule",
        "A policy without a rule for the item's class.",
        p.published(repo=p.repository(none)),
        "class_unknown",
        "3.2",
    )


def passkeys() -> Iterable[Case]:
    repo = p.repository(p.STAGE_TWO)

    def signed(name: str, what: str, said: bytes, code: str = "accepted", step: str = "", *, attack: str = "") -> Case:
        return Case(name, what, p.published(lines=said, repo=repo), code, step, PASSKEY_ALONE, attack=attack)

    yield signed("good-passkeys", "Policy asks for passkeys; every officer signed with one.", p.by_passkey(GOOD))
    both = p.published(lines=p.by_passkey(GOOD, hub=True), repo=repo)
    yield Case("good-both-proofs", "A passkey and the hub's proof side by side.", both)
    wrong: dict[str, tuple[str, dict[str, object], str, str]] = {
        "user": ("Nobody verified.", {"flags": 0x01}, "passkey_user", "T36"),
        "absent": ("Nobody present.", {"flags": 0x04}, "passkey_user", "T36"),
        "origin": ("Asked for by another site.", {"origin": "https://evil.example"}, "passkey_origin", "T37"),
        "frame": (
            "Asked for inside a frame of another site.",
            {"more": {"crossOrigin": True}},
            "passkey_origin",
            "T37",
        ),
        "rp": ("Made for another relying party.", {"rp": "evil.example"}, "passkey_rp", "T37"),
        "type": ("The making of a key, no assertion.", {"type_": "webauthn.create"}, "passkey_type", ""),
    }
    for name, (what, change, code, attack) in wrong.items():
        yield signed(f"passkey-{name}", what, p.by_passkey(GOOD, **change), code, "3.4", attack=attack)
    yield signed(
        "passkey-challenge",
        "The passkey of one statement on another.",
        p.by_passkey(GOOD, of=GOOD[2]),
        "passkey_challenge",
        "3.4",
        attack="T35",
    )
    said = [replace(GOOD[0], officer="minh"), *GOOD[1:]]
    stolen = p.by_passkey(GOOD).split(b"\n")[0]
    yield signed(
        "passkey-changed",
        "A bit of a signed statement's signature is another.",
        flip_signature(stolen) + b"\n" + b"\n".join(p.by_passkey(GOOD).split(b"\n")[1:]),
        "passkey_signature",
        "3.4",
    )
    yield signed(
        "good-passkey-other", "Another officer who may take the step, with that officer's passkey.", p.by_passkey(said)
    )
    unknown = p.repository(p.STAGE_TWO, known=nobody())
    yield Case(
        "passkey-unknown",
        "Officers without keys in the list.",
        p.published(lines=p.by_passkey(GOOD), repo=unknown),
        "passkey_unknown",
        "3.4",
        PASSKEY_ALONE,
    )
    hub = p.published(repo=repo)
    yield Case(
        "hub-proof-alone",
        "The hub's proof alone where policy asks for passkeys.",
        hub,
        "proof_too_weak",
        "3.5",
        alone="accepted",
        attack="T38",
    )


PASSKEY_ALONE = "approval_unsigned"  # it cannot check passkeys, so it takes the hub's proof alone


def nobody() -> p.Officers:
    return p.Officers({name: replace(one, keys=()) for name, one in p.officers().by_id.items()})


def flip_signature(line: bytes) -> bytes:
    at = line.index(b'"sig":"') + 30
    return line[:at] + (b"A" if line[at : at + 1] != b"A" else b"B") + line[at + 1 :]
