"""docs/evidence.md, written from recorded numbers alone."""

from __future__ import annotations

from typing import Any

from sim.research.identification.bayes_factors import ETA, SIGMA
from sim.research.identification.distribution import agreement, sign_of
from viz.pages import placebos as placebo_page
from viz.pages.evidence_words import (
    capital,
    cell,
    ensemble,
    number,
    odds,
    prefers,
    ratio,
    share,
    table,
    written,
)

ZERO = "no directed effort (eta = 0)"
LIMITS = """\
## Limits first

- One history of five years. It holds one case of controls on this scale, and most of its numbers move
  together whatever their cause.
- The fit compares the model with {observations} observations. What the model leaves out (open-source
  culture, single people, luck of a kind it does not draw) is in no number here.
- Priors were set by people who knew these years. Where a posterior is no narrower than its prior, the
  answer is the prior's, that is ours.
- "Rival over model" below is a ratio of marginal likelihoods, computed from worlds of the posterior
  (how: at the end). It compares models of this family, and says nothing of models outside it.
"""
METHOD = """\
## How it was computed

Worlds are drawn from the posterior. With one number changed, or one channel off, the same worlds are run
again with the same luck; the mean over worlds of the ratio of likelihoods of history, changed over
unchanged, is the ratio of marginal likelihoods of the two models (for a number that the prior holds
independent of the others). Along a number it is the density of the posterior over that of the prior. The
prior of eta is triangular and 0 at eta = 0, so that the usual ratio of densities at the point
(Savage-Dickey) is not defined there; this one is. Intervals are 90 % by bootstrap over worlds. *Effective
worlds* is the number of equal weights that would know the mean as well; where it is small, a few worlds
carry the result and the truth may lie beyond the interval, as a rule in favour of the rival. (The mean of
ratios is kin to the harmonic mean: good where ratios are near 1, as along eta and sigma; an order of
magnitude where a rival changes much.)

Everything else is a difference of paired worlds: same numbers, same luck, another policy.
"""


def page(found: dict[str, Any]) -> str:
    """The whole page."""
    about = found["about"]
    zero = found["rivals"][ZERO]
    parts = [
        "# Evidence: what history can tell, and what it cannot\n",
        f"Written by `moat evidence` from the numbers in `docs/evidence.json`: {about['worlds']} worlds "
        f"of {ensemble(about)}, seed {about['seed']}. A test holds the words to the numbers.\n",
        LIMITS.format(observations=about["observations"]),
        "## In short\n",
        "\n".join(f"- {line}" for line in short(found)) + "\n",
        _identified(found, zero),
        "## Placebos\n\nCases in which controls cannot be the cause, or in which nothing should happen.\n",
        *(getattr(placebo_page, name)(found["placebos"][name]) for name in PLACEBOS),
        METHOD,
    ]
    return "\n".join(parts)


PLACEBOS = ("mistral", "slowdown", "full_chips", "never_enforced", "fake_control")


def short(found: dict[str, Any]) -> list[str]:
    """The page in a few sentences."""
    zero, eta = found["rivals"][ZERO], found["numbers"][ETA]
    after = found["innovation"]["posterior"]["2024-12"]
    true, compared = (found["placebos"]["mistral"][key] for key in ("true", "compared"))
    chips = found["placebos"]["full_chips"]
    part = chips["effect"]["median"] / chips["gain"]["median"]
    signs = {1: "positive", -1: "negative", 0: "of open sign"}
    return [
        capital(f"does history need directed effort? On eta = 0, {prefers(zero, 'eta = 0')}"),
        f"Over all of eta, from 0 to 2.2, the fit changes by a factor of {_range(found)}; of eta the "
        f"worlds say {cell(eta['posterior'])} after the fit, {cell(eta['prior'])} before.",
        f"By the end of 2024 the effect of the controls on the best Chinese training efficiency is "
        f"{signs[sign_of(after)]}: {written(after)}, above 0 in {share(after['positive'])} of worlds. Of what "
        f"DeepSeek gained from August 2022 on ({written(chips['gain'])}) the controls account for "
        f"{100 * part:.0f} % in the median.",
        f"The obvious comparison, DeepSeek against Mistral, would say {written(compared)}; in the "
        f"same worlds the controls did {written(true)}.",
        "Controls themselves can be seen in history: against no controls, "
        f"{prefers(found['scenarios']['no_controls'], 'no controls')}.",
    ]


def _range(found: dict[str, Any]) -> str:
    logs = [one["log"] for one in found["profiles"][ETA]]
    return ratio(max(logs) - min(logs))


def _identified(found: dict[str, Any], zero: dict[str, float]) -> str:
    eta, sigma = found["profiles"][ETA], found["profiles"][SIGMA]
    tops = [max(profile, key=lambda one: one["log"]) for profile in (eta, sigma)]
    low, high = (next(one for one in eta if one["value"] == v) for v in (0.0, 2.0))
    return f"""\
## How far the main claim is identified

![Profiles of the fit along eta and sigma](figures/evidence_profiles.png)

*Left and middle: how much more (above 1) or less likely history makes a value of eta (how strongly
scarcity turns effort) and of sigma (how well people stand in for chips) than the prior does, with 90 %
intervals by bootstrap over worlds. Right: the same over both. A flat line is a number of which history
says nothing.*

Along eta the fit is highest at {number(tops[0]["value"])} and there {odds(tops[0]["log"])} above the prior's
mean; at 0 it is {ratio(low["log"])}, at 2 {ratio(high["log"])} of it. Along sigma it is highest at
{number(tops[1]["value"])}, {odds(tops[1]["log"])}. On eta = 0, {prefers(zero, "eta = 0")}.

{_rivals(found)}
{_numbers(found)}
{_innovation(found)}"""


def _rivals(found: dict[str, Any]) -> str:
    """Models with a mechanism left out."""
    every = found["rivals"] | {f"scenario {name}": one for name, one in found["scenarios"].items()}
    rows = [
        [name, ratio(one["log"]), _ends(one), f"{one['effective']:.0f}", _verdict(one)]
        for name, one in every.items()
    ]
    head = ["rival", "rival over model", "log, 90 %", "effective worlds", "history"]
    return (
        "What history says of models with one thing left out, and of policies that it denies:\n\n"
        + table(head, rows)
    )


def _ends(one: dict[str, float]) -> str:
    return f"{number(one['low'])} to {number(one['high'])}"


def _verdict(one: dict[str, float]) -> str:
    if one["low"] < 0 < one["high"] or abs(one["log"]) < 1:
        return "cannot tell"
    return "prefers the rival" if one["log"] > 0 else "prefers the model"


def _numbers(found: dict[str, Any]) -> str:
    rows = [
        [f"`{path}`", cell(one["prior"]), cell(one["posterior"]), f"{100 * one['narrower']:+.0f} %"]
        for path, one in found["numbers"].items()
    ]
    head = ["number", "prior", "posterior", "90 % range narrower by"]
    return (
        "Numbers on which the answer turns:\n\n"
        + table(head, rows)
        + "\nA range of few hundred worlds is rough: where a profile above is flat and the table narrower, the "
        "profile is right, and the worlds have lost variety on the way to the fit.\n"
    )


def _innovation(found: dict[str, Any]) -> str:
    rows = [
        [month, *(text for one in both for text in (cell(one), share(one["positive"])))]
        for month in found["innovation"]["prior"]
        for both in [[found["innovation"][name][month] for name in ("prior", "posterior")]]
    ]
    head = ["by", "prior", "above 0", "posterior", "above 0"]
    after = found["innovation"]["posterior"]
    last = list(after)[-1]
    clear = "clear" if agreement(after[last]) >= 0.9 else "open"
    return (
        "The effect of the controls as enacted on the best Chinese training efficiency, log points:\n\n"
        + table(head, rows)
        + f"\nIts sign by {last} is {clear} after the fit too.\n\n"
        "![Innovation effect before and after the fit](figures/evidence_innovation.png)\n\n"
        "*The effect of the controls on the best Chinese training efficiency, paired worlds: medians, "
        "50 % and 90 % ranges before (prior) and after the fit to history (posterior).*\n"
    )
