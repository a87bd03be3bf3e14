"""Small readings of RDF terms, shared by the modules at the edge."""

from __future__ import annotations

from pyoxigraph import NamedNode, Quad, Triple


def value_of(term: object) -> str:
    """The IRI of a node or the text of a literal.

    >>> value_of(NamedNode("https://w3id.org/tacenda/Norm"))
    'https://w3id.org/tacenda/Norm'
    """
    return str(getattr(term, "value", ""))


def in_graph(triple: Triple, graph: NamedNode) -> Quad:
    """The triple as a statement of a named graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)
