"""The placebos of docs/evidence.md, in words made from their numbers."""

from __future__ import annotations

from typing import Any

from sim.research.identification.distribution import sign_of
from viz.pages.evidence_words import cell, number, prefers, share, table, written


def mistral(found: dict[str, Any]) -> str:
    """The efficiency turn without controls."""
    apart = found["compared"]["median"] - found["true"]["median"]
    rows = {
        "Mistral's gain in ln training efficiency": found["gain_mistral"],
        "the same without any controls": found["gain_mistral_free"],
        "DeepSeek's gain": found["gain_deepseek"],
        "what the comparison calls the effect of controls": found["compared"],
        "what the controls did to DeepSeek in the same worlds": found["true"],
    }
    return f"""### Mistral: efficient without controls

Nothing was denied to Mistral, and it was known for doing much with little. Who compares DeepSeek with
Mistral takes what DeepSeek gained more for the effect of controls. In the worlds, from June 2023 to
December 2024:

{_rows(rows)}
The comparison is off by {
        number(apart)
    } log points in the median, has the sign of the true effect in
{share(found["same_sign"])} of worlds, and a correlation of {number(found["correlation"])} with it.
**Reading:** efficiency rises fast where nothing is denied; the comparison of two laboratories measures
who they are, not what was done to them. (Mistral's best model at the end of 2024:
{written(found["capability_mistral"], 4)}; observed 128.7. Its largest run over Meta's:
{cell(found["run_mistral"])}; observed about 0.55, from 2.1e25 and 3.8e25 FLOP.)
"""


def slowdown(found: dict[str, Any]) -> str:
    """Chinese growth slowed before the first rule."""
    names = {
        "largest_run": "largest Chinese training run",
        "spending": "Chinese spending on compute",
        "investment": "private investment in AI in China",
    }
    keys = ("before", "after", "after_free")
    rows = [
        [title, *(cell(found[name][key]) for key in keys), _part(found[name])]
        for name, title in names.items()
    ]
    head = [
        "growth, x/yr",
        "2021",
        "2022-24",
        "2022-24, no controls",
        "laid to controls, log points/yr",
    ]
    early = found["before_first_rule"]
    return f"""### The Chinese slowdown began a year before the first rule on chips

The growth of the largest Chinese training run fell from about 9x a year to 3.3x (2.6-4.2) in late 2021;
the first rule on chips came in August 2022.

{table(head, rows)}
{_shown(found["largest_run"])} In July 2022, before that rule, the controls in force since 2020 (Huawei's foundries, tools for SMIC,
visas) had changed the largest Chinese run by {written(early)}: next to nothing, as it must be. Of the
fall of private investment the controls explain {_explained(found["investment"])}; the campaign against
technology firms and the American boom explain it in the model. **Reading:** a line drawn through the
Chinese series in 2022 would lay to the controls what began before them.
"""


def _shown(run: dict[str, Any]) -> str:
    """Whether the worlds have the slowdown at all."""
    if run["before"]["median"] > 1.5 * run["after"]["median"]:
        return "The worlds have the slowdown."
    return (
        "A misfit: the worlds do not have this slowdown of the largest run (first row), which the "
        "model's laboratories, entering with few chips, are too steady for; what follows says what the "
        "controls add, not what slowed China."
    )


def _part(one: dict[str, Any]) -> str:
    return written(one["by_controls"] | {"unit": "1"})


def _explained(one: dict[str, Any]) -> str:
    whole = one["slower"]["median"]
    part = one["by_controls"]["median"]
    return f"{number(part)} of {number(whole)} log points a year (medians)"


def full_chips(found: dict[str, Any]) -> str:
    """DeepSeek trained on chips of full performance."""
    scarce = "; ".join(f"{month}: {cell(one)}" for month, one in found["scarcity"].items())
    effort = found["by_effort"]
    turned = {1: "raised", -1: "lowered", 0: "neither clearly raised nor clearly lowered"}
    part = found["effect"]["median"] / found["gain"]["median"]
    rows = {
        "worth of an H800 for training over that of an H100": found["h800_worth"],
        "DeepSeek's gain in ln training efficiency, August 2022 to December 2024": found["gain"],
        "part of it that the controls caused (as enacted less no controls)": found["effect"],
        "of which by directed effort": effort,
    }
    return f"""### DeepSeek trained on chips of full performance

The H800 computes like an H100; only its links are slower (400 of 900 GB/s). DeepSeek V3, the model that
started the debate, was trained on it (2.788m hours). It could be sold to China until October 2023.

{_rows(rows)}
Scarcity that DeepSeek feels (ln of compute without rules over compute obtained): {
        scarce
    }. Directed effort
{turned[sign_of(effort)]} its efficiency by the end of 2024. The controls account for {
        share(part)
    } of its median gain. **Reading:** {_weighed(part)} What it had
reached by 2024 is no measure of what denial does in the long run: scarcity was young.
"""


def _weighed(part: float) -> str:
    """What a share of the gain means, in words."""
    if abs(part) < 0.1:
        return "in these worlds it owes nearly all of that to others' know-how and its own ability."
    size = "smaller" if abs(part) < 0.5 else "larger"
    return f"in these worlds the controls are the {size} part of that."


def never_enforced(found: dict[str, Any]) -> str:
    """A rule announced and withdrawn."""
    names = {
        "china_compute": "compute in China, log points",
        "china_spending": "spending on compute in China of twelve months, log points",
        "china_efficiency": "best Chinese training efficiency, log points",
        "lead_months": "US lead, months",
    }
    months = list(next(iter(found.values())))
    rows = [[names[key], *(cell(found[key][month]) for month in months)] for key in names]
    last = found["china_compute"][months[-1]]
    return f"""### Announced, never enforced

Scenario `never_enforced` against `no_controls`: a rule is announced in October 2022 to bind in October
2023, and withdrawn in September 2023. Nothing is ever denied.

{table(["effect", *months], rows)}
Buyers pull purchases forward and save the money later; by {months[-1]} compute in China differs by
{written(last)}. With the channel of buying ahead switched off, every difference is exactly 0 (a test).
**Reading:** a rise of Chinese purchases after an announcement, and the fall after it, is anticipation.
It can look like a control that bites and then like one that fails.
"""


def fake_control(found: dict[str, Any]) -> str:
    """A control in 2021 that never was."""
    rows = {
        "break in spending on compute": found["break_spending"],
        "break in private investment": found["break_investment"],
    }
    return f"""### A control in October 2021 that never was

A before-and-after at a date on which nothing happened (as enacted, China against the US, growth from
October 2021 to August 2022 less that of the year before):

{_rows(rows)}
The effect of a rule on chips at that date is 0 by construction: there was none. Had the rule of October
2022 come then (scenario `fake_control_2021`), compute in China in August 2022 would have differed by
{written(found["effect_compute"])} and China's share of new Nvidia compute in March 2022 by
{written(found["effect_share"])}. Between the two, {prefers(found["fit"], "the fake rule")}.
**Reading:** the placebo date shows a break where no control was; a break in 2022 proves as little by
itself.
"""


def _rows(named: dict[str, dict[str, Any]]) -> str:
    return table(
        ["in the worlds", "median [5 %, 95 %]"], [[k, written(v)] for k, v in named.items()]
    )
