# The main findings, made again with few worlds. Read and change it in a browser:
#     uv run marimo edit docs/notebooks/findings.py
# or run it from top to bottom: uv run python docs/notebooks/findings.py
import marimo

app = marimo.App(width="medium", app_title="moat: the main findings")


@app.cell
def _():
    import re
    import tempfile
    from pathlib import Path

    import marimo as mo
    import matplotlib.pyplot as plt

    import sim
    from sim.experiments.explain import HEADLINES
    from viz.figures.comparison import effect_figure
    from viz.figures.explanation import parts_figure
    from viz.figures.run import run_figure
    from viz.text.sentences import effect

    WORLDS = 16  # a first look; 256 for ranges that can be quoted
    MONTH = "2028-12"
    return (
        HEADLINES, MONTH, Path, WORLDS, effect_figure, mo, parts_figure, plt, re, run_figure,
        effect, sim, tempfile,
    )  # fmt: skip


@app.cell
def _(WORLDS, mo):
    mo.md(f"""
    # Did export controls spur Chinese AI or stifle it? How wide is the US moat?

    Every answer below is a difference between *paired worlds*: same luck, same parameters, one
    thing changed. Ranges are over {WORLDS} worlds with parameters drawn from their priors. These
    are conditional forecasts, not predictions; the sentences are made from the numbers.
    """)
    return


@app.cell
def _(WORLDS, run_figure, sim):
    enacted = sim.run("as_enacted", worlds=WORLDS)
    run_figure(enacted)
    return (enacted,)


@app.cell
def _(enacted, mo):
    _lead = enacted.outcomes["lead_months"].sel(month=["2024-12", "2027-12", "2030-12"])
    lead = _lead.quantile([0.05, 0.5, 0.95], "world").to_pandas().T.round(1)
    mo.vstack([mo.md("## The lead of the US, in months: 5 %, median, 95 % of worlds"), lead])
    return (lead,)


@app.cell
def _(WORLDS, effect_figure, sim):
    effects = sim.compare("as_enacted", "no_controls", worlds=WORLDS)
    effect_figure(effects)
    return (effects,)


@app.cell
def _(HEADLINES, MONTH, effects, mo, effect, sim):
    said = [effect(sim.verdict(effects, name, MONTH)) for name in HEADLINES]
    mo.md("## What the controls did\n\n" + "\n".join(f"- {one}" for one in said))
    return (said,)


@app.cell
def _(MONTH, parts_figure, sim):
    # Which way the effect goes: Shapley values over the channels, which add up in every world.
    explained = sim.explain(
        "as_enacted", "no_controls", ["innovation_effect", "lead_months"], worlds=4, month=MONTH
    )
    parts_figure(explained)
    return (explained,)


@app.cell
def _(Path, mo, re):
    # The two sets of numbers stand in docs/both_answers.md, each inside the range of its prior.
    page = (Path(mo.notebook_dir() or "docs/notebooks").parent / "both_answers.md").read_text(
        "utf-8"
    )
    sets = {
        head: [f"{key}={value}" for key, value in re.findall(r"\| `([\w.]+)` \| ([\d.]+) \|", body)]
        for head, body in re.findall(r"## (Stifle|Spur)\n(.*?)(?=\n## |\Z)", page, re.S)
    }
    return (sets,)


@app.cell
def _(WORLDS, mo, effect, sets, sim):
    answers = {
        name: sim.verdict(
            sim.compare("as_enacted", "no_controls", worlds=WORLDS, months=84, overrides=numbers),
            "innovation_effect",
            "2026-12",
        )
        for name, numbers in sets.items()
    }
    mo.md(
        "## Both answers lie inside the stated uncertainty\n\n"
        + "\n".join(f"- **{name}**: {effect(found)}" for name, found in answers.items())
    )
    return (answers,)


@app.cell
def _(sim, tempfile):
    # Where the answer flips: response to scarcity (eta), and how well people replace chips (sigma).
    design = sim.design_of(
        {
            "title": "Innovation effect over eta and sigma",
            "branches": ["as_enacted", "no_controls"],
            "sampler": {"kind": "grid"},
            "replicates": 4,
            "months": ["2026-12"],
            "outcomes": ["innovation_effect"],
            "factors": {
                "eta": {"key": "effort.eta", "values": [0.0, 1.0, 2.0, 4.0]},
                "sigma": {"key": "research.sigma", "values": [0.3, 0.6, 1.2, 2.6]},
            },
        }
    )
    with tempfile.TemporaryDirectory() as _folder:
        swept = sim.sweep(design, f"{_folder}/eta_sigma", workers=1).labelled()
    plane = swept.set_index(point=["eta", "sigma"]).unstack("point")["innovation_effect"]
    plane = plane.sel(month="2026-12").median("replicate")
    return plane, swept


@app.cell
def _(plane, plt, swept):
    figure, _axes = plt.subplots(figsize=(5.2, 4), layout="constrained")
    _limit = float(abs(plane).max())
    _image = _axes.imshow(
        plane.transpose("sigma", "eta"), cmap="RdBu", vmin=-_limit, vmax=_limit, origin="lower"
    )
    _axes.set_xticks(range(plane.sizes["eta"]), [f"{one:g}" for one in plane["eta"].values])
    _axes.set_yticks(range(plane.sizes["sigma"]), [f"{one:g}" for one in plane["sigma"].values])
    _axes.set_xlabel("effort.eta: response of effort to scarcity (1)")
    _axes.set_ylabel("research.sigma: people for chips (1)")
    _axes.set_title("Controls spur (blue) or stifle (red) methods, 2026-12", fontsize=10)
    figure.colorbar(_image, label=f"effect, {swept['innovation_effect'].attrs['unit']}, median")
    figure
    return (figure,)


if __name__ == "__main__":
    app.run()
