"""Outcomes of the economy: spending, revenue, prices, use, applied AI, valuations, people."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.outcomes.record import BASE_MONTH, HOME, RIVAL, Array, Record, ratio, trailing


def spent(bloc: str) -> Callable[[Record], Array]:
    """Money spent on compute in a bloc over twelve months, labs and clouds, USD bn."""
    return lambda r: trailing(
        r.total("lab", "spent", bloc) + r.total("cloud", "cloud_spent", bloc), 12
    )


def us_revenue(record: Record) -> Array:
    """Revenue of US suppliers since the start, USD bn."""
    return np.cumsum(record.total("supplier", "supplier_revenue", HOME), axis=0)


def revenues(record: Record) -> Array:
    """Revenue of every maker over twelve months, `[month, maker, world]`: labs, then hosts."""
    both = [record.arrays["revenue"], record.arrays["cloud_revenue"]]
    flows = np.concatenate(both, axis=1).astype(float)
    return np.stack([trailing(flows[:, row], 12) for row in range(flows.shape[1])], axis=1)


def revenue(record: Record) -> Array:
    """Revenue from services of all labs and hosts over twelve months, USD bn."""
    return revenues(record).sum(axis=1)


def service_revenue(bloc: str) -> Callable[[Record], Array]:
    """Revenue from services of the labs and hosts of a bloc, last twelve months, USD bn."""
    return lambda r: trailing(
        r.total("lab", "revenue", bloc) + r.total("cloud", "cloud_revenue", bloc), 12
    )


def concentration(record: Record) -> Array:
    """Herfindahl-Hirschman index of revenue by lab and host, 0 before there is any."""
    money = revenues(record)
    share = ratio(money, money.sum(axis=1)[:, None])
    return (share**2).sum(axis=1)


def concentration_of_blocs(record: Record) -> Array:
    """The same by bloc."""
    homes = [*record.names["lab_bloc"], *record.names["cloud_bloc"]]
    money = revenues(record)
    blocs = sorted(set(homes))
    grouped = [
        money[:, [row for row, home in enumerate(homes) if home == bloc]].sum(axis=1)
        for bloc in blocs
    ]
    share = ratio(np.stack(grouped, axis=1), money.sum(axis=1)[:, None])
    return (share**2).sum(axis=1)


def lerner(record: Record) -> Array:
    """Price less cost over price, of the lab with the best model."""
    best = record.labs("capability").argmax(axis=1)[:, None]
    price, cost = (
        np.take_along_axis(record.labs(name), best, axis=1)[:, 0]
        for name in ("service_price", "unit_cost")
    )
    return ratio(price - cost, price)


def quality_price(record: Record) -> Array:
    """Lowest price of the anchor's quality, USD/1e6 tokens."""
    return record.arrays["quality_price"][:, 0].astype(float)


def price_fall(record: Record) -> Array:
    """By what factor that price has fallen within a year (1 in the first)."""
    price = quality_price(record)
    before = np.concatenate([price[:12], price])[: len(price)]
    return before / np.maximum(price, 1e-30)


def _of_markets_abroad(record: Record, series: str) -> Array:
    """A series of the markets outside China, `[month, market, world]`."""
    rows = [row for row, home in enumerate(record.names["market_bloc"]) if home != RIVAL]
    return record.arrays[series][:, rows].astype(float)


def tokens_abroad(record: Record) -> Array:
    """Tokens used outside China in the month, 1e12."""
    return _of_markets_abroad(record, "market_tokens").sum(axis=1)


def abroad(name: str) -> Callable[[Record], Array]:
    """A share of tokens used, over the markets outside China."""

    def of(record: Record) -> Array:
        shares = _of_markets_abroad(record, f"market_{name}")
        tokens = _of_markets_abroad(record, "market_tokens")
        return ratio((shares * tokens).sum(axis=1), tokens.sum(axis=1))

    return of


def applied(record: Record) -> Array:
    """Value created by applying AI everywhere, USD bn a year."""
    return record.total("market", "market_value")


def application_share(bloc: str) -> Callable[[Record], Array]:
    """A bloc's share of the value that is created by applying AI."""
    return lambda r: ratio(r.total("market", "market_value", bloc), applied(r))


def valuation(sector: str) -> Callable[[Record], Array]:
    """Worth of a sector, 100 at the end of 2024 (or in the last month of a shorter run)."""
    return lambda r: valuation_against(sector)(r, r)


def valuation_against(sector: str) -> Callable[[Record, Record], Array]:
    """Worth of a sector, 100 for that of a reference at the end of 2024."""

    def of(record: Record, reference: Record) -> Array:
        level = _sector(reference, sector)
        base = min(max(reference.calendar.month(BASE_MONTH), 0), len(level) - 1)
        return 100 * ratio(_sector(record, sector), level[base])

    return of


def drawdown(sector: str) -> Callable[[Record], Array]:
    """Fall of a sector's worth below its highest of the last twelve months, as a share."""

    def of(record: Record) -> Array:
        value = _sector(record, sector)
        padded = np.concatenate([np.repeat(value[:1], 12, axis=0), value])
        highest = np.lib.stride_tricks.sliding_window_view(padded, 13, axis=0).max(axis=-1)
        return 1 - ratio(value, highest)

    return of


def _sector(record: Record, name: str) -> Array:
    """Worth of a sector, USD bn; 1 where the scenario has no such sector."""
    names = record.names["sector"]
    series = record.arrays["sector_value"]
    if name not in names:
        return np.ones((len(series), series.shape[2]))
    return series[:, names.index(name)].astype(float)


def invested(bloc: str) -> Callable[[Record], Array]:
    """Private investment in AI in a bloc over twelve months, USD bn."""
    return lambda r: trailing(r.total("investor", "investor_invested", bloc) / 12, 12)


def talent_share(bloc: str) -> Callable[[Record], Array]:
    """A bloc's share of the AI researchers at work."""
    return lambda r: ratio(
        r.total("talent_pool", "talent_pool_people", bloc),
        r.total("talent_pool", "talent_pool_people"),
    )
