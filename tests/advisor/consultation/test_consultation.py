"""Where answers, rules and findings meet; the findings are made up, no framework is asked."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest

from advisor.answers.sheet import Sheet
from advisor.consultation.consultation import Recommendation, consult
from advisor.consultation.evidence import ClaimStatus
from probes.api import Finding, Outcome
from rules.conditions import Concluded, Condition, Not
from rules.loading.loader import load
from rules.model import Advise, KnowledgeBase
from rules.scoring.judgement import Verdict

SMALL = Path(__file__).parents[2] / "rules" / "small"
KB = load(SMALL)
PHONES = Sheet(answers={"target": ("android",), "memory": ("little",)})
Extended: TypeAlias = Callable[[str, str], KnowledgeBase]

# Rules that hang on each other: a concept rests on a claim, and another rule on its absence.
CHAIN_CLAIMS = """\
claims:
  server_is_big:
    says: A server has memory to spare.
    probe: server.is_big
    today: new
    source: folklore
    as_of: 2026-01-31
  red_copes:
    says: Red copes with little memory.
    probe: red.copes
    today: new
    source: folklore
    as_of: 2026-01-31
"""
CHAIN_RULES = """\
rules:
  servers_are_tight:
    when: {target: server}
    conclude: tight_memory
    because: Servers are shared.
    claims: [server_is_big]
    source: folklore
    as_of: 2026-01-31
  red_with_plenty:
    when: {all: [{target: server}, {not: {concept: tight_memory}}]}
    prefer: {alternative: red, under: speed, strength: strong}
    because: Red is fast where memory is plenty.
    claims: [red_copes]
    source: folklore
    as_of: 2026-01-31
"""
SERVER = Sheet(answers={"target": ("server",)})


class Probers:
    """Answers as it was told to, and remembers what it was asked."""

    def __init__(self, **outcomes: str) -> None:
        self.outcomes = {name.replace("__", "."): outcome for name, outcome in outcomes.items()}
        self.asked: list[list[str]] = []

    def __call__(self, names: Sequence[str]) -> Mapping[str, Finding]:
        self.asked.append(list(names))
        return {
            name: Finding(name, Outcome(self.outcomes[name]), "as it was made up", 0.5)
            for name in names
            if name in self.outcomes
        }


def consulted(
    sheet: Sheet, *, kb: KnowledgeBase = KB, strict: bool = False, **outcomes: str
) -> Recommendation:
    return consult(kb, sheet, Probers(**outcomes), strict=strict)


def withdrawn(recommendation: Recommendation) -> list[str]:
    return [withdrawal.rule for withdrawal in recommendation.withdrawn]


def fired(recommendation: Recommendation) -> list[str]:
    return [rule.id for rule in recommendation.fired]


@pytest.fixture
def extended(tmp_path: Path) -> Extended:
    """The small knowledge base with more claims and rules."""

    def extend(claims: str, rules: str) -> KnowledgeBase:
        folder = tmp_path / "kb"
        shutil.copytree(SMALL, folder)
        (folder / "claims" / "more.yaml").write_text(claims)
        (folder / "rules" / "more.yaml").write_text(rules)
        return load(folder)

    return extend


@pytest.fixture
def chain(extended: Extended) -> KnowledgeBase:
    return extended(CHAIN_CLAIMS, CHAIN_RULES)


# What findings make of claims


@pytest.mark.parametrize(
    ("outcome", "standing"),
    [
        ("yes", ClaimStatus.CONFIRMED),
        ("no", ClaimStatus.REFUTED),
        ("unavailable", ClaimStatus.UNVERIFIED),
        ("timeout", ClaimStatus.UNVERIFIED),
        ("error", ClaimStatus.UNVERIFIED),
    ],
)
def test_only_an_answer_speaks_on_a_claim(outcome: str, standing: ClaimStatus) -> None:
    claims = consulted(PHONES, blue__fits_phones=outcome).claims
    assert claims["blue_fits_phones"].status is standing


@pytest.mark.parametrize("outcome", ["unavailable", "timeout", "error"])
def test_why_a_claim_stayed_unverified_names_the_outcome(outcome: str) -> None:
    weighed = consulted(PHONES, blue__fits_phones=outcome).claims["blue_fits_phones"]
    assert weighed.why == f"{outcome}: as it was made up"


def test_claim_that_no_program_tries_says_why() -> None:
    weighed = consulted(PHONES).claims["red_is_loved"]
    assert weighed.status is ClaimStatus.UNVERIFIED
    assert weighed.why == "not tried: No program can try what people like."


def test_claim_whose_probe_was_not_run_says_so() -> None:
    weighed = consulted(PHONES).claims["blue_fits_phones"]
    assert weighed.why == "not tried: the probe blue.fits_phones was not run"


@pytest.mark.parametrize(("outcome", "standing"), [("no", "confirmed"), ("yes", "refuted")])
def test_claim_may_expect_a_no(outcome: str, standing: str) -> None:
    sheet = PHONES.with_answer("own_machine", ("yes",))
    weighed = consulted(sheet, red__sees_accelerator=outcome).claims["red_sees_accelerator"]
    assert weighed.status.value == standing


@pytest.mark.parametrize("answer", ["no", "unknown", None])
@pytest.mark.parametrize("outcome", ["yes", "no"])
def test_machine_speaks_for_no_other_machine(answer: str | None, outcome: str) -> None:
    sheet = PHONES if answer is None else PHONES.with_answer("own_machine", (answer,))
    recommendation = consulted(sheet, red__sees_accelerator=outcome)
    weighed = recommendation.claims["red_sees_accelerator"]
    assert weighed.status is ClaimStatus.UNVERIFIED
    assert weighed.why.startswith("seen on this machine only, and the work may run elsewhere: ")
    assert withdrawn(recommendation) == []


@pytest.mark.parametrize(
    ("counts_when", "standing"),
    [(Concluded("on_phones"), "confirmed"), (Not(Concluded("on_phones")), "unverified")],
)
def test_machine_may_count_for_what_the_answers_amount_to(
    counts_when: Condition, standing: str
) -> None:
    claim = replace(KB.claims["red_sees_accelerator"], counts_when=counts_when)
    kb = replace(KB, claims={**KB.claims, claim.id: claim})
    weighed = consulted(PHONES, kb=kb, red__sees_accelerator="no").claims[claim.id]
    assert weighed.status.value == standing


def test_deprecation_is_a_flag_beside_the_standing() -> None:
    old = Finding("blue.fits_phones", Outcome.YES, "it does", 0.1, deprecations=("use green",))
    weighed = consult(KB, PHONES, lambda names: {old.probe: old}).claims["blue_fits_phones"]
    assert (weighed.status, weighed.deprecated) == (ClaimStatus.CONFIRMED, True)


# Which probes are asked


def test_only_the_probes_behind_fired_rules_are_asked() -> None:
    prober = Probers()
    consult(KB, Sheet(answers={"target": ("android",), "memory": ("plenty",)}), prober)
    assert prober.asked == [["blue.fits_phones"]]


def test_nothing_is_asked_where_nothing_fires() -> None:
    prober = Probers()
    consult(KB, Sheet(), prober)
    assert prober.asked == []


def test_answered_probes_are_not_asked_again(chain: KnowledgeBase) -> None:
    prober = Probers(server__is_big="no", red__copes="yes")
    consult(chain, SERVER, prober)
    assert sorted(name for names in prober.asked for name in names) == [
        "red.copes",
        "red.sees_accelerator",
        "server.is_big",
    ]


# Withdrawal


def test_refuted_claim_withdraws_the_rules_that_rest_on_it() -> None:
    recommendation = consulted(PHONES, blue__fits_phones="no")
    assert withdrawn(recommendation) == ["phones_want_blue"]
    assert "phones_want_blue" not in fired(recommendation)


def test_withdrawal_names_the_claims_that_fell() -> None:
    (withdrawal,) = consulted(PHONES, blue__fits_phones="no").withdrawn
    assert withdrawal.claims == ("blue_fits_phones",)


def test_unverified_claim_leaves_its_rules_standing() -> None:
    recommendation = consulted(PHONES, blue__fits_phones="unavailable")
    assert withdrawn(recommendation) == []
    assert "phones_want_blue" in fired(recommendation)


def test_judgement_from_written_knowledge_is_kept_beside() -> None:
    recommendation = consulted(PHONES, blue__fits_phones="no")
    assert recommendation.written == consulted(PHONES).judgement
    assert recommendation.judgement != recommendation.written


def test_rule_that_concluded_takes_what_followed_with_it(chain: KnowledgeBase) -> None:
    standing = consulted(SERVER, kb=chain, server__is_big="yes")
    fallen = consulted(SERVER, kb=chain, server__is_big="no")
    assert fired(standing) == ["servers_are_tight", "memory_is_not_for_red", "pack_small"]
    assert fired(fallen) == ["red_with_plenty"]


def test_rule_that_fires_only_after_a_withdrawal_has_its_claims_tried(
    chain: KnowledgeBase,
) -> None:
    prober = Probers(server__is_big="no", red__copes="yes")
    recommendation = consult(chain, SERVER, prober)
    assert prober.asked[1] == ["red.copes"]
    assert [rule.id for rule in recommendation.verified] == ["red_with_plenty"]


def test_withdrawals_go_on_until_nothing_falls_any_more(chain: KnowledgeBase) -> None:
    recommendation = consulted(SERVER, kb=chain, server__is_big="no", red__copes="no")
    assert withdrawn(recommendation) == ["servers_are_tight", "red_with_plenty"]
    assert recommendation.judgement.verdict is Verdict.UNDECIDED


def test_strict_withdraws_what_is_not_confirmed() -> None:
    recommendation = consulted(PHONES, strict=True, blue__fits_phones="yes")
    assert withdrawn(recommendation) == ["memory_is_not_for_red"]


def test_strict_names_every_claim_that_lacks_its_proof() -> None:
    (withdrawal,) = consulted(PHONES, strict=True, blue__fits_phones="yes").withdrawn
    assert withdrawal.claims == ("red_sees_accelerator", "red_is_loved")


def test_strict_keeps_rules_that_rest_on_no_claim() -> None:
    sheet = Sheet(answers={"target": ("ios",)})
    assert "no_red_on_ios" in fired(consulted(sheet, strict=True))


# What the outcome is worth


def test_rules_all_of_whose_claims_were_confirmed_are_verified() -> None:
    recommendation = consulted(PHONES, blue__fits_phones="yes")
    assert [rule.id for rule in recommendation.verified] == ["phones_want_blue"]
    assert not recommendation.unproven


@pytest.mark.parametrize("outcome", ["unavailable", "timeout", "error"])
def test_outcome_without_a_verified_rule_is_unproven(outcome: str) -> None:
    assert consulted(PHONES, blue__fits_phones=outcome).unproven


def test_outcome_that_strictness_took_away_is_unproven() -> None:
    recommendation = consulted(PHONES, strict=True, blue__fits_phones="unavailable")
    assert recommendation.judgement.verdict is Verdict.UNDECIDED
    assert recommendation.unproven


def test_no_outcome_needs_no_proof() -> None:
    assert not consulted(Sheet()).unproven


@pytest.mark.parametrize(("outcome", "overturned"), [("yes", False), ("no", True)])
def test_evidence_that_changes_the_outcome_overturns_it(outcome: str, overturned: bool) -> None:
    sheet = Sheet(answers={"target": ("android",), "memory": ("plenty",)})
    assert consulted(sheet, blue__fits_phones=outcome).overturned is overturned


def test_evidence_that_leaves_the_winner_overturns_nothing() -> None:
    sheet = Sheet(answers={"target": ("ios",)})  # blue is all that is left
    recommendation = consulted(sheet, blue__fits_phones="no")
    assert withdrawn(recommendation) == ["phones_want_blue"]
    assert not recommendation.overturned


def test_claim_the_outcome_hangs_on_is_named_with_what_would_come_then() -> None:
    sheet = Sheet(answers={"target": ("android",), "memory": ("plenty",)})
    (fall,) = consulted(sheet, blue__fits_phones="yes").fragile_claims
    assert fall.claim == "blue_fits_phones"
    assert fall.judgement.verdict is Verdict.UNDECIDED


def test_claim_that_fell_already_is_no_longer_hung_on() -> None:
    recommendation = consulted(PHONES, blue__fits_phones="no")
    assert "blue_fits_phones" not in [fall.claim for fall in recommendation.fragile_claims]


def test_claims_that_change_nothing_are_not_hung_on() -> None:
    assert (
        consulted(Sheet(answers={"target": ("ios",)}), blue__fits_phones="yes").fragile_claims == ()
    )


def test_claims_of_withdrawn_rules_are_still_told() -> None:
    assert "blue_fits_phones" in consulted(PHONES, blue__fits_phones="no").claims


# Choice and advice

ADVICE = """\
rules:
  for_red:
    when: {target: android}
    advise: {text: Paint it red., topic: practice, for: red}
    because: Red was chosen.
    source: folklore
    as_of: 2026-01-31
  for_anybody:
    when: {target: android}
    advise: {text: Test it., topic: practice}
    because: One should.
    source: folklore
    as_of: 2026-01-31
  a_word_for_red:
    when: {own_machine: yes}
    prefer: {alternative: red, under: reach, strength: strong}
    because: It is there.
    source: folklore
    as_of: 2026-01-31
"""
PLENTY = Sheet(answers={"target": ("android",), "memory": ("plenty",)})


def advice(recommendation: Recommendation) -> set[str]:
    assert all(isinstance(rule.action, Advise) for rule in recommendation.advice)
    return {rule.id for rule in recommendation.advice}


def test_advice_is_for_the_winner_and_for_everybody(extended: Extended) -> None:
    recommendation = consulted(PHONES, kb=extended("claims: {}\n", ADVICE))
    assert recommendation.choice == "blue"
    assert advice(recommendation) == {"pack_small", "for_anybody"}


def test_advice_is_for_all_where_it_is_too_close_to_call(extended: Extended) -> None:
    even = PLENTY.with_answer("own_machine", ("yes",))
    recommendation = consulted(even, kb=extended("claims: {}\n", ADVICE))
    assert recommendation.choice == "either"
    assert advice(recommendation) == {"for_red", "for_anybody"}


def test_advice_is_for_nobody_in_particular_where_nothing_is_decided(extended: Extended) -> None:
    recommendation = consulted(PLENTY, kb=extended("claims: {}\n", ADVICE), blue__fits_phones="no")
    assert recommendation.choice is None
    assert advice(recommendation) == {"for_anybody"}


def test_answers_are_kept_in_the_order_of_the_questions() -> None:
    given = Sheet().with_answer("own_machine", ("yes",)).with_answer("target", ("ios",))
    assert list(consulted(given).sheet.answers) == ["target", "own_machine"]


def test_conflict_is_found_where_everything_is_ruled_out(extended: Extended) -> None:
    rule = """\
rules:
  no_blue_here:
    when: {own_machine: yes}
    rule_out: blue
    because: It is not allowed.
    source: folklore
    as_of: 2026-01-31
"""
    sheet = Sheet(answers={"target": ("ios",), "memory": ("little",), "own_machine": ("yes",)})
    recommendation = consulted(sheet, kb=extended("claims: {}\n", rule))
    assert recommendation.judgement.verdict is Verdict.IMPOSSIBLE
    assert recommendation.conflict == ("target", "own_machine")


def test_no_conflict_where_something_is_left() -> None:
    assert consulted(Sheet(answers={"target": ("ios",)})).conflict == ()
