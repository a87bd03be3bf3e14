"""Networks as DOT, the language of Graphviz: read from left to right, facts first, then norms, then acts and people.

A line enters a norm as a wire enters a gate: plain, it is needed; with a circle at its end, it must be false.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from html import escape

from tacenda.graph import appearance as a
from tacenda.graph import elements as e

WIDTHS = {"Fact": 26, "Open question": 26, "Act": 24, "Profession": 22, "Person": 22}
WIDTH = 34
_INWARD = (*e.CONDITIONS, e.KIND_OF)
"""Relations drawn from their target: what is needed stands to the left of what needs it."""


def to_dot(network: e.Network, *, titled: bool = True) -> str:
    """The drawn network as Graphviz reads it, under its title or without."""
    packed = ', pack=24, packmode="graph"' if network.graph["apart"] else ""
    lines = [
        f"// {' '.join(network.graph['title'].split())}",
        "// drawn from what is needed to what needs it: a line enters a norm as a wire enters a gate",
        "digraph rules {",
        '  graph [rankdir=LR, nodesep=0.16, ranksep="0.55", splines=true, '
        f'fontname="{a.FONT}", fontsize=12, pad=0.15, outputorder=edgesfirst{packed},',
        f"         label=<{heading(network)}>, labelloc=t, labeljust=l];" if titled else '         label=""];',
        f'  node [fontname="{a.FONT}", fontsize=10, margin="0.09,0.05", height=0.3, width=0.4, fontcolor="{a.INK}"];',
        f'  edge [fontname="{a.FONT}", fontsize=9, color="{a.INK}", fontcolor="{a.QUIET}", arrowsize=0.7];',
    ]
    lines += _clusters(network)
    lines += _edges(network)
    return "\n".join([*lines, "}"]) + "\n"


def heading(network: e.Network) -> str:
    """The title of a picture, and under it of what and when it is."""
    title = "<BR ALIGN='LEFT'/>".join(f"<B>{line}</B>" for line in _lines(network.graph["title"], 90))
    small = "<BR ALIGN='LEFT'/>".join(_lines(network.graph["description"], 110))
    return f"{title}<BR ALIGN='LEFT'/><FONT POINT-SIZE='9'>{small}</FONT><BR ALIGN='LEFT'/>"


def identifiers(network: e.Network) -> dict[str, str]:
    """The name of each node in pictures of the network."""
    return {name: f"node-{place}" for place, name in enumerate(network)}


def _clusters(network: e.Network) -> Iterator[str]:
    """The norms and groups of each provision in a frame of their own; facts and acts outside."""
    names = identifiers(network)
    frames: dict[str, list[str]] = {}
    for name, data in network.nodes(data=True):
        frames.setdefault(data["frame"], []).append(name)
    for place, (frame, members) in enumerate(frames.items()):
        nodes = [_node(name, names[name], network.nodes[name]) for name in members]
        if not frame:
            yield from (f"  {node}" for node in nodes)
            continue
        yield f"  subgraph cluster_{place} {{"
        yield f'    graph [id="frame-{place}", class="frame", label=<<B>{escape(frame)}</B>>, labeljust=l,'
        yield f'           color="{a.QUIET}", fontcolor="{a.INK}", style="rounded", margin=10];'
        yield from (f"    {node}" for node in nodes)
        yield "  }"


def _node(name: str, identifier: str, data: Mapping[str, str]) -> str:
    kind, state = data["kind"], data["state"]
    style, weight = a.outline(kind, state)
    attributes = {
        "id": identifier,
        "class": " ".join(["node", a.css_name(kind), *([f"state-{a.css_name(state)}"] if state else [])]),
        "shape": a.SHAPES[kind],
        "style": style,
        "fillcolor": a.fill(kind, state),
        "color": a.INK if state not in ("out of reach",) else a.QUIET,
        "penwidth": f"{weight:g}",
    }
    if kind == "Obligation":
        attributes["peripheries"] = "2"
    if kind in ("Condition",):
        attributes["margin"] = "0.02,0.01"
    shown = ", ".join(f"{key}={_quoted(value)}" for key, value in attributes.items())
    return f"{_quoted(name)} [label=<{_label(data)}>, {shown}];"


def _label(data: Mapping[str, str]) -> str:
    """What is written in a node: what kind it is and where it stands, what it says, and its state."""
    if data["detail"] == "named":
        return f'<FONT POINT-SIZE="8">{"<BR/>".join(_name_lines(data))}</FONT>'
    kind, state = data["kind"], data["state"]
    width = WIDTHS.get(kind, WIDTH)
    lines = []
    if kind in e.NORMS:
        place = data["citation"].removeprefix(data["provision"]).strip(", ") if data["frame"] else data["citation"]
        lines += [f"<B>{line}</B>" for line in (escape(kind.upper()), *_lines(place, width))]
    elif kind in ("Open question", "Position"):
        lines.append(f"<I>{escape(kind.lower())}</I>")
    lines += _lines(data["label"], width)
    lines += [f"<I>{line}</I>" for row in data["rows"].splitlines() for line in _lines(row, width)]
    if state and kind in ("Condition", "Some norm"):
        lines[-1] += f" <B>{escape(a.mark(state).split()[0])}</B>"
    elif state:
        lines.append(f"<B>{escape(a.mark(state))}</B>")
    lines += _lines(data["state_note"], width)
    return "<BR/>".join(lines)


def _name_lines(data: Mapping[str, str]) -> Iterator[str]:
    """A norm beyond the edge in few words: what it is, where it stands, what it is called."""
    where = f"{data['kind']}, {_short(data['citation'], 50 - len(data['kind']))}"
    mark = f" <B>{escape(a.mark(data['state']))}</B>" if data["state"] else ""
    yield f"<B>{escape(where)}</B>"
    yield from _lines(_short(data["label"], 100), 54)
    if mark:
        yield mark.strip()


def _short(text: str, width: int) -> str:
    return textwrap.shorten(text, width, placeholder=" …")


def _lines(text: str, width: int) -> list[str]:
    return [escape(line) for line in textwrap.wrap(text, width, break_long_words=True)]


def lines_of(network: e.Network) -> list[tuple[str, str, tuple[str, ...]]]:
    """The lines to draw: for two nodes all that relates them and looks the same."""
    drawn: dict[tuple[str, str, str], list[str]] = {}
    for source, target, relation in network.edges(keys=True):
        family = "act" if relation in (e.ABOUT, e.FULFILLED_BY) else relation
        drawn.setdefault((source, target, family), []).append(relation)
    return [(source, target, tuple(relations)) for (source, target, _), relations in drawn.items()]


def _edges(network: e.Network) -> Iterator[str]:
    for place, (source, target, relations) in enumerate(lines_of(network)):
        attributes = {"id": f"line-{place}", "class": " ".join(["line", *map(a.css_name, relations)])}
        attributes |= a.LINES[relations[0]]
        shown = [relation for relation in relations if relation not in a.UNLABELLED]
        if shown:
            attributes["label"] = ", ".join(shown)
        if relations[0] in e.AGAINST and (state := network.nodes[source]["state"]):
            attributes |= {"penwidth": "3"} if state == "holds" else {"penwidth": "0.8", "color": a.QUIET}
        ends = (target, source) if relations[0] in _INWARD else (source, target)
        listed = ", ".join(f"{key}={_quoted(value)}" for key, value in attributes.items())
        yield f"  {' -> '.join(map(_quoted, ends))} [{listed}];"


def _quoted(text: str) -> str:
    """A quoted string of DOT, in which nothing is a command."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
