"""Pictures laid out by Graphviz, which pygraphviz carries with it."""

from __future__ import annotations

import re
from threading import Lock

from tacenda.errors import Problem, TacendaError

_ONE_AT_A_TIME = Lock()
"""Graphviz keeps its state in the process: two layouts at once would disturb each other."""
_MOST_PIXELS = 60_000_000
_POINTS = 72
_SIZE = re.compile(r'<svg width="(\d+)pt" height="(\d+)pt"')


def to_svg(dot: str, *, placed: bool = False) -> str:
    """The picture that a DOT text describes, as Graphviz writes SVG; *placed* keeps the places that it gives.

    Raises `TacendaError` where pygraphviz is not installed.
    """
    return _drawn(dot, "svg", placed).decode("utf-8")


def to_png(dot: str, dpi: int = 144, *, placed: bool = False) -> bytes:
    """The picture as pixels, fewer to the inch where it would otherwise be too large to open."""
    found = _SIZE.search(to_svg(dot, placed=placed))
    assert found is not None
    inches = float(found[1]) * float(found[2]) / _POINTS**2
    return _drawn(dot, "png", placed, str(int(min(dpi, (_MOST_PIXELS / inches) ** 0.5))))


def _drawn(dot: str, format: str, placed: bool, dpi: str = "") -> bytes:
    try:
        from pygraphviz import AGraph
    except ImportError as error:
        missing = Problem("pictures need pygraphviz", hint="pip install 'tacenda[graph]'")
        raise TacendaError(missing) from error
    with _ONE_AT_A_TIME:
        graph = AGraph(string=dot)
        # or else it warns on stderr of what takes half a second
        graph.number_of_nodes = lambda: 0
        if dpi:
            graph.graph_attr["dpi"] = dpi
        picture: bytes = graph.draw(format=format, prog="nop" if placed else "dot")
        return picture
