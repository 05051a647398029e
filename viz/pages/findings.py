"""docs/findings.md, written from recorded numbers alone."""

from __future__ import annotations

from typing import Any

from sim.experiments.parts import OTHER, WHOLE
from sim.outcomes.catalogue import label_of
from sim.research.identification.effects import EFFECTS, MAIN, MONTHS, PAIRS
from sim.research.identification.numbers import agreement, number, share, sign_of
from viz.pages.evidence_words import capital, cell, effect, ensemble, table
from viz.text.sentences import phrase

HEADLINES = (
    ("lead_months", "2024-12"),
    ("lead_months", "2030-12"),
    ("innovation_effect", "2024-12"),
    ("innovation_effect", "2030-12"),
    ("compute_ratio", "2024-12"),
    ("compute_ratio", "2030-12"),
    ("domestic_share", "2030-12"),
    ("supplier_loss", "2024-12"),
    ("supplier_loss", "2030-12"),
)
WORTH = 1.25  # a box is told when the rarer sign is so much more frequent in it
LIMITS = """\
## Limits first

- These are statements about a model that was fitted to five years of one history. They are no
  measurement: no second world without controls was ever observed.
- Effects are differences between paired worlds, which share numbers and luck and differ in policy
  alone. Ranges hold what the fit leaves open about numbers, and luck. They hold no error of the model
  itself: what it leaves out, or has wrong in form.
- What history does not inform rests on priors, and those are judgements ([evidence.md](evidence.md)
  says which). An effect for 2030 is mostly prior.
- "All controls" takes out what answers them too: Chinese mandates, guidance and retaliation
  (scenario `no_controls`). Without them, Chinese policy might have gone another way in ways that no
  scenario here holds.
- A share of worlds is a probability only for who believes the model and its priors. Worlds of the fit share
  ancestors and count like {effective:.0f} independent ones: shares are known to about {error:.0f} points.
"""


def page(found: dict[str, Any]) -> str:
    """The whole page."""
    about = found["about"]
    main = found["effects"]["-".join(MAIN)]
    effective = min(one["effective"] for one in found["turning"]["posterior"].values())
    parts = [
        "# What the controls did, as far as the model can say\n",
        f"Written by `moat findings` from the numbers in `docs/findings.json`: {about['worlds']} paired worlds of {ensemble(about)}, seed {about['seed']}. A test holds the words to the numbers, and the numbers to the model.\n",
        LIMITS.format(effective=effective, error=100 / effective**0.5),
        "## In short\n",
        "All controls as enacted, against no controls:\n",
        "\n".join(f"- {line}" for line in short(main)) + "\n",
        "![Effects of the controls](figures/findings_effects.png)\n",
        "*Effects of the controls as enacted, of the rules on chips alone and of those on tools, memory and foundries alone, each against no controls. Medians over paired worlds with 50 % and 90 % ranges: numbers that the fit leaves open, and luck.*\n",
        "## Effects\n",
        *(_effects(pair, found["effects"]["-".join(pair)]) for pair in PAIRS),
        _channels(found["channels"]),
        _turning(found),
        REPRODUCE,
    ]
    return "\n".join(parts)


def short(main: dict[str, Any]) -> list[str]:
    """The main effects in sentences."""
    lines = [capital(effect(name, main[name][month], month)) for name, month in HEADLINES]
    innovation = [main["innovation_effect"][month] for month in MONTHS]
    signs = [sign_of(one) for one in innovation]
    if signs[-1] == 0:
        told = (
            "Did constraint spur innovation? The fitted model does not say: by "
            f"{MONTHS[-1]} it did in {share(innovation[-1]['positive'])} of worlds"
        )
    else:
        verb = "spurred" if signs[-1] > 0 else "stifled"
        told = (
            f"Did constraint spur innovation? By {MONTHS[-1]} it {verb} Chinese training methods in "
            f"{share(agreement(innovation[-1]))} of worlds"
        )
    first = innovation[0]
    size = abs(first["median"])
    little = "little" if size < 0.1 else "much"
    return [
        f"{told}; by {MONTHS[0]} it had moved them by {little}, {cell(first)} log points.",
        *lines,
    ]


def _effects(pair: tuple[str, str], found: dict[str, Any]) -> str:
    rows = []
    for name in EFFECTS:
        unit = found[name][MONTHS[0]]["unit"]
        cells = []
        for month in MONTHS:
            one = found[name][month]
            cells.append(f"{cell(one)}; {_sign(one)}")
        rows.append([f"{label_of(name)} (`{name}`)", unit, *cells])
    head = ["effect on", "unit", *MONTHS]
    return (
        f"### {capital(PAIRS[pair])[:-1]} (`{pair[0]}` against `{pair[1]}`)\n\n"
        + table(head, rows)
        + "\nMedian [5 %, 95 %]; share of worlds above (+) or below (-) 0.\n"
    )


def _sign(one: dict[str, Any]) -> str:
    if one["positive"] == one["negative"] == 0:
        return "none"
    sign = "+" if one["positive"] >= one["negative"] else "-"
    return f"{sign} {share(agreement(one))}"


def _channels(found: dict[str, Any]) -> str:
    """By which ways the effects come about: one table a month."""
    lines = [
        "## By channel\n",
        "What each switch of `[channels]` adds to the effect, on average over the orders in which they can be switched on (Shapley values, `moat explain`). Means over worlds, which add up; *other ways* is what is left with all of them off. A question mark: most worlds do not agree on the sign.\n",
    ]
    for month, splits in found.items():
        names = list(splits)
        rows = []
        for channel in _ranked(splits):
            cells = [_part(splits[name], channel) for name in names]
            rows.append([phrase(channel), *cells])
        some = splits[names[0]]["worlds"]
        head = ["by", *(f"{label_of(name)}, {splits[name]['unit']}" for name in names)]
        lines.append(f"By {month} ({some} worlds):\n\n{table(head, rows)}")
    return "\n".join(lines)


def _ranked(splits: dict[str, Any]) -> list[str]:
    """Channels, the largest part of any effect first; those that are nothing anywhere left out."""
    size: dict[str, float] = {}
    for one in splits.values():
        whole = max(abs(part["mean"]) for part in one["parts"]) or 1.0
        for part in one["parts"]:
            channel = part["channel"]
            size[channel] = max(size.get(channel, 0.0), abs(part["mean"]) / whole)
    inner = sorted(
        (c for c in size if c not in (OTHER, WHOLE) and size[c] > 0.02), key=lambda c: -size[c]
    )
    return [*inner, OTHER, WHOLE]


def _part(one: dict[str, Any], channel: str) -> str:
    (part,) = [part for part in one["parts"] if part["channel"] == channel]
    if part["share_positive"] == part["share_negative"] == 0:
        return "0"
    return number(part["mean"]) + ("" if part["sign"] else " ?")


def _turning(found: dict[str, Any]) -> str:
    """What would have to be true for the sign to turn."""
    lines = [
        "## What would have to be true for the sign to turn\n",
        "![Sign of the effects over eta and sigma](figures/findings_plane.png)\n",
        f"*Share of worlds in which the effect of all controls is above 0 by 2030, over how strongly scarcity turns effort (eta) and how well people stand in for chips (sigma), all else as fitted; {found['planes']['worlds']} worlds a cell.*\n",
    ]
    for name, one in found["turning"]["posterior"].items():
        outcome, month = name.split("@")
        lines.append(f"### {capital(label_of(outcome))[:-1]}, {month}\n")
        lines.append(_corner(found["planes"][name]))
        lines += ["In the fitted worlds:\n", _box(one), _movers(one)]
        free = found["turning"]["prior"][name]
        lines += [
            "In worlds of the prior, which are independent and fit no history:\n",
            _box(free),
            _movers(free),
        ]
    return "\n".join(lines)


def _corner(plane: dict[str, Any]) -> str:
    cells = [
        (plane["positive"][s][e], plane["eta"][e], plane["sigma"][s], plane["median"][s][e])
        for s in range(len(plane["sigma"]))
        for e in range(len(plane["eta"]))
    ]
    low, high = min(cells), max(cells)
    turns = sum(one[0] > 0.5 for one in cells)
    return (
        f"Over eta and sigma the effect is above 0 in most worlds in {turns} of {len(cells)} cells: least often "
        f"at eta {number(low[1])}, sigma {number(low[2])} ({share(low[0])}, median {number(low[3])}), most often at "
        f"eta {number(high[1])}, sigma {number(high[2])} ({share(high[0])}, median {number(high[3])}).\n"
    )


def _box(one: dict[str, Any]) -> str:
    rare = f"The effect is {one['rarer']} 0 in {share(one['share'])} of worlds"
    box = one["box"]
    if box is None or box["elsewhere"] is None or box["elsewhere"] < WORTH * one["share"]:
        return (
            f"{rare}. No box of conditions holds them clearly more often, on worlds not searched.\n"
        )
    return (
        f"{rare}. Where {box['limits']}: in {share(box['density'])}, {share(box['elsewhere'])} on worlds "
        f"not searched; these are {share(box['mass'])} of worlds and hold {share(box['coverage'])} of "
        "such cases.\n"
    )


def _movers(one: dict[str, Any]) -> str:
    if not one["numbers"]:
        return (
            f"None of {one['tried']} single numbers moves with it more than chance would let one of them: these "
            f"worlds count like {one['effective']:.0f} independent ones.\n"
        )
    rows = [
        [f"`{m['path']}`", f"{m['rho']:+.2f}"]
        + [
            f"{share(m[f'positive_{end}'])} ({number(m[f'median_{end}'])})"
            for end in ("low", "high")
        ]
        for m in one["numbers"]
    ]
    head = ["number", "rank correlation", "lowest fifth: above 0 (median)", "highest fifth"]
    return (
        f"{one['stand_out']} of {one['tried']} numbers move with it more than chance would let any of them "
        f"(|rank correlation| > {number(one['chance'])}; these worlds count like "
        f"{one['effective']:.0f} independent ones), the first:\n\n" + table(head, rows)
    )


REPRODUCE = """\
## To make this again

`moat findings` runs everything and writes `docs/findings.json`, this page and its figures;
`moat findings --page` writes page and figures from the recorded numbers. Single effects:
`moat compare chips_only no_controls`, `moat explain as_enacted no_controls`.
"""
