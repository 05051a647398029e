"""Outcomes of chips: shipments, smuggling, installed compute and its power."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.outcomes.record import HOME, RIVAL, Array, Record, ratio, trailing

QUARTER, YEAR = 3, 12  # months


def shipped(
    supplier: str, to: str | None, months: int, series: str = "flow_compute", smuggled: str = ""
) -> Callable[[Record], Array]:
    """Shipments of one supplier to a bloc (None: anywhere) in the last months.

    Args:
        series: the legal flow to sum.
        smuggled: the flow of smuggled chips to add (empty: none).
    """

    def of(record: Record) -> Array:
        flow = record.supplier_flow(series, supplier, to)
        if smuggled:
            flow = flow + record.supplier_flow(smuggled, supplier, to)
        return trailing(flow, months)

    return of


def stock_since(to: str | None, start: str = "2022-01") -> Callable[[Record], Array]:
    """Nvidia compute shipped to a bloc (None: anywhere, smuggled counted in) since a month."""

    def of(record: Record) -> Array:
        flow = record.supplier_flow("flow_compute", "Nvidia", to)
        if to is None:
            flow = flow + record.supplier_flow("flow_smuggled_compute", "Nvidia")
        first = max(0, min(record.calendar.month(start), len(flow)))
        return np.concatenate([np.zeros((first, flow.shape[1])), np.cumsum(flow[first:], axis=0)])

    return of


def nvidia_shipped(record: Record) -> Array:
    """Nvidia compute shipped anywhere in three months, smuggled counted in, H100e."""
    return shipped("Nvidia", None, QUARTER, smuggled="flow_smuggled_compute")(record)


def nvidia_china_share(record: Record) -> Array:
    """China's legal share of new Nvidia compute over three months."""
    return ratio(shipped("Nvidia", RIVAL, QUARTER)(record), nvidia_shipped(record))


def domestic_share(legal: str, smuggled: str) -> Callable[[Record], Array]:
    """Home-made share of what China installs over twelve months, smuggled chips counted in.

    Args:
        legal, smuggled: the flows that are counted: of compute, of units or of money.
    """

    def of(record: Record) -> Array:
        home = record.flows(legal, RIVAL, RIVAL)
        everything = record.flows(legal, None, RIVAL) + record.flows(smuggled, None, RIVAL)
        return ratio(trailing(home, YEAR), trailing(everything, YEAR))

    return of


def earned_in_china(record: Record) -> Array:
    """Revenue of US suppliers from legal sales to China over twelve months, USD bn."""
    return trailing(record.flows("flow_revenue", HOME, RIVAL), YEAR)


def leaked_share(record: Record) -> Array:
    """Smuggled share of the compute that China acquired over twelve months."""
    smuggled = trailing(record.flows("flow_smuggled_compute", None, RIVAL), 12)
    legal = trailing(record.flows("flow_compute", None, RIVAL), 12)
    return ratio(smuggled, smuggled + legal)


def held(bloc: str | None) -> Callable[[Record], Array]:
    """Chips held in a bloc (None: anywhere) by peak performance, labs and clouds."""
    return lambda r: r.total("lab", "chips", bloc) + r.total("cloud", "cloud_chips", bloc)


def compute_ratio(record: Record) -> Array:
    """Chinese over US installed compute by worth for training, labs and clouds."""
    installed = [
        record.total("lab", "training", bloc) + record.total("cloud", "cloud_training", bloc)
        for bloc in (RIVAL, HOME)
    ]
    return ratio(*installed)


def powered(bloc: str) -> Callable[[Record], Array]:
    """Share of a bloc's installed chips that has power."""
    kind = "power_supplier"
    return lambda r: r.total(kind, f"{kind}_running", bloc) / max(len(r.rows(kind, bloc)), 1)
