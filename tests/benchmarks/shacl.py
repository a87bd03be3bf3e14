"""The law as SHACL rules for pySHACL: a `sh:TripleRule` for each way in which a definition comes out true or false.

The rules stand in the order of what rests on what, so that one pass reaches the fixpoint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import rdflib
from answers import Answers
from definitions import Definition, Definitions, Every, Evidence, Known, Some
from rdflib import RDF, SH, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rows import Rows
from rules import read, statements

NAMES = Namespace("urn:benchmark:")


def shapes(definitions: Definitions) -> Graph:
    """One shape for every scenario, with all rules."""
    graph = Graph()
    graph.add((NAMES.shape, RDF.type, SH.NodeShape))
    graph.add((NAMES.shape, SH.targetClass, NAMES.Scenario))
    order = 0
    for number, node in enumerate(definitions.nodes):
        for side, together, members in ways(node):
            rule, condition, needed = BNode(), BNode(), BNode()
            order += 1
            graph.add((NAMES.shape, SH.rule, rule))
            graph.add((rule, RDF.type, SH.TripleRule))
            graph.add((rule, SH.order, Literal(order)))
            graph.add((rule, SH.subject, SH.this))
            graph.add((rule, SH.predicate, NAMES.says))
            graph.add((rule, SH.object, NAMES[f"{side}{number}"]))
            graph.add((rule, SH.condition, condition))
            graph.add((condition, RDF.type, SH.NodeShape))
            graph.add((condition, SH.property, needed))
            graph.add((needed, SH.path, NAMES.says))
            if together:
                for member in members:
                    graph.add((needed, SH.hasValue, NAMES[member]))
            else:
                among, listed = BNode(), BNode()
                graph.add((needed, SH.qualifiedValueShape, among))
                graph.add((needed, SH.qualifiedMinCount, Literal(1)))
                graph.add((among, SH["in"], listed))
                Collection(graph, listed, [NAMES[member] for member in members])
    return graph


def ways(node: Definition) -> Iterator[tuple[str, bool, Sequence[str]]]:
    """For each side of a definition, whether all of some values are needed or one of them."""
    if isinstance(node, Evidence):
        true, false = [f"t{one}" for one in node.affirming], [f"f{one}" for one in node.denying]
        yield "t", False, true
        yield "f", False, [*false, *(f"t{one}" for one in node.excluding)]
    elif isinstance(node, Every | Some):
        whole = isinstance(node, Every)
        yield "t", whole, [f"{'t' if sign else 'f'}{number}" for number, sign in node.members]
        yield "f", not whole, [f"{'f' if sign else 't'}{number}" for number, sign in node.members]
    elif isinstance(node, Known):
        yield from ((side, False, [f"{side}{number}" for number in node.members]) for side in "tf")


def data(definitions: Definitions, rows: Rows) -> Graph:
    """The scenarios: what each says."""
    graph = Graph()
    for row in range(rows.count):
        graph.add((scenario(row), RDF.type, NAMES.Scenario))
    for value, row in statements(definitions, rows):
        graph.add((scenario(row), NAMES.says, NAMES[value]))
    return graph


def scenario(row: int) -> URIRef:
    """The node of a scenario."""
    return NAMES[f"scenario{row}"]


def reason(given: Graph, rules: Graph) -> Graph:
    """What is given, and what the rules add to it."""
    import pyshacl

    found = pyshacl.shacl_rules(given, shacl_graph=rules, advanced=True)
    assert isinstance(found, rdflib.Graph)
    return found


def read_graph(definitions: Definitions, found: Graph, rows: int) -> Answers:
    """The answers in what pySHACL found."""
    values = []
    for number in definitions.asked:
        true, false = (
            sum(1 << row for row in range(rows) if (scenario(row), NAMES.says, NAMES[f"{side}{number}"]) in found)
            for side in "tf"
        )
        values.append((true, false))
    return read(definitions, values, rows)
