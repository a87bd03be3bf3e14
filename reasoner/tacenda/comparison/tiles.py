"""A map of the states in which each is a tile of one size, coloured, marked and named by what its law says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tacenda.markup import Html, element
from tacenda.states import NAMES, PLACES

_SIZE, _GAP, _TOP, _LINE = 54, 4, 40, 20
_NONE = "#f2f2f2"


@dataclass(frozen=True)
class Tile:
    """What stands on one state: a word, and the style that tells it from others."""

    word: str
    style: str
    beside: str = ""
    """A second style whose sign stands beside the first one's, where the law says both."""

    @property
    def sign(self) -> str:
        """The marks of its styles."""
        return "".join(STYLES[style][2] for style in (self.style, self.beside) if style)


STYLES: Mapping[str, tuple[str, str, str]] = {
    "required": ("#b2182b", "#ffffff", "▲"),
    "conflict": ("#67001f", "#ffffff", "⚡"),
    "forbidden": ("#e08214", "#000000", "✕"),
    "privileged": ("#542788", "#ffffff", "◆"),
    "permitted": ("#92c5de", "#000000", "○"),
    "unsettled": ("#ffffbf", "#000000", "?"),
    "none": ("#d9d9d9", "#000000", "–"),
    "unknown": ("#ffffff", "#000000", "…"),
}
"""For each style its paper, its ink and its sign; the order of lightness is kept in grey."""


def tile_map(title: str, tiles: Mapping[str, Tile]) -> Html:
    """The map as one SVG; *tiles* are given by the short names of jurisdictions, such as `us-ma`.

    States without a tile stay pale. Every tile has its words as a title, to hover and to read aloud.

    >>> "Massachusetts: required" in tile_map("Reports", {"us-ma": Tile("required", "required")})
    True
    """
    step = _SIZE + _GAP
    width = 11 * step + _GAP
    order = list(STYLES)
    lines = sorted(set(tiles.values()), key=lambda tile: (order.index(tile.style), tile.word))
    height = _TOP + 8 * step + _GAP + _LINE * (len(lines) + 2)
    parts = [element("text", title, x="4", y="24", class_="title")]
    for state, (row, column) in PLACES.items():
        tile = tiles.get(f"us-{state.lower()}")
        parts.append(_tile(state, tile, _GAP + column * step, _TOP + row * step))
    below = _TOP + 8 * step + _LINE
    for number, line in enumerate(lines):
        paper, ink, _ = STYLES[line.style]
        y = below + number * _LINE
        box = element("rect", x="4", y=str(y - 12), width="28", height="16", fill=paper, stroke="#555555")
        mark = _text(line.sign, 18, y, f"font-size:12px;fill:{ink}")
        parts.append(element("g", box, mark, element("text", line.word, x="40", y=str(y), style="font-size:14px")))
    y = below + len(lines) * _LINE
    pale = element("rect", x="4", y=str(y - 12), width="28", height="16", fill=_NONE, stroke="#999999")
    parts.append(
        element("g", pale, element("text", "not asked, or not encoded", x="40", y=str(y), style="font-size:14px"))
    )
    style = "text{font-family:Helvetica,Arial,sans-serif;fill:#111111}.title{font-size:17px;font-weight:bold}"
    return element(
        "svg",
        element("title", title),
        element("style", style),
        element("rect", width="100%", height="100%", fill="#ffffff"),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=str(width),
        height=str(height),
        role="img",
        **{"aria-label": title},
    )


def _tile(state: str, tile: Tile | None, x: int, y: int) -> Html:
    place = {"x": str(x), "y": str(y), "width": str(_SIZE), "height": str(_SIZE), "rx": "4"}
    middle = x + _SIZE // 2
    if tile is None:
        name = _text(state, middle, y + 32, "font-size:14px;fill:#767676")
        return element("g", element("rect", **place, fill=_NONE, stroke="#cccccc"), name)
    paper, ink, _ = STYLES[tile.style]
    name = _text(state, middle, y + 24, f"font-size:16px;font-weight:bold;fill:{ink}")
    mark = _text(tile.sign, middle, y + 44, f"font-size:15px;fill:{ink}")
    told = element("title", f"{NAMES[state]}: {tile.word}")
    return element("g", told, element("rect", **place, fill=paper, stroke="#555555"), name, mark)


def _text(text: str, x: int, y: int, style: str) -> Html:
    return element("text", text, x=str(x), y=str(y), style=f"text-anchor:middle;{style}")
