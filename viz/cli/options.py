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

from viz.cli import completion
from viz.cli.endings import endable, status
from viz.text.terminal import say

MAX_WORLDS = 10_000  # that fit the memory of one machine with every series
MAX_SEED = 2**63 - 1
FIRST = "2020-12"  # first month until which worlds can be fitted

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class WholeNumber(click.IntRange):
    """A whole number in a range, which help and errors write as `1 to 64`."""

    def _describe_range(self) -> str:
        return f"{self.min} to {self.max}"


def integer(
    flag: str, low: int, high: int, meaning: str, default: int | None = None, name: str = ""
) -> Decorator:
    """An option that takes a whole number from `low` to `high`.

    Args:
        meaning: its line in the help.
        name: of the parameter, where it is not that of the flag.
    """
    flags = (flag, name) if name else (flag,)
    return click.option(
        *flags, type=WholeNumber(low, high), metavar="N", default=default, help=meaning
    )


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

    def check(_context: click.Context, _option: click.Parameter, month: str | None) -> str:
        from sim.core.calendar import parse_month
        from sim.research.history.observations import LAST
        from sim.uncertainty.posterior import shipped_names

        month = shipped_names()[-1] if month is None else month
        try:
            if parse_month(month)[1] % months_apart == 0 and FIRST <= month <= LAST:
                return month
        except ValueError:
            pass
        what = "month" if months_apart == 1 else "end of a quarter"
        ends = f"{FIRST} to {LAST}"
        raise click.BadParameter(f"'{month}' is no {what} of the history; give YYYY-MM from {ends}")

    meaning += " [default: the month of the newest posterior]"
    return click.option("--until", metavar="YYYY-MM", callback=check, help=meaning)


SCENARIO = click.argument("scenario", default="as_enacted", shell_complete=completion.scenarios)
AGAINST = click.argument("against", default="no_controls", shell_complete=completion.scenarios)
SETS = click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="KEY=VALUE",
    shell_complete=completion.overrides,
    help="Change a value, such as labs.DeepSeek.openness=0 (repeatable).",
)
WORLDS = integer(
    "--worlds", 1, MAX_WORLDS, "Number of worlds (possible histories) to simulate.", 256
)
FEWER_WORLDS = integer(
    "--worlds", 1, MAX_WORLDS, "Number of worlds (possible histories) to simulate.", 64
)
SEED = integer("--seed", 0, MAX_SEED, "Seed of the random numbers.", 0)
MONTHS = integer("--months", 1, 600, "Simulate only this many months from the start.")
POSTERIOR = click.option(
    "--posterior",
    metavar="NAME|FILE",
    help="Fit to history to use: a shipped name, or a file of moat calibrate [default: newest].",
)
PRIOR = flag("--prior", "Draw the worlds from the priors, without the fit to history.")
STRUCTURE = click.option(
    "--structure",
    metavar="NAME",
    shell_complete=completion.structures,
    help="Rival form of the model, with its own fit; all: each by its weight (moat structures).",
)


def _ensemble(unless: str) -> Decorator:
    """The options that choose worlds; the command is given `ensemble`, one text.

    Args:
        unless: what it is given where none is chosen.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def chosen(
            *args: Any, posterior: str | None, prior: bool, structure: str | None, **kwargs: Any
        ) -> Any:
            ensemble = ensemble_of(posterior, prior, structure, unless)
            return command(*args, ensemble=ensemble, **kwargs)

        return with_options(POSTERIOR, PRIOR, STRUCTURE)(chosen)

    return decorate


ENSEMBLE = _ensemble("posterior")
OTHER_ENSEMBLE = _ensemble("")  # a file says which, unless it is chosen here


def ensemble_of(
    posterior: str | None, prior: bool, structure: str | None = None, unless: str = "posterior"
) -> str:
    """The ensemble that the options ask for.

    Args:
        unless: what it is where none is given.
    """
    if structure is not None:
        if posterior is not None:
            raise click.UsageError("--posterior and --structure exclude each other: leave one out")
        return of_named_structure(structure, prior)
    if prior and posterior is not None:
        raise click.UsageError("--posterior and --prior exclude each other: leave one out")
    return "prior" if prior else unless if posterior is None else posterior


def of_named_structure(name: str, prior: bool) -> str:
    """The ensemble of a structure."""
    from sim.scenario.errors import ScenarioError
    from sim.scenario.structures import ALL, REFERENCE, structure

    if not name:
        raise click.UsageError("--structure needs a name: moat structures lists them")
    if name == ALL and prior:
        why = "worlds of all structures are those that fit history"
        raise click.UsageError(f"--structure {ALL} and --prior exclude each other: {why}")
    if name == ALL:
        return ALL
    try:
        chosen = structure(name)
    except ScenarioError as error:
        raise click.UsageError(str(error)) from None
    if chosen.name == REFERENCE:
        return "prior" if prior else "posterior"
    return f"prior:{name}" if prior else name


OUT = click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to write [default: a folder in runs/]."
)
OBSERVATIONS = click.option(
    "--observations",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw the observations of this CSV beside ours (moat observations --template).",
)
JSON = flag("--json", "Print one JSON object instead of text.", name="as_json")
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
