"""Weights of rival forms by hand: stacking, reweighting, spread within and between, flips."""

from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.testing import assert_allclose
from scipy.stats import beta

from sim.experiments.ensemble import load_in
from sim.record.provenance import about_ensemble
from sim.research.history.observation_model import history
from sim.research.structures import fits
from sim.research.structures.spread import flips, within_and_between
from sim.research.structures.stacking import believed, held_out, stacked
from sim.scenario.structures import ALL
from sim.uncertainty.posterior import newest_fit, shipped
from viz.pages import fit_structures
from viz.text.structures import recorded


def test_models_that_are_right_by_turns_share_the_weight():
    """Each of two models gives one of two observations nine times the density of the other."""
    logs = np.log(np.array([[0.9, 0.1], [0.1, 0.9]]))
    mean, low, high = believed(logs, np.ones(2))
    assert_allclose(mean, [0.5, 0.5], atol=0.01)
    assert_allclose(low + high[::-1], [1, 1], atol=0.02)


def test_two_of_three_observations():
    """Density 1 where a model is right and 0 where it is wrong: Laplace's rule, a beta law."""
    logs = np.log(np.maximum([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], 1e-300))
    mean, low, high = believed(logs, np.ones(3))
    assert_allclose(mean, [3 / 5, 2 / 5], atol=0.01)
    assert_allclose([low[0], high[0]], beta(3, 2).ppf([0.05, 0.95]), atol=0.02)
    half = believed(logs, np.array([1, 0.5, 0.5]))[0]  # a third that counts half
    assert_allclose(half, [2.5 / 4, 1.5 / 4], atol=0.01)


def test_forecasts_that_hardly_differ_leave_the_weights_open():
    """A hair's breadth of an advantage wins nothing, and the range stays that of the prior."""
    logs = np.tile([0.001, 0.0], (20, 1))
    mean, low, high = believed(logs, np.ones(20))
    assert mean[0] == pytest.approx(0.5, abs=0.01)
    assert low[0] == pytest.approx(0.05, abs=0.01) and high[0] == pytest.approx(0.95, abs=0.01)


def test_a_series_counts_as_one():
    """Two series, each for one model, one with more months, and one month forecast twice."""
    held = [("2024-12", "a", "2025-03")]
    held += [("2024-12", "b", month) for month in ("2025-03", "2025-06", "2025-09")]
    held += [("2023-12", "b", "2025-03")]
    good, bad = np.log(0.9), np.log(0.1)
    densities = {
        "one": {key: good if key[1] == "a" else bad for key in held},
        "other": {key: good if key[1] == "b" else bad for key in held},
    }
    found = stacked(densities)
    assert (found.observations, found.series) == (4, 2)
    assert_allclose(found.mean["one"], 0.5, atol=0.01)
    assert sum(found.mean.values()) == pytest.approx(1, abs=1e-4)
    assert found.loss["one"] == pytest.approx(np.log(0.5) - (good + bad) / 2, abs=0.01)


def test_spread_within_and_between_add_up_to_the_whole():
    """Two forms around 0 and 4 with spread 1: variance 1 within and 4 between."""
    values = {"one": np.tile([-1.0, 1.0], 5000), "other": np.tile([3.0, 5.0], 5000)}
    found = within_and_between(values, {"one": 0.5, "other": 0.5})
    assert found == pytest.approx({"within": 1.0, "between": 2.0, "share_between": 0.8}, abs=1e-3)
    whole = np.concatenate(list(values.values()))
    assert found["within"] ** 2 + found["between"] ** 2 == pytest.approx(np.var(whole), abs=1e-3)
    alone = within_and_between(values, {"one": 1.0, "other": 0.0})
    assert alone["between"] == 0 and alone["share_between"] == 0


def test_chance_is_no_spread_between_forms():
    """Two forms with the same law, four worlds each: on average nothing lies between."""
    rng, equal = np.random.default_rng(1), {"one": 0.5, "other": 0.5}
    drawn = [{name: rng.normal(size=4) for name in equal} for _ in range(2000)]
    by_hand = [(row["one"].mean() - row["other"].mean()) ** 2 / 4 for row in drawn]
    found = [within_and_between(row, equal)["between"] ** 2 for row in drawn]
    assert np.mean(by_hand) > 0.11 and np.mean(np.array(found) == 0) > 0.6
    assert np.mean(found) < 0.6 * np.mean(by_hand)


def test_flips_are_clear_signs_of_the_other_kind():
    def effect(positive, small=0.0):
        return {"positive": positive, "negative": 1 - positive, "small": small}

    found = {
        "reference": effect(0.1),
        "the same": effect(0.2),
        "open": effect(0.5),
        "other": effect(0.9),
        "nothing to speak of": effect(0.9, small=0.8),
    }
    assert flips(found, "reference") == ["other"]
    assert flips(found | {"reference": effect(0.5)}, "reference") == []


def test_one_origin_alone_leaves_nothing_to_forecast():
    asked = CliRunner().invoke(fit_structures.main, ["--origins", "2025-12"])
    assert asked.exit_code == 2 and "--origins needs an earlier month" in asked.output


def test_what_is_recorded_is_of_the_fits_and_weights_that_are_shipped():
    """Hashes of single fits, and of all of them in shares by their weights."""
    found = recorded()
    again = "run: python -m viz.pages.fit_structures"
    for name, one in found["structures"].items():
        assert one["hash"] == newest_fit(name).digest, again
    together = about_ensemble(load_in("as_enacted", ALL))
    assert found["about"]["ensemble"]["hash"] == together["hash"], again
    assert found["weights"]["mean"].keys() == found["weights"]["low"].keys(), again


def test_what_is_held_out_came_later():
    later, known = held_out("2024-12"), history("fit", "2024-12")
    assert later and all(fact.month > "2024-12" for facts in later.values() for fact in facts)
    before = {(name, fact.month) for name, facts in known.items() for fact in facts}
    assert not before & {(name, fact.month) for name, facts in later.items() for fact in facts}


def test_effective_particles():
    assert fits.effective(np.ones(50)) == 50
    assert fits.effective(np.array([1.0, 1e-12])) == pytest.approx(1)


def test_a_fit_is_reweighted_only_where_enough_particles_remain(monkeypatch):
    """Half of the particles fit what was known earlier: enough. One alone: it is fitted anew."""
    posterior = shipped()
    few = replace(posterior, scores=posterior.scores[:, :300], lucks=posterior.lucks[:, :300])
    half = np.where(np.arange(300) % 2, 0.0, -1e3)

    def fit_to(_fitted, origin):
        return half if origin == "2024-12" else np.zeros(300)

    monkeypatch.setattr(fits, "fit_to", fit_to)
    found = fits.reweighted(few, "2024-12")
    assert found is not None and found.about["until"] == "2024-12" and found.count == 300
    assert "evidence" in few.about and "evidence" not in found.about  # it is that of other facts
    assert {tuple(row) for row in found.lucks.T} <= {tuple(row) for row in few.lucks[:, 1::2].T}
    half[:] = -1e3
    half[7] = 0.0
    assert fits.reweighted(few, "2024-12") is None


def test_fits_are_kept_and_not_made_again(monkeypatch, tmp_path):
    """The same command makes what is missing; a fit of another size is refused."""
    made = []

    def fitted(name, origin, size, place, _workers):
        made.append((name, origin))
        one = shipped()
        about = {**one.about, "structure": name, "until": origin, "particles": size.particles}
        about |= {
            "passes": size.passes,
            "scenario_hash": fits.load("as_enacted", structure=name).digest,
        }
        return replace(one, scores=one.scores[:, :8], lucks=one.lucks[:, :8], about=about)

    monkeypatch.setattr(fits, "_fitted", fitted)
    monkeypatch.setattr(fits, "reweighted", lambda *_: None)
    size = fits.Size(8, 2)
    order = (["raw_compute"], ["2025-12", "2024-12"], size, tmp_path)
    assert [one.about["until"] for one in fits.fits(*order)] == ["2025-12", "2024-12"]
    assert len(list(fits.fits(*order))) == 2 and len(made) == 2
    (tmp_path / "raw_compute" / "2024-12" / "posterior.npz").unlink()
    list(fits.fits(*order))
    assert made[2:] == [("raw_compute", "2024-12")]
    with pytest.raises(Exception, match="another passes"):
        list(fits.fits(*order[:2], fits.Size(8, 3), tmp_path))
