"""The pages of the dashboard, in the order of their tabs: name in links, title, component."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from viz.dashboard.network.page import Network
from viz.dashboard.pages.compare import Compare
from viz.dashboard.pages.events import Events
from viz.dashboard.pages.overview import Overview
from viz.dashboard.pages.why import Why


@dataclass(frozen=True)
class Tab:
    """One page.

    Attributes:
        name: in links (`link.TABS`).
        component: a Solara component that takes the session.
    """

    name: str
    title: str
    component: Callable[..., Any]


TABS = (
    Tab("overview", "Overview", Overview),
    Tab("network", "Supply network", Network),
    Tab("why", "Why", Why),
    Tab("compare", "Compare", Compare),
    Tab("events", "Events", Events),
)
