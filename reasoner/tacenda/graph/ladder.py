"""The condition of one norm drawn as a ladder, as relay logic has it.

It is read like a circuit: the norm holds if current gets from the left to the right. The wire is heavy as far as it
gets, dashed from where that is unknown, thin from where it does not.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

import networkx

from tacenda.graph import appearance as a
from tacenda.graph import dot
from tacenda.graph import elements as e
from tacenda.graph.circuit import BETWEEN, GAP, Contact, Parallel, Part, Series
from tacenda.model import Truth

ROW = 940.0
"""How long a row may grow before the line goes on beneath it."""
ROW_GAP, COIL = 26.0, 118.0
Point = tuple[float, float]
_WIRES: dict[Truth | str, tuple[float, str, str]] = {
    True: (3.2, "solid", a.INK),
    None: (1.6, "dashed", a.INK),
    False: (0.8, "solid", a.QUIET),
    "plain": (1.4, "solid", a.INK),
}


class Drawing:
    """A circuit on paper: contacts as boxes, wires as lines between points without extent.

    `paper` has a node for each box.
    """

    def __init__(self, network: e.Network, circuit: Series, norm: str) -> None:
        self.network = network
        self.with_states = bool(network.nodes[norm]["state"])
        self.paper: e.Network = networkx.MultiDiGraph(**network.graph)
        self._boxes: list[str] = []
        self._points: dict[tuple[float, float], str] = {}
        self._wires: list[str] = []
        self._draw([*_rows(circuit.parts)] or [[]], norm)

    def _draw(self, rows: Sequence[Sequence[Part]], norm: str) -> None:
        """Rows of parts, and at the end of the last the norm."""
        power = self._shown(True)
        y, last = 0.0, len(rows) - 1
        reaches = [Series(tuple(row)).size[1:] for row in rows]
        reaches[last] = max(reaches[last][0], COIL / 2), max(reaches[last][1], COIL / 2)
        self._wire((0, 14), (0, -14), True, weight=5)
        for place, row in enumerate(rows):
            x = GAP
            self._wire((0, y), (x, y), power)
            for part in row:
                power = self._part(part, x, y, power)
                x += part.size[0]
                self._wire((x, y), (x + GAP, y), power)
                x += GAP
            if place == last:
                self._coil(norm, x, y)
            else:
                between = y - reaches[place][1] - ROW_GAP / 2
                following = between - ROW_GAP / 2 - reaches[place + 1][0]
                for start, end in pairwise([(x, y), (x, between), (0, between), (0, following)]):
                    self._wire(start, end, power)
                y = following

    def _shown(self, truth: Truth) -> Truth | str:
        return truth if self.with_states else "plain"

    def _part(self, part: Part, x: float, y: float, power: Truth | str) -> Truth | str:
        """Draws a part from *x* on and gives the power behind it."""
        if isinstance(part, Contact):
            return self._contact(part, x, y, power)
        if isinstance(part, Series):
            for place, one in enumerate(part.parts):
                power = self._part(one, x, y, power)
                x += one.size[0]
                if place < len(part.parts) - 1:
                    self._wire((x, y), (x + GAP, y), power)
                    x += GAP
            return power
        return self._branches(part, x, y, power)

    def _branches(self, part: Parallel, x: float, y: float, power: Truth | str) -> Truth | str:
        width = part.size[0]
        heights, outs = [], []
        line = y
        for place, one in enumerate(part.parts):
            _, above, below = one.size
            line = y if place == 0 else line - above
            heights.append(line)
            self._wire((x, line), (x + GAP, line), power)
            outs.append(self._part(one, x + GAP, line, power))
            self._wire((x + GAP + one.size[0], line), (x + width, line), outs[-1])
            line -= below + BETWEEN
        for place in range(1, len(heights)):
            self._wire((x, heights[place - 1]), (x, heights[place]), power)
            self._wire((x + width, heights[place - 1]), (x + width, heights[place]), _some(outs[place:]))
        return _some(outs)

    def _contact(self, contact: Contact, x: float, y: float, power: Truth | str) -> Truth | str:
        behind = power if power == "plain" else _both(power, contact.passes)
        width, above, below = contact.size
        self._wire((x, y), (x + width / 2, y), power)
        self._wire((x + width / 2, y), (x + width, y), behind)
        known = self.network.nodes.get(contact.of)
        state = {True: "true", False: "false", None: "unknown"}[contact.truth] if self.with_states else ""
        blank = dict.fromkeys((*e.NODE_ATTRIBUTES, "rows", "frame"), "")
        data = blank | dict(known or {"kind": "Profession", "label": contact.text})
        data |= {
            "of": contact.of if known else "",
            "state": state,
            "label": f"{'not: ' * contact.negated}{contact.text}",
        }
        head = "<B>NOT</B>" if contact.negated else ""
        lines = [*([head] if head else []), *map(escape, contact.lines)]
        lines += [f"<B>{escape(a.mark(state))}</B>"] if state else []
        style, weight = a.outline("Profession", state)
        if contact.negated:
            style += ",diagonals"
        self._box(data, lines, (x + width / 2, y), (width, above + below), (style, weight))
        return behind

    def _coil(self, norm: str, x: float, y: float) -> None:
        data = dict(self.network.nodes[norm]) | {"of": norm, "rows": "", "frame": ""}
        citation = textwrap.shorten(data["citation"], 34, placeholder=" …")
        lines = [f"<B>{escape(data['kind'].upper())}</B>", f"<B>{escape(citation)}</B>"]
        lines += [escape(line) for line in textwrap.wrap(data["label"], 34)[:5]]
        lines += [f"<B>{escape(a.mark(data['state']))}</B>"] if data["state"] else []
        style, weight = a.outline("Fact", data["state"])
        self._box(data, lines, (x + 100, y), (200, COIL), (style, max(weight, 2)))

    def _box(
        self, data: dict[str, str], lines: Sequence[str], at: Point, size: Point, outline: tuple[str, float]
    ) -> None:
        place = len(self.paper)
        self.paper.add_node(f"part {place}", **data)
        kind, state = data["kind"], data["state"]
        classes = f"node {a.css_name(kind)}" + (f" state-{a.css_name(state)}" if state else "")
        fill = a.fill(kind, state) if state or kind in e.NORMS else a.PAPER
        self._boxes.append(
            f'  "part {place}" [id="node-{place}", class="{classes}", label=<{"<BR/>".join(lines)}>,'
            f' pos="{at[0]:g},{at[1]:g}", width={size[0] / 72:.4f}, height={size[1] / 72:.4f},'
            f' style="{outline[0]}", fillcolor="{fill}", penwidth={outline[1]:g}];'
        )

    def _wire(self, start: Point, end: Point, power: Truth | str, weight: float = 0) -> None:
        width, style, color = _WIRES[power]
        look = f'penwidth={weight or width:g}, style={style}, color="{color}"'
        self._wires.append(f"  {self._point(start)} -> {self._point(end)} [{look}];")

    def _point(self, at: Point) -> str:
        return self._points.setdefault((round(at[0], 2), round(at[1], 2)), f"wire{len(self._points)}")

    def to_dot(self, *, titled: bool) -> str:
        """The circuit as Graphviz reads it; the layout is to keep every place."""
        points = (
            f'  {name} [shape=point, style=invis, width=0.01, height=0.01, pos="{x:g},{y:g}"];'
            for (x, y), name in self._points.items()
        )
        heading = f"label=<{dot.heading(self.paper)}>, labelloc=t, labeljust=l" if titled else 'label=""'
        lines = [
            f"// {' '.join(self.paper.graph['title'].split())}",
            "// every node has its place: lay this out with neato -n",
            "digraph ladder {",
            f'  graph [splines=line, pad=0.15, outputorder=edgesfirst, fontname="{a.FONT}", fontsize=12,',
            f"         {heading}];",
            f'  node [shape=box, fixedsize=true, fontname="{a.FONT}", fontsize=10,',
            f'        fontcolor="{a.INK}", color="{a.INK}"];',
            '  edge [arrowhead=none, class="wire"];',
        ]
        return "\n".join([*lines, *points, *self._boxes, *self._wires, "}"]) + "\n"


def _rows(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Parts in rows of bounded length, the norm at the end of the last."""
    row: list[Part] = []
    length = 0.0
    for part in parts:
        width = part.size[0] + GAP
        if row and length + width > ROW:
            yield row
            row, length = [], 0.0
        row.append(part)
        length += width
    if row:
        yield row


def _both(one: Truth | str, other: Truth) -> Truth:
    return False if False in (one, other) else None if None in (one, other) else True


def _some(found: Sequence[Truth | str]) -> Truth | str:
    if "plain" in found:
        return "plain"
    return True if True in found else None if None in found else False
