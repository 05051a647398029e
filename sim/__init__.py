"""moat: an agent-based simulator of US-China AI competition.

For notebooks and scripts (docs/python.md):

    import sim

    results = sim.run("as_enacted", worlds=256)
    effects = sim.compare("as_enacted", "no_controls", worlds=256)

The names in `__all__` are loaded when first asked for: `import sim` itself loads nothing dear.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.experiments.compare import compare
    from sim.experiments.explain import explain
    from sim.experiments.parts import Explanation
    from sim.experiments.run import run
    from sim.experiments.verdict import Verdict, verdict
    from sim.experiments.what_binds import WhatBinds, what_binds
    from sim.model.race import Race
    from sim.record.results import Results
    from sim.scenario.errors import ScenarioError
    from sim.scenario.load import load
    from sim.sweeps.design import design_of
    from sim.sweeps.store import Sweep, open_sweep
    from sim.sweeps.sweep import sweep

_HOMES = {
    "Explanation": "sim.experiments.parts",
    "Race": "sim.model.race",
    "Results": "sim.record.results",
    "ScenarioError": "sim.scenario.errors",
    "Sweep": "sim.sweeps.store",
    "Verdict": "sim.experiments.verdict",
    "WhatBinds": "sim.experiments.what_binds",
    "compare": "sim.experiments.compare",
    "design_of": "sim.sweeps.design",
    "explain": "sim.experiments.explain",
    "load": "sim.scenario.load",
    "open_sweep": "sim.sweeps.store",
    "run": "sim.experiments.run",
    "sweep": "sim.sweeps.sweep",
    "verdict": "sim.experiments.verdict",
    "what_binds": "sim.experiments.what_binds",
}

__all__ = [
    "Explanation",
    "Race",
    "Results",
    "ScenarioError",
    "Sweep",
    "Verdict",
    "WhatBinds",
    "compare",
    "design_of",
    "explain",
    "load",
    "open_sweep",
    "run",
    "sweep",
    "verdict",
    "what_binds",
]


def __getattr__(name: str) -> Any:
    """What is offered here, from the module where it lives."""
    if name == "__version__":
        from importlib.metadata import version

        return version("moat")
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}; it offers {__all__}")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
