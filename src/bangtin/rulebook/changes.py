"""What differs between two states of one regulation, in words an officer can check against the paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import TypeVar

from bangtin.rulebook.identities import Named
from bangtin.rulebook.shapes import Obligation, Parameter, Regulation
from bangtin.rulebook.texts import Text

Record = TypeVar("Record", bound=Named)
_PARTS: tuple[tuple[str, Text], ...] = (
    ("agencies", Text("cơ quan", "agency")),
    ("groups", Text("nhóm cơ quan", "group")),
    ("clusters", Text("cụm thông tin", "cluster")),
    ("hours", Text("khung giờ", "rule of hours")),
    ("categories", Text("danh mục nội dung", "category")),
    ("routes", Text("quy trình", "route")),
    ("languages", Text("quy định ngôn ngữ", "language rule")),
    ("retention", Text("thời hạn lưu giữ", "retention rule")),
    ("criteria", Text("tiêu chí thẩm định", "point of appraisal")),
    ("grounds", Text("mẫu lý do", "common grounds")),
    ("reports", Text("loại báo cáo", "kind of report")),
)


def between(old: Regulation, new: Regulation) -> tuple[Text, ...]:
    """Return a sentence per difference: the paper, parameters, obligations, clauses, then the other records."""
    return tuple(
        sentence
        for part in (_paper(old, new), _parameters(old, new), _obligations(old, new), _rest(old, new))
        for sentence in part
    )


def _paper(old: Regulation, new: Regulation) -> Iterator[Text]:
    for name in ("number", "issued_on", "effective_on", "ended_on", "clause_prefix"):
        before, after = getattr(old.instrument, name), getattr(new.instrument, name)
        if before != after:
            yield Text(f"Văn bản, {name}: {before} → {after}.", f"Paper, {name}: {before} → {after}.")
    known = {each.number for each in old.instrument.amendments}
    for amendment in new.instrument.amendments:
        if amendment.number not in known:
            on = f"{amendment.effective_on:%d/%m/%Y}"
            yield Text(f"Thêm văn bản sửa đổi {amendment.number} từ {on}.", f"Amended by {amendment.number} from {on}.")


def _parameters(old: Regulation, new: Regulation) -> Iterator[Text]:
    for name in sorted({*old.parameters, *new.parameters}):
        before = _values(old.parameters.get(name), old.instrument.effective_on)
        after = _values(new.parameters.get(name), new.instrument.effective_on)
        if before != after:
            yield Text(f"Thông số {name}: {before} → {after}.", f"Parameter {name}: {before} → {after}.")


def _values(parameter: Parameter | None, effective_on: date) -> str:
    """The values by date; the first holds from the day the paper takes effect, which is said elsewhere."""
    if parameter is None:
        return "–"
    return "; ".join(
        _written(dated.value) + ("" if dated.since == effective_on else f" ({dated.since:%d/%m/%Y})")
        for dated in parameter.values
    )


def _written(value: str | tuple[str, ...] | None) -> str:
    return ", ".join(value) if isinstance(value, tuple) else value or "–"


def _obligations(old: Regulation, new: Regulation) -> Iterator[Text]:
    before, after = _by_id(old.obligations), _by_id(new.obligations)
    yield from _come_and_gone(before, after, Text("nghĩa vụ", "duty"))
    for name in sorted(before.keys() & after.keys()):
        was, now = _terms(before[name]), _terms(after[name])
        for term in was:
            if was[term] != now[term]:
                words = f"{name}, {term}: {was[term]} → {now[term]}."
                yield Text(f"Nghĩa vụ {words}", f"Duty {words}")


def _terms(duty: Obligation) -> dict[str, str]:
    due = duty.due
    return {
        "owed_by": ", ".join(duty.owed_by),
        "owed_to": ", ".join(duty.owed_to),
        "period": duty.period.kind,
        "operator": due.operator if due else "–",
        "phrase": due.phrase.vi if due else "–",
        "clauses": ", ".join(duty.clauses),
        "evidence": duty.evidence.fact,
        "since": str(duty.since or "–"),
        "until": str(duty.until or "–"),
    }


def _rest(old: Regulation, new: Regulation) -> Iterator[Text]:
    clause = Text("điều khoản", "clause")
    yield from _changed(dict(old.clauses), dict(new.clauses), clause)
    for name, what in _PARTS:
        yield from _changed(_by_id(getattr(old, name)), _by_id(getattr(new, name)), what)


def _changed(before: Mapping[str, Record], after: Mapping[str, Record], what: Text) -> Iterator[Text]:
    yield from _come_and_gone(before, after, what)
    for name in sorted(before.keys() & after.keys()):
        if _content(before[name]) != _content(after[name]):
            yield Text(f"Sửa {what.vi} {name}.", f"Changed {what.en} {name}.")


def _come_and_gone(before: Mapping[str, Record], after: Mapping[str, Record], what: Text) -> Iterator[Text]:
    for name in sorted(after.keys() - before.keys()):
        yield Text(f"Thêm {what.vi} {name}.", f"Added {what.en} {name}.")
    for name in sorted(before.keys() - after.keys()):
        yield Text(f"Bỏ {what.vi} {name}.", f"Removed {what.en} {name}.")


def _by_id(records: tuple[Record, ...]) -> dict[str, Record]:
    return {record.id: record for record in records}


def _content(value: object) -> object:
    """A record without its place in the file, and so the records in it: a line that moved is no difference."""
    if is_dataclass(value):
        return tuple(_content(getattr(value, each.name)) for each in fields(value) if each.name != "source")
    return tuple(_content(each) for each in value) if isinstance(value, tuple) else value
