"""Answer sheets tried with a rule and without it, by the thousand."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rules.answers import Answers
from rules.batch.evaluator import NOBODY, BatchEvaluator
from rules.batch.sheets import SheetBatch
from rules.conditions import All, Chosen, Not
from rules.diagnostics import SourceLocation
from rules.inference.evaluator import RuleEvaluator
from rules.inference.facts import establish
from rules.model import KnowledgeBase, Option, Prefer, Question, Rule, RuleOut
from rules.scoring.judgement import differs, judge

SWITCH = ""  # a question that no knowledge base has: which rule is to be left out
NONE = ""
SEED = 20010301


class Trials:
    """Tells the outcomes of one knowledge base from those without one of its rules.

    To make an evaluator for each rule would take longer than all else. Here each rule that speaks
    on the outcome also asks whether it is left out, so that one evaluator serves for all.
    """

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._reference = RuleEvaluator(kb)
        self._rows = {name: row for row, name in enumerate([*kb.questions, SWITCH])}
        self._options = [len(question.options) for question in kb.questions.values()]
        self._switched = [NONE, *(rule.id for rule in _speaking(kb))]
        self._evaluator: BatchEvaluator | None = None

    def differ(self, rule: Rule, answers: Answers) -> bool:
        """Whether ``answers`` come out differently without ``rule``."""
        fired = self._reference.infer(establish(self._kb, answers)).fired
        without = [name for name in fired if name != rule.id]
        return len(without) < len(fired) and differs(
            judge(self._kb, fired), judge(self._kb, without)
        )

    def any_differ(self, rule: Rule, starts: Sequence[Answers], each: int) -> bool:
        """Whether any sheet does, of ``each`` that complete each of ``starts``."""
        if not starts:
            return False
        if self._evaluator is None:
            self._evaluator = BatchEvaluator(_with_switch(self._kb, self._switched))
        sheets = _joined([self._completed(start, each) for start in starts])
        found = self._evaluator.outcomes(_joined([sheets, self._without(sheets, rule)]))
        winners, verdicts = np.split(found.winner, 2), np.split(found.verdict, 2)
        same_winner = winners[0] == winners[1]
        other_verdict = (winners[0] == NOBODY) & (verdicts[0] != verdicts[1])
        return bool((~same_winner | other_verdict).any())

    def _completed(self, start: Answers, count: int) -> SheetBatch:
        """``start``, with a share of the other questions answered that differs from sheet to sheet.

        The answers to multiple choices get further options. No rule is left out.
        """
        assert self._evaluator is not None
        multiple = [name for name in start if self._kb.questions[name].multiple]
        given = {name: chosen for name, chosen in start.items() if name not in multiple}
        full = self._evaluator.completions({**given, SWITCH: (NONE,)}, count, SEED)
        generator = random.Random(SEED)
        drawn = np.frombuffer(generator.randbytes(len(self._rows) * count), np.uint8)
        kept = drawn.reshape(len(self._rows), count) < np.linspace(0, 256, count)
        kept[[self._rows[name] for name in (*given, SWITCH)]] = True
        chosen = full.chosen & kept.repeat([*self._options, len(self._switched)], axis=0)
        for name in multiple:
            kept[self._rows[name]] = True
            first = sum(self._options[: self._rows[name]])
            for row, option in enumerate(self._kb.questions[name].options, start=first):
                if option.id in start[name]:
                    chosen[row] = True
                elif option.alone or self._stands_alone(name, start[name]):
                    chosen[row] = False
        return SheetBatch(full.answered & kept, chosen)

    def _stands_alone(self, question: str, chosen: tuple[str, ...]) -> bool:
        return any(self._kb.questions[question].option(option).alone for option in chosen)

    def _without(self, sheets: SheetBatch, rule: Rule) -> SheetBatch:
        """The same sheets with ``rule`` left out."""
        chosen = sheets.chosen.copy()
        switch = chosen[sum(self._options) :]
        switch[:] = False
        switch[self._switched.index(rule.id)] = True
        return SheetBatch(sheets.answered, chosen)


def _joined(sheets: Sequence[SheetBatch]) -> SheetBatch:
    return SheetBatch(
        np.concatenate([one.answered for one in sheets], axis=1),
        np.concatenate([one.chosen for one in sheets], axis=1),
    )


def _speaking(kb: KnowledgeBase) -> list[Rule]:
    """The rules that speak on the outcome themselves."""
    return [rule for rule in kb.rules.values() if isinstance(rule.action, (Prefer, RuleOut))]


def _with_switch(kb: KnowledgeBase, names: Sequence[str]) -> KnowledgeBase:
    """The same knowledge, with a question that names the rule that shall not speak."""
    options = tuple(Option(name, "", "") for name in names)
    switch = Question(SWITCH, "", "", "", False, options, None, "", "", SourceLocation(""))
    switched = {
        rule.id: replace(rule, when=All((rule.when, Not(Chosen(SWITCH, rule.id)))))
        for rule in _speaking(kb)
    }
    return replace(kb, questions={**kb.questions, SWITCH: switch}, rules={**kb.rules, **switched})
