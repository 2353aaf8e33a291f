"""The condition language: Kleene's three values, and the normal form that needs no negation."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import All, Any, Atom, Chosen, Concluded, Condition, Not, atoms, evaluate
from rules.normal_form import Conjunction, Disjunction, Literal, NormalForm, normal_form

Value = bool | None
T, U, F = True, None, False

A = Chosen("first", "yes")
B = Chosen("second", "yes")
ATOMS: list[Atom] = [A, B, Chosen("second", "no"), Concluded("one"), Concluded("two")]

CONDITIONS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: Any(tuple(parts))),
    ),
    max_leaves=20,
)
VALUATIONS = st.fixed_dictionaries({atom: st.sampled_from([T, U, F]) for atom in ATOMS})

random_conditions = settings(deadline=None, derandomize=True, max_examples=300)


def known(form: NormalForm, values: Mapping[Atom, Value]) -> bool:
    """Whether the positive facts that ``form`` asks for are there."""
    match form:
        case Literal(atom, holds):
            return values[atom] is holds
        case Conjunction(parts):
            return all(known(part, values) for part in parts)
        case Disjunction(parts):
            return any(known(part, values) for part in parts)


# Kleene's strong logic


@pytest.mark.parametrize(("value", "negated"), [(T, F), (U, U), (F, T)])
def test_not_turns_what_is_known_and_leaves_the_unknown(value: Value, negated: Value) -> None:
    assert evaluate(Not(A), {A: value}.get) is negated


@pytest.mark.parametrize(
    ("left", "right", "both"),
    [
        (T, T, T),
        (T, U, U),
        (T, F, F),
        (U, T, U),
        (U, U, U),
        (U, F, F),
        (F, T, F),
        (F, U, F),
        (F, F, F),
    ],
)
def test_all_is_the_least_of_its_parts(left: Value, right: Value, both: Value) -> None:
    assert evaluate(All((A, B)), {A: left, B: right}.get) is both


@pytest.mark.parametrize(
    ("left", "right", "either"),
    [
        (T, T, T),
        (T, U, T),
        (T, F, T),
        (U, T, T),
        (U, U, U),
        (U, F, U),
        (F, T, T),
        (F, U, U),
        (F, F, F),
    ],
)
def test_any_is_the_greatest_of_its_parts(left: Value, right: Value, either: Value) -> None:
    assert evaluate(Any((A, B)), {A: left, B: right}.get) is either


def test_all_of_nothing_is_true() -> None:
    assert evaluate(All(()), {}.get) is True


def test_any_of_nothing_is_false() -> None:
    assert evaluate(Any(()), {}.get) is False


def test_atom_or_its_negation_is_unknown_while_the_atom_is() -> None:
    assert evaluate(Any((A, Not(A))), {A: U}.get) is None


@random_conditions
@given(st.lists(CONDITIONS, min_size=1, max_size=4), VALUATIONS)
def test_negated_all_is_any_of_the_negations(
    parts: list[Condition], values: Mapping[Atom, Value]
) -> None:
    one = Not(All(tuple(parts)))
    other = Any(tuple(Not(part) for part in parts))
    assert evaluate(one, values.get) is evaluate(other, values.get)


@random_conditions
@given(st.lists(CONDITIONS, min_size=1, max_size=4), VALUATIONS)
def test_negated_any_is_all_of_the_negations(
    parts: list[Condition], values: Mapping[Atom, Value]
) -> None:
    one = Not(Any(tuple(parts)))
    other = All(tuple(Not(part) for part in parts))
    assert evaluate(one, values.get) is evaluate(other, values.get)


@random_conditions
@given(CONDITIONS, VALUATIONS, VALUATIONS)
def test_knowing_more_retracts_no_value(
    condition: Condition, earlier: Mapping[Atom, Value], further: Mapping[Atom, Value]
) -> None:
    later = {atom: further[atom] if value is None else value for atom, value in earlier.items()}
    known_before = evaluate(condition, earlier.get)
    assert known_before is None or evaluate(condition, later.get) is known_before


# The normal form


@random_conditions
@given(CONDITIONS, VALUATIONS)
def test_normal_form_is_met_exactly_where_the_condition_is_true(
    condition: Condition, values: Mapping[Atom, Value]
) -> None:
    assert known(normal_form(condition), values) is (evaluate(condition, values.get) is True)


@random_conditions
@given(CONDITIONS, VALUATIONS)
def test_normal_form_of_failing_is_met_exactly_where_the_condition_is_false(
    condition: Condition, values: Mapping[Atom, Value]
) -> None:
    fails = known(normal_form(condition, holds=False), values)
    assert fails is (evaluate(condition, values.get) is False)


def test_negation_is_driven_down_to_the_atoms() -> None:
    condition = Not(All((A, Any((B, Not(A))))))
    assert normal_form(condition) == Disjunction(
        (Literal(A, False), Conjunction((Literal(B, False), Literal(A, True))))
    )


def test_two_negations_cancel_out() -> None:
    assert normal_form(Not(Not(A))) == Literal(A, True)


def test_atoms_are_named_left_to_right_with_repeats() -> None:
    assert list(atoms(All((B, Not(A), Any((B, Concluded("one"))))))) == [B, A, B, Concluded("one")]
