"""Options that commands share, and what they do about errors. Loading this is cheap."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

MAX_WORLDS = 10_000  # what fits the memory of one machine with every series kept
SCENARIO = click.argument("scenario", default="as_enacted")
SETS = click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="KEY=VALUE",
    help="Override a number, e.g. --set labs.DeepSeek.openness=0 (repeatable).",
)
WORLDS, FEWER_WORLDS = (
    click.option(
        "--worlds",
        type=click.IntRange(1, MAX_WORLDS),
        default=usual,
        show_default=True,
        help="Possible histories to simulate.",
    )
    for usual in (256, 64)
)
SEED = click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    show_default=True,
    help="Seed of the luck.",
)
HISTORY = ("2020-12", "2024-12")  # months of the history until which worlds can be fitted
ENSEMBLE = click.option(
    "--prior",
    "ensemble",
    flag_value="prior",
    default="posterior",
    help="Worlds as drawn from the priors, not those that fit history to 2024.",
)
MONTHS = click.option(
    "--months", type=click.IntRange(1, 600), help="Only so many months from the start."
)
OUT = click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to write [default: runs/NAME]."
)
AGAINST = click.argument("against", default="no_controls")
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, no table.")
SPLIT = (  # how an effect is split
    click.option(
        "--outcome",
        "outcomes",
        multiple=True,
        metavar="NAME",
        help="Split the effect on this outcome (repeatable) [default: the main ones].",
    ),
    click.option(
        "--month", metavar="YYYY-MM", help="Date of the effect [default: 2030-12, or the last]."
    ),
    click.option(
        "--channels",
        default="",
        metavar="A,B,...",
        help="Only these channels; the others stay as they are [default: all].",
    ),
    click.option(
        "--orders",
        type=click.IntRange(2, 1000),
        default=4,
        show_default=True,
        help="Orders of the channels sampled in each world, each with its reverse.",
    ),
)


# What most experiments take.
EXPERIMENT = (WORLDS, SEED, ENSEMBLE, MONTHS, SETS, OUT, JSON)


def with_options(*options: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command several options, in the order of its help."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def handles_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what can go wrong for a user into one clear message and an exit status."""

    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        from sim.scenario.errors import ScenarioError

        try:
            return command(*args, **kwargs)
        except ScenarioError as error:
            _stop(2, *(f"error: {problem}" for problem in error.problems))
        except (FileExistsError, FileNotFoundError) as error:
            _stop(2, f"error: {error}")
        except BrokenPipeError:  # the reader has seen enough: `moat show | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except OSError as error:
            _stop(2, f"error: cannot write: {error}; nothing was left half written")
        except KeyboardInterrupt:
            _stop(130, "interrupted; no file is half written")

    return guarded


def _stop(status: int, *messages: str) -> None:
    for message in messages:
        click.echo(message, err=True)
    sys.exit(status)
