"""Worlds that fit history: the laws hold in them, and what a reader changes is not fitted."""

from __future__ import annotations

import numpy as np
import pytest
from laws.histories import differences, of_world, run

from sim.core.chance import Chance
from sim.core.worlds import Worlds
from sim.experiments.ensemble import of_worlds
from sim.model.race import Race
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load
from sim.uncertainty import posterior as shelf
from sim.uncertainty.draw import draw_worlds
from sim.uncertainty.posterior import priors, read, shipped, shipped_names
from viz.cli.calibrate import calibrate

FITTED = shipped().past["months"]
MONTHS = FITTED + 10  # past the end of the fit


@pytest.fixture(scope="module")
def fitted(as_enacted):
    return of_worlds(as_enacted)


def numbers(resolved, worlds, seed=0):
    return draw_worlds(resolved.scenario, resolved.posterior, seed, Worlds(worlds))[1]


def test_a_world_alone_is_the_same_among_others(fitted):
    """Law 1 over the end of the fit."""
    many = run(fitted, [4, 70, 1030, 17], MONTHS)
    for at, world in enumerate([4, 70]):
        assert differences(run(fitted, [world], MONTHS), of_world(many, at)) == []


def test_pairs_share_their_past_and_their_luck(fitted):
    """Law 3: until the two scenarios part, they are the same worlds."""
    other = of_worlds(load("talent_closed"))
    ours, theirs = (run(one, [0, 9], MONTHS) for one in (fitted, other))
    assert differences(ours, theirs) == []


def test_each_particle_comes_once_in_a_round(fitted):
    posterior = fitted.posterior
    worlds = Worlds(range(2 * posterior.count))
    first, again = np.split(posterior.particles(5, worlds), 2)
    assert sorted(first) == list(range(posterior.count))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, posterior.particles(6, worlds)[: posterior.count])


def test_a_round_later_the_past_is_the_same_and_the_future_is_not(fitted):
    """World w and world w + N: one particle, one history while it was fitted, other luck then."""
    both = run(fitted, [3, 3 + fitted.posterior.count], MONTHS)
    capability = both.recorded["capability"]
    assert np.array_equal(capability[:FITTED, :, 0], capability[:FITTED, :, 1])
    assert not np.array_equal(capability[FITTED:, :, 0], capability[FITTED:, :, 1])


def test_luck_of_the_past_is_that_of_another_world():
    """By hand: actor A has the luck of world 7 of that ensemble for three months, B its own."""
    from sim.core.chance import Past

    past = Past(11, {"A": np.array([7, 2])}, 16, 3)
    drawn = Chance(0, Worlds([5, 6]), past).normals("research", ["A", "B"], 5)
    free = Chance(0, Worlds([5, 6])).normals("research", ["A", "B"], 5)
    known = Chance(11, Worlds([7, 2])).normals("research", ["A"], 3)
    assert np.array_equal(drawn[:3, 0], known[:, 0])
    assert np.array_equal(drawn[3:], free[3:])
    assert np.array_equal(drawn[:, 1], free[:, 1])


def test_a_number_that_is_set_is_what_was_set(fitted):
    resolved = of_worlds(load("as_enacted", ["effort.eta=1.5"]))
    ours, theirs = numbers(resolved, range(8)), numbers(fitted, range(8))
    assert np.all(ours.effort.eta == 1.5)
    assert np.array_equal(ours.research.sigma, theirs.research.sigma)
    assert "effort.eta" not in resolved.posterior.fitted(resolved.scenario)


def test_a_prior_that_is_changed_is_drawn_freely(fitted):
    prior = '{ kind = "lognormal", median = 1.1, p5 = 0.5, p95 = 2 }'
    changed = load("as_enacted", [f"effort.eta.prior={prior}"])
    resolved = of_worlds(changed)
    free = numbers(changed, range(8))
    assert np.array_equal(numbers(resolved, range(8)).effort.eta, free.effort.eta)


def test_worlds_of_the_priors_are_a_flag_away(as_enacted):
    resolved = of_worlds(of_worlds(as_enacted), "prior")
    assert resolved.posterior is None
    assert np.array_equal(
        numbers(resolved, range(4)).effort.eta, Race(as_enacted, 4).parameters.effort.eta
    )


def test_what_begins_in_another_month_has_no_worlds_that_fit():
    assert of_worlds(load("baseline", ['start="2019-01"'])).posterior is None


def test_an_ensemble_has_a_known_name(as_enacted):
    """Or is a file; the message says which names there are."""
    assert of_worlds(as_enacted, "2024-12").posterior is shipped("2024-12")
    for name in ("postrior", "2023-13", ""):
        with pytest.raises(ScenarioError, match=r"no posterior of this name.*shipped are 2024-12"):
            of_worlds(as_enacted, name)


def test_a_rival_form_has_its_newest_fit_or_exactly_the_one_that_is_named(monkeypatch, tmp_path):
    for name, origin in (("open_answer", "2024-12"), ("raw_compute", "2025-12")):
        (tmp_path / "raw_compute").mkdir(exist_ok=True)
        fit = shelf.newest_fit(name)
        (tmp_path / "raw_compute" / f"{origin}.npz").write_bytes(fit.packed())
    older, newer = (shelf.newest_fit(name).digest for name in ("open_answer", "raw_compute"))
    monkeypatch.setattr(shelf, "SHIPPED", tmp_path)
    assert shelf.find("raw_compute").digest == newer
    assert shelf.find("raw_compute/2025-12").digest == newer
    assert shelf.find("raw_compute/2024-12").digest == older
    for wrong in ("raw_compute/2023-12", "raw_compute/nonsense", "raw_compute/", "other/2024-12"):
        with pytest.raises(ScenarioError, match=r"shipped are .*raw_compute/2024-12"):
            shelf.find(wrong)


def test_a_file_or_its_folder_is_an_ensemble(as_enacted, tmp_path):
    """The same worlds as the shipped ones of this content; pairs share one object."""
    file = tmp_path / "posterior.npz"
    file.write_bytes(shipped("2024-12").packed())
    ours, again = (of_worlds(as_enacted, place).posterior for place in (file, str(tmp_path)))
    assert ours is again
    assert ours.digest == shipped("2024-12").digest and ours.name == str(file)
    file.write_bytes(b"cut")
    with pytest.raises(ScenarioError, match=r"posterior.npz holds no posterior.*moat calibrate"):
        of_worlds(as_enacted, file)


def test_the_newest_is_the_default_and_every_file_is_named_after_its_end():
    assert shipped() is shipped(shipped_names()[-1])
    for name in shipped_names():
        assert shipped(name).about["until"] == name == shipped(name).name


def test_a_file_comes_back_as_it_was(tmp_path):
    posterior = shipped()
    file = tmp_path / "posterior.npz"
    file.write_bytes(posterior.packed())
    again = read(file)
    assert again.digest == posterior.digest
    assert again.packed() == posterior.packed()
    file.write_bytes(b"no archive")
    with pytest.raises(ValueError, match="holds no posterior"):
        read(file)


def test_the_shipped_posterior_is_of_the_shipped_priors(as_enacted):
    """A prior that is changed in the baseline calls for another calibration."""
    told = "priors have changed: calibrate, then python -m viz.pages.record --ship FILE"
    for name in shipped_names():
        assert shipped(name).priors == priors(as_enacted.scenario), (name, told)


def test_the_command_as_it_stands_makes_what_is_shipped():
    """Who gives no options fits the worlds that everybody runs in."""
    usual = calibrate.make_context("calibrate", []).params
    about = shipped().about
    names = ("particles", "seed", "until", "passes")
    assert {name: usual[name] for name in names} == {name: about[name] for name in names}
