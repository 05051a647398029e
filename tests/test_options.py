"""What an option is when it is not given is written here, not left to a release of click."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from sim.uncertainty.posterior import shipped_names
from viz.cli.main import main
from viz.cli.options import ensemble_of

NEWEST = shipped_names()[-1]
RUN = {"worlds": 256, "seed": 0}
DEFAULTS = {  # of options that are something when they are not given
    "run": RUN,
    "compare": RUN,
    "explain": RUN | {"worlds": 64, "by": "channel", "channels": "", "orders": 4},
    "binds": RUN | {"worlds": 64, "dates": "2022-06,2024-06,2027-01"},
    "watch": {"host": "127.0.0.1", "port": 8765, "proxy_path": ""},
    "month": {"world": 0, "seed": 0},
    "calibrate": {"particles": 1024, "passes": 20, "processes": 1, "seed": 1, "until": NEWEST},
    "backtest": RUN | {"until": NEWEST, "quarters": 7},
    "evidence": {"out": Path("runs/evidence"), "seed": 0},
    "findings": {"out": Path("runs/findings"), "seed": 0},
    "signposts": {"out": Path("runs/signposts"), "seed": 0},
}


def options(command: click.Command) -> list[click.Option]:
    return [item for item in command.params if isinstance(item, click.Option) and not item.is_eager]


def when_not_given(command: click.Command) -> dict[str, object]:
    """The parameters of a command that is called with its arguments alone."""
    arguments = [item for item in command.params if isinstance(item, click.Argument)]
    given = ["something" for item in arguments if item.required]
    context = command.make_context(command.name, given)
    return {option.name: context.params[option.name] for option in options(command)}


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_option_is_what_is_written_here_when_it_is_not_given(name):
    command = main.commands[name]
    expected = {}
    for option in options(command):
        nothing = () if option.multiple else None
        expected[option.name] = False if option.is_flag else nothing
    assert when_not_given(command) == expected | DEFAULTS.get(name, {})


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_flag_is_off_by_a_default_of_its_own(name):
    for flag in filter(lambda option: option.is_flag, options(main.commands[name])):
        assert flag.type is click.BOOL and not flag.secondary_opts, flag.opts
        assert flag.to_info_dict()["default"] is False, flag.opts


def test_the_prior_is_taken_where_it_is_asked_for():
    for command in (main.commands[name] for name in ("run", "compare", "explain", "backtest")):
        context = command.make_context(command.name, ["--prior"])
        assert context.params["prior"] and context.params["posterior"] is None
    assert ensemble_of(None, True) == "prior" and ensemble_of(None, False) == "posterior"
    assert ensemble_of("2024-12", False) == "2024-12"
