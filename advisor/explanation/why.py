"""Why a question is asked: what its answer feeds, and what it could still make of the outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from advisor.answers.sheet import Sheet
from advisor.consultation.consultation import Recommendation
from advisor.explanation.grounds import in_two_levels, strength
from advisor.wording.quantities import listed
from advisor.wording.recommendation import answer_in_words, outcome
from rules.analysis.traces import FAILS, HOLDS, OPEN, Step, because
from rules.analysis.whatif import WhatIf
from rules.answers import Answers
from rules.conditions import Chosen, Concluded, Condition, atoms
from rules.inference.situation import Situation
from rules.model import UNKNOWN, Advise, Conclude, KnowledgeBase, Prefer, Question, Rule, RuleOut
from rules.scoring.judgement import Judgement

MOST = 8  # rules shown; more would scroll the question away
Value: TypeAlias = Callable[[Condition], bool | None]
_ADVERBS = {"slight": "slightly ", "strong": "strongly ", "decisive": "decisively "}


def why(r: Recommendation, question_id: str) -> Step:
    """Why the question was asked: what its answer feeds with the rules that stand, and what each
    answer would make of the outcome.
    """
    situation = r.situation
    kb, answers = situation.kb, situation.answers
    question = kb.questions[question_id]
    ask = f"Why do we ask: {question.ask}"
    if question_id in situation.facts.not_applicable and question.applies_when is not None:
        says = f"It was left out, for {_whose(r.sheet)} other answers:"
        because_of = because(situation, question.applies_when, holds=False)
        left_out = Step("left_out", question_id, says, "", because_of)
        return Step("question", question_id, ask, FAILS, (left_out,))
    fed = [Step("feeds", question_id, says) for says in _rules_fed(kb, answers, question)]
    waiting = [Step("feeds", question_id, says) for says in _what_else_waits(kb, question_id)]
    feeds = (*in_two_levels(fed), *waiting) or (Step("feeds", question_id, _no_rule(r.sheet)),)
    state = HOLDS if situation.given(question_id) else OPEN
    return Step("question", question_id, ask, state, (*feeds, *prospects(kb, r.sheet, question)))


def prospects(kb: KnowledgeBase, sheet: Sheet, question: Question) -> tuple[Step, ...]:
    """What the answer could make of the outcome by written rules, whatever else stays as it is.

    For an open question what each option would lead to; for an answered one what would change.
    """
    whatif = WhatIf(kb, sheet.ranking)
    now = whatif.judge(sheet.answers)
    answer = sheet.answers.get(question.id, (UNKNOWN,))
    if answer != (UNKNOWN,):
        says = f"{sheet.speaker.capitalize()} said “{answer_in_words(kb, question.id, answer)}”."
        given = Step("answer", question.id, says, HOLDS)
        return (given, *_changed(kb, whatif, sheet, question, now))
    outcomes = {o: whatif.judge({**sheet.answers, question.id: (o.id,)}) for o in question.options}
    alike: dict[str, list[str]] = {}
    for option, judgement in outcomes.items():
        alike.setdefault(outcome(kb, judgement), []).append(option.label)
    current = outcome(kb, now)
    if list(alike) == [current]:
        return (_stays("None of its answers alone changes the outcome", question, current),)
    alone = " alone" if question.multiple else ""
    steps = [
        Step("prospect", question.id, f"{_listed(labels)}{alone} would make it: {name}.")
        for name, labels in alike.items()
        if name != current
    ]
    if current in alike:
        says = f"Any other answer{alone} leaves it at: {current}."
        steps.append(Step("prospect", question.id, says))
    return tuple(steps)


def _changed(
    kb: KnowledgeBase, whatif: WhatIf, sheet: Sheet, question: Question, now: Judgement
) -> Iterator[Step]:
    flips = [flip for flip in whatif.flips(sheet.answers) if flip.question == question.id]
    for flip in flips:
        instead = answer_in_words(kb, question.id, flip.answer)
        says = f"If {sheet.speaker} said “{instead}” instead: {outcome(kb, flip.judgement)}."
        yield Step("prospect", question.id, says)
    if not flips:
        what = "No single change of this answer changes what wins"
        yield _stays(what, question, outcome(kb, now))


def _whose(sheet: Sheet) -> str:
    return "your" if sheet.workshop is None else "the group’s"


def _no_rule(sheet: Sheet) -> str:
    return f"With {_whose(sheet)} other answers, no rule depends on it any more."


def _stays(what: str, question: Question, current: str) -> Step:
    return Step("prospect", question.id, f"{what}, which stays: {current}.")


def reasons(kb: KnowledgeBase, answers: Answers, question: Question) -> list[str]:
    """One sentence for each thing that the answer to ``question`` can still decide.

    First the rules, by the weight of what they do, cut to what fits a screen; then the questions
    and the claims about machines that wait for it.
    """
    sentences = _rules_fed(kb, answers, question)
    if len(sentences) > MOST:
        sentences[MOST:] = [f"… and {len(sentences) - MOST} more."]
    sentences += _what_else_waits(kb, question.id)
    return sentences or [_no_rule(Sheet())]


def _rules_fed(kb: KnowledgeBase, answers: Answers, question: Question) -> list[str]:
    others = {name: answer for name, answer in answers.items() if name != question.id}
    situation = Situation.of(kb, others)
    by_option = {
        option.label: situation.with_answers({**others, question.id: (option.id,)}).value
        for option in question.options
    }
    touched = _concepts_fed(kb, question.id)
    open_rules = [
        rule
        for rule in kb.rules.values()
        if not isinstance(rule.action, Conclude)
        and _speaks_of(rule.when, question.id, touched)
        and situation.value(rule.when) is None
    ]
    open_rules.sort(key=strength, reverse=True)
    return [_sentence(kb, rule, by_option, touched) for rule in open_rules]


def _concepts_fed(kb: KnowledgeBase, question_id: str) -> frozenset[str]:
    """The concepts that hang on the question, directly or through other concepts."""
    fed: frozenset[str] = frozenset()
    while True:
        grown = frozenset(
            rule.action.concept
            for rule in kb.rules.values()
            if isinstance(rule.action, Conclude) and _speaks_of(rule.when, question_id, fed)
        )
        if grown == fed:
            return fed
        fed = grown


def _speaks_of(condition: Condition, question_id: str, concepts: frozenset[str]) -> bool:
    return any(
        atom.question == question_id if isinstance(atom, Chosen) else atom.concept in concepts
        for atom in atoms(condition)
    )


def _sentence(
    kb: KnowledgeBase, rule: Rule, by_option: Mapping[str, Value], touched: frozenset[str]
) -> str:
    labels = _telling_options(rule, by_option)
    through = dict.fromkeys(
        kb.concepts[atom.concept].title
        for atom in atoms(rule.when)
        if isinstance(atom, Concluded) and atom.concept in touched
    )
    meaning = f" ({'; '.join(through)})" if through else ""
    subject = _listed(labels) if labels else "The answer"
    return f"{subject}{meaning} {_effect(kb, rule)}: {rule.because.rstrip('.')}."


def _effect(kb: KnowledgeBase, rule: Rule) -> str:
    match rule.action:
        case Prefer(alternative, criterion, factor, strength):
            side = "for" if factor > 0 else "against"
            adverb = _ADVERBS.get(strength, "")
            under = kb.criteria[criterion].title
            return f"speaks {adverb}{side} {kb.alternatives[alternative].title} under “{under}”"
        case RuleOut(alternative):
            return f"rules out {kb.alternatives[alternative].title}"
        case Advise(text, alternative=alternative):
            whom = f" for {kb.alternatives[alternative].title}" if alternative else ""
            return f"brings the advice{whom} “{text.rstrip('.')}”"
        case Conclude(concept):
            return f"means that {kb.concepts[concept].title}"


def _telling_options(rule: Rule, by_option: Mapping[str, Value]) -> Sequence[str]:
    """The options under which the rule fires or can still fire; none where all are alike."""
    values = {label: value(rule.when) for label, value in by_option.items()}
    for labels in (
        [label for label, value in values.items() if value is not False],
        [label for label, value in values.items() if value is True],
    ):
        if 0 < len(labels) < len(values):
            return labels
    return []


def _listed(labels: Sequence[str]) -> str:
    if len(labels) > 3:
        return f"“{labels[0]}”, “{labels[1]}” or one of {len(labels) - 2} more"
    return " or ".join(f"“{label}”" for label in labels)


def _what_else_waits(kb: KnowledgeBase, question_id: str) -> Iterator[str]:
    touched = _concepts_fed(kb, question_id)
    later = [
        f"“{question.ask}”"
        for question in kb.questions.values()
        if question.applies_when and _speaks_of(question.applies_when, question_id, frozenset())
    ]
    if later:
        yield f"It decides whether to ask {listed(later)}."
    if any(
        claim.counts_when and _speaks_of(claim.counts_when, question_id, touched)
        for claim in kb.claims.values()
    ):
        yield "It decides whether what is tried on this machine counts for your work."
