"""What is remarked about knowledge that reads well: each kind where it is, and not where not."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import combinations, product

import pytest

from rules.answers import Answers, answer_mistakes
from rules.conditions import All, Any, Chosen, Concluded, Condition, Not
from rules.diagnostics import SourceLocation
from rules.inference.engine import Engine
from rules.inference.evaluator import RuleEvaluator
from rules.inference.facts import establish, unanswered
from rules.model import (
    Advise,
    Claim,
    Conclude,
    History,
    KnowledgeBase,
    Prefer,
    Question,
    Rule,
    RuleOut,
    Scope,
    Statement,
)
from rules.scoring.judgement import Verdict, differs, judge
from rules.verification.remarks import KnowledgeRemark, KnowledgeRemarkKind, Level
from rules.verification.verify import verify

MakeKnowledge = Callable[..., KnowledgeBase]

A, B, C = (Chosen("q", option) for option in "abc")
X, Y = Chosen("other", "x"), Chosen("other", "y")
QUESTIONS = {"q": "abc", "other": "xy"}
NOWHERE = SourceLocation("made.yaml", 1)


def prefer(alternative: str, factor: float = 0.4, criterion: str = "speed") -> Prefer:
    return Prefer(alternative, criterion, factor, "moderate")


RED, BLUE, LOATHE_RED = prefer("red"), prefer("blue"), prefer("red", -0.4)
NO_RED, NO_BLUE = RuleOut("red"), RuleOut("blue")
MORE_RED = prefer("red", 0.6)


def advise(alternative: str | None) -> Advise:
    return Advise("Do it well.", "practice", alternative)


def claim(name: str, counts_when: Condition | None = None) -> Claim:
    return Claim(
        id=name,
        says=f"{name} is so.",
        scope=Scope.FRAMEWORK,
        probe=None,
        expect="yes",
        not_probed="made up",
        counts_when=counts_when,
        history=History.STILL_TRUE,
        then="",
        source="",
        as_of="",
        location=NOWHERE,
    )


def resting_on(kb: KnowledgeBase, claims: dict[str, tuple[str, ...]]) -> KnowledgeBase:
    """``kb`` with these claims (rule -> claims) under its rules."""
    names = {name for own in claims.values() for name in own}
    rules = {rule.id: replace(rule, claims=claims.get(rule.id, ())) for rule in kb.rules.values()}
    return replace(kb, rules=rules, claims={name: claim(name) for name in sorted(names)})


def remarks(kb: KnowledgeBase, kind: KnowledgeRemarkKind) -> list[KnowledgeRemark]:
    return [remark for remark in verify(kb) if remark.kind is kind]


def subjects(kb: KnowledgeBase, kind: KnowledgeRemarkKind) -> list[str]:
    return [remark.subject for remark in remarks(kb, kind)]


# (kind, rules that show it, which subjects, rules alike that do not)
CASES: list[tuple[KnowledgeRemarkKind, list[object], list[str], list[object]]] = [
    (KnowledgeRemarkKind.NEVER_FIRES, [(All((A, B)), RED)], ["r0"], [(Any((A, B)), RED)]),
    (
        KnowledgeRemarkKind.NEVER_FIRES,
        [(A, Conclude("c")), (All((Concluded("c"), B)), RED)],
        ["r1"],
        [(A, Conclude("c")), (All((Not(Concluded("c")), B)), RED)],
    ),
    (
        KnowledgeRemarkKind.UNREACHABLE_CONCEPT,
        [(All((A, Not(A))), Conclude("c")), (Concluded("c"), RED)],
        ["c"],
        [(A, Conclude("c")), (Concluded("c"), RED)],
    ),
    (KnowledgeRemarkKind.ALWAYS_FIRES, [(Any((A, B, C)), RED)], ["r0"], [(Any((A, B)), RED)]),
    (KnowledgeRemarkKind.ALWAYS_FIRES, [(Any((A, Not(A))), RED)], ["r0"], [(Not(A), RED)]),
    (
        KnowledgeRemarkKind.IDLE_CONCEPT,
        [(A, Conclude("c"))],
        ["c"],
        [(A, Conclude("c")), (Concluded("c"), RED)],
    ),
    (
        KnowledgeRemarkKind.IDENTICAL,
        [(Not(Any((A, B))), RED), (C, RED)],
        ["r1"],
        [(C, RED), (C, BLUE)],
    ),
    (
        KnowledgeRemarkKind.IDENTICAL,
        [(A, advise(None)), (A, advise(None))],
        ["r1"],
        [(A, NO_RED), (A, NO_BLUE)],
    ),
    (
        KnowledgeRemarkKind.IDENTICAL,
        [(A, RED), (A, RED), (A, RED)],
        ["r1", "r2"],
        [(A, RED), (A, LOATHE_RED)],
    ),
    (
        KnowledgeRemarkKind.SHADOWED,
        [(All((A, X)), RED), (A, RED)],
        ["r0"],
        [(All((A, X)), MORE_RED), (A, RED)],
    ),
    (
        KnowledgeRemarkKind.SHADOWED,
        [(A, RED), (A, MORE_RED)],
        ["r0"],
        [(A, RED), (A, prefer("red", 0.6, "reach"))],
    ),
    (
        KnowledgeRemarkKind.SHADOWED,
        [(A, NO_RED), (Any((A, X)), NO_RED)],
        ["r0"],
        [(A, NO_RED), (X, NO_RED)],
    ),
    (
        KnowledgeRemarkKind.SHADOWED,
        [(A, advise("red")), (Any((A, X)), advise(None))],
        ["r0"],
        [(A, advise(None)), (Any((A, X)), advise("red"))],
    ),
    (
        KnowledgeRemarkKind.SHADOWED,
        [(All((A, X)), Conclude("c")), (X, Conclude("c")), (Concluded("c"), RED)],
        ["r0"],
        [(A, Conclude("c")), (X, Conclude("c")), (Concluded("c"), RED)],
    ),
    (
        KnowledgeRemarkKind.CONTRADICTING,
        [(C, RED), (Not(Any((A, B))), LOATHE_RED)],
        ["r1"],
        [(All((C, X)), RED), (C, LOATHE_RED)],
    ),
    (
        KnowledgeRemarkKind.CONTRADICTING,
        [(A, NO_RED), (A, NO_BLUE)],
        ["r0", "r1"],
        [(A, NO_RED), (B, NO_BLUE)],
    ),
    (
        KnowledgeRemarkKind.SPEAKS_FOR_RULED_OUT,
        [(All((A, X)), RED), (A, NO_RED)],
        ["r0"],
        [(A, RED), (All((A, X)), NO_RED)],
    ),
    (
        KnowledgeRemarkKind.SPEAKS_FOR_RULED_OUT,
        [(A, advise("red")), (A, NO_RED)],
        ["r0"],
        [(A, advise("blue")), (A, LOATHE_RED), (A, NO_RED)],
    ),
    (
        KnowledgeRemarkKind.NEVER_DECISIVE,
        [(A, BLUE), (Any((A, B)), NO_RED)],
        ["r0"],
        [(X, BLUE), (Any((A, B)), NO_RED)],
    ),
    (
        KnowledgeRemarkKind.NEVER_DECISIVE,
        [(A, RED), (A, prefer("blue", 0.2))],
        ["r1"],
        [(A, RED), (Any((A, B)), prefer("blue", 0.2))],
    ),
    (
        KnowledgeRemarkKind.NEVER_DECISIVE,
        [(A, Conclude("c")), (B, Conclude("c")), (All((Concluded("c"), Not(B))), RED)],
        ["r1"],
        [(A, Conclude("c")), (B, Conclude("c")), (Concluded("c"), RED)],
    ),
    (
        KnowledgeRemarkKind.ONE_SIDED,
        [(A, RED), (B, prefer("blue", -0.2))],
        ["speed"],
        [(A, RED), (B, BLUE)],
    ),
    (
        KnowledgeRemarkKind.ONE_SIDED,
        [(A, RED), (All((A, B)), BLUE)],
        ["speed"],
        [(A, RED), (B, LOATHE_RED)],
    ),
    (
        KnowledgeRemarkKind.NO_OUTCOME,
        [(A, RED), (B, NO_BLUE)],
        ["answers"],
        [(Any((A, B, C)), RED)],
    ),
    (
        KnowledgeRemarkKind.CONFLICT,
        [(A, NO_RED), (X, NO_BLUE)],
        ["answers"],
        [(A, NO_RED), (All((B, X)), NO_BLUE)],
    ),
]


def name_of(case: tuple[KnowledgeRemarkKind, list[object], list[str], list[object]]) -> str:
    return case[0].id


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_defect_is_told_of_what_has_it(
    make_kb: MakeKnowledge, case: tuple[KnowledgeRemarkKind, list[object], list[str], list[object]]
) -> None:
    kind, rules, expected, _ = case
    assert subjects(make_kb(QUESTIONS, rules), kind) == expected


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_defect_is_not_told_of_what_lacks_it(
    make_kb: MakeKnowledge, case: tuple[KnowledgeRemarkKind, list[object], list[str], list[object]]
) -> None:
    kind, _, _, rules = case
    assert subjects(make_kb(QUESTIONS, rules), kind) == []


# What lies idle


def test_question_that_nothing_reads_is_idle(make_kb: MakeKnowledge) -> None:
    assert subjects(make_kb(QUESTIONS, [(A, RED)]), KnowledgeRemarkKind.IDLE_QUESTION) == ["other"]


def test_question_that_decides_whether_another_applies_is_not_idle(make_kb: MakeKnowledge) -> None:
    kb = make_kb(QUESTIONS, [(X, RED)], applies_when={"other": A})
    assert subjects(kb, KnowledgeRemarkKind.IDLE_QUESTION) == []


def test_question_that_decides_whether_a_claim_counts_is_not_idle(make_kb: MakeKnowledge) -> None:
    kb = replace(make_kb(QUESTIONS, [(X, RED)]), claims={"c": claim("c", counts_when=A)})
    assert subjects(kb, KnowledgeRemarkKind.IDLE_QUESTION) == []


def test_concept_that_decides_whether_a_claim_counts_is_not_idle(make_kb: MakeKnowledge) -> None:
    made = make_kb(QUESTIONS, [(A, Conclude("c")), (B, Conclude("c"))])
    kb = replace(made, claims={"k": claim("k", counts_when=Concluded("c"))})
    assert subjects(kb, KnowledgeRemarkKind.IDLE_CONCEPT) == []
    assert subjects(kb, KnowledgeRemarkKind.NEVER_DECISIVE) == []


def test_claim_that_nothing_rests_on_is_idle(make_kb: MakeKnowledge) -> None:
    made = make_kb(QUESTIONS, [(A, RED)])
    claims = {name: claim(name) for name in ("carries", "judges", "idle")}
    statement = Statement("s", "", "So it is.", ("judges",), NOWHERE)
    rule = replace(made.rules["r0"], claims=("carries",))
    kb = replace(made, claims=claims, statements={"s": statement}, rules={"r0": rule})
    assert subjects(kb, KnowledgeRemarkKind.IDLE_CLAIM) == ["idle"]


# Questions


def test_question_whose_condition_cannot_be_true_is_never_asked(make_kb: MakeKnowledge) -> None:
    kb = make_kb(QUESTIONS, [(X, RED)], applies_when={"other": All((A, B))})
    (remark,) = remarks(kb, KnowledgeRemarkKind.QUESTION_NEVER_ASKED)
    assert remark.message == "question 'other' can never apply: 'q=a' and 'q=b' exclude each other"


def test_question_whose_condition_may_be_true_is_asked(make_kb: MakeKnowledge) -> None:
    multiple = make_kb(QUESTIONS, [(X, RED)], applies_when={"other": All((A, B))}, multiple=["q"])
    assert subjects(multiple, KnowledgeRemarkKind.QUESTION_NEVER_ASKED) == []


# Evidence


def test_rule_with_a_claim_of_its_own_is_not_redundant(make_kb: MakeKnowledge) -> None:
    kb = resting_on(make_kb(QUESTIONS, [(A, RED), (A, RED)]), {"r0": ("one",), "r1": ("two",)})
    assert (
        subjects(kb, KnowledgeRemarkKind.IDENTICAL) + subjects(kb, KnowledgeRemarkKind.SHADOWED)
        == []
    )


def test_preference_that_rests_on_the_same_evidence_counts_it_twice(
    make_kb: MakeKnowledge,
) -> None:
    made = make_kb(QUESTIONS, [(All((A, X)), RED), (A, RED)])
    kb = resting_on(made, {"r0": ("one",), "r1": ("one", "two")})
    assert subjects(kb, KnowledgeRemarkKind.SHADOWED) == ["r0"]


def test_conclusion_that_stands_when_the_other_falls_is_not_redundant(
    make_kb: MakeKnowledge,
) -> None:
    rules = [(All((A, X)), Conclude("c")), (A, Conclude("c")), (Concluded("c"), RED)]
    kb = resting_on(make_kb(QUESTIONS, rules), {"r1": ("one",)})
    assert subjects(kb, KnowledgeRemarkKind.SHADOWED) == []


# Why


@pytest.mark.parametrize(
    ("when", "why"),
    [
        (All((A, X, B)), "'q=a' and 'q=b' exclude each other"),
        (All((A, All((X, Not(A))))), "'q=a' and 'not q=a' exclude each other"),
        (All((Concluded("never"), X)), "'never' can never be concluded"),
        (
            Any((All((A, B)), All((X, Y)))),
            "none of 'q=a and q=b' and 'other=x and other=y' can be true",
        ),
        (
            All((Concluded("only_a"), X, B)),
            "'only_a' and 'q=b' exclude each other",
        ),
        (All((Not(Concluded("always")), X)), "'always' can never be false"),
        (Chosen("q", "forgotten"), "'q=forgotten' cannot be true"),
    ],
)
def test_what_excludes_each_other_is_named(
    make_kb: MakeKnowledge, when: Condition, why: str
) -> None:
    rules = [(when, RED), (All((A, B)), Conclude("never")), (A, Conclude("only_a"))]
    rules.append((Any((A, Not(A))), Conclude("always")))
    kb = make_kb(QUESTIONS, rules)
    remark = next(
        one for one in remarks(kb, KnowledgeRemarkKind.NEVER_FIRES) if one.subject == "r0"
    )
    assert remark.message == f"rule 'r0' can never fire: {why}"


def test_rules_that_conclude_what_is_excluded_are_related(make_kb: MakeKnowledge) -> None:
    made = make_kb(QUESTIONS, [(A, Conclude("c")), (All((Concluded("c"), B)), RED)])
    rules = {
        name: replace(rule, location=SourceLocation("rules.yaml", line))
        for line, (name, rule) in enumerate(made.rules.items(), start=1)
    }
    (remark,) = remarks(replace(made, rules=rules), KnowledgeRemarkKind.NEVER_FIRES)
    assert (remark.location, remark.related) == (
        SourceLocation("rules.yaml", 2),
        (SourceLocation("rules.yaml", 1),),
    )


# Examples


def with_examples(kb: KnowledgeBase, names: Iterable[str]) -> KnowledgeBase:
    sheet: tuple[Answers, ...] = ({"q": ("a",)},)
    named = {name: replace(kb.rules[name], fires=sheet, silent=sheet) for name in names}
    return replace(kb, rules={**kb.rules, **named})


def test_rules_without_examples_are_one_remark(make_kb: MakeKnowledge) -> None:
    kb = make_kb(QUESTIONS, [(A, RED)] * 9)
    (remark,) = remarks(with_examples(kb, ["r1"]), KnowledgeRemarkKind.NO_EXAMPLE)
    assert remark.subject == "r0"
    assert "8 rules: 'r0', 'r2', 'r3', 'r4' and 'r5' and 3 more" in remark.message


def test_rules_with_examples_are_no_remark(make_kb: MakeKnowledge) -> None:
    kb = make_kb(QUESTIONS, [(A, RED)])
    assert remarks(with_examples(kb, ["r0"]), KnowledgeRemarkKind.NO_EXAMPLE) == []


# Witnesses


def sheet_of(remark: KnowledgeRemark) -> Answers:
    assert remark.witness is not None
    return remark.witness


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_witness_replayed_shows_what_is_remarked(
    make_kb: MakeKnowledge, case: tuple[KnowledgeRemarkKind, list[object], list[str], list[object]]
) -> None:
    kind, rules, _, _ = case
    kb = make_kb(QUESTIONS, rules)
    engine = Engine(kb)
    for remark in remarks(kb, kind):
        if remark.witness is None:
            assert kind in (
                KnowledgeRemarkKind.NEVER_FIRES,
                KnowledgeRemarkKind.UNREACHABLE_CONCEPT,
                KnowledgeRemarkKind.IDLE_CONCEPT,
                KnowledgeRemarkKind.ONE_SIDED,
            )
            continue
        facts = establish(kb, remark.witness)
        fired = engine.infer(facts).fired
        judgement = judge(kb, fired)
        if kind is KnowledgeRemarkKind.NO_OUTCOME:
            assert judgement.verdict is Verdict.UNDECIDED
            assert unanswered(kb, remark.witness, facts) == ()
        elif kind is KnowledgeRemarkKind.CONFLICT:
            assert judgement.verdict is Verdict.IMPOSSIBLE
        else:
            assert remark.subject in fired
        if kind is KnowledgeRemarkKind.SPEAKS_FOR_RULED_OUT:
            assert "red" in judgement.ruled_out
        if kind in (KnowledgeRemarkKind.IDENTICAL, KnowledgeRemarkKind.SHADOWED):
            assert len(fired) > 1


def test_conflict_is_shown_by_the_fewest_answers(make_kb: MakeKnowledge) -> None:
    rules = [(All((A, X)), NO_RED), (All((A, X)), NO_BLUE), (B, NO_RED), (B, NO_BLUE)]
    (remark,) = remarks(make_kb(QUESTIONS, rules), KnowledgeRemarkKind.CONFLICT)
    assert remark.witness == {"q": ("b",)}


# On random knowledge, against all sheets there are


def any_condition(generator: random.Random, over: list[Condition], depth: int = 0) -> Condition:
    if depth == 2 or generator.random() < 0.4:
        leaf = generator.choice(over)
        return Not(leaf) if generator.random() < 0.3 else leaf
    kind = generator.choice((All, Any))
    count = generator.choice((1, 2, 3))
    return kind(tuple(any_condition(generator, over, depth + 1) for _ in range(count)))


def any_knowledge(make_kb: MakeKnowledge, seed: int) -> KnowledgeBase:
    generator = random.Random(seed)
    questions = {"q": "abc", "many": "xyz", "last": "fg"}
    leaves: list[Condition] = [
        Chosen(name, option) for name, options in questions.items() for option in options
    ]
    rules: list[tuple[Condition, object]] = []
    over = list(leaves)
    for concept in ("one", "two"):
        rules += [(any_condition(generator, over), Conclude(concept)) for _ in range(2)]
        over.append(Concluded(concept))
    actions = [RED, MORE_RED, LOATHE_RED, BLUE, NO_RED, NO_BLUE, advise(None), advise("red")]
    rules += [(any_condition(generator, over), generator.choice(actions)) for _ in range(8)]
    when = any_condition(generator, leaves[:6])
    return make_kb(questions, rules, multiple=["many"], applies_when={"last": when})


def answers_to(question: Question) -> Iterator[tuple[str, ...] | None]:
    yield None
    options = [option.id for option in question.options]
    for size in range(1, len(options) + 1 if question.multiple else 2):
        yield from combinations(options, size)


def all_sheets(kb: KnowledgeBase) -> Iterator[dict[str, tuple[str, ...]]]:
    for given in product(*(answers_to(question) for question in kb.questions.values())):
        pairs = zip(kb.questions, given, strict=True)
        yield {name: chosen for name, chosen in pairs if chosen is not None}


class Exhaustive:
    """What every sheet there is says of a base's rules."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self.kb = kb
        self.facts = [establish(kb, sheet) for sheet in all_sheets(kb)]
        evaluator = RuleEvaluator(kb)
        self.fired = [evaluator.infer(facts).fired for facts in self.facts]

    def fires(self, rule: str) -> bool:
        return any(rule in fired for fired in self.fired)

    def implies(self, rule: str, other: str) -> bool:
        return all(other in fired for fired in self.fired if rule in fired)

    def changes_the_outcome(self, rule: str) -> bool:
        return any(
            differs(judge(self.kb, fired), judge(self.kb, [n for n in fired if n != rule]))
            for fired in self.fired
            if rule in fired
        )

    def changes_another_rule(self, rule: str) -> bool:
        without = RuleEvaluator(self.kb.without(frozenset({rule})))
        return any(
            set(fired) - {rule} != set(without.infer(facts).fired)
            for facts, fired in zip(self.facts, self.fired, strict=True)
        )

    def speaks_for_ruled_out(self, rule: Rule) -> bool:
        match rule.action:
            case Prefer(alternative, _, factor) if factor > 0:
                name = alternative
            case Advise(alternative=str(alternative)):
                name = alternative
            case _:
                return False
        return self.fires(rule.id) and all(
            any(self.kb.rules[one].action == RuleOut(name) for one in fired)
            for fired in self.fired
            if rule.id in fired
        )


@pytest.mark.parametrize("seed", range(25))
def test_remarks_are_those_that_trying_every_sheet_would_make(
    make_kb: MakeKnowledge, seed: int
) -> None:
    kb = any_knowledge(make_kb, seed)
    every = Exhaustive(kb)
    found = {kind: set(subjects(kb, kind)) for kind in KnowledgeRemarkKind}
    able = {name for name in kb.rules if every.fires(name)}
    assert found[KnowledgeRemarkKind.NEVER_FIRES] == kb.rules.keys() - able
    assert found[KnowledgeRemarkKind.SPEAKS_FOR_RULED_OUT] == {
        rule.id for rule in kb.rules.values() if every.speaks_for_ruled_out(rule)
    }
    same = {
        (one, other)
        for one, other in combinations(able, 2)
        if kb.rules[one].action == kb.rules[other].action
        and every.implies(one, other)
        and every.implies(other, one)
    }
    assert bool(found[KnowledgeRemarkKind.IDENTICAL]) == bool(same)
    for name in found[KnowledgeRemarkKind.SHADOWED]:
        assert any(every.implies(name, other) for other in kb.rules if other != name)
    explained = (
        found[KnowledgeRemarkKind.SHADOWED] | found[KnowledgeRemarkKind.SPEAKS_FOR_RULED_OUT]
    )
    rest = Exhaustive(kb.without(frozenset(found[KnowledgeRemarkKind.IDENTICAL])))
    for name in able & rest.kb.rules.keys() - explained:
        action = kb.rules[name].action
        if isinstance(action, Conclude):
            asked = action.concept not in found[KnowledgeRemarkKind.IDLE_CONCEPT]
            indecisive = asked and not rest.changes_another_rule(name)
        else:
            speaks = isinstance(action, (Prefer, RuleOut))
            indecisive = speaks and not rest.changes_the_outcome(name)
        assert (name in found[KnowledgeRemarkKind.NEVER_DECISIVE]) == indecisive
    assert not found[KnowledgeRemarkKind.NEVER_DECISIVE] & (
        explained | found[KnowledgeRemarkKind.IDENTICAL]
    )


@pytest.mark.parametrize("seed", range(25))
def test_witnesses_are_answers_that_can_be_given(make_kb: MakeKnowledge, seed: int) -> None:
    kb = any_knowledge(make_kb, seed)
    for remark in verify(kb):
        for name, given in (remark.witness or {}).items():
            assert list(answer_mistakes(kb.questions[name], given)) == []
            assert name not in establish(kb, sheet_of(remark)).not_applicable


# The whole


def test_small_knowledge_has_no_error_beside_idle_things(small_kb: KnowledgeBase) -> None:
    errors = {remark.kind for remark in verify(small_kb) if remark.level is Level.ERROR}
    assert errors <= {KnowledgeRemarkKind.IDLE_CLAIM, KnowledgeRemarkKind.IDLE_QUESTION}


def test_shipped_knowledge_has_no_error(shipped_kb: KnowledgeBase) -> None:
    assert [remark for remark in verify(shipped_kb) if remark.level is Level.ERROR] == []


def test_shipped_witnesses_replayed_through_the_engine(shipped_kb: KnowledgeBase) -> None:
    engine = Engine(shipped_kb)
    told = {remark.kind: remark for remark in verify(shipped_kb)}
    for kind, verdict in (
        (KnowledgeRemarkKind.NO_OUTCOME, "undecided"),
        (KnowledgeRemarkKind.CONFLICT, "impossible"),
    ):
        fired = engine.infer(establish(shipped_kb, sheet_of(told[kind]))).fired
        assert judge(shipped_kb, fired).verdict.value == verdict


def test_remarks_stand_by_kind_and_place(make_kb: MakeKnowledge) -> None:
    kb = make_kb(QUESTIONS, [(A, RED), (All((A, B)), RED), (A, RED), (All((B, C)), RED)])
    kinds = [list(KnowledgeRemarkKind).index(remark.kind) for remark in verify(kb)]
    assert kinds == sorted(kinds)


def test_the_same_is_told_each_time(make_kb: MakeKnowledge) -> None:
    kb = any_knowledge(make_kb, 7)
    assert verify(kb) == verify(kb)


def test_every_kind_says_what_it_means_in_one_sentence() -> None:
    definitions = [kind.definition for kind in KnowledgeRemarkKind]
    assert len(set(definitions)) == len(definitions)
    assert all(text.endswith(".") and text.count(". ") == 0 for text in definitions)
