"""What a reveal costs: 1, 5, 50 and 500 people with 10,000 sampled weightings, as ratios.

The aim: 500 people in under a second. Everything that the group is shown is worked out each time:
everybody's own outcome, the group's, the spread of each answer, what could flip it, who dissents.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from advisor.answers.ballot import Ballot
from advisor.answers.rounds import RevealedBallot, RevealedRound, StopRule, WorkshopHistory
from advisor.kb.cache import knowledge_base
from advisor.workshop.round_result import RoundResult, round_result
from rules.model import KnowledgeBase

CROWDS = (1, 5, 50, 500)
RUNS = 5
AIM = 1.0  # seconds, with the most people
DRAWS = 10_000


def main() -> None:
    kb = knowledge_base()
    rounds = {people: minutes(kb, people) for people in CROWDS}
    round_result(kb, rounds[1], {})  # what is imported and compiled once
    taken: dict[int, float] = {}
    for people, held in rounds.items():
        times = []
        for _ in range(RUNS):
            started = time.perf_counter()
            found = round_result(kb, held, {})
            times.append(time.perf_counter() - started)
        taken[people] = median(times)
        assert found.weight_sample.draws == DRAWS
        told(people, taken[people], taken[1], found)
    verdict = "met" if taken[CROWDS[-1]] < AIM else "missed"
    print(f"aim, {CROWDS[-1]} people in under {AIM:g} s: {verdict}")


def told(people: int, seconds: float, floor: float, found: RoundResult) -> None:
    ratio = f"{seconds / floor:5.1f} times one person"
    print(f"{people:4} people: {seconds * 1000:6.0f} ms, {ratio}; {len(found.disputes)} disputes")


def minutes(kb: KnowledgeBase, people: int) -> WorkshopHistory:
    """A round over all questions and criteria in which everybody says something else."""
    draw = random.Random(people)

    def ballot() -> Ballot:
        answers = {
            name: (draw.choice(question.options).id,) for name, question in kb.questions.items()
        }
        return Ballot(answers, {name: draw.randint(1, 9) for name in kb.criteria})

    voices = tuple(RevealedBallot(ballot(), "", f"{number:05}") for number in range(people))
    held = RevealedRound(1, voices)
    return WorkshopHistory(
        "bench", {}, tuple(kb.questions), tuple(kb.criteria), StopRule(), (held,)
    )


if __name__ == "__main__":
    main()
