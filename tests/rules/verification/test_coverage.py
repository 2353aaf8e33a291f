"""What a set of answer sheets tries of a knowledge base, and what it leaves untried."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from rules.conditions import All, Any, Chosen, Concluded, Condition, Not, atoms, evaluate
from rules.inference.situation import Situation
from rules.model import Conclude, KnowledgeBase, RuleOut
from rules.verification.coverage import Coverage, Leaf, Tally, coverage, example_sheets

MakeKnowledge = Callable[..., KnowledgeBase]
DrawAnswers = Callable[[KnowledgeBase, random.Random], dict[str, tuple[str, ...]]]

A, B, C = (Chosen("q", option) for option in "abc")
X, Y = Chosen("other", "x"), Chosen("other", "y")
QUESTIONS = {"q": "abc", "other": "xy"}


def undecided(make_kb: MakeKnowledge, when: Condition, *sheets: dict[str, str]) -> list[str]:
    """The leaves of a rule's condition that none of these sheets (question -> option) decides."""
    kb = make_kb(QUESTIONS, [(when, RuleOut("red"))])
    return [str(leaf.atom) for leaf in covered(kb, *sheets).undecided]


def covered(kb: KnowledgeBase, *sheets: dict[str, str]) -> Coverage:
    named = {
        str(number): {name: (option,) for name, option in sheet.items()}
        for number, sheet in enumerate(sheets)
    }
    return coverage(kb, named)


@pytest.mark.parametrize(
    ("when", "sheets", "left"),
    [
        (A, [{"q": "a"}], []),
        (A, [{"q": "b"}], []),
        (A, [{"other": "x"}], ["q=a"]),
        (Not(A), [{"q": "a"}], []),
        (All((A, X)), [{"q": "a", "other": "x"}], []),
        (All((A, X)), [{"q": "a", "other": "y"}], ["q=a"]),
        (All((A, X)), [{"q": "b", "other": "y"}], ["q=a", "other=x"]),
        (All((A, X)), [{"q": "a"}], ["q=a", "other=x"]),
        (Any((A, X)), [{"q": "a", "other": "x"}], ["q=a", "other=x"]),
        (Any((A, X)), [{"q": "a", "other": "y"}], ["other=x"]),
        (Any((A, X)), [{"q": "a", "other": "y"}, {"q": "b", "other": "x"}], []),
        (Any((A, X)), [{"q": "a"}], ["other=x"]),
        (All((A, Any((X, A)))), [{"q": "a", "other": "y"}], ["other=x"]),
        (Any((All((A, X)), All((A, Y)))), [{"q": "a", "other": "x"}], ["q=a", "other=y"]),
    ],
)
def test_a_leaf_is_tried_where_its_opposite_would_change_whether_the_rule_fires(
    make_kb: MakeKnowledge, when: Condition, sheets: list[dict[str, str]], left: list[str]
) -> None:
    assert undecided(make_kb, when, *sheets) == left


def test_a_concept_is_a_leaf_like_any(make_kb: MakeKnowledge) -> None:
    rules = [(A, Conclude("c")), (All((Concluded("c"), X)), RuleOut("red"))]
    found = covered(make_kb(QUESTIONS, rules), {"q": "a", "other": "y"})
    assert found.undecided == (Leaf("r1", 0, Concluded("c")),)


def test_rules_that_fire_on_no_sheet_are_listed(make_kb: MakeKnowledge) -> None:
    kb = make_kb(QUESTIONS, [(A, RuleOut("red")), (B, RuleOut("red")), (C, RuleOut("blue"))])
    found = covered(kb, {"q": "a"}, {"q": "c"})
    assert (found.silent_rules, found.rules) == (("r1",), Tally(2, 3))


def test_options_that_no_sheet_chooses_are_listed(make_kb: MakeKnowledge) -> None:
    found = covered(make_kb(QUESTIONS), {"q": "a"}, {"q": "unknown", "other": "x"})
    assert found.unchosen == (B, C, Y)
    assert found.options == Tally(2, 5)


def test_an_answer_that_is_set_aside_chooses_nothing(make_kb: MakeKnowledge) -> None:
    kb = make_kb(QUESTIONS, applies_when={"other": A})
    assert X in covered(kb, {"q": "b", "other": "x"}).unchosen


def test_without_sheets_nothing_is_tried(make_kb: MakeKnowledge) -> None:
    found = coverage(make_kb(QUESTIONS, [(A, RuleOut("red"))]), {})
    assert (found.sheets, found.rules.share, found.leaves.share, found.options.share) == (
        0,
        0,
        0,
        0,
    )


def test_where_there_is_nothing_to_try_all_is_tried(make_kb: MakeKnowledge) -> None:
    assert coverage(make_kb(QUESTIONS), {}).rules.share == 1.0


def test_examples_of_rules_are_sheets_of_their_own(make_kb: MakeKnowledge) -> None:
    made = make_kb(QUESTIONS, [(A, RuleOut("red"))])
    rule = replace(made.rules["r0"], fires=({"q": ("a",)},), silent=({"q": ("b",)}, {}))
    sheets = example_sheets(replace(made, rules={"r0": rule}))
    assert sheets == {
        "r0: fires 1": {"q": ("a",)},
        "r0: silent 1": {"q": ("b",)},
        "r0: silent 2": {},
    }


def test_shipped_leaves_are_those_that_turning_them_shows(
    shipped_kb: KnowledgeBase, draw_answers: DrawAnswers
) -> None:
    """Against a definition in other words: the value of each leaf replaced while it is read."""
    generator = random.Random(8)
    sheets = {str(number): draw_answers(shipped_kb, generator) for number in range(12)}
    blank = Situation.of(shipped_kb, {})
    decided = set()
    for answers in sheets.values():
        value = blank.with_answers(answers).value
        for rule in shipped_kb.rules.values():
            for position, atom in enumerate(atoms(rule.when)):
                turned = iter(
                    [
                        (not value(one)) if at == position else value(one)
                        for at, one in enumerate(atoms(rule.when))
                    ]
                )
                after = evaluate(rule.when, lambda _, turned=turned: next(turned))  # type: ignore[misc]
                before = evaluate(rule.when, value)
                if value(atom) is not None and (before is True) != (after is True):
                    decided.add(Leaf(rule.id, position, atom))
    found = coverage(shipped_kb, sheets)
    assert not decided & set(found.undecided)
    assert len(decided) == found.leaves.tried
    assert len(decided) + len(found.undecided) == found.leaves.total
