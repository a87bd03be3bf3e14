"""HTML for notebooks: small, escaped, and legible on light paper, on dark and in print.

No colour of text or paper is set but by mixing the page's own, so that any theme will do; and nothing is said by
colour or shape alone, for where styles are stripped, as in previews, the words are left.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Any

from tacenda.errors import visible

STYLE = """
.tacenda{max-width:62em;overflow-wrap:break-word;line-height:1.45}
.tacenda .sides{display:flex;flex-wrap:wrap;gap:0 2em}
.tacenda .sides>section{flex:1 1 24em;min-width:0}
.tacenda h4{margin:.8em 0 .3em}
.tacenda table{border-collapse:collapse;table-layout:auto!important;width:100%;margin:.3em 0;font-size:1em}
.tacenda .grid{overflow-x:auto}
.tacenda th,.tacenda td{text-align:left!important;vertical-align:top;padding:.3em .8em .3em 0;white-space:normal;
max-width:none;border:0;border-bottom:1px solid color-mix(in srgb,currentColor 22%,transparent)}
.tacenda tr{background:none!important}
.tacenda td.number,.tacenda th.number{text-align:right!important}
.tacenda .status{font-weight:bold;white-space:nowrap;text-transform:uppercase;font-size:.88em}
.tacenda small,.tacenda .faint{opacity:.78}
.tacenda ul{list-style:none!important;margin:.1em 0;padding-left:1.4em}
.tacenda li{margin:.1em 0;list-style:none!important}
.tacenda p{margin:.4em 0}
.tacenda summary{cursor:pointer}
.tacenda pre{white-space:pre-wrap;background:none;margin:.3em 0;font-family:ui-monospace,Menlo,Consolas,monospace}
"""
"""What must be said again and again against the tables of a notebook, which it sets to the right and stripes."""

MARKS = {
    "required": "▲",
    "forbidden": "✕",
    "privileged": "◆",
    "permitted": "○",
    "unsettled": "?",
    "conflict": "⚡",
}
"""A sign for each status, beside its word."""


class Shown:
    """What shows itself: in a notebook as HTML, at a prompt as text."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # IPython takes the first class that says how, and a dataclass says so by its `__repr__`
        cls._repr_pretty_ = Shown._repr_pretty_  # type: ignore[method-assign]

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self).rstrip("\n"))


class Html(str):
    """Text that is markup already, and goes into other markup as it is."""

    __slots__ = ()


def element(name: str, *inside: str, **attributes: str) -> Html:
    """An element; text in it is escaped, and what could steer a page is written out.

    >>> element("td", "a < b", element("br"), class_="wide")
    '<td class="wide">a &lt; b<br></td>'
    """
    opening = "".join(f' {key.rstrip("_")}="{escaped(value)}"' for key, value in attributes.items() if value)
    if name in ("br", "hr"):
        return Html(f"<{name}{opening}>")
    return Html(f"<{name}{opening}>{joined(inside)}</{name}>")


def escaped(text: str) -> str:
    """A text as it may stand in markup."""
    return html.escape("\n".join(map(visible, text.split("\n"))))


def joined(parts: Iterable[str], between: str = "") -> Html:
    """Texts and markup one after the other."""
    return Html(escaped(between).join(part if isinstance(part, Html) else escaped(part) for part in parts))


def link(text: str, address: str) -> str:
    """A text that leads to an address on the web; to any other it does not lead.

    >>> link("c. 112", "https://malegislature.gov/"), link("c. 112", "javascript:alert(1)")
    ('<a href="https://malegislature.gov/" target="_blank" rel="noopener noreferrer">c. 112</a>', 'c. 112')
    """
    if not address.startswith(("https://", "http://")):
        return text
    return element("a", text, href=address, target="_blank", rel="noopener noreferrer")


def verdict(name: str) -> Html:
    """A status as a sign and a word."""
    return element("span", f"{MARKS[name]} {name}", class_="status")


def grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Html:
    """A table; a cell that is a number stands to the right."""
    top = element("thead", element("tr", *(element("th", head, scope="col") for head in heads)))
    body = [element("tr", *(element("td", cell, class_=_class(cell)) for cell in row)) for row in rows]
    return element("div", element("table", *([top] if any(heads) else []), element("tbody", *body)), class_="grid")


def unfolding(summary: str, *inside: str, is_open: bool = False) -> Html:
    """Something to open, under what it is about."""
    return element("details", element("summary", summary), *inside, **({"open": "open"} if is_open else {}))


def shown(*parts: str) -> str:
    """What a notebook is given: the parts, with the style that they need."""
    return element("div", element("style", Html(STYLE)), *parts, class_="tacenda")


def _class(cell: str) -> str:
    is_number = not isinstance(cell, Html) and cell.replace(",", "").replace(".", "", 1).isdigit()
    return "number" if is_number else ""
