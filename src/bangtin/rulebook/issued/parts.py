"""The parts of a document: the decision, the regulation it issues, the outline annexed to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bangtin.rulebook.issued import chrome
from bangtin.rulebook.issued.lines import Line, is_capitals
from bangtin.rulebook.issued.markers import Sign, number, read
from bangtin.rulebook.issued.shapes import Known

LOOK_BACK = 8
_ISSUED_WITH = re.compile(r"\(\s*(?:Ban hành\s+)?[Kk]èm theo\b.*|\(\s*Ban hành\b.*|\(\s*Ban\b.*")
_NOUN = re.compile(r"(?:QUY CHẾ|QUY ĐỊNH|ĐIỀU LỆ|KẾ HOẠCH|CHƯƠNG TRÌNH|ĐỀ ÁN)\b.*")
_OUTLINE = re.compile(r"ĐỀ CƯƠNG\b.*|MẪU BÁO CÁO\b.*")
_ANNEX = re.compile(r"(?:PHỤ LỤC|MẪU SỐ|BIỂU MẪU|DANH MỤC)\b.*")


class Role(StrEnum):
    """What a part is."""

    DECISION = "decision"
    BODY = "body"
    OUTLINE = "outline"
    ANNEX = "annex"


@dataclass(frozen=True, slots=True)
class Part:
    """A part: what it is, what its places begin with, its lines."""

    role: Role
    prefix: str
    lines: Sequence[Line]


def cut(lines: Sequence[Line], known: Known) -> list[Part]:
    """Return the parts of a document from which page chrome was taken already."""
    begins = _annexes(lines)
    if not any(role is Role.BODY for _at, role in begins):
        begins = sorted({*begins, *_second_count(lines)})
    edges = [at for at, _role in begins] + [len(lines)]
    has_body = any(role is Role.BODY for _at, role in begins)
    is_decision = has_body or any(place.startswith("QD.") for place in known.places)
    first = Part(Role.DECISION if is_decision else Role.BODY, "QD" if is_decision else "", lines[: edges[0]])
    found, annexes = [first], 0
    for (at, role), until in zip(begins, edges[1:], strict=True):
        annexes += role is Role.ANNEX or (role is Role.BODY and any(one.role is Role.BODY for one in found))
        prefix = "DC" if role is Role.OUTLINE else ""
        if role is Role.ANNEX or (role is Role.BODY and any(one.role is Role.BODY for one in found)):
            prefix = f"PL{annexes}"
        found.append(Part(role, prefix, lines[at:until]))
    return found


def _annexes(lines: Sequence[Line]) -> list[tuple[int, Role]]:
    """Where annexes begin: at the title above "(Ban hành kèm theo …", or at the title of an outline or annex."""
    found: dict[int, Role] = {}
    for at, line in enumerate(lines):
        if at and _is_issued_with(lines, at):
            last = max(found, default=-LOOK_BACK)
            if at - last >= LOOK_BACK:  # else its title was met already
                begin = _title_above(lines, at, floor=last + 1)
                found.setdefault(begin, _role(lines[begin].text))
        elif at and is_capitals(line.text) and (_OUTLINE.fullmatch(line.text) or _ANNEX.fullmatch(line.text)):
            found.setdefault(at, _role(line.text))
    return sorted(found.items())


def _is_issued_with(lines: Sequence[Line], at: int) -> bool:
    if not _ISSUED_WITH.fullmatch(lines[at].text):
        return False
    following = " ".join(line.text for line in lines[at : at + 2])
    return re.match(r"\(\s*(?:Ban hành )?[Kk]èm theo|\(\s*Ban hành kèm", following) is not None


def _title_above(lines: Sequence[Line], at: int, *, floor: int) -> int:
    """Where the title above a line begins: at its noun, else at the capitals right above."""
    begin = at
    for above in range(at - 1, max(floor, at - LOOK_BACK, 0) - 1, -1):
        text = lines[above].text
        if chrome.is_end(text) or chrome.is_signature(text):
            break
        if is_capitals(text) and any(shape.fullmatch(text) for shape in (_NOUN, _OUTLINE, _ANNEX)):
            return above
        if begin == above + 1 and lines[above].is_capitals:
            begin = above
    return begin


def _second_count(lines: Sequence[Line]) -> list[tuple[int, Role]]:
    """Where articles begin to count anew: the regulation after its decision."""
    seen = (0, 0)
    for at, line in enumerate(lines):
        marker = read(line, lines[at - 1] if at else None)
        if marker is None or marker.sign is not Sign.ARTICLE:
            continue
        if number(marker.label) == (1, 0) and seen > (1, 0):
            return [(_title_above(lines, at, floor=1), Role.BODY)]
        seen = max(seen, number(marker.label))
    return []


def _role(title: str) -> Role:
    if _OUTLINE.fullmatch(title):
        return Role.OUTLINE
    return Role.ANNEX if _ANNEX.fullmatch(title) else Role.BODY
