"""M6 and M3: budgets, and buying ahead."""

from __future__ import annotations

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.worlds import Block
from sim.model.mechanisms.adjustment import decay

TINY = 1e-12  # USD bn: nothing
RICHEST, FASTEST = 1e30, 60.0  # USD bn/yr, log a month: only keep money finite


def boom(path_growth: Block, years_after: Block, half_life: Block, long_run: Block) -> Block:
    """Log growth per year: first the investors' path, then a decay to the long run.

    Args:
        path_growth: last growth of the path (log per year).
        years_after: years since the path ended, 0 before.
        half_life: years in which half of the excess is gone.
        long_run: log growth per year far ahead.
    """
    return long_run + (path_growth - long_run) * decay(years_after, half_life)


def grown(money: Block, growth: Block) -> Block:
    """Money (USD bn/yr) after a month at a growth (log per year)."""
    return np.minimum(money * np.exp(np.minimum(growth / MONTHS, FASTEST)), RICHEST)


def rank_bonus(capability: Block, mean: Block, response: Block) -> Block:
    """Extra log growth per year of a lab ahead of its bloc: `response` per ten points."""
    return response * ((capability - mean) / 10.0).clip(-1.0, 1.0)


def payback(sales: Block, usual_sales: Block, spent: Block, usual_spent: Block) -> Block:
    """How far sales outgrew spending, as a log within -1..1; 0 before there were sales.

    The accelerator of investment: firms raise capital spending when sales grow faster than the
    capital that serves them. Each is compared with its own average of about a year.

    Args:
        sales, spent: at this month's rate (USD bn/yr); usual_sales, usual_spent: on average.
    """
    has_sales = (usual_sales > 0) & (sales > 0) & (usual_spent > 0) & (spent > 0)
    outgrew = np.maximum(sales, TINY) / np.maximum(usual_sales, TINY)
    raised = np.maximum(spent, TINY) / np.maximum(usual_spent, TINY)
    return np.where(has_sales, np.log(outgrew / raised).clip(-1.0, 1.0), 0.0)


def drawn_by_sales(invested: Block, added: Block, years: Block) -> Block:
    """Log by which private investment lies below what growing sales draw, not below 0.

    Investors pay for what sales gain in a year, some years ahead: where sales stop growing they
    draw nothing, and before there are sales investors pay for hopes.

    Args:
        invested: USD bn/yr; added: gain of sales in a year, USD bn/yr.
        years: of that gain that investors pay.
    """
    drawn = np.maximum(years * added, TINY) / np.maximum(invested, TINY)
    return np.log(drawn).clip(0.0, 3.0)


def advance_wanted(budget: Block, pull: Block, threat: Block) -> Block:
    """Money a buyer wants to have spent ahead: a share of a year's budget, by the threat (0..1)."""
    return budget * pull * threat


def expected(hazard_months: Block, foresight_months: Block) -> Block:
    """Chance of a next step within the foresight, where steps come every `hazard_months`."""
    return 1 - np.exp(-foresight_months / hazard_months)


def feared(announced: Block, controls_exist: Block, chance: Block) -> Block:
    """How far a buyer fears a tightening: 1 once it is announced.

    Once controls exist, by the chance of a next step within its foresight (`expected`).
    """
    return np.maximum(announced, controls_exist * chance)
