"""trust 3.6, 3.9, 3.10: an item is approved by one whole way of its class, and by nothing less (ADR 0009)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bangtin.bundle import canonical, publishing
from bangtin.bundle.approvals import Charge, Officer, Officers, Policy, Statement
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import Item, Manifest
from bangtin.bundle.tests import world
from bangtin.bundle.tests.world import AT, CLUSTER, FAR, KEYS, OTHER

SINCE = AT - timedelta(days=300)
# officer: the steps of the first charge; "only" has besides the word of a one-person unit for the cluster
STEPS: Mapping[str, tuple[str, ...]] = {
    "hoa": ("appraisal.decide", "appraisal.edit"),
    "lan": ("appraisal.confirm", "appraisal.decide", "appraisal.edit"),
    "be": ("language.check",),
    "only": ("appraisal.decide", "appraisal.confirm"),
}


def _officers() -> Officers:
    found = {name: Officer("so-ttdl", "chuyen-vien", steps, SINCE, FAR) for name, steps in STEPS.items()}
    alone = Charge("so-ttdl", "chuyen-vien", ("appraisal.sole",), SINCE, FAR, (CLUSTER,))
    return Officers(found | {"only": replace(found["only"], more=(alone,))})


def _made(author: str, class_: str = "ordinary") -> Manifest:
    """One item on air, by this author."""
    whole = world.manifest()
    clip = world.item(world.clip(author=author), name="clip", class_=class_)
    windows = (replace(whole.windows[0], class_=class_), whole.windows[1])
    return replace(whole, items=(clip, replace(whole.items[1], class_=class_)), windows=windows)


def _accept(author: str, *said: tuple[str, str], class_: str = "ordinary", **changes: object) -> None:
    made = _made(author, class_)
    clip, notice = made.items
    lines = [_said(clip, who, step, **changes) for who, step in said]
    rest = [_said(notice, "hoa", "appraisal.decide"), _said(notice, "lan", "appraisal.confirm")]
    repo = publishing.new_repository(
        KEYS, clusters=[CLUSTER, OTHER], policy=Policy.default().encode(), officers=_officers().encode(), at=AT
    )
    files = world.published(made, lines=world.sign_all([*lines, *rest]), repo=repo)
    world.accept(files, anchor=world.anchor(files))


def _said(item: Item, officer: str, step: str, **changes: Any) -> Statement:
    return world.statement(item, officer=officer, step=step, **changes)


GOOD = [
    ("nung", (("hoa", "appraisal.decide"), ("lan", "appraisal.confirm"))),
    ("hoa", (("hoa", "appraisal.edit"), ("lan", "appraisal.confirm"))),
    ("nung", (("hoa", "appraisal.edit"), ("lan", "appraisal.confirm"))),
    ("nung", (("hoa", "appraisal.decide"), ("hoa", "appraisal.edit"), ("lan", "appraisal.confirm"))),
    ("nung", (("be", "language.check"), ("lan", "appraisal.confirm"))),
    ("nung", (("only", "appraisal.sole"),)),
    ("only", (("only", "appraisal.sole"),)),
]


@pytest.mark.parametrize(("author", "said"), GOOD)
def test_any_one_whole_way_approves(author: str, said: tuple[tuple[str, str], ...]) -> None:
    _accept(author, *said)


BAD = {
    "the editor confirms too": ("nung", (("lan", "appraisal.edit"), ("lan", "appraisal.confirm")), "item_one_officer"),
    "all three by one": (
        "nung",
        (("lan", "appraisal.decide"), ("lan", "appraisal.edit"), ("lan", "appraisal.confirm")),
        "item_one_officer",
    ),
    "half and half: appraisal and edit": (
        "nung",
        (("hoa", "appraisal.decide"), ("lan", "appraisal.edit")),
        "item_unapproved",
    ),
    "half and half: appraisal and language": (
        "nung",
        (("hoa", "appraisal.decide"), ("be", "language.check")),
        "item_unapproved",
    ),
    "half and half: edit and language": (
        "nung",
        (("hoa", "appraisal.edit"), ("be", "language.check")),
        "item_unapproved",
    ),
    "a confirmation alone": ("nung", (("lan", "appraisal.confirm"),), "item_unapproved"),
    "an edit alone": ("nung", (("hoa", "appraisal.edit"),), "item_unapproved"),
    "the author of edited content confirms it": (
        "lan",
        (("hoa", "appraisal.edit"), ("lan", "appraisal.confirm")),
        "item_by_author",
    ),
    "the author appraises": ("hoa", (("hoa", "appraisal.decide"), ("lan", "appraisal.confirm")), "item_by_author"),
    "the translator checks": ("be", (("be", "language.check"), ("lan", "appraisal.confirm")), "item_by_author"),
    "one person's word by another officer": ("nung", (("lan", "appraisal.sole"),), "officer_not_entitled"),
    "a step that nobody has": ("nung", (("lan", "appraisal.everything"),), "officer_not_entitled"),
}


@pytest.mark.parametrize("what", BAD)
def test_less_than_one_whole_way_is_refused(what: str) -> None:
    author, said, code = BAD[what]
    with pytest.raises(BundleRefusal) as caught:
        _accept(author, *said)
    assert caught.value.code == code, what


def test_one_person_alone_releases_nothing_urgent() -> None:
    with pytest.raises(BundleRefusal) as caught:
        _accept("nung", ("only", "appraisal.sole"), class_="priority")
    assert caught.value.code == "item_unapproved"
    for said in (
        (("hoa", "appraisal.edit"), ("lan", "appraisal.confirm")),
        (("be", "language.check"), ("lan", "appraisal.confirm")),
    ):
        _accept("nung", *said, class_="priority")


@pytest.mark.parametrize("clusters", [(OTHER,), (CLUSTER, OTHER), ()])
def test_one_person_alone_speaks_for_the_unit_s_clusters_only(clusters: tuple[str, ...]) -> None:
    with pytest.raises(BundleRefusal) as caught:
        _accept("nung", ("only", "appraisal.sole"), clusters=clusters)
    assert caught.value.code == "officer_not_entitled"


def test_a_later_rejection_on_another_step_voids_a_whole_way() -> None:
    with pytest.raises(BundleRefusal) as caught:
        made = _made("nung")
        clip, notice = made.items
        lines = [
            *(_said(clip, who, step) for who, step in (("hoa", "appraisal.edit"), ("lan", "appraisal.confirm"))),
            _said(clip, "be", "language.check", decision="rejected"),
            *(_said(notice, who, step) for who, step in (("hoa", "appraisal.decide"), ("lan", "appraisal.confirm"))),
        ]
        repo = publishing.new_repository(
            KEYS, clusters=[CLUSTER, OTHER], policy=Policy.default().encode(), officers=_officers().encode(), at=AT
        )
        files = world.published(made, lines=world.sign_all(lines), repo=repo)
        world.accept(files, anchor=world.anchor(files))
    assert caught.value.code == "item_withdrawn"


def test_policy_and_officers_read_back_what_was_written() -> None:
    assert Policy.parse(Policy.default().encode()) == Policy.default()
    assert Officers.parse(_officers().encode()) == _officers()


@pytest.mark.parametrize(
    "change",
    [
        {"alternatives": [{"steps": [], "distinct_officers": 1}]},
        {"alternatives": [{"steps": [["appraisal.sole", 1]], "distinct_officers": 0}]},
        {"alternatives": [{"steps": [["appraisal.sole", 0]], "distinct_officers": 1}]},
        {"alternatives": [{"steps": [["a", 1], ["a", 1]], "distinct_officers": 1}]},
        {"alternatives": [{"steps": [["a", 1]], "distinct_officers": 1, "author_may": ["b"]}]},
        {"alternatives": [{"steps": [["a", 1]], "distinct_officers": 1, "anyone": True}]},
        {"alternatives": {}},
    ],
)
def test_a_policy_with_a_senseless_way_is_refused(change: dict[str, object]) -> None:
    whole = canonical.decode(Policy.default().encode())
    assert isinstance(whole, dict)
    whole["classes"]["ordinary"] |= change
    with pytest.raises(BundleRefusal) as caught:
        Policy.parse(canonical.encode(whole))
    assert caught.value.code == "policy_digest"
