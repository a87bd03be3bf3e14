"""Networks in the formats of other tools: GraphML and GEXF, Mermaid, and the JSON of Cytoscape."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import networkx

from tacenda.graph import appearance as a
from tacenda.graph import elements as e

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What no XML document may hold."""

_MERMAID_SHAPES = {
    "Obligation": ("[[", "]]"),
    "Prohibition": ("{{", "}}"),
    "Permission": ("(", ")"),
    "Fact": ("([", "])"),
    "Open question": ("([", "])"),
    "Condition": ("((", "))"),
    "Act": ("{{", "}}"),
    "Provision": ("[/", "/]"),
    "Profession": ("[\\", "\\]"),
    "Person": ("[\\", "\\]"),
}
_MERMAID_LINES = {e.DEFEATS: "==x", e.LIFTS: "-.-x", e.DISPLACES: "==x", e.FAILS_IF: "--o", e.NEEDS_ANY_OF: "-.->"}


def to_graphml(network: e.Network) -> str:
    """The network as GraphML, for Gephi, yEd and Cytoscape; every attribute is a string."""
    file = io.BytesIO()
    networkx.write_graphml_xml(_plain(network), file, named_key_ids=True)
    return file.getvalue().decode("utf-8")


def to_gexf(network: e.Network) -> str:
    """The network as GEXF, for Gephi."""
    # what networkx dates with the day of writing would differ each day
    text = "\n".join(networkx.generate_gexf(_plain(network)))
    return re.sub(r'<meta lastmodifieddate="[^"]*">', "<meta>", text) + "\n"


def _plain(network: e.Network) -> e.Network:
    """The network with text that XML can hold."""
    plain = networkx.MultiDiGraph(**network.graph)
    for name, data in network.nodes(data=True):
        plain.add_node(name, **{key: _ILLEGAL.sub("\ufffd", value) for key, value in data.items()})
    for source, target, relation in network.edges(keys=True):
        plain.add_edge(source, target, key=relation, relation=relation)
    return plain


def to_cytoscape(network: e.Network) -> dict[str, Any]:
    """The network as Cytoscape and Cytoscape.js read it."""
    nodes = [{"data": {"id": name} | dict(data)} for name, data in network.nodes(data=True)]
    edges = [
        {"data": {"id": f"{source} {relation} {target}", "source": source, "target": target, "relation": relation}}
        for source, target, relation in network.edges(keys=True)
    ]
    return {
        "data": {"name": network.graph["title"], "description": network.graph["description"]},
        "elements": {"nodes": nodes, "edges": edges},
    }


def to_mermaid(paper: e.Network) -> str:
    """The drawn network as Mermaid, which Markdown pages on code hosts show as a picture."""
    return "\n".join(_mermaid_lines(paper)) + "\n"


def _mermaid_lines(paper: e.Network) -> Iterator[str]:
    # a JSON string is a YAML string too
    title = json.dumps(" ".join(_ILLEGAL.sub("", paper.graph["title"]).split()), ensure_ascii=False)
    yield from ("---", f"title: {title}", "---", "flowchart LR")
    names = {name: f"n{place}" for place, name in enumerate(paper)}
    frames: dict[str, list[str]] = {}
    for name, data in paper.nodes(data=True):
        frames.setdefault(data["frame"], []).append(name)
    for place, (frame, members) in enumerate(frames.items()):
        if frame:
            yield f'  subgraph f{place}["{_mermaid_text(frame)}"]'
        for name in members:
            opening, closing = _MERMAID_SHAPES.get(paper.nodes[name]["kind"], ("[", "]"))
            yield f'    {names[name]}{opening}"{_mermaid_label(paper.nodes[name])}"{closing}'
        if frame:
            yield "  end"
    for source, target, relation in paper.edges(keys=True):
        line = _MERMAID_LINES.get(relation, "-->")
        shown = "" if relation in (e.NEEDS, e.ABOUT) else f"|{_mermaid_text(relation)}|"
        ends = (target, source) if relation in e.CONDITIONS else (source, target)
        yield f"  {names[ends[0]]} {line}{shown} {names[ends[1]]}"
    for state in sorted({data["state"] for _, data in paper.nodes(data=True)} & a.STATE_TINTS.keys()):
        inside = ",".join(names[name] for name, data in paper.nodes(data=True) if data["state"] == state)
        line, weight = a.STATE_LINES.get(state, ("solid", 1.0))
        dashes = {"dashed": ",stroke-dasharray:5 3", "dotted": ",stroke-dasharray:1 3"}.get(line, "")
        look = f"fill:{a.STATE_TINTS[state]},color:{a.INK},stroke:{a.INK},stroke-width:{weight:g}px{dashes}"
        yield f"  classDef state-{a.css_name(state)} {look}"
        yield f"  class {inside} state-{a.css_name(state)}"


def _mermaid_label(data: dict[str, str]) -> str:
    lines = [f"{data['kind'].upper()} {data['citation']}"] if data["kind"] in e.NORMS else []
    lines += [data["label"], *data["rows"].splitlines()]
    lines += [", ".join(part for part in (a.mark(data["state"]), data["state_note"]) if part)] if data["state"] else []
    return "<br/>".join(map(_mermaid_text, lines))


def _mermaid_text(text: str) -> str:
    """Text in which Mermaid sees neither markup nor the end of a label."""
    return "".join(char if char.isalnum() or char in _HARMLESS else f"#{ord(char)};" for char in _ILLEGAL.sub("", text))


_HARMLESS = frozenset(" .,:'’“”§–—-()/✓✗⊘?…+")
