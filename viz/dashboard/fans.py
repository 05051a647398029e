"""The fans: one panel an outcome, case over baseline, with policies, history and the clock."""

from __future__ import annotations

import solara

from viz.dashboard.session import Session


@solara.component
def Fans(session: Session):
    """All panels."""
    found = session.found.value
    if found is None:
        solara.Text("Simulating ...")
        return
    solara.Text(f"{found.this.title} {found.seconds:.2f} s")
