"""A visitor's session: paired worlds, bounded work, and nothing shared with others."""

from datetime import date
from types import SimpleNamespace
from weakref import WeakSet

import numpy as np
import pytest

from sim.experiments.compare import compare
from sim.experiments.run import run as sim_run
from sim.experiments.verdict import Verdict, verdict
from sim.research.forecasting.carried import carry_on
from sim.research.identification.distribution import verdict_on
from viz.dashboard.pages.cards import CARDS, verdict_html
from viz.dashboard.state import limits, link
from viz.dashboard.state import session as session_module
from viz.dashboard.state.answers import is_shipped, shipped, simulated
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.ensemble import (
    SHOWN,
    TWO_RECORDS,
    Ensemble,
    SupersededError,
    series_needed,
    simulate_ensemble,
)
from viz.dashboard.state.ensembles import EnsembleStore, size
from viz.dashboard.state.session import Session
from viz.dashboard.state.view import View
from viz.text.sentences import effect
from viz.text.structures import recorded

FEW = 4


def session(**view):
    """A visitor of a server that nobody else has used."""
    return Session(View(**{"worlds": FEW, **view}), store=EnsembleStore())


@pytest.fixture(scope="module")
def compared():
    visitor = session(scenario=EditedScenario("no_controls"))
    visitor.simulate()
    return visitor


def test_effects_are_those_of_compare(compared):
    ours = compared.simulation.value.effects
    theirs = compare("no_controls", "as_enacted", worlds=FEW)
    for name in ("lead_months", "supplier_loss", "innovation_effect"):
        assert np.array_equal(ours.outcomes[name].values, theirs.outcomes[name].values), name


def test_bands_start_from_observations_and_effects_do_not(compared):
    """As `moat run` and `moat run --raw` have them; the paired differences are the same."""
    simulated = session(scenario=EditedScenario("no_controls"), start="simulated")
    simulated.simulate()
    raw, started = simulated.simulation.value, compared.simulation.value
    run = carry_on(sim_run("no_controls", worlds=FEW))
    for name in ("lead_months", "us_frontier", "china_compute", "quality_price"):
        np.testing.assert_array_equal(raw.ensemble.outcomes[name], run.outcomes[name])
        np.testing.assert_allclose(started.ensemble.outcomes[name], run.shown(name))
        assert started.effects.outcomes[name].equals(raw.effects.outcomes[name])
    assert (started.ensemble.carried_from, raw.ensemble.carried_from) == ("2025-12", "")


def test_a_policy_changes_nothing_before_its_date():
    visitor = session(baseline="as_enacted")
    visitor.simulate()
    assert visitor.simulation.value.effects is None
    visitor.change("events.chips_oct_2023.effective", date(2025, 10, 17))
    visitor.simulate()
    simulation = visitor.simulation.value
    gap = simulation.effects.outcomes["china_compute"].values
    at = simulation.ensemble.months.index("2023-10")
    assert not gap[:at].any()
    assert gap[at:].any()


def test_a_bad_value_is_reported_at_its_lever_and_changes_nothing():
    visitor = session()
    visitor.change("research.sigma", 500)
    assert "0.05..20" in visitor.problems.value["research.sigma"]
    assert visitor.scenario.value == EditedScenario("as_enacted")
    visitor.change("research.sigma", 0.5)
    assert visitor.problems.value == {}
    assert visitor.scenario.value.value("research.sigma") == 0.5
    visitor.undo("research.sigma")
    assert visitor.scenario.value == EditedScenario("as_enacted")


def test_a_superseded_simulation_gives_up():
    with pytest.raises(SupersededError):
        simulate_ensemble(EditedScenario("as_enacted"), FEW, 0, lambda done: done < 5)
    visitor = session()
    visitor._request = 3
    with pytest.raises(SupersededError):
        visitor.ensemble(EditedScenario("leaky"), lambda done: visitor._goes_on(2, done))


def test_an_ensemble_is_simulated_once_for_all_and_few_are_kept(monkeypatch):
    simulated = []

    def fake(scenario, worlds, seed, is_wanted, pasts):
        simulated.append((scenario, seed))
        return SimpleNamespace(outcomes={"x": np.zeros(10**7)}, record=None, started=None), None

    monkeypatch.setattr("viz.dashboard.state.ensembles.simulate_ensemble", fake)
    kept = EnsembleStore()
    visitor, other = (Session(View(worlds=FEW), store=kept) for _ in range(2))
    first = visitor.ensemble(EditedScenario("as_enacted"))
    assert other.ensemble(EditedScenario("as_enacted")) is first
    assert len(simulated) == 1
    for seed in range(1, 6):  # 80 MB each
        visitor.seed.set(seed)
        visitor.ensemble(EditedScenario("leaky"))
    sizes = map(size, kept.ensembles.values(lambda key: True))
    assert 0 < sum(sizes) <= limits.MAX_ENSEMBLE_BYTES
    kept.clear()
    assert kept.ensembles.values(lambda key: True) == []


def test_what_visitors_share_is_dropped_with_the_last_of_them(monkeypatch):
    dropped = []
    monkeypatch.setattr(session_module, "give_back_later", lambda before: before())
    monkeypatch.setattr(session_module, "store", SimpleNamespace(clear=lambda: dropped.append(1)))
    monkeypatch.setattr(session_module, "_open", WeakSet())
    visitor, other = session(), session()
    visitor.close()
    assert not dropped
    other.close()
    assert dropped


def test_two_sessions_stay_apart():
    visitor, other = session(), session()
    visitor.change("research.sigma", 0.5)
    visitor.seed.set(3)
    visitor.pin(2)
    assert other.scenario.value == EditedScenario("as_enacted")
    assert other.seed.value == 0
    assert other.pinned.value == ()


def test_the_clock_stays_inside_and_stops_at_the_end(compared):
    compared.go(10**6)
    assert compared.month.value == compared.simulation.value.last
    compared.play()
    assert (compared.month.value, compared.playing.value) == (0, True)
    for _ in range(10):
        compared.step()
    assert compared.month.value == 10
    compared.go(compared.simulation.value.last - 1)
    compared.step()
    assert not compared.playing.value
    compared.go(-5)
    assert compared.month.value == 0


@pytest.mark.parametrize(("text", "wrong"), [("many", "whole"), ("4", "0 to 3"), ("-1", "whole")])
def test_a_world_that_is_not_there_cannot_be_pinned(text, wrong):
    visitor = session()
    assert wrong in visitor.pin_text(text)
    assert visitor.pinned.value == ()
    assert visitor.pin_text("3") == visitor.pin_text("3") == "", (
        "typed, and reported once more by the browser"
    )
    assert visitor.pinned.value == (3,)


def test_a_link_of_a_session_opens_the_same_view(compared):
    compared.go(40)
    text = link.query(compared.view())
    view, problems = link.read(text.replace(f"n={FEW}", "n=64"))
    assert not problems
    assert view.scenario == compared.scenario.value
    assert view.month == compared.simulation.value.ensemble.months[40]


@pytest.mark.parametrize("name", [name for card in CARDS for name in card.outcomes])
def test_a_card_gives_the_verdict_of_the_worlds_on_the_page(compared, name):
    simulation = compared.simulation.value
    card = simulated(simulation.effects, name)
    late = card.verdict_at(simulation.last)
    assert late == verdict(simulation.effects, name, simulation.ensemble.months[-1])
    assert card.quantiles[:, -1].tolist() == pytest.approx([late.low, late.median, late.high])
    assert card.verdict_at(0).certainty in ("no change", "no material change")


def test_the_page_opens_with_the_answer_that_is_recorded():
    """The same numbers of all forms of the model as `moat structures` and `moat answer` give."""
    for name, effect_shown in shipped().effects.items():
        for month, spread in recorded()["all"]["effects"][name].items():
            found = effect_shown.verdict_at(effect_shown.months.index(month))
            assert found == verdict_on(spread, name, month)


@pytest.mark.parametrize(
    ("view", "is_known"),
    [
        (View(), True),
        (View(baseline="no_controls", worlds=64), True),
        (View(baseline="baseline"), False),
        (View(seed=1), False),
        (View(EditedScenario("leaky")), False),
        (View(EditedScenario("as_enacted", (("effort.eta", "1.5"),))), False),
    ],
)
def test_only_the_question_in_the_same_worlds_has_a_shipped_answer(view, is_known):
    assert is_shipped(view) == is_known


@pytest.mark.parametrize(
    ("scenario", "reference"),
    [
        (EditedScenario("as_enacted"), "no_controls"),
        (EditedScenario("no_controls"), "as_enacted"),
        (EditedScenario("leaky"), "as_enacted"),
        (EditedScenario("leaky", (("effort.eta", "1.5"),)), "leaky"),
    ],
)
def test_a_change_is_compared_with_what_was_before_it(scenario, reference):
    assert session(scenario=scenario).reference == reference
    assert session(scenario=scenario, baseline="tools_only").reference == "tools_only"


@pytest.mark.parametrize(
    ("median", "positive", "small", "words"),
    [
        (1.2, 0.97, 0.1, "Very likely raised the US lead in time by 1.2 months"),
        (-1.2, 0.03, 0.1, "Very likely lowered the US lead in time by 1.2 months"),
        (0.01, 0.96, 0.9, "No material change in the US lead in time"),
        (-0.0002, 0.48, 0.1, "About as likely as not that the US lead in time rose or fell"),
    ],
)
def test_the_sentence_on_top_is_that_of_every_other_place(median, positive, small, words):
    found = Verdict(
        "lead_months", "months", "2030-12", median, -2, 2, positive, 1 - positive,
        share_small=small, threshold="1 month",
    )  # fmt: skip
    assert effect(found).startswith(words)
    assert effect(found) in verdict_html("The US lead", found)


def test_only_the_series_that_are_shown_are_ensembles():
    ensemble, past = simulate_ensemble(EditedScenario("as_enacted"), 1, 0)
    assert set(past.record.arrays) == series_needed(SHOWN)
    assert set(ensemble.record.arrays) == series_needed(TWO_RECORDS)
    assert len(series_needed(TWO_RECORDS)) < len(series_needed(SHOWN)) < 40


def test_a_change_of_what_is_to_come_goes_on_from_the_baseline():
    """The same numbers as if it were simulated by itself, and fewer months computed."""
    visitor = session()
    visitor.ensemble(EditedScenario("as_enacted"))
    first, on = months_simulated(visitor, EditedScenario("talent_closed"))
    alone, _ = simulate_ensemble(
        EditedScenario("talent_closed"), visitor.worlds.value, visitor.seed.value
    )
    assert all(np.array_equal(on.outcomes[name], alone.outcomes[name]) for name in on.outcomes)
    assert first >= 78


def test_a_policy_under_another_assumption_goes_on_from_the_last_answer():
    """Who has moved an assumption, and then moves policies, waits for the assumption once."""
    visitor = session()
    visitor.ensemble(EditedScenario("as_enacted"))
    unlike = EditedScenario("as_enacted").put("research.sigma", 0.5)
    assert months_simulated(visitor, unlike)[0] == 0
    both = EditedScenario("talent_closed").put("research.sigma", 0.5)
    first, on = months_simulated(visitor, both)
    alone, _ = simulate_ensemble(both, visitor.worlds.value, visitor.seed.value)
    assert all(np.array_equal(on.outcomes[name], alone.outcomes[name]) for name in on.outcomes)
    assert first >= 78


def test_who_compares_scenarios_keeps_the_baselines_past():
    """Scenarios that differ from 2020 on do not take it away: the next lever is as quick."""
    visitor = session()
    for name in ("as_enacted", "no_controls", "jevons_weak"):
        visitor.ensemble(EditedScenario(name))
    assert months_simulated(visitor, EditedScenario("talent_closed"))[0] >= 78


def months_simulated(visitor: Session, scenario: EditedScenario) -> tuple[int, Ensemble]:
    """In which month the simulation of a scenario started, and its result."""
    months = []
    result = visitor.ensemble(scenario, lambda done: months.append(done) or True)
    return months[0], result


def test_an_unforeseen_error_is_reported_in_words(monkeypatch):
    """The last result stays, and no traceback reaches the page."""

    def broken(*_):
        raise ZeroDivisionError

    visitor = session()
    monkeypatch.setattr("viz.dashboard.state.ensembles.simulate_ensemble", broken)
    visitor.simulate()
    assert visitor.problems.value == {
        "": "This could not be simulated; the last result is shown. Undo the last change."
    }
    assert visitor.progress.value is None


def test_a_page_that_breaks_shows_no_traceback(monkeypatch):
    from solara.server import app

    from viz.dashboard.server.serve import BROKEN, hide_tracebacks

    monkeypatch.setattr(app, "traceback", app.traceback)
    hide_tracebacks()
    error = ZeroDivisionError("secret/path")
    assert app.traceback.format_exception(None, error, None) == [BROKEN]
