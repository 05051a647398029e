"""Extreme scenarios that the schema allows, as overrides of `as_enacted`, drawn by hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from sim.scenario.load import load
from sim.scenario.quantity import Quantity
from sim.scenario.schema import quantities

SCENARIO = load("as_enacted").scenario
ENDS = {
    path: (said["low"], said["high"])
    for path, item, said in quantities(SCENARIO)
    if isinstance(item, Quantity) and not path.endswith("experiment_share")  # with flagship_share
}
NEVER = "2045-01"  # an entry after the end
LABS = {name: lab.bloc for name, lab in SCENARIO.labs.items()}
ABSENT = {
    "nobody": [],
    "the US": [name for name, bloc in LABS.items() if bloc == "US"],
    "China": [name for name, bloc in LABS.items() if bloc == "China"],
    "all but one": list(LABS)[1:],
    "all": list(LABS),
}


@st.composite
def extremes(draw: DrawFn) -> list[str]:
    """Some or all numbers at an end of their range, labs absent, switches and acts off."""
    luck = draw(st.randoms(use_true_random=False))
    part = draw(st.sampled_from([0.0, 0.05, 0.3, 1.0]), "part of the numbers at an end")
    overrides = []
    for path, ends in ENDS.items():
        if luck.random() < part:
            overrides.append(f"{path}={luck.choice(ends)!r}")
            if path.endswith("flagship_share"):  # the two shares are at most 1 together
                overrides.append(path.replace("flagship_share", "experiment_share") + "=0")
    off = draw(st.sampled_from([0.0, 0.5, 1.0]), "part of the switches that are off")
    for name in type(SCENARIO.channels).model_fields:
        if luck.random() < off:
            overrides.append(f"channels.{name}=false")
    for name in ABSENT[draw(st.sampled_from(list(ABSENT)), "absent labs")]:
        overrides.append(f'labs."{name}".entry={NEVER}')
    acts = draw(st.sampled_from([0.0, 1.0]), "part of the acts that are off")
    overrides += [f"events.{name}.active=false" for name in SCENARIO.events if luck.random() < acts]
    return overrides
