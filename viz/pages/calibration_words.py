"""Words of the page of a calibration: why fitted worlds miss a series, what ranks of truths say."""

from __future__ import annotations

TRIED = """An observation lies outside where the model is too smooth, or wrong. Errors were not
widened to hide it: those of the observations are the sources', those of the model stand with their
reasons in `sim/research/history/series.csv` and were set before the fit. \
What was tried: all numbers with a
prior, and the luck of every lab and cloud, were free in the fit, so what remains is not reached by
any of them at a price that the other observations allow. *Off* is in brackets."""

_RUNS = (
    "runs are lumps. The model trains in proportion to installed chips, so that it says too much "
    "for years in which the largest run was small beside the stock (2022) and too little for the "
    "year in which it was large (2023)."
)
_STAIRS = (
    "the observed lead in months is read off two staircases of single releases and jumps from 16 "
    "to 3 months within a quarter; the model's follows more, and smaller, steps. It was held out: "
    "its parts, the two frontiers, are fitted."
)
_INDEX = (
    "the first Chinese models of 2023 came late (registration, late starts) and were far below "
    "what the chips in the country allowed; then the index jumped with single releases."
)

MISFITS = {
    "run_growth_us": "a regression over many runs, by its source to 2025; the model's rate joins "
    "two single runs, and " + _RUNS,
    "run_growth_china": "as for the American rate; two single runs say less than a regression.",
    "largest_run_us": _RUNS,
    "largest_run_china": "in 2023 Chinese labs trained far smaller models than their stocks "
    "allowed, and the model knows no such hesitation; " + _RUNS,
    "lead_points": "a difference of two frontiers that are fitted; single releases move it by "
    "several points within a quarter.",
    "us_frontier": "reasoning models made a steeper jump in late 2024 than the model's paradigm "
    "event, and single releases wait while the model's frontier creeps.",
    "china_frontier": _INDEX,
    "open_frontier": "often the same single releases as in the Chinese frontier: " + _INDEX,
    "lead_months_observed": _STAIRS,
    "imitation_lag": "the mean of that staircase: " + _STAIRS,
    "frontier_pace": "a mean over two years between two single releases.",
    "nvidia_china_share": "around the first control sales fell to a third within weeks of a "
    "letter, and came back with the A800. In the model orders, stocks and the redesigned chip "
    "follow over months: too much in the gap and just after it, too little at the top a year "
    "later.",
    "nvidia_stock": "supply grows along smooth ceilings.",
    "lab_compute:Google DeepMind": "what belongs to a lab and what to its owner is a convention.",
    "lab_compute:OpenAI": "what belongs to a lab and what to its host is a convention.",
    "lab_compute:Anthropic": "what belongs to a lab and what to its host is a convention.",
    "lab_compute:Meta": "held out; the owner uses most of its chips otherwise.",
    "lab_compute:xAI": "held out; one site built within months by a late entrant.",
    "china_nvidia_stock": "held out; the sum of flows whose shares are fitted.",
    "domestic_share": "press reports by revenue or by units; the model's growth is smooth.",
    "ascend_units": "an analyst's estimate; others give 200,000 to 450,000.",
    "tsmc_dies_huawei": "fronts bought dies for years ahead; the model's Huawei orders some months "
    "of its need of the day, so that the bank of dies comes out too small.",
    "private_investment_us": "the model follows the path of investors that its priors carry.",
    "private_investment_china": "the crackdown of 2020-11 reached private money with a delay: 2021 "
    "was still a record and 2022 a fall to three quarters. In the model the blow and its end come "
    "with the act, so 2021 stands too high or 2022 too low.",
    "frugality": "held out; one release of one lab.",
    "inference_price_fall": "which quality is held fixed changes it by several times.",
    "revenue:OpenAI": "a run-rate of a single firm; the model's users move by quality and price.",
    "revenue:Anthropic": "held out; how revenue is shared among labs turns on trust and channels "
    "of sale that the model does not hold.",
}

NAMES = {"all": "all numbers together", "learnt": "the numbers learnt most", "fit": "the fit"}
TOLERANCE = 0.05  # by which a central share may fall short


def ranks_in_words(shares: dict[str, list[float]]) -> str:
    """What ranks of synthetic truths say of the posterior.

    Args:
        shares: of truths in the central 50 % and 90 % of their particles, by kind of number.
    """
    narrow = [
        name
        for kind, name in NAMES.items()
        if any(x - y + TOLERANCE < 0 for x, y in zip(shares[kind], (0.5, 0.9), strict=True))
    ]
    if not narrow:
        return "No posterior is narrower than it should be by more than five points in a hundred."
    return (
        f"Too narrow by more than five points in a hundred: {', '.join(narrow)}. Few particles and "
        "rounds of moves leave some of the prior unexplored; with so few truths the shares of the "
        "fit are themselves uncertain by about ten points."
    )
