"""Export rules: what they reach, on what terms, and the variant that answers them (M2)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.mechanisms import chips, rules
from sim.model.mechanisms.chips import Exponents, Spec, tpp
from sim.model.mechanisms.rules import NO_CAP, Clause

WORLDS = 2
YES, NO = np.ones(WORLDS, bool), np.zeros(WORLDS, bool)
# Medians of the baseline: interconnect in training, bandwidth in inference, inference in value.
VALUE = chips.value_exponents(
    Exponents(*(np.array([number]) for number in (0.15, 0.7, 0.45, 0.7, 0.2, 0.08, 0.02)))
)


def chip(tflops: float, bandwidth: float, interconnect: float) -> Spec:
    """A chip of an American and of a Chinese supplier, in two worlds."""
    both = np.ones((2, WORLDS))
    return Spec(tflops * both, bandwidth * both, interconnect * both)


H100 = chip(989, 3.35, 900)
A100 = chip(312, 2.04, 600)
H200 = chip(989, 4.8, 900)


def clause(
    tpp=None, interconnect=None, bandwidth=None, licence=0.0, levy=0.0, cap=NO_CAP, **masks
) -> Clause:
    """A clause on American suppliers, in force unless said otherwise."""

    def limit(value):
        return None if value is None else np.array([float(value)])

    return Clause(
        in_force=masks.get("in_force", YES),
        cut_from=np.zeros(WORLDS),
        die_from=np.zeros(WORLDS),
        jurisdiction=np.array([[True], [False]]),
        tpp=limit(tpp),
        interconnect=limit(interconnect),
        bandwidth=limit(bandwidth),
        licence_rate=np.array([licence]),
        levy=np.array([levy]),
        cap=np.array([cap]),
    )


OCTOBER_2022 = clause(tpp=4800, interconnect=600)
OCTOBER_2023 = clause(tpp=2400)
H20_LETTER = clause(bandwidth=1.4)


def answer(spec: Spec, *clauses: Clause, margin: float = 0.0133, ready=YES, licensed=False) -> Spec:
    answered = [clause.in_force & ready for clause in clauses]
    return rules.redesign(spec, list(clauses), answered, np.array([margin]), VALUE, licensed)


def american(block: np.ndarray) -> list[float]:
    return block[0].tolist()


def test_a_clause_reaches_what_meets_all_its_limits():
    assert rules.reached(H100, OCTOBER_2022).tolist() == [[True, True], [False, False]]
    assert rules.reached(A100, OCTOBER_2022)[0].all()  # 312 x 16 = 4992 and 600: both reached
    slower = chip(989, 3.35, 599)
    assert not rules.reached(slower, OCTOBER_2022).any()
    assert rules.reached(slower, OCTOBER_2023)[0].all()


def test_october_2022_makes_an_h800():
    """Cutting the link costs .3 x .15 x ln(900/592) = .019, performance .55 x ln(989/296) = .66."""
    variant = answer(H100, OCTOBER_2022)
    assert american(variant.tflops) == [989, 989]
    assert american(variant.bandwidth) == [3.35, 3.35]
    np.testing.assert_allclose(variant.interconnect[0], 600 * (1 - 0.0133))
    assert np.all(variant.interconnect[0] < 600)


def test_october_2022_makes_an_a800():
    variant = answer(A100, OCTOBER_2022)
    assert american(variant.tflops) == [312, 312]
    assert np.all(variant.interconnect[0] < 600)


def test_october_2023_makes_an_h20():
    """2400 TPP are 150 TFLOP/s; with the H20's margin of 1.33 % the variant has 148."""
    variant = answer(H100, OCTOBER_2023)
    np.testing.assert_allclose(variant.tflops[0], 148, atol=0.1)
    assert american(variant.bandwidth) == [3.35, 3.35]
    assert american(variant.interconnect) == [900, 900]


def test_both_rules_together_make_an_h20():
    """After the cut of October 2023 the clause of 2022 is not reached any more, or never was."""
    one, other = answer(H100, OCTOBER_2023, OCTOBER_2022), answer(H100, OCTOBER_2022, OCTOBER_2023)
    np.testing.assert_allclose(one.tflops[0], 148, atol=0.1)
    np.testing.assert_allclose(other.tflops[0], 148, atol=0.1)


def test_the_h20_letter_cuts_memory():
    variant = answer(chip(148, 4.0, 900), H20_LETTER, margin=0.1)
    np.testing.assert_allclose(variant.bandwidth[0], 1.26)  # 1.4 x .9
    assert american(variant.tflops) == [148, 148]


def test_suppliers_out_of_reach_change_nothing():
    for variant in (answer(H100, OCTOBER_2022), answer(H100, OCTOBER_2023, H20_LETTER)):
        for new, old in zip(variant, H100, strict=True):
            assert new[1].tolist() == old[1].tolist()


def test_there_is_no_variant_before_it_is_designed():
    variant = answer(H100, clause(tpp=2400), ready=np.array([False, True]))
    assert variant.tflops[0, 0] == 989
    assert variant.tflops[0, 1] < 150


def test_a_chip_for_licences_is_cut_only_where_none_are_given():
    hopeful, hopeless = clause(tpp=2400, licence=0.1), clause(tpp=2400)
    assert american(answer(H100, hopeful, licensed=True).tflops) == [989, 989]
    assert np.all(answer(H100, hopeless, licensed=True).tflops[0] < 150)
    assert np.all(answer(H100, hopeful).tflops[0] < 150)  # a chip that needs none


def test_the_licences_of_august_2025_bring_the_h20_back():
    """Denied above 2400 TPP, licences for fast memory: less performance, the memory kept."""
    chip_2025 = chip(2250, 7.7, 1800)
    licences = clause(bandwidth=1.4, licence=0.4)
    licensed = answer(chip_2025, OCTOBER_2023, licences, licensed=True)
    np.testing.assert_allclose(licensed.tflops[0], 148, atol=0.1)
    assert american(licensed.bandwidth) == [7.7, 7.7]
    assert american(answer(chip_2025, OCTOBER_2023, licences).bandwidth) < [1.4, 1.4]


def test_the_rule_of_2026_makes_an_h200_for_licences_and_an_h20_without():
    """Licences from 2400 TPP on, denial from 21,000 TPP or 6.5 TB/s on; a B300 has 38,000."""
    b300 = chip(2375, 8.0, 1800)
    rule = [clause(tpp=2400, licence=0.5), clause(tpp=21_000), clause(bandwidth=6.5)]
    licensed = answer(b300, *rule, licensed=True)
    np.testing.assert_allclose(licensed.tflops[0], 21_000 / 16 * (1 - 0.0133))
    np.testing.assert_allclose(licensed.bandwidth[0], 6.5 * (1 - 0.0133))
    assert american(rules.terms(licensed, rule, (2, WORLDS)).licence) == [0.5, 0.5]
    free = answer(b300, *rule)
    np.testing.assert_allclose(free.tflops[0], 148, atol=0.1)
    assert american(rules.terms(free, rule, (2, WORLDS)).licence) == [1, 1]


def test_terms_without_a_clause_are_free():
    terms = rules.terms(H100, [], (2, WORLDS))
    assert not terms.controlled.any()
    assert np.all(terms.licence == 1)
    assert np.all(terms.levy == 0)
    assert np.all(terms.cap == NO_CAP)


def test_of_several_clauses_the_strictest_of_each_kind_counts():
    one = clause(tpp=2400, licence=0.4, levy=0.25, cap=0.5)
    other = clause(bandwidth=1.4, licence=0.7, levy=0.15)
    unmet = clause(tpp=21_000, licence=0.0)
    terms = rules.terms(H200, [one, other, unmet], (2, WORLDS))
    assert american(terms.controlled) == [True, True]
    assert american(terms.licence) == [0.4, 0.4]
    assert american(terms.levy) == [0.25, 0.25]
    assert american(terms.cap) == [0.5, 0.5]
    assert terms.licence[1].tolist() == [1, 1]


def test_a_clause_counts_in_the_worlds_where_it_is_in_force():
    terms = rules.terms(H100, [clause(tpp=2400, in_force=np.array([True, False]))], (2, WORLDS))
    assert american(terms.licence) == [0.0, 1.0]


def test_a_variant_is_free_of_the_clauses_it_answers():
    clauses = [OCTOBER_2022, OCTOBER_2023, H20_LETTER]
    variant = answer(H100, *clauses)
    assert not rules.terms(variant, clauses, (2, WORLDS)).controlled.any()


@settings(max_examples=60, deadline=None)
@given(
    tflops=st.floats(10, 5000),
    bandwidth=st.floats(0.2, 20),
    interconnect=st.floats(50, 2000),
    limits=st.lists(
        st.tuples(st.floats(500, 30_000), st.floats(100, 1500), st.floats(0.5, 8)), max_size=3
    ),
    margin=st.floats(0.001, 0.5),
)
def test_a_variant_escapes_and_is_never_better(tflops, bandwidth, interconnect, limits, margin):
    """Whatever the clauses: the variant falls under none of them, and gains nothing."""
    spec = chip(tflops, bandwidth, interconnect)
    clauses = [clause(*limit) for limit in limits]
    variant = answer(spec, *clauses, margin=margin)
    assert not rules.terms(variant, clauses, (2, WORLDS)).controlled.any()
    for new, old in zip(variant, spec, strict=True):
        assert np.all(new <= old)


@pytest.mark.parametrize("limit", [{"tpp": 0}, {"bandwidth": 0}, {"interconnect": 0}])
def test_a_clause_that_no_chip_can_escape_is_not_designed_around(limit):
    """A limit of 0 bans everything: the chip stays what it is, and is controlled."""
    ban = clause(**limit)
    with np.errstate(all="ignore"):
        variant = answer(H100, ban)
    for new, old in zip(variant, H100, strict=True):
        assert new.tolist() == old.tolist()
    assert american(rules.terms(variant, [ban], (2, WORLDS)).licence) == [0.0, 0.0]


def test_tpp_just_under_the_limit_is_under_the_limit():
    assert np.all(tpp(answer(H100, OCTOBER_2023, margin=0.001))[0] < 2400)
