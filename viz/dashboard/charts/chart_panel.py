"""A chart on the page: its drawing for screens and phones, the clock's veil, its files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import solara
from markupsafe import Markup
from solara.lab.utils.headers import headers
from solara.server.settings import main as server

from sim.experiments.verdict import verdict
from viz.dashboard.charts import single_worlds
from viz.dashboard.charts.axes import Frame
from viz.dashboard.charts.chart import Chart, Layer
from viz.dashboard.charts.differences import Differences
from viz.dashboard.charts.fan_chart import BASELINE, NARROW, SMALL, number_text
from viz.dashboard.charts.files import Origin, chart_file
from viz.dashboard.charts.panels import Panel
from viz.dashboard.controls import html, icon_button, select
from viz.dashboard.state import available, link, own
from viz.dashboard.state.bounds import one_of, taken
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.limits import CHARTS
from viz.dashboard.state.session import Session
from viz.dashboard.state.simulation import Simulation
from viz.figures.marks import marks
from viz.figures.observations import OWN
from viz.text.carried import bands_start
from viz.text.format import counted
from viz.text.sentences import size

LARGE = (1000.0, 268.0)
LANES, NARROW_LANES = 2, 3  # rows of labels of acts above a large chart
LEVELS, DIFFERENCES = CHARTS
BANDS = (
    "Lines: median over {worlds} worlds. Dark and light bands: 50 % and 90 % of worlds, which "
    "differ in uncertain parameters and in luck. "
)
BEHIND = (
    "Grey bands: the baseline in the same worlds; its line is dashed, or dotted in the colour of "
    "its bloc where a chart shows both. "
)
DOTS = "Dots: observations to the end of 2025 with their range. "
ACTS = "Dotted vertical lines: acts (blue: American, vermilion: Chinese). "
CONDITIONAL = "Conditional forecasts, not predictions."
FILES = (("SVG", "image/svg+xml"), ("PNG", "image/png"), ("CSV", "text/csv"))
File = Callable[[Any, Origin, str], str | bytes]  # takes a drawing, its origin and `CSV`, ...
_differences: WeakKeyDictionary[Simulation, Differences] = WeakKeyDictionary()


class Named(Protocol):
    """A drawing: the name of its files, and what it is called."""

    @property
    def name(self) -> str:
        """Of its files."""

    @property
    def title(self) -> str:
        """What it is called on the page."""


def name_of(scenario: EditedScenario) -> str:
    """A scenario in words: its title, and how many keys were changed."""
    title, count = available.title_of(scenario.name), len(scenario.changes)
    return f"{title} + {counted(count, 'change')}" if count else title


def differences_of(simulation: Simulation) -> Differences | None:
    """Paired differences of what was simulated last; None where nothing differs."""
    if simulation.effects is None:
        return None
    return _differences.setdefault(simulation, Differences(simulation.effects))


def shows_differences(session: Session, simulation: Simulation) -> bool:
    """Whether the charts of the page show paired differences."""
    return session.charts.value == DIFFERENCES and simulation.effects is not None


def title_of(session: Session, simulation: Simulation) -> str:
    """The scenario on the page in words."""
    if session.saved is not None:
        return session.saved.title
    return name_of(simulation.scenario)


def against_of(simulation: Simulation) -> str:
    """The baseline of what was simulated, in words."""
    return available.title_of(simulation.baseline.name) if simulation.baseline else ""


def caption_of(session: Session, simulation: Simulation) -> str:
    """What lines, bands, dots and thin lines of all charts of a page are."""
    ensemble = simulation.ensemble
    last = single_worlds.caption(ensemble.months[-1]) if session.singles.value else ""
    bands = BANDS.format(worlds=ensemble.worlds)
    if shows_differences(session, simulation):
        return bands + last + ACTS + CONDITIONAL
    behind = BEHIND if simulation.effects is not None else ""
    start = bands_start(ensemble.carried_from)
    dots = DOTS + (OWN if own.drawn() else "")
    return bands + behind + last + dots + ACTS + start + CONDITIONAL


def chart_of(session: Session, simulation: Simulation, panel: Panel, is_large: bool) -> Chart:
    """The chart of a panel, as the page's switches ask for it."""
    ensemble, name = simulation.ensemble, title_of(session, simulation)
    differences = differences_of(simulation)
    layers: tuple[Layer, ...] = (Layer(ensemble, name),)
    theirs = own.drawn()
    if differences is not None and shows_differences(session, simulation):
        against = against_of(simulation)
        panel, theirs = differences.panel(panel, against, name), ()
        layers = (Layer(differences, f"{name} minus {against}"),)
    elif (baseline := simulation.differing_baseline) is not None:
        title = against_of(simulation)
        layers = (Layer(baseline, title, BASELINE), *layers)
    worlds = tuple(world for world in session.pinned.value if world < ensemble.worlds)
    if session.singles.value:
        values = layers[-1].fans.outcomes[panel.lines[0].outcome]
        worlds = tuple(dict.fromkeys((*worlds, *single_worlds.spanning(values))))
    acts = [mark for mark in marks(ensemble.tree) if is_large or mark.rank <= 0]
    caption = caption_of(session, simulation)
    return Chart(panel, layers, f"{ensemble.name}-{panel.name}", caption, acts, worlds, own=theirs)


@solara.component
def ChartSwitches(session: Session, simulation: Simulation, is_compare: bool = False):
    """What the charts of a page show: levels or differences, single worlds or bands alone.

    Args:
        is_compare: it is the page Compare, which draws no single worlds.
    """
    with solara.Div(classes=["moat-row", "moat-switches"]):
        if simulation.effects is not None:
            against = against_of(simulation)
            titles = (f"levels, “{against}” behind", f"difference from “{against}”")
            charts = session.compare_charts if is_compare else session.charts
            select("Charts show", CHARTS, charts.value, charts.set, titles)
        if not is_compare:
            solara.v.Checkbox(
                label="Single worlds",
                v_model=session.singles.value,
                on_v_model=taken("Single worlds", one_of((False, True)), session.singles.set),
                hide_details=True,
                dense=True,
            )


@solara.component_vue("marked.vue")
def _Marked(wide: str, narrow: str):
    """A drawing for screens and one for phones; acts are named by pointing and by arrow keys."""


@solara.component
def Marked(wide: str, narrow: str = ""):
    """A drawing whose acts can be read."""
    _Marked(wide=str(wide), narrow=str(narrow))


@solara.component
def FanPanel(session: Session, simulation: Simulation, panel: Panel, is_large: bool):
    """One chart with its numbers at the clock's month."""
    pinned, singles, shown = session.pinned.value, session.singles.value, session.charts.value
    chart = solara.use_memo(
        lambda: chart_of(session, simulation, panel, is_large),
        [simulation, panel, pinned, singles, shown],
    )
    look = ["moat-panel", "moat-hero"] if is_large else ["moat-panel"]
    with solara.Div(classes=look, attributes={"data-panel": panel.name}):
        Numbers(session, simulation, chart)
        if is_large:
            Large(session, simulation, chart)
        else:
            Small(session, simulation, chart)
        html(chart.panel.note, "moat-note", tag="p")
        ChartFiles(session, simulation, chart)


@solara.component
def Large(session: Session, simulation: Simulation, chart: Chart):
    """A drawing as wide as the page, and another one for phones; one of the two is seen."""

    def draw() -> tuple[tuple[Markup, Frame | None], ...]:
        return chart.svg(LARGE, LANES), chart.svg(NARROW, NARROW_LANES)

    (wide, frame), (narrow, narrow_frame) = solara.use_memo(draw, [chart])
    with solara.Div(classes=["moat-plot"]):
        Marked(wide, narrow)
        for where, axes in (("on-screens", frame), ("on-phones", narrow_frame)):
            if axes is not None:
                Veil(session, simulation, axes, where)


@solara.component
def Small(session: Session, simulation: Simulation, chart: Chart):
    """A drawing in a column."""
    svg, frame = solara.use_memo(lambda: chart.svg(SMALL), [chart])
    with solara.Div(classes=["moat-plot"]):
        html(svg)
        if frame is not None:
            Veil(session, simulation, frame)


@solara.component
def Numbers(session: Session, simulation: Simulation, chart: Chart):
    """Title of a chart and its numbers at the clock's month."""
    month, panel, *behind = session.at(simulation), chart.panel, *chart.layers[:-1]
    front, label = chart.layers[-1].fans, simulation.ensemble.months[month]
    span = Markup('<span class="{}">{} {}</span>')
    spans = []
    for line in panel.lines:
        if line.outcome not in front.outcomes:
            continue
        if isinstance(front, Differences):
            text = size(verdict(front.effects, line.outcome, label))
        else:
            text = number_text(front, line.outcome, month, panel.unit)
        spans.append(span.format(line.look, line.label, text))
        if behind and len(panel.lines) == 1:
            text = number_text(behind[0].fans, line.outcome, month, panel.unit)
            spans.append(span.format("baseline", "baseline", text))
    html(
        Markup("<h3>{}</h3><div>{}</div>").format(panel.title, Markup(" ").join(spans)),
        "moat-numbers",
        title=f"{label}: median and 90 % of worlds, {panel.unit}",
    )


@solara.component
def Veil(session: Session, simulation: Simulation, frame: Frame, where: str = ""):
    """Dims the months after the clock's: charts are drawn once, only this moves."""
    edges = {
        "left": frame.share(session.at(simulation)),
        "right": frame.right / frame.width,
        "top": frame.top / frame.height,
        "bottom": frame.bottom / frame.height,
    }
    style = ";".join(f"{edge}:{100 * share:.3f}%" for edge, share in edges.items())
    look = ["moat-veil", *(["playing"] if session.playing.value else []), *filter(None, [where])]
    solara.Div(classes=look, attributes={"style": style, "aria-hidden": "true"})


@solara.component
def ChartFiles(session: Session, simulation: Simulation, chart: Named, file: File = chart_file):
    """A button that offers a drawing as SVG, PNG and CSV; each is made when it is asked for.

    Args:
        file: makes a file of it.
    """
    is_open, set_open = solara.use_state(False)
    with solara.Div(classes=["moat-row", "moat-files", *(["open"] if is_open else [])]):
        title = f"Take away: {chart.title}"
        icon_button("mdi-download-outline", title, lambda: set_open(not is_open))
        if is_open:
            for kind, mime in FILES:
                ChartFile(session, simulation, chart, file, kind, mime).key(kind)


@solara.component
def ChartFile(
    session: Session, simulation: Simulation, chart: Named, file: File, kind: str, mime: str
):
    """One file of a chart."""
    address = link_to(session)

    def make() -> str | bytes:
        return file(chart, origin_of(session, simulation, address), kind)

    # The same function at every drawing: a new one would stop a download that has begun.
    data = solara.use_memo(lambda: make, [chart, kind, address])
    with solara.FileDownload(data, filename=f"{chart.name}.{kind.lower()}", mime_type=mime):
        label = f"{chart.title} as {kind}"
        solara.Button(kind, small=True, outlined=True, attributes={"aria-label": label})


def origin_of(session: Session, simulation: Simulation, address: str) -> Origin:
    """Scenario, worlds, seed and link of what is on the page."""
    ensemble, title = simulation.ensemble, title_of(session, simulation)
    against = f" against “{against_of(simulation)}”"
    scenario = f"“{title}”{against if simulation.effects is not None else ''}"
    return Origin(scenario, ensemble.worlds, ensemble.seed, address)


def link_to(session: Session) -> str:
    """The address that opens this page, as its browser came here; empty for a saved run."""
    came = next(iter((headers.value or {}).get("origin", [])), "")
    if session.saved is not None or not came:
        return ""
    return f"{came[:200]}{server.root_path or ''}/?{link.query(session.view())}"
