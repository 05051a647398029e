"""Tables of docs/model.md that are made from the code: the steps of a month, and all state.

The page is written by hand; a generated table stands between `<!-- NAME -->` and `<!-- end -->`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.core.state import states
from sim.model.race import STEPS, Race
from viz.pages.render import Page, table

# Parts that two populations have are shown once.
SHARED = {"clouds.purchasing": "labs.purchasing", "clouds.serving": "labs.serving"}


def build(docs: Path) -> Page:
    """The page with its tables as the code has them."""
    text = (docs / "model.md").read_text("utf-8")
    for name, content in (("steps", steps_table()), ("state", state_tables(Race(worlds=1)))):
        start, end = f"<!-- {name} -->\n", "<!-- end -->"
        before, _, rest = text.partition(start)
        text = f"{before}{start}\n{content}\n{end}{rest.partition(end)[2]}"
    return Page(text)


def steps_table() -> str:
    """The steps of a month in their order: what each does, reads and writes."""
    rows = []
    for step in STEPS:
        reads, writes = (", ".join(parts) or "nothing" for parts in (step.reads, step.writes))
        rows.append([f"`{step.name}`", step.sentence, reads, writes])
    return table(["step", "what it does", "reads", "writes"], rows) + "\n"


def state_tables(race: Race) -> str:
    """Every state by its owner, with axes, unit and meaning."""
    tables = []
    for place, owner in race.owners.items():
        declared = states(type(owner))
        if declared and place not in SHARED:
            also = [name for name, other in SHARED.items() if other == place]
            title = " and ".join(f"`{name}`" for name in (place, *also))
            tables.append(f"**{title}** (`{_file(owner)}`)\n\n{_state_table(declared)}")
    return "\n".join(tables)


def _file(owner: Any) -> str:
    kind = type(owner)
    return f"{kind.__module__.replace('.', '/')}.py:{kind.__name__}"


def _state_table(declared: dict[str, Any]) -> str:
    rows = []
    for name, state in declared.items():
        axes = [axis for axis in state.axes or () if axis != "actor"]
        by = f" (by {' and '.join(axes)})" if axes else ""
        rows.append([f"`{name}`", state.unit, f"{state.meaning}{by}"])
    return table(["state", "unit", "meaning"], rows) + "\n"
