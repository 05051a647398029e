"""Who leads, in a sentence: where there is nothing to compare a scenario with."""

from __future__ import annotations

import math

from viz.dashboard.state.simulation import Simulation
from viz.text.format import interval, number, when
from viz.text.sentences import with_gaps

HEADLINE = "lead_months"


def level(simulation: Simulation, month: int) -> tuple[str, str]:
    """The lead at a month, and what it is taken from."""
    ensemble = simulation.ensemble
    label = when(ensemble.months[month])
    low, _, middle, _, high = map(float, ensemble.quantiles(HEADLINE)[:, month])
    undefined = ensemble.undefined(HEADLINE, month)
    if math.isnan(middle):
        return f"In {label} the US lead is {undefined}.", ""
    leader = "the US"
    if middle < 0:
        leader, low, middle, high = "China", -high, -middle, -low
    lead = f"In {label} {leader} leads by {number(middle)} months {interval(low, high)}."
    return with_gaps(lead, undefined), f"Median and 90 % of {ensemble.worlds} worlds."
