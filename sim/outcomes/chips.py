"""Measures of chips on their way: what suppliers ship, to whom, and what is held in the world."""

from __future__ import annotations

from collections.abc import Callable

from sim.outcomes.measures import RIVAL, Array, Outcome, Record, trailing

QUARTER, YEAR = 3, 12  # months


def shipped(
    supplier: str, to: str | None, months: int, series: str = "flow_compute", smuggled: str = ""
) -> Callable[[Record], Array]:
    """What one supplier shipped to a bloc (None: anywhere) in the last months.

    Args:
        series: legal flow that is summed; smuggled: flow that is counted in (empty: none).
    """

    def of(record: Record) -> Array:
        flow = record.supplier_flow(series, supplier, to)
        if smuggled:
            flow = flow + record.supplier_flow(smuggled, supplier, to)
        return trailing(flow, months)

    return of


def held_anywhere(record: Record) -> Array:
    """Chips held in the world by peak performance, labs and clouds."""
    return record.labs("chips").sum(axis=1) + record.arrays["cloud_chips"].astype(float).sum(axis=1)


FLOWS = (
    Outcome(
        "nvidia_flow",
        "H100e",
        "Nvidia compute shipped in the last three months, smuggled counted in",
        shipped("Nvidia", None, QUARTER, smuggled="flow_smuggled_compute"),
    ),
    Outcome(
        "nvidia_china_flow",
        "H100e",
        "Nvidia compute shipped legally to China in the last three months",
        shipped("Nvidia", RIVAL, QUARTER),
    ),
    Outcome(
        "huawei_units",
        "1e3 chips",
        "Huawei's accelerators shipped in the last twelve months",
        shipped("Huawei Ascend", None, YEAR, "flow_units"),
    ),
    Outcome("world_compute", "H100e", "chips held in the world by peak performance", held_anywhere),
)
