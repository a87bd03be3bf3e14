"""Pictures to walk in: the part that a page of the desk holds, and pages of their own that need nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from tacenda.graph import appearance as a
from tacenda.graph import elements as e
from tacenda.graph.states import STATES

STATIC = Path(__file__).parent.parent / "desk" / "static"
STYLE = "graph.css"
SCRIPTS = ("vendored/zoom.js", "graph.js")
_ABOUT = tuple(name for name in e.NODE_ATTRIBUTES if name not in ("provision", "detail"))
_VERDICTS = {
    "required": "the act must be done",
    "forbidden": "the act must not be done",
    "privileged": "the act can be prevented in court",
    "permitted": "nothing stands against the act",
    "unsettled": "it turns on what is not known",
    "conflict": "required and forbidden at once",
}
_WIRES = (
    ((3.2, ""), "current gets so far: all that stands before is met"),
    ((1.6, "dashed"), "it is not known whether current gets so far"),
    ((0.8, ""), "no current, or no scenario is given"),
    ((0.0, ""), "NOT: a contact with cut corners lets current through while it is false"),
)
"""How the wires of a ladder are drawn."""
_HINT = (
    "Point at a node to read it, click it to see only what stands around it. Tab and the arrow keys do the same; "
    "Escape shows everything again."
)


def to_fragment(network: e.Network, paper: e.Network, svg: str, link: e.Link | None = None) -> str:
    """The picture with its tools, its panel and its legend, without any script that runs.

    A page that holds it needs `graph.css`, and `vendored/zoom.js` and `graph.js` to bring it to life.
    """
    return f"""<div class="rule-graph">
<div class="graph-tools" role="toolbar" aria-label="Tools for the picture">
<input type="search" placeholder="Search words, citations, facts" aria-label="Search the picture" autocomplete="off">
<span class="graph-found" role="status"></span>
<button type="button" data-tool="closer" aria-label="Closer" title="Closer">+</button>
<button type="button" data-tool="farther" aria-label="Farther away" title="Farther away">−</button>
<button type="button" data-tool="whole">Whole</button>
<button type="button" data-tool="print">Print</button>
</div>
<div class="graph-picture">{svg}</div>
<aside class="graph-panel" aria-live="polite" aria-label="The chosen node"><p>{_HINT}</p></aside>
{"".join(_legend(network, paper))}
<script type="application/json">{_data(network, paper, link)}</script>
</div>
"""


def to_html(title: str, description: str, fragment: str) -> str:
    """A page of its own: everything it needs is in it, and it may fetch nothing."""
    scripts = [(STATIC / name).read_text("utf-8") for name in SCRIPTS]
    allowed = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src {allowed}"
    style = (STATIC / STYLE).read_text("utf-8")
    running = "\n".join(f"<script>{script}</script>" for script in scripts)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{escape(title)}</title>
<style>
:root {{ color-scheme: light dark; }}
html {{ font: 100%/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }}
body {{ margin: 0 auto; max-width: 110rem; padding: 1rem; background: light-dark(#fdfcf9, #10141a);
  color: light-dark(#1a1a1a, #e8eaf0); }}
h1 {{ font-size: 1.35rem; line-height: 1.25; margin: 0 0 0.2rem; }}
h1 + p {{ margin: 0 0 0.8rem; color: light-dark(#5c5c5c, #a5afc0); }}
{style}</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
<p>{escape(description)}</p>
{fragment}
</main>
{running}
</body>
</html>
"""


def in_notebook(svg: str) -> str:
    """The picture as wide as the page, or wider where it could not be read; on white, as it was drawn for print."""
    natural = re.search(r'width="(\d+)pt" height="\d+pt"', svg)
    width = int(natural.group(1)) * 4 // 3 if natural else 0
    fitted = f"height:auto;width:100%;min-width:{width * 7 // 10}px;max-width:{width}px"
    sized = re.sub(r'width="\d+pt" height="\d+pt"', f'style="{fitted}"', svg, count=1)
    frame = "overflow-x:auto;border:1px solid #8888;background:#fff;color:#000"
    return f'<div style="{frame}" tabindex="0">{sized}</div>'


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


def _data(network: e.Network, paper: e.Network, link: e.Link | None) -> str:
    """What the script tells of each node, as JSON that no page can mistake for markup."""
    nodes = {}
    for name, data in network.nodes(data=True):
        about = {key: data[key] for key in _ABOUT if data[key]}
        about |= {"mark": a.mark(data["state"])} if data["state"] else {}
        address = link(data["iri"]) if link and data["iri"] else None
        nodes[name] = about | ({"link": address} if address else {})
    edges = [[source, target, relation] for source, target, relation in network.edges(keys=True)]
    relations = {relation for _, _, relation in edges}
    inverse = {relation: word for relation, word in e.INVERSES.items() if relation in relations}
    found: dict[str, Any] = {"inverse": inverse}
    found |= {"first": next(iter(network), ""), "apart": bool(paper.graph.get("apart")), "nodes": nodes, "edges": edges}
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _legend(network: e.Network, paper: e.Network) -> Iterator[str]:
    """What every shape, fill and line that is in the picture means; kinds and states can be hidden."""
    there = {data["kind"] for _, data in paper.nodes(data=True)}
    states = {data["state"] for _, data in paper.nodes(data=True)}
    relations = {relation for _, _, relation in paper.edges(keys=True)}
    is_ladder = not relations
    heading = "Legend" if is_ladder else "Legend, and what to show"
    yield f'<details class="graph-legend" open><summary>{heading}</summary>'
    if not is_ladder:
        yield "<h3>Kinds</h3><ul>"
        yield from (
            _entry(a.css_name(kind), _sample(kind, ""), kind, meaning)
            for kind, meaning in e.KINDS.items()
            if kind in there
        )
        yield "</ul>"
    if states - {""}:
        yield "<h3>In the scenario</h3><ul>"
        for state, meaning in ({state: meaning for state, (_, meaning) in STATES.items()} | _VERDICTS).items():
            if state in states:
                shown = (
                    "Fact" if state in ("true", "false", "unknown") else "Position" if state in _VERDICTS else "Right"
                )
                hides = "" if is_ladder else f"state-{a.css_name(state)}"
                yield _entry(hides, _sample(shown, state), a.mark(state), meaning)
        yield "</ul>"
    yield "<h3>Lines</h3><ul>"
    if is_ladder:
        yield from (f"<li>{_wire(*look)}<span>{meaning}</span></li>" for look, meaning in _WIRES)
    for relation, meaning in e.RELATIONS.items():
        if relation in relations:
            yield f"<li>{_line(relation)}<span>{escape(relation)} <small>{escape(meaning)}</small></span></li>"
    yield "</ul></details>"


def _entry(name: str, sample: str, word: str, meaning: str) -> str:
    text = f"{sample}<span>{escape(word)} <small>{escape(meaning)}</small></span>"
    if not name:
        return f"<li>{text}</li>"
    return f'<li><label><input type="checkbox" data-hide="{escape(name)}" checked>{text}</label></li>'


_OUTLINES = {
    "box": "M4 4H64V32H4Z",
    "octagon": "M16 3H52L64 13V23L52 33H16L4 23V13Z",
    "tab": "M4 8H64V32H4Z M4 8V3H20V8",
    "folder": "M4 8H42L45 3H61L64 8V32H4Z",
    "box3d": "M4 8H58V33H4Z M4 8L10 3H64V27L58 33 M58 8L64 3",
    "component": "M8 4H64V32H8Z M3 8H13V13H3Z M3 22H13V27H3Z",
    "note": "M4 4H57L64 11V32H4Z M57 4V11H64",
    "ellipse": "M6 18A28 13 0 1 1 62 18A28 13 0 1 1 6 18Z",
    "hexagon": "M14 4H54L64 18L54 32H14L4 18Z",
    "rounded": "M14 4H54A10 10 0 0 1 64 14V22A10 10 0 0 1 54 32H14A10 10 0 0 1 4 22V14A10 10 0 0 1 14 4Z",
}


def _sample(kind: str, state: str) -> str:
    """A small picture of how a kind, or a state, is drawn."""
    style, weight = a.outline(kind, state)
    shape = "rounded" if "rounded" in style else a.SHAPES[kind]
    path = _OUTLINES.get(shape, _OUTLINES["box"])
    if kind == "Obligation":
        path += " M8 8H60V28H8Z"
    classes = f"node {a.css_name(kind)}" + (f" state-{a.css_name(state)}" if state else "")
    look = f'fill="{a.fill(kind, state)}" stroke="currentColor" stroke-width="{weight + 0.6:g}"{_dashes(style)}'
    return (
        f'<svg class="sample" viewBox="0 0 68 36" aria-hidden="true"><g class="{classes}">'
        f'<path d="{path}" {look}/></g></svg>'
    )


def _line(relation: str) -> str:
    """A small picture of how a relation is drawn, from left to right."""
    look = a.LINES[relation]
    ends = {
        "tee": '<path d="M58 8V28" stroke-width="3"/>',
        "odot": '<circle cx="57" cy="18" r="5" fill="none"/>',
        "vee": '<path d="M54 11L62 18L54 25" fill="none"/>',
        "normal": '<path d="M50 11L62 18L50 25Z" fill="currentColor"/>',
        "onormal": '<path d="M50 11L62 18L50 25Z" fill="none"/>',
    }
    reach = {"odot": 52, "tee": 58}.get(look["arrowhead"], 62)
    weight = look.get("penwidth", "1")
    return (
        '<svg class="sample" viewBox="0 0 68 36" aria-hidden="true"><g stroke="currentColor">'
        f'<path d="M4 18H{reach}" stroke-width="{weight}"{_dashes(look.get("style", ""))}/>'
        f"{ends.get(look['arrowhead'], '')}</g></svg>"
    )


def _wire(weight: float, style: str) -> str:
    return (
        '<svg class="sample" viewBox="0 0 68 36" aria-hidden="true">'
        f'<path d="M4 18H64" stroke="currentColor" stroke-width="{weight:g}"{_dashes(style)}/></svg>'
    )


def _dashes(style: str) -> str:
    dashes = "6 4" if "dashed" in style else "1.5 4" if "dotted" in style else ""
    return f' stroke-dasharray="{dashes}"' if dashes else ""
