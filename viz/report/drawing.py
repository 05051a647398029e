"""Figures as inline SVG: colours that follow light and dark, names that never clash, alt text."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from xml.etree import ElementTree

import matplotlib
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from viz.figures import theme
from viz.report.page import Drawing

SIZE = (7.6, 3.5)  # inches of one panel; a hundred points of the page each
WIDEST = 9.6  # inches: what is wider would be read with a glass
INKS = {  # colours of the figures, and the variables of the page that stand for them
    theme.INK: "--ink",
    theme.GREY: "--axis",
    theme.GRID: "--grid",
    theme.TRACK: "--grid",
    "#ffffff": "--paper",
    "#000000": "--ink",
    theme.BLUE: "--blue",
    theme.ORANGE: "--orange",
    theme.GREEN: "--green",
    theme.VERMILION: "--vermilion",
    theme.SKY: "--sky",
    theme.PURPLE: "--purple",
}
SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
NOT_IN_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])  # control characters
ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)


@theme.styled
def panel_drawing(
    draw: Callable[[Axes], None],
    alt: str,
    caption: str = "",
    size: tuple[float, float] = SIZE,
) -> Drawing:
    """A figure of one panel."""
    figure = Figure(figsize=size, layout="constrained")
    draw(figure.subplots())
    return Drawing(inline_svg(figure, alt), caption)


def whole(figure: Figure, alt: str, is_plate: bool = False) -> Drawing:
    """A figure made for a file: its title and caption become text of the page."""
    title, caption = figure.get_suptitle(), " ".join(figure.get_supxlabel().split())
    figure.suptitle("")
    figure.supxlabel("")
    width, height = figure.get_size_inches()
    smaller = min(1, WIDEST / width)
    figure.set_size_inches(smaller * width, smaller * height)
    return Drawing(inline_svg(figure, alt), caption, " ".join(title.split()), is_plate)


def inline_svg(figure: Figure, alt: str) -> Markup:
    """A figure as an SVG element that stands inside a page.

    Texts of the figure stay as they are; only attributes, which matplotlib makes, are changed.

    Args:
        alt: what the figure shows, in words; differs between the figures of a page.
    """
    alt = alt.translate(NOT_IN_XML)
    name = f"f{hashlib.sha256(alt.encode()).hexdigest()[:8]}"
    root = ElementTree.fromstring(_svg(figure, name))
    for metadata in root.findall(f"{{{SVG}}}metadata"):
        root.remove(metadata)
    for side in ("width", "height"):  # as wide as its place on the page
        root.attrib.pop(side)
    for element in root.iter():
        element.attrib = {key: _attribute(key, text, name) for key, text in element.items()}
    title = ElementTree.Element(f"{{{SVG}}}title", {"id": f"{name}-alt"})
    title.text = alt
    root.insert(0, title)
    root.attrib |= {"role": "img", "aria-labelledby": f"{name}-alt"}
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _svg(figure: Figure, name: str) -> str:
    """The SVG file of a figure, the same each time."""
    file = io.StringIO()
    no_metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with matplotlib.rc_context({**theme.STYLE, "svg.hashsalt": name}):
        figure.savefig(file, format="svg", transparent=True, metadata=no_metadata)
    return file.getvalue().translate(NOT_IN_XML)


def _attribute(key: str, text: str, name: str) -> str:
    """An attribute with names of this figure alone, and colours of the page."""
    if key == "id":
        return f"{name}-{text}"
    if key == f"{{{XLINK}}}href" and text.startswith("#"):
        return f"#{name}-{text[1:]}"
    text = text.replace("url(#", f"url(#{name}-")
    for color, variable in INKS.items():
        text = text.replace(color.lower(), f"var({variable})")
    return text
