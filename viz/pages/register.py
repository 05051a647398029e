"""Register the next forecast: `uv run python -m viz.pages.register 2025-12`.

Writes docs/forecast/2025-12/ with the acts of governments as enacted, and 2025-12-blind/ with those
alone that were announced by then; with `--forms`, 2025-12-forms/: acts as enacted, in worlds of all
rival forms of the model by their weights. Each has the forecast of the priors beside it. All are
frozen: they are never made again. `--signposts` registers those recorded in docs/signposts.json
instead, in docs/forecast/2025-12-signposts/.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from sim.experiments.ensemble import PRIOR, Ensemble
from sim.research.forecasting import files, frozen, shipped
from sim.research.forecasting.register import registered
from sim.research.identification.effects import EFFECTS
from sim.research.signposts import registered as registered_signposts
from sim.scenario.structures import ALL
from viz.text.signposts import meaning

SIGNPOSTS = Path("docs/signposts.json")


@click.command()
@click.argument("until")
@click.option("--posterior", help="Name or file of the worlds [default: those fitted to UNTIL].")
@click.option("--forms", is_flag=True, default=False, help="Of all forms of the model.")
@click.option(
    "--signposts", is_flag=True, help="Register the first signposts of docs/signposts.json."
)
def main(until: str, posterior: str | None, forms: bool, signposts: bool) -> None:
    """Register the forecast of all series and headline effects from the end of UNTIL."""
    if signposts:
        register_signposts(until)
    else:
        register_forecast(until, posterior, forms)
    for name in frozen.freeze(datetime.now(UTC).date()):
        click.echo(f"frozen: {name}")


def register_signposts(until: str) -> None:
    """Register the signposts that are recorded, if they are of worlds fitted to that month."""
    found = json.loads(SIGNPOSTS.read_text("utf-8"))
    if found["about"]["ensemble"].get("until") != until:
        raise SystemExit(f"error: {SIGNPOSTS} is not of worlds fitted to {until}")
    file = registered_signposts.place(until)
    content = registered_signposts.registered(found, lambda row, key: meaning(found, row, key))
    registered_signposts.save(content, file)
    click.echo(f"registered: {file.parent}/")


def register_forecast(until: str, posterior: str | None, forms: bool) -> None:
    """Register a forecast with the acts as enacted, and one without those announced later."""
    worlds: Ensemble = ALL if forms else posterior or until
    names = {f"{until}-forms": False} if forms else {until: False, f"{until}-blind": True}
    folders = {shipped.FOLDER / name: blind for name, blind in names.items()}
    for folder in folders:
        if folder.exists():
            raise SystemExit(f"error: {folder}/ exists: a registered forecast is never made again")
    for folder, blind in folders.items():
        forecast, prior = (registered(until, one, EFFECTS, blind) for one in (worlds, PRIOR))
        files.save_with_prior(forecast, prior, folder)
        click.echo(f"registered: {folder}/")


if __name__ == "__main__":
    main()
