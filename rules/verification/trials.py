"""Answer sheets tried with a rule and without it, by the thousand."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rules.answers import Answers
from rules.batch.evaluator import BatchEvaluator
from rules.batch.sheets import SheetBatch
from rules.conditions import All, Chosen, Not
from rules.diagnostics import SourceLocation
from rules.inference.situation import Situation
from rules.model import KnowledgeBase, Option, Question, Rule
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
        self._blank = Situation.of(kb, {})
        self._rows = {name: row for row, name in enumerate([*kb.questions, SWITCH])}
        self._options = [len(question.options) for question in kb.questions.values()]
        self._switched = [NONE, *(rule.id for rule in kb.rules.values() if rule.decides)]
        self._evaluator: BatchEvaluator | None = None

    def differ(self, rule: Rule, answers: Answers) -> bool:
        """Whether ``answers`` come out differently without ``rule``."""
        fired = self._blank.with_answers(answers).fired
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
        both = self._evaluator.outcomes(_joined([sheets, self._without(sheets, rule)]))
        outcomes, without = both.halves()
        return bool(outcomes.differ_from(without).any())

    def _completed(self, start: Answers, count: int) -> SheetBatch:
        """``start``, with a share of the other questions answered that differs from sheet to sheet.

        The answers to multiple choices get further options. No rule is left out.
        """
        assert self._evaluator is not None
        multiple = [name for name in start if self._kb.questions[name].multiple]
        single = {name: chosen for name, chosen in start.items() if name not in multiple}
        full = self._evaluator.layout.completions({**single, SWITCH: (NONE,)}, count, SEED)
        generator = random.Random(SEED)
        drawn = np.frombuffer(generator.randbytes(len(self._rows) * count), np.uint8)
        selected = drawn.reshape(len(self._rows), count) < np.linspace(0, 256, count)
        selected[[self._rows[name] for name in (*single, SWITCH)]] = True
        chosen = full.chosen & selected.repeat([*self._options, len(self._switched)], axis=0)
        for name in multiple:
            question = self._kb.questions[name]
            selected[self._rows[name]] = True
            first = sum(self._options[: self._rows[name]])
            for row, option in enumerate(question.options, start=first):
                if option.id in start[name]:
                    chosen[row] = True
                elif option.alone or question.stands_alone(start[name]):
                    chosen[row] = False
        return SheetBatch(full.answered & selected, chosen)

    def _without(self, sheets: SheetBatch, rule: Rule) -> SheetBatch:
        """The same sheets with ``rule`` left out."""
        chosen = sheets.chosen.copy()
        switch = chosen[sum(self._options) :]
        switch[:] = False
        switch[self._switched.index(rule.id)] = True
        return SheetBatch(sheets.answered, chosen)


def _joined(sheets: Sequence[SheetBatch]) -> SheetBatch:
    return SheetBatch(
        np.concatenate([batch.answered for batch in sheets], axis=1),
        np.concatenate([batch.chosen for batch in sheets], axis=1),
    )


def _with_switch(kb: KnowledgeBase, names: Sequence[str]) -> KnowledgeBase:
    """The same knowledge, with a question that names the rule that shall not speak."""
    options = tuple(Option(name, "", "") for name in names)
    switch = Question(SWITCH, "", "", "", False, options, None, "", "", SourceLocation(""))
    switched = {
        rule.id: replace(rule, when=All((rule.when, Not(Chosen(SWITCH, rule.id)))))
        for rule in kb.rules.values()
        if rule.decides
    }
    return replace(kb, questions={**kb.questions, SWITCH: switch}, rules={**kb.rules, **switched})
