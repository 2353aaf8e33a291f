"""What the shipped knowledge holds, and that no piece of it is idle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest

from probes.runtime.registry import load_probes
from rules.conditions import Chosen, atoms
from rules.model import Claim, History, KnowledgeBase, Prefer, Question, Rule, Scope


def questions_read_by(rule: Rule) -> set[str]:
    return {atom.question for atom in atoms(rule.when) if isinstance(atom, Chosen)}


def entries(kb: KnowledgeBase) -> Iterator[Question | Claim | Rule]:
    """Everything that says where it was taken from."""
    yield from kb.questions.values()
    yield from kb.claims.values()
    yield from kb.rules.values()


def test_criteria_are_the_eight_respects(shipped_kb: KnowledgeBase) -> None:
    assert set(shipped_kb.criteria) == {
        "research",
        "execution",
        "api",
        "deployment",
        "edge",
        "hardware",
        "team",
        "longevity",
    }


def test_alternatives_are_the_two_frameworks(shipped_kb: KnowledgeBase) -> None:
    assert list(shipped_kb.alternatives) == ["pytorch", "tensorflow"]


@pytest.mark.parametrize(
    ("table", "least"), [("questions", 18), ("rules", 50), ("claims", 28), ("statements", 45)]
)
def test_knowledge_is_wide_enough(shipped_kb: KnowledgeBase, table: str, least: int) -> None:
    assert len(getattr(shipped_kb, table)) >= least


def test_every_entry_says_where_it_was_taken_from(shipped_kb: KnowledgeBase) -> None:
    assert [one.id for one in entries(shipped_kb) if one.source not in shipped_kb.sources] == []


def test_every_entry_says_when_it_was_last_looked_at(shipped_kb: KnowledgeBase) -> None:
    assert all(date.fromisoformat(one.as_of) for one in entries(shipped_kb))


def test_every_question_feeds_a_rule(shipped_kb: KnowledgeBase) -> None:
    read = set[str]().union(*map(questions_read_by, shipped_kb.rules.values()))
    assert [name for name in shipped_kb.questions if name not in read] == []


def test_every_claim_carries_a_rule_or_judges_a_statement(shipped_kb: KnowledgeBase) -> None:
    busy = {name for rule in shipped_kb.rules.values() for name in rule.claims}
    busy |= {name for one in shipped_kb.statements.values() for name in one.claims}
    assert [name for name in shipped_kb.claims if name not in busy] == []


def test_what_no_longer_holds_carries_no_rule(shipped_kb: KnowledgeBase) -> None:
    gone = {
        claim.id
        for claim in shipped_kb.claims.values()
        if claim.history is History.NO_LONGER_TRUE and claim.probe
    }
    assert [rule.id for rule in shipped_kb.rules.values() if gone & set(rule.claims)] == []


def test_every_probe_that_a_claim_names_exists(shipped_kb: KnowledgeBase) -> None:
    named = {claim.probe for claim in shipped_kb.claims.values() if claim.probe is not None}
    assert named - load_probes().keys() == set()


def test_every_probe_answers_a_claim(shipped_kb: KnowledgeBase) -> None:
    named = {claim.probe for claim in shipped_kb.claims.values()}
    assert load_probes().keys() - named == set()


def test_no_claim_waits_for_a_probe(shipped_kb: KnowledgeBase) -> None:
    waiting = [claim.id for claim in shipped_kb.claims.values() if "yet" in claim.not_probed]
    assert waiting == []


def test_rules_do_not_rest_on_both_answers_of_a_probe(shipped_kb: KnowledgeBase) -> None:
    resting = {name for rule in shipped_kb.rules.values() for name in rule.claims}
    expected: dict[str, set[str]] = {}
    for claim in shipped_kb.claims.values():
        if claim.probe and claim.id in resting:
            expected.setdefault(claim.probe, set()).add(claim.expect)
    assert [probe for probe, answers in expected.items() if len(answers) > 1] == []


def test_every_claim_about_a_machine_says_when_this_machine_counts(
    shipped_kb: KnowledgeBase,
) -> None:
    about = [claim for claim in shipped_kb.claims.values() if claim.scope is Scope.MACHINE]
    assert [claim.id for claim in about if claim.counts_when is None] == []


def test_rules_speak_for_each_alternative_under_each_criterion(shipped_kb: KnowledgeBase) -> None:
    actions = [rule.action for rule in shipped_kb.rules.values()]
    spoken = {(one.alternative, one.criterion) for one in actions if isinstance(one, Prefer)}
    assert spoken == set(product(shipped_kb.alternatives, shipped_kb.criteria))
