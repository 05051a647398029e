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
    from sim.analysis.small_model.fitted import SmallModel, small_model
    from sim.experiments.compare import compare
    from sim.experiments.explain import explain
    from sim.experiments.parts import Explanation
    from sim.experiments.run import run
    from sim.experiments.verdict import Verdict, verdict
    from sim.experiments.what_binds import WhatBinds, what_binds
    from sim.record.mesa_race import Race
    from sim.record.results import Results
    from sim.research.forecasting.carried import carry_on
    from sim.research.signposts.study import signposts
    from sim.scenario.errors import ScenarioError
    from sim.scenario.load import load
    from sim.sweeps.design import design_of
    from sim.sweeps.store import Sweep, open_sweep
    from sim.sweeps.sweep import sweep

_HOMES = {
    "Explanation": "sim.experiments.parts",
    "Race": "sim.record.mesa_race",
    "Results": "sim.record.results",
    "ScenarioError": "sim.scenario.errors",
    "SmallModel": "sim.analysis.small_model.fitted",
    "Sweep": "sim.sweeps.store",
    "Verdict": "sim.experiments.verdict",
    "WhatBinds": "sim.experiments.what_binds",
    "carry_on": "sim.research.forecasting.carried",
    "compare": "sim.experiments.compare",
    "design_of": "sim.sweeps.design",
    "explain": "sim.experiments.explain",
    "load": "sim.scenario.load",
    "open_sweep": "sim.sweeps.store",
    "run": "sim.experiments.run",
    "signposts": "sim.research.signposts.study",
    "small_model": "sim.analysis.small_model.fitted",
    "sweep": "sim.sweeps.sweep",
    "verdict": "sim.experiments.verdict",
    "what_binds": "sim.experiments.what_binds",
}

__all__ = [
    "Explanation",
    "Race",
    "Results",
    "ScenarioError",
    "SmallModel",
    "Sweep",
    "Verdict",
    "WhatBinds",
    "carry_on",
    "compare",
    "design_of",
    "explain",
    "load",
    "open_sweep",
    "run",
    "signposts",
    "small_model",
    "sweep",
    "verdict",
    "what_binds",
]


def __getattr__(name: str) -> Any:
    """What is offered here, from the module where it lives."""
    if name == "__version__":
        from sim.core.packages import version_of

        return version_of("moat")
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}; it offers {__all__}")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*__all__, "__version__"})
