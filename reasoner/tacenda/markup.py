"""HTML for notebooks: small, escaped, and legible on light paper, on dark and in print.

No colour of text or paper is set but by mixing the page's own, so that any theme will do; and nothing is said by
colour or shape alone, for where styles are stripped, as in previews, the words are left.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from tacenda.errors import visible

STYLE = """
.tacenda{max-width:62em;overflow-wrap:break-word;line-height:1.45}
.tacenda .sides{display:flex;flex-wrap:wrap;gap:0 2em}
.tacenda .sides>section{flex:1 1 24em;min-width:0}
.tacenda h4{margin:.8em 0 .3em}
.tacenda table{border-collapse:collapse;width:100%;margin:.3em 0}
.tacenda .grid{overflow-x:auto}
.tacenda caption{text-align:left;font-weight:bold;color:inherit;padding:.2em 0}
.tacenda th,.tacenda td{text-align:left;vertical-align:top;padding:.3em .6em .3em 0;white-space:normal;
background:none;border:0;border-bottom:1px solid color-mix(in srgb,currentColor 22%,transparent)}
.tacenda td.number,.tacenda th.number{text-align:right}
.tacenda .status{font-weight:bold;white-space:nowrap;text-transform:uppercase;font-size:.88em}
.tacenda small,.tacenda .faint{opacity:.78}
.tacenda ul{list-style:none;margin:.1em 0;padding-left:1.4em}
.tacenda li{margin:.1em 0}
.tacenda summary{cursor:pointer}
.tacenda pre{white-space:pre-wrap;background:none;margin:.3em 0}
"""

MARKS = {
    "required": "▲",
    "forbidden": "✕",
    "privileged": "◆",
    "permitted": "○",
    "unsettled": "?",
    "conflict": "⚡",
}
"""A sign for each status, beside its word."""


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


def grid(heads: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> Html:
    """A table; a cell that is a number stands to the right."""
    top = element("thead", element("tr", *(element("th", head, scope="col") for head in heads)))
    body = [
        element("tr", *(element("td", cell, class_="number" if _is_number(cell) else "") for cell in row))
        for row in rows
    ]
    named = [element("caption", caption)] if caption else []
    return element("div", element("table", *named, top, element("tbody", *body)), class_="grid")


def unfolding(summary: str, *inside: str, is_open: bool = False) -> Html:
    """Something to open, under what it is about."""
    return element("details", element("summary", summary), *inside, **({"open": "open"} if is_open else {}))


def shown(*parts: str) -> str:
    """What a notebook is given: the parts, with the style that they need."""
    return element("div", element("style", Html(STYLE)), *parts, class_="tacenda")


def _is_number(cell: str) -> bool:
    return not isinstance(cell, Html) and cell.replace(",", "").replace(".", "", 1).isdigit()
