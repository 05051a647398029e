"""The split by channel tells the stories that the both-answers sets are built to tell."""

from __future__ import annotations

from functools import cache

import pytest

from sim.experiments.explain import explain
from sim.experiments.parts import Split
from situations.test_both_answers import SPUR, STIFLE

WORLDS = 32
BY = ("directed_effort", "experiment_starvation", "leakage")


@cache
def split(*overrides: str, channels: tuple[str, ...] = BY) -> Split:
    """The effect of the controls on Chinese methods by 2028-12."""
    found = explain(
        outcomes=["innovation_effect"],
        worlds=WORLDS,
        month="2028-12",
        channels=channels,
        overrides=overrides,
    )
    assert found.is_exact
    return found.splits["innovation_effect"]


def overrides(numbers: dict[str, float]) -> tuple[str, ...]:
    """Overrides that hold some numbers."""
    return tuple(f"{path}={value}" for path, value in numbers.items())


def means(found: Split) -> dict[str, float]:
    """Mean of each part and of the whole."""
    return {part.channel: part.mean for part in found.rows}


def test_the_spur_goes_by_directed_effort():
    """The largest part, up in nearly all worlds, about as large as the whole or larger."""
    found = split(*overrides(SPUR))
    first = found.rows[0]
    assert first.channel == "directed_effort" and first.sign == 1 and first.share_positive > 0.9
    assert first.mean > 0.9 * means(found)["total"] > 0


def test_without_directed_effort_the_spur_is_gone():
    """The whole effect is what the other ways leave, and no spur."""
    off = split(*overrides(SPUR), "channels.directed_effort=false", channels=BY[1:])
    assert means(off)["total"] < 0 < means(split(*overrides(SPUR)))["total"]


def test_the_harm_goes_by_starved_experiments():
    """Among these channels the one that lowers most."""
    found = means(split(*overrides(STIFLE)))
    assert found["experiment_starvation"] < 0
    assert found["experiment_starvation"] == min(found[name] for name in BY)
    assert found["total"] < 0


@pytest.mark.parametrize(
    ("scenario", "channel"), [("tools_only", "compute_denial"), ("chips_only", "input_denial")]
)
def test_a_channel_through_which_nothing_goes_gets_nothing(scenario, channel):
    """Denial of what neither scenario denies: exactly 0 in every world, in any order."""
    found = explain(scenario, "no_controls", worlds=4, month="2025-12", orders=2)
    assert not found.is_exact
    for one in found.splits.values():
        at = one.names.index(channel)
        assert not one.parts[at].any() and not one.errors[at].any()
        assert one.parts.any()
