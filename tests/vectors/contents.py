"""Cases about what is signed: manifests and approvals. Those that a thief could sign are signed."""

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from bangtin.bundle.manifest import Item, Manifest
from tests.vectors import province as p
from tests.vectors.cases import BASE, Case
from tests.vectors.province import AT, DAY, GOOD, PICTURE


def cases() -> list[Case]:
    """All of them."""
    return [*manifests(), *approvals()]


def manifests() -> Iterable[Case]:
    made = p.manifest(approvals=4)
    plain = made.encode()

    def raw(
        name: str, what: str, data: bytes, code: str, step: str, *, alone: str | None = None, attack: str = ""
    ) -> Case:
        return Case(name, what, p.published(data), code, step, alone, attack=attack)

    yield raw(
        "manifest-elsewhere",
        "The manifest of another cluster in this cluster's role.",
        replace(made, cluster=p.OTHER).encode(),
        "manifest_elsewhere",
        "2.3",
        attack="T21",
    )
    yield Case(
        "manifest-number-back",
        "A lower number under newer metadata.",
        p.published(p.manifest(1), repo=p.published(p.manifest(2), repo=BASE)),
        "manifest_rollback",
        "2.4",
        alone="accepted",
        attack="T22",
        after="good-next",
    )
    yield Case(
        "manifest-number-twice",
        "Another manifest of the number the device has.",
        p.published(p.manifest(1, reason="again"), repo=BASE),
        "manifest_rollback",
        "2.4",
        alone="accepted",
        after="good",
    )
    doubled = plain.replace(b'"number":1,', b'"number":1,"number":1,')
    yield raw("manifest-double-key", "A key that stands twice.", doubled, "manifest_malformed", "2.2", attack="T23")
    yield raw(
        "manifest-float",
        "A number with a fraction.",
        plain.replace(b'"number":1,', b'"number":1.0,'),
        "manifest_malformed",
        "2.2",
        attack="T23",
    )
    yield raw(
        "manifest-nfd",
        "Vietnamese letters taken apart.",
        unicodedata.normalize("NFD", plain.decode()).encode(),
        "manifest_malformed",
        "2.2",
        attack="T23",
    )
    yield raw(
        "manifest-spaces",
        "A space after a comma.",
        plain.replace(b",", b", ", 1),
        "manifest_malformed",
        "2.2",
        attack="T23",
    )
    yield raw(
        "manifest-format",
        "A format of the future.",
        plain.replace(b'"format":1', b'"format":2'),
        "manifest_format",
        "2.2",
        alone="accepted",
    )
    yield raw(
        "manifest-unknown-key",
        "A key that nobody knows.",
        plain.replace(b'"faces":{', b'"extra":1,"faces":{'),
        "manifest_malformed",
        "2.2",
        alone="accepted",
    )
    names = {"dots": "../1", "absolute": "/etc/1", "nul": "a\0b", "long": "a" * 81}
    for name, bad in names.items():
        wrong = p.item(p.picture(version=bad), "gate")
        yield Case(
            f"name-{name}",
            "A version's name that could be a path, or is no name.",
            p.published(p.manifest(first=wrong)),
            "name_unsafe",
            "2.7",
            alone="accepted",
            attack="T24" if name != "long" else "",
        )
    yield Case("manifest-over", "A plan that has just ended.", BASE, "manifest_over", "2.5", at=AT + 2 * DAY)
    yield raw(
        "manifest-101-days",
        "A plan of 101 days.",
        replace(made, ends_ms=made.starts_ms + 101 * 86_400_000).encode(),
        "manifest_over",
        "2.5",
        alone="accepted",
    )
    yield Case(
        "device-unlisted",
        "A device the manifest does not list.",
        BASE,
        "device_not_listed",
        "2.6",
        alone="accepted",
        device={"device": "dev-2"},
    )
    yield Case(
        "device-old-epoch",
        "The enrolment before this one.",
        BASE,
        "device_not_listed",
        "2.6",
        alone="accepted",
        device={"epoch": 2},
    )
    yield from timelines(made)


def timelines(made: Manifest) -> Iterable[Case]:
    wrong = {
        "file-unused": ("A file that no item uses.", replace(made, files=(*made.files, p.file(b"another"))), "T76"),
        "item-unused": (
            "An item in no loop and no filler.",
            replace(made, filler=(), loops={"morning": made.loops["morning"][:1]}),
            "",
        ),
        "loop-ghost": (
            "A loop that names an item that is not there.",
            replace(made, loops={"morning": (*made.loops["morning"], replace(made.loops["morning"][0], item="ghost"))}),
            "",
        ),
        "windows-overlap": (
            "Two ordinary windows at one time on one face.",
            replace(
                made, windows=(*made.windows, replace(made.windows[0], id="w2", from_ms=made.windows[0].from_ms + 1))
            ),
            "",
        ),
        "class-above": (
            "An ordinary item in a priority window.",
            replace(made, windows=(replace(made.windows[0], class_="priority"), made.windows[1])),
            "",
        ),
    }
    for name, (what, changed, attack) in wrong.items():
        yield Case(
            f"timeline-{name}", what, p.published(changed), "timeline_invalid", "2.8", alone="accepted", attack=attack
        )


def approvals() -> Iterable[Case]:
    def lines(
        name: str, what: str, said: bytes, code: str, step: str, *, attack: str = "", alone: str | None = None
    ) -> Case:
        return Case(name, what, p.published(lines=said), code, step, alone, attack=attack)

    def items(name: str, what: str, first: Item, code: str, step: str, *, attack: str = "") -> Case:
        made = p.manifest(first=first)
        return Case(name, what, p.published(made, p.by_hub(GOOD)), code, step, attack=attack)

    retitled = p.item(p.picture(title="Khác"), "gate")
    yield items(
        "title-changed", "Another title under the old approvals.", retitled, "item_unapproved", "3.9", attack="T25"
    )
    yield items(
        "digest-lies",
        "Another title under the old digest.",
        replace(retitled, digest=PICTURE.digest),
        "item_digest",
        "2.9",
        attack="T26",
    )
    yield items(
        "language-changed",
        "The same content called another language.",
        p.item(p.picture(language="tay"), "gate"),
        "item_unapproved",
        "3.9",
        attack="T27",
    )
    swapped = p.manifest(first=p.item(p.picture(b"what nobody saw"), "gate"), media=b"what nobody saw")
    yield Case(
        "media-swapped",
        "Other media under the old approvals, signed with the cluster's key.",
        p.published(swapped, p.by_hub(GOOD)),
        "item_unapproved",
        "3.9",
        attack="T28",
    )
    yield items(
        "class-raised",
        "An ordinary item called priority.",
        replace(PICTURE, class_="priority"),
        "item_unapproved",
        "3.9",
        attack="T29",
    )
    alone = [p.statement(PICTURE, "minh", step) for step in ("decide", "confirm")]
    yield lines(
        "one-officer",
        "Both steps by one officer.",
        p.by_hub([*alone, *GOOD[2:]]),
        "item_one_officer",
        "3.10",
        attack="T30",
    )
    yield lines("one-step", "One of two steps.", p.by_hub(GOOD[1:]), "item_unapproved", "3.9")
    own = p.item(p.picture(author="lan"), "gate")
    yield Case(
        "by-author", "The author confirms.", p.published(p.manifest(first=own)), "item_by_author", "3.10", attack="T31"
    )
    edited = p.item(p.picture(author="hoa"), "gate")
    mixed = p.by_hub([p.statement(edited, "hoa", "decide"), p.statement(edited, "lan", "confirm"), *GOOD[2:]])
    yield Case(
        "by-editor",
        "The editor takes the step that the way does not leave to him.",
        p.published(p.manifest(first=edited), mixed),
        "item_by_author",
        "3.10",
    )
    yield lines(
        "approval-by-cluster",
        "Approvals signed with the cluster's key.",
        p.by_hub(GOOD, "c-ta-lung"),
        "approval_unsigned",
        "3.3",
        attack="T32",
    )
    for decision in ("rejected", "returned", "withdrawn"):
        later = replace(GOOD[1], decision=decision, at=AT + timedelta(seconds=9))
        yield lines(
            f"later-{decision}",
            f"An officer's last word is: {decision}.",
            p.by_hub([later, *GOOD]),
            "item_withdrawn",
            "3.8",
            attack="T33",
        )
    same = replace(GOOD[1], decision="withdrawn")
    yield lines(
        "withdrawn-same-second",
        "A yes and its withdrawal in one second.",
        p.by_hub([same, *GOOD]),
        "item_withdrawn",
        "3.8",
    )
    outside = {
        "officer-gone": ("An officer who is not listed.", {"officer": "gone"}, "T34"),
        "officer-before": ("A statement from before the officer's time.", {"at": AT - 301 * DAY}, "T34"),
        "officer-step": ("A step that is not this officer's.", {"step": "appraisal.confirm"}, ""),
        "officer-agency": ("Another agency's name.", {"agency": "other"}, ""),
    }
    for name, (what, change, attack) in outside.items():
        said = replace(GOOD[0], **change)  # type: ignore[arg-type]  # fields of Statement
        rest = "accepted" if name in ("officer-gone", "officer-before", "officer-agency") else "item_unapproved"
        yield lines(name, what, p.by_hub([said, *GOOD[1:]]), "officer_not_entitled", "3.6", attack=attack, alone=rest)
    late = replace(GOOD[0], at=AT + timedelta(minutes=6))
    yield lines(
        "approval-future",
        "An approval made after the manifest.",
        p.by_hub([late, *GOOD[1:]]),
        "approval_future",
        "3.6",
        alone="accepted",
    )
    scopes = {
        "cluster": ("Approved for another cluster.", {"clusters": (p.OTHER,)}, ""),
        "until": ("An approval that has run out.", {"until_at": AT}, ""),
    }
    for name, (what, scope, attack) in scopes.items():
        said = replace(GOOD[0], **scope)  # type: ignore[arg-type]  # fields of Statement
        yield lines(f"scope-{name}", what, p.by_hub([said, *GOOD[1:]]), "item_unapproved", "3.9", attack=attack)
    yield Case(
        "approvals-count",
        "Fewer approvals than the manifest says.",
        p.published(p.manifest(approvals=5).encode()),
        "approval_malformed",
        "3.1",
    )
    cut = p.by_hub(GOOD)[:-1]
    yield Case(
        "approvals-cut",
        "The last line has no end.",
        p.published(p.manifest(approvals=4).encode(), cut),
        "approval_malformed",
        "3.1",
    )
    yield Case(
        "approval-other-kind",
        "An approval under the payload type of another kind.",
        p.published(lines=p.by_hub(GOOD).replace(b"vnd.bangtin.approval.v1", b"vnd.bangtin.playlog.v1", 1)),
        "approval_malformed",
        "3.1",
        alone="accepted",
    )
