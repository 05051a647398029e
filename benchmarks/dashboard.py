"""How fast the dashboard answers: a lever's latency, and months played per second.

Seconds are those of computing in one process. Engine and drawing are timed in a session without a
browser, as the page uses them:

    uv run python -m benchmarks.dashboard [WORLDS]

How long visitors wait who come together is told in ratios to one who comes alone, and what each
of them takes of the server's memory:

    uv run python -m benchmarks.dashboard visitors [HOW_MANY]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import psutil

from tests.browser.servers import dashboard, free_port, serving
from tests.dashboard.visitors import Visitor
from viz.dashboard.charts.fan_chart import fan_chart
from viz.dashboard.charts.panels import LEAD, PANELS
from viz.dashboard.levers.choices import CHOICES
from viz.dashboard.levers.policies import DEFAULT_DATE, POLICIES
from viz.dashboard.levers.ranking import front
from viz.dashboard.network.drawing import network_svg
from viz.dashboard.server.serve import warm
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.session import Session
from viz.dashboard.state.simulation import Simulation
from viz.dashboard.state.view import View
from viz.figures.marks import marks

LEVERS = {"effort.eta": 1.0, "leakage.diverted_share": 0.2, "demand.elasticity": 1.0}
DAYS = (DEFAULT_DATE, date(2027, 1, 1))  # from which policies hold: the page's own, and later


def timed[T](work: Callable[[], T]) -> tuple[float, T]:
    """Seconds of computing that a call took, and its result."""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def changes(session: Session) -> Iterator[tuple[str, Callable[[], None]]]:
    """Moves of a lever: policies, of which only what follows is simulated, and assumptions."""
    foremost = front((policy.key for policy in POLICIES), 6)
    tree = session.simulation.value.ensemble.tree
    for policy in (policy for policy in POLICIES if policy.key in foremost):
        for day in DAYS:
            act = policy.act(policy.default, day, tree)
            yield f"{policy.title} from {day}", partial(session.change, policy.key, act)
    tree = session.simulation.value.ensemble.tree
    for choice in CHOICES:
        values = dict.fromkeys(choice.changes(tree), choice.default)
        yield choice.title, partial(session.change_all, values, choice.key)
    for key, value in LEVERS.items():
        yield key, partial(session.change, key, value)


def under_an_assumption(session: Session) -> tuple[str, float]:
    """A policy that is moved after an assumption: it goes on from the past under that."""
    key, value = next(iter(LEVERS.items()))
    session.change(key, 0.9 * value)  # not one of those that were answered before
    session.simulate()
    name, change = next(changes(session))
    change()
    return f"{name}, under another {key}", timed(session.simulate)[0]


def draw(simulation: Simulation) -> None:
    """Every fan of the first page."""
    for panel in (LEAD, *PANELS):
        fan_chart(panel, simulation.ensemble, simulation.baseline, marks(simulation.ensemble.tree))


def visit(address: str) -> tuple[Visitor, list[float]]:
    """A visit: seconds to the first words, to the answer, and from a change to its answer."""
    began = time.perf_counter()
    visitor = Visitor(address)
    visitor.wait_for("Policies and choices")
    first = time.perf_counter() - began
    visitor.wait_for("leads by")
    answered = time.perf_counter() - began
    changed = time.perf_counter()
    visitor.press("No controls", "in the baseline")
    return visitor, [first, answered, time.perf_counter() - changed]


def visitors(count: int) -> None:
    """Print how much longer visitors wait who come together, and the memory of each."""
    port = free_port()
    log = Path(tempfile.mkdtemp()) / "log"
    with serving(dashboard(port, "--no-token"), port, log) as address:
        children = psutil.Process().children(recursive=True)
        server = next(child for child in children if str(port) in child.cmdline())
        visit(address)[0].leave()  # what is imported at the first visit
        one, alone = visit(address)
        before = server.memory_info().rss
        with ThreadPoolExecutor(count) as pool:
            together = list(pool.map(visit, [address] * count))
        each = (server.memory_info().rss - before) / count / 1e6
        for visitor in [one, *(visitor for visitor, _ in together)]:
            visitor.leave()
    print(f"{count} visitors who come together, each {each:.0f} MB; times one alone waits:")
    for at, what in enumerate(("first words", "first answer", "answer to a change")):
        waits = sorted(times[at] / alone[at] for _, times in together)
        print(f"{what}: middle {waits[count // 2]:.1f}, longest {waits[-1]:.1f}")


def main(worlds: int) -> None:
    """Print the figures."""
    warm().join()
    session = Session(View(worlds=worlds))
    first, _ = timed(session.simulate)
    print(f"{worlds} worlds beside {worlds} of the baseline, which is remembered; 132 months")
    print(f"first answer: {first:.2f} s")
    for name, change in changes(session):
        change()
        engine, _ = timed(session.simulate)
        drawing, _ = timed(lambda: draw(session.simulation.value))
        print(f"{name}: simulating and pairing {engine:.2f} s, redrawing {drawing:.3f} s")
        session.reset()
    name, engine = under_an_assumption(session)
    print(f"{name}: simulating and pairing {engine:.2f} s")
    key = (EditedScenario("as_enacted"), worlds, 0)
    seconds, actors = timed(lambda: session.actor_series.of(key, lambda month: None))
    print(f"network, all series recorded: {seconds:.2f} s")
    months = range(60, 84)
    seconds, _ = timed(lambda: [network_svg(actors, month) for month in months])
    print(f"network drawn: {len(months) / seconds:.0f} months per second")


if __name__ == "__main__":
    if sys.argv[1:2] == ["visitors"]:
        visitors(int(sys.argv[2]) if len(sys.argv) > 2 else 40)
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 128)
