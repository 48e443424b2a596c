"""Language rules that every programme shown has to meet, and what may stand in where nothing else was made."""

from dataclasses import replace

from bangtin.rulebook import checking, content, loading

PACK = loading.loaded("lai-chau/20-2024-qd-ubnd")
RULE = PACK.language_rule("lai-chau/border-content")


def test_the_rule_binds_border_clusters_alone() -> None:
    assert content.each_rules(PACK, "lai-chau/ma-lu-thang") == (RULE,)
    assert content.each_rules(PACK, "lai-chau/bang-tin-thanh-pho") == ()


def test_vietnamese_stands_in_for_what_nobody_made() -> None:
    assert content.replaced(PACK, RULE, ["vi"], "vi") == ("minority", "foreign")
    assert content.replaced(PACK, RULE, ["vi", "hmn"], "vi") == ("foreign",)
    assert content.replaced(PACK, RULE, ["vi", "hmn", "zh"], "vi") == ()


def test_another_language_stands_in_for_nothing() -> None:
    assert content.replaced(PACK, RULE, ["vi", "en"], "en") == ()


def test_without_leave_nothing_stands_in() -> None:
    assert content.replaced(PACK, replace(RULE, fallback=None), ["vi"], "vi") == ()


def test_only_a_required_language_may_stand_in() -> None:
    wrong = replace(PACK, languages=(replace(RULE, fallback="en"),))
    assert [one.expected for one in checking.problems(wrong) if "required language" in one.expected]
