"""The short answer that `moat answer` prints: sentences made of what is recorded in docs/.

It is written to `viz/answer.json`, so that it is printed at once, and between two marks in
README.md and docs/index.md. The numbers with which the dashboard opens are written to
`viz/opening.json`.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from sim.experiments.parts import WHOLE
from sim.experiments.verdict import COVERAGE, Verdict
from sim.outcomes.presentation import PERCENT
from sim.research.forecasting.files import read
from sim.research.forecasting.scores import score
from sim.research.forecasting.shipped import newest
from sim.research.forecasting.shipped import shipped as forecasts
from sim.research.forecasting.verification import from_history
from sim.research.identification.distribution import verdict_on
from viz.text.format import SHORT, interval, number, percent, signed, when
from viz.text.sentences import degree, phrase
from viz.text.structures import medians, recorded

FILE = Path(__file__).parents[1] / "answer.json"
OPENING = FILE.with_name("opening.json")
BEGIN, END = "<!-- answer: python -m viz.pages.answer -->", "<!-- end of the answer -->"
PAIR, INNOVATION = "as_enacted-no_controls", "innovation_effect"
FIRST, NEAR, FAR = "2022-12", "2024-12", "2030-12"
CAUSES = {  # of DeepSeek's gain, in the order of the sentence
    "know_how": "others' know-how",
    "own": "own research",
    "money": "money",
    "old_chips": "chips bought before",
    "controls": "the controls",
}
OWN = ("ability", "field")  # parts that are its own research
RULES = {"US chip_rule": "US chip rules", "China import_guidance": "China's import limits"}
CHANNELS = {"spillover": "know-how"}  # shorter than elsewhere
LARGEST = 4  # channels that are named
LASTING = 2.0  # percent: a smaller change is called nothing


def collect(docs: Path) -> dict[str, Any]:
    """The answer: where it comes from, and pairs of a question and its answer."""
    findings, evidence = (
        json.loads((docs / f"{name}.json").read_text("utf-8")) for name in ("findings", "evidence")
    )
    about, forms = findings["about"], recorded()
    until = about["ensemble"]["until"]
    return {
        "worlds": about["worlds"],
        "posterior": about["ensemble"]["hash"][:12],
        "until": until,
        "head": f"In this model, {about['worlds']:,} worlds that fit history to {when(until)} "
        "[90 % of worlds]:",
        "answers": [
            ["Did the controls spur innovation?", _innovation(forms)],
            [
                f"What made DeepSeek's efficiency gain to {when(evidence['deepseek']['last'])}?",
                _gain(evidence),
            ],
            ["By which rules and channels?", _ways(findings)],
            ["How wide is the moat?", _moat(findings)],
            ["Who gains more from applying AI?", _use(findings)],
            ["What does a believed claim cost US firms?", _claim(findings)],
            ["What would turn the sign?", _turn(findings)],
            ["How far to trust it?", _trust()],
        ],
        "next": "moat run, moat compare as_enacted no_controls. Made by: moat findings",
    }


def _innovation(forms: dict[str, Any]) -> str:
    """Over all forms of the model, by their weights (docs/decisions/0025), and between which
    medians the forms lie."""
    effect = forms["all"]["effects"][INNOVATION]
    near, far = (verdict_on(effect[month], "", month) for month in (NEAR, FAR))
    each = medians(forms, INNOVATION, FAR)
    low, high = (signed(end(each), SHORT) for end in (min, max))
    turns = forms["spread"][INNOVATION][FAR]["flips"]
    unlike = f", the sign turns in {len(turns)}" if turns else ""
    return (
        f"By {NEAR[:4]} {_moved(near, 'Chinese training efficiency')}; by {FAR[:4]} "
        f"{_moved(far, 'it')}. Medians of {len(each)} rival forms: {low} to {high} %{unlike}. "
        "Below: the reference form."
    )


def _moved(found: Verdict, what: str) -> str:
    """What the controls did, with how sure and how much."""
    around = interval(found.low, found.high, SHORT)
    if found.is_small:
        return f"no material change of {what} ({signed(found.median, SHORT)} % {around})"
    if not found.sign:
        return f"about as likely higher as lower ({signed(found.median, SHORT)} % {around})"
    verb = "raised" if found.sign > 0 else "lowered"
    size = f"{signed(found.median, SHORT)} % {around}"
    return f"they {found.certainty} {degree(found)}{verb} {what} ({size})"


def _gain(evidence: dict[str, Any]) -> str:
    shares = evidence["deepseek"]["gains"]["log_training_efficiency"]["shares"]
    means = {name: shares[name]["mean"] for name in shares}
    means["own"] = sum(means[name] for name in OWN)
    percents = tenths({name: 100 * means[name] for name in CAUSES})
    ranked = sorted(CAUSES, key=lambda name: -percents[name])
    return ", ".join(f"{CAUSES[name]} {percents[name]} %" for name in ranked).capitalize() + "."


def tenths(percents: dict[str, float]) -> dict[str, float]:
    """Percents to a tenth that add up to 100: what rounding leaves goes where it changes least."""
    whole = {name: round(10 * value) for name, value in percents.items()}
    while left := 1000 - sum(whole.values()):
        step = 1 if left > 0 else -1
        name = max(percents, key=lambda name: step * (10 * percents[name] - whole[name]))
        whole[name] += step
    return {name: value / 10 for name, value in whole.items()}


def _ways(findings: dict[str, Any]) -> str:
    split = findings["channels"][FAR]["innovation_effect"]
    channels, factor = _parts(split), _in_percent(split)
    ways = ", ".join(
        f"{CHANNELS.get(part['channel'], phrase(part['channel']))} "
        f"{signed(factor * part['mean'], SHORT)}"
        for part in channels[:LARGEST]
    )
    rules = _parts(findings["instruments"][PAIR][FAR]["innovation_effect"])[:2]
    names = " and ".join(RULES.get(part["channel"], phrase(part["channel"])) for part in rules)
    return f"{names[0].upper()}{names[1:]}; mean %: {ways}."


def _in_percent(split: dict[str, Any]) -> float:
    """What parts are multiplied by, so that they add up to the mean effect in percent."""
    if split["unit"] == PERCENT:
        return 1.0
    whole = next(part["mean"] for part in split["parts"] if part["channel"] == WHOLE)
    return 100 * math.expm1(whole) / whole if whole else 100.0


def _parts(split: dict[str, Any]) -> list[dict[str, Any]]:
    parts = [part for part in split["parts"] if part["channel"] not in ("total", "other")]
    return sorted(parts, key=lambda part: -abs(part["mean"]))


def _moat(findings: dict[str, Any]) -> str:
    levels = findings["levels"]
    lead = [number(levels["lead_months"][month]["median"], SHORT) for month in (FIRST, NEAR, FAR)]
    last = levels["lead_months"][FAR]
    compute = [
        round(100 * levels["compute_ratio"][month]["median"]) for month in (FIRST, NEAR, FAR)
    ]
    us, china = (
        number(levels[f"{bloc}_spending"][FAR]["median"], SHORT) for bloc in ("us", "china")
    )
    return (
        f"US lead: {lead[0]} months in 2022, {lead[1]} in 2024, {lead[2]} in 2030 "
        f"{interval(last['p5'], last['p95'], SHORT)}, ahead in {percent(last['positive'])} of "
        f"worlds. Chinese compute: {compute[0]}, {compute[1]} and {compute[2]} % of the US's; "
        f"spending on it in 2030: China {china}, US {us} USD bn."
    )


def _use(findings: dict[str, Any]) -> str:
    levels = findings["levels"]
    us, china = (
        percent(levels[name][NEAR]["median"])
        for name in ("us_application_share", "application_share")
    )
    chinese, opened = (
        percent(levels[name][FAR]["median"]) for name in ("third_china_use", "third_open_use")
    )
    return (
        f"The US ({us} of the value in 2024; China {china}). In third countries Chinese labs have "
        f"{chinese} of tokens, open weights {opened} (2030)."
    )


def _claim(findings: dict[str, Any]) -> str:
    claim = findings["claims"]["deepseek_believed-deepseek_unheard"]
    chips, power, market = (
        number(-claim[name]["2025-02"]["median"], SHORT)
        for name in ("value_chips", "value_power", "value_index")
    )
    later = claim["value_chips"]["2025-12"]["median"]
    then = f"{signed(later, SHORT)} % for chip makers" if abs(later) >= LASTING else "nothing"
    return (
        f"In a month chip makers {chips} % of their worth, power equipment {power} %, the market "
        f"{market} %; by the end of the year {then}."
    )


def _turn(findings: dict[str, Any]) -> str:
    one = findings["turning"]["posterior"]["innovation_effect@2030-12"]
    eta = next((mover for mover in one["numbers"] if mover["path"] == "effort.eta"), None)
    if eta is None:
        return "No single number moves it more than chance would."
    return (
        "No single assumption: where the response to scarcity is strongest, controls spur in "
        f"{percent(eta['positive_high'])} of worlds by 2030 (weakest: "
        f"{percent(eta['positive_low'])})."
    )


def _trust() -> str:
    shipped = json.loads(COVERAGE.read_text("utf-8"))
    held, name = percent(shipped["share_in_90_percent_band"]), newest()
    forecast = read(forecasts()[name])
    inside = [one.inside["90"] for one in score(forecast, from_history(forecast))]
    return (
        f"No effect was ever observed. Of later levels 90 % ranges held {held} "
        f"({shipped['observations']} over rolling origins); those frozen in {name} "
        f"{percent(sum(inside) / len(inside))} of {len(inside)}."
    )


def opening(docs: Path) -> dict[str, Any]:
    """What the dashboard opens with: verdicts by month, and the effects split two ways."""
    findings, forms = json.loads((docs / "findings.json").read_text("utf-8")), recorded()
    about = findings["about"]
    splits = {
        "channel": findings["channels"][FAR],
        "instrument": findings["instruments"][PAIR][FAR],
    }
    return {
        "worlds": about["worlds"],
        "seed": about["seed"],
        "posterior": about["ensemble"]["hash"],
        "month": FAR,
        "forms": len(forms["structures"]),
        "verdicts": forms["all"]["by_month"],
        "splits": {
            by: {name: split[name] for name in split if name in findings["by_month"]}
            for by, split in splits.items()
        },
    }


def written(docs: Path = Path("docs"), root: Path = Path()) -> dict[Path, str]:
    """The files that hold the answer, as they should be."""
    answer = collect(docs)
    files = {
        FILE: json.dumps(answer, indent=1, ensure_ascii=False) + "\n",
        OPENING: json.dumps(opening(docs), separators=(",", ":")) + "\n",
    }
    block = "\n".join(
        [answer["head"], "", *(f"- **{question}** {text}" for question, text in answer["answers"])]
    )
    for page in (root / "README.md", docs / "index.md"):
        text = page.read_text("utf-8")
        if BEGIN in text:
            before, rest = text.split(BEGIN, 1)
            files[page] = f"{before}{BEGIN}\n{block}\n{END}{rest.split(END, 1)[1]}"
    return files


def main() -> None:
    """Write the answer into its places."""
    for path, text in written().items():
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
