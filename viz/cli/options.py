"""Options that commands share, and what they do about errors. Loading this is cheap."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypedDict

import click

from viz.cli.endings import endable, status
from viz.text.terminal import say

MAX_WORLDS = 10_000  # that fit the memory of one machine with every series
MAX_SEED = 2**63 - 1
HISTORY = ("2020-12", "2024-12")  # months of the history until which worlds can be fitted

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def integer(
    flag: str, low: int, high: int, meaning: str, default: int | None = None, name: str = ""
) -> Decorator:
    """An option that takes a whole number from `low` to `high`.

    Args:
        meaning: its line in the help.
        name: of the parameter, where it is not that of the flag.
    """
    flags = (flag, name) if name else (flag,)
    return click.option(*flags, type=click.IntRange(low, high), default=default, help=meaning)


def flag(switch: str, meaning: str, name: str = "") -> Decorator:
    """An option that is off unless it is given, whatever click holds for the default of a flag.

    Args:
        meaning: its line in the help.
        name: of the parameter, where it is not that of the flag.
    """
    flags = (switch, name) if name else (switch,)
    kind: dict[str, Any] = {"is_flag": True, "type": bool, "flag_value": True, "default": False}
    return click.option(*flags, help=meaning, **kind)


def until(meaning: str, months_apart: int = 1) -> Decorator:
    """The option `--until`: a month of the history.

    Args:
        months_apart: 3 where only ends of quarters are taken.
    """

    def check(_context: click.Context, _option: click.Parameter, month: str) -> str:
        from sim.core.calendar import parse_month

        try:
            if parse_month(month)[1] % months_apart == 0 and HISTORY[0] <= month <= HISTORY[1]:
                return month
        except ValueError:
            pass
        what = "month" if months_apart == 1 else "end of a quarter"
        ends = " to ".join(HISTORY)
        raise click.BadParameter(f"'{month}' is no {what} of the history; give YYYY-MM from {ends}")

    return click.option(
        "--until", metavar="YYYY-MM", default=HISTORY[1], callback=check, help=meaning
    )


SCENARIO = click.argument("scenario", default="as_enacted")
AGAINST = click.argument("against", default="no_controls")
SETS = click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="KEY=VALUE",
    help="Override a number, e.g. --set labs.DeepSeek.openness=0 (repeatable).",
)
WORLDS = integer("--worlds", 1, MAX_WORLDS, "Possible histories to simulate.", 256)
FEWER_WORLDS = integer("--worlds", 1, MAX_WORLDS, "Possible histories to simulate.", 64)
SEED = integer("--seed", 0, MAX_SEED, "Seed of the luck.", 0)
MONTHS = integer("--months", 1, 600, "Only so many months from the start.")
ENSEMBLE = click.option(
    "--prior",
    "ensemble",
    # A flag with a value and a default of its own is on by itself in click 8.2.0 and 8.2.1.
    is_flag=True,
    type=bool,
    flag_value=True,
    default=False,
    callback=lambda _context, _option, is_prior: "prior" if is_prior else "posterior",
    help="Worlds as drawn from the priors, not those that fit history to 2024.",
)
OUT = click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to write [default: runs/NAME]."
)
JSON = flag("--json", "One JSON object on stdout, no table.", name="as_json")
EXPERIMENT = (WORLDS, SEED, ENSEMBLE, MONTHS, SETS, OUT, JSON)  # what most experiments take


class Experiment(TypedDict):
    """What `run` and `compare` of `sim` take from these options."""

    worlds: int
    seed: int
    ensemble: str
    months: int | None
    overrides: tuple[str, ...]


def with_options(*options: Callable[..., Any]) -> Decorator:
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
            with endable():
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
            again = "no file is half written; the same command starts anew"
            _stop(status(), f"interrupted; {again}")

    return guarded


def _stop(code: int, *messages: str) -> None:
    with contextlib.suppress(OSError):  # a terminal that was closed
        for message in messages:
            say(message, on_stderr=True)
    sys.exit(code)
