"""A picture by Graphviz made into one for the web: titled, described, linked, and with nothing in it but drawing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as Xml

from tacenda.graph import appearance as a
from tacenda.graph import elements as e
from tacenda.graph.dot import lines_of

SVG = "http://www.w3.org/2000/svg"


def finished(svg: str, paper: e.Network, link: e.Link | None = None) -> str:
    """The `<svg>` element of a drawn network: nodes say in words what they are, and lead to their pages.

    Each node carries a number and the name of what it stands for, as `data-node` and `data-of`, each line the numbers
    of its ends.
    """
    Xml.register_namespace("", SVG)
    # what is parsed is what Graphviz has just written, with all text escaped
    root = Xml.fromstring(svg)  # noqa: S314
    title, description = paper.graph["title"], paper.graph["description"]
    mark = "picture-" + hashlib.sha256(svg.encode()).hexdigest()[:10]
    _describe(root, mark, title, description)
    names, lines = list(paper), lines_of(paper)
    places = {name: str(place) for place, name in enumerate(names)}
    for group in root.iter(f"{{{SVG}}}g"):
        kind = group.get("class", "").split(" ")[0]
        identifier = group.attrib.pop("id", "")
        place = int(found) if (found := identifier.partition("-")[2]).isdigit() else -1
        group.set("class", " ".join(dict.fromkeys(group.get("class", "").split())))
        caption = group.find(f"{{{SVG}}}title")
        if kind == "node":
            group.set("data-node", str(place))
            _node(group, paper.nodes[names[place]], link)
        elif kind == "edge" and place >= 0:
            source, target, relations = lines[place]
            group.set("data-from", places[source])
            group.set("data-to", places[target])
            _name(group, f"{paper.nodes[source]['label']} {', '.join(relations)} {paper.nodes[target]['label']}")
        elif caption is not None:
            group.remove(caption)
        if kind == "graph" and (sheet := group.find(f"{{{SVG}}}polygon")) is not None:
            sheet.set("class", "paper")
    return Xml.tostring(root, encoding="unicode")


def _describe(root: Xml.Element, mark: str, title: str, description: str) -> None:
    root.set("class", "picture")
    root.set("role", "graphics-document document")
    root.set("aria-labelledby", f"{mark}-title {mark}-description")
    for place, (name, text) in enumerate((("title", title), ("desc", description))):
        element = Xml.Element(f"{{{SVG}}}{name}", {"id": f"{mark}-{'title' if name == 'title' else 'description'}"})
        element.text = text
        root.insert(place, element)


def _node(group: Xml.Element, data: Mapping[str, str], link: e.Link | None) -> None:
    """A node says what it is, and leads to its page."""
    if data["of"]:
        group.set("data-of", data["of"])
    _name(group, ". ".join(spoken(data)))
    address = link(data["iri"]) if link and data["iri"] else None
    if address:
        anchor = Xml.Element(f"{{{SVG}}}a", {"href": address})
        for child in group.findall("*")[1:]:
            group.remove(child)
            anchor.append(child)
        group.append(anchor)


def _name(group: Xml.Element, text: str) -> None:
    caption = group.find(f"{{{SVG}}}title")
    assert caption is not None
    caption.text = text


def spoken(data: Mapping[str, str]) -> Iterator[str]:
    """What a node is, in words, for those who hear it or point at it."""
    place = f", {data['citation']}" if data["citation"] else ""
    yield f"{data['kind']}{place}: {data['label']}"
    if data["words"]:
        yield f"“{data['words']}”"
    if data["state"]:
        yield a.mark(data["state"]) + (f" ({data['state_note']})" if data["state_note"] else "")
