"""`moat list`, `moat show`, `moat check`, `moat schema`: scenario files."""

from __future__ import annotations

from pathlib import Path

import click

from viz.cli.completion import scenarios
from viz.cli.options import SCENARIO, SETS, flag, handles_errors
from viz.text.format import counted
from viz.text.terminal import say, say_next, say_wrapped, width


@click.command()
@click.argument("file", shell_complete=scenarios)
@SETS
@handles_errors
def check(file: str, overrides: tuple[str, ...]) -> None:
    """Check a scenario, sweep design or policy problem.

    Nothing is simulated. Reports every problem with its key and what to do, and notes acts that
    have no effect.
    """
    kind = _kind(file)
    if kind in CHECKS:
        if overrides:
            raise click.UsageError(f"--set goes with a scenario; {file} is a {kind}")
        CHECKS[kind](file)
        return
    from sim.experiments.ensemble import load_in
    from viz.text.notes import notes
    from viz.text.warnings import warnings

    resolved = load_in(file, overrides=overrides)
    for text in warnings(resolved):
        say(text, on_stderr=True)
    found = notes(resolved)
    for text in found:
        say_wrapped(f"{file}: note: {text}")
    state = f"can be run, with {counted(len(found), 'note')}" if found else "fine"
    say_wrapped(f"{file}: {state} ({resolved.scenario.title}; hash {resolved.digest[:12]})")
    say_next(f"moat run {file}")


def _kind(name: str) -> str:
    """Whether a file, or a shipped name, is a scenario, a design or a problem."""
    from sim.scenario.layers import kind_of, parse
    from sim.scenario.library import shipped, shipped_designs, shipped_problems

    path = Path(name)
    if path.is_file() and path.suffix == ".toml":
        return kind_of(parse(path))
    if name in shipped() or path.exists():
        return "scenario"
    if name in shipped_designs():
        return "design"
    return "problem" if name in shipped_problems() else "scenario"


def _check_design(file: str) -> None:
    from sim.sweeps.design import design_file, read_design
    from sim.sweeps.plan import make_plan

    plan = make_plan(read_design(file), str(design_file(file)))
    counts = (
        counted(len(plan.values), "point"),
        counted(plan.design.replicates, "replicate"),
        counted(len(plan.job.labels), "branch"),
    )
    say_wrapped(f"{file}: fine (design of a sweep: {plan.design.title}; {' x '.join(counts)})")
    say_next(f"moat sweep {file} --dry-run, then moat sweep {file}")


def _check_problem(file: str) -> None:
    from sim.analysis.policies import Policies
    from sim.analysis.problem import read_problem

    search = Policies(read_problem(file), file).search
    counts = counted(len(search.levers), "lever"), counted(len(search.goals), "goal")
    say_wrapped(f"{file}: fine (policy problem: {search.title}; {' and '.join(counts)})")
    say_next(f"moat optimise {file}")


CHECKS = {"design": _check_design, "problem": _check_problem}


@click.command()
@SCENARIO
@SETS
@flag("--resolved", "Print every key, not only what differs from the parent.")
@flag("--why", "Name the file or option that set each key.")
@handles_errors
def show(scenario: str, overrides: tuple[str, ...], resolved: bool, why: bool) -> None:
    """Print what a scenario says.

    Prints, as TOML, what differs from the scenario that it extends or, with --resolved, every key.
    """
    from sim.scenario.load import load
    from viz.text.scenario import lines

    for line in lines(load(scenario, overrides), resolved, why, width()):
        say(line)
    say_next(f"moat run {scenario}", "# ")


@click.command(name="list")
@handles_errors
def list_scenarios() -> None:
    """List the shipped scenarios."""
    from sim.scenario.library import shipped, title

    column = max(len(name) for name in shipped())
    for name, path in shipped().items():
        say_wrapped(f"{name:{column}}  {title(path)}", hanging=column + 2)
    say_next("moat show NAME, moat run NAME")


@click.command()
def schema() -> None:
    """Print the JSON schema of scenario files, for editors."""
    from viz.text.scenario import editor_schema
    from viz.text.tables import print_json

    print_json(editor_schema())
