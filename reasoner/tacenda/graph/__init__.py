"""The rules as pictures and as networks: a pack, a provision, what lies around a norm, the proof of an answer.

    >>> from tacenda import KnowledgeBase
    >>> from tacenda.graph import rule_graph
    >>> kb = KnowledgeBase.open("us-ma")
    >>> rules = rule_graph(kb, norm="us-ma:c119-s51A.report", distance=0)
    >>> sorted(rules.network.successors("us-ma:c119-s51A.report"))[:2]
    ['act:NotifyPersonInCharge', 'act:ReportToChildProtection']

Facts stand to the left of the norms that need them, norms to the left of the acts that they are about. With an
`Assessment` each node says what it is in the scenario: by its fill, its outline, a mark and a word.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from tacenda import vocabulary as v
from tacenda.assessment import Assessment
from tacenda.errors import LawError, Problem
from tacenda.graph import dot, exchange, layout, page, picture
from tacenda.graph.building import Builder, empty
from tacenda.graph.circuit import Reading, Series
from tacenda.graph.drawn import drawn
from tacenda.graph.elements import Link, Network
from tacenda.graph.ladder import Drawing
from tacenda.graph.proof import prove
from tacenda.graph.scope import find_term, norms_about, norms_near, norms_of_pack
from tacenda.graph.states import DISCLAIMER, States
from tacenda.knowledge import KnowledgeBase
from tacenda.markup import Shown
from tacenda.outline import find_source, norms_of

__all__ = ["Ladder", "Link", "RuleGraph", "ladder", "proof_graph", "rule_graph"]


@dataclass(frozen=True)
class RuleGraph(Shown):
    """Rules as a network, and as whatever shows or carries it.

    In a notebook it shows itself.
    """

    network: Network = field(repr=False)
    """A `networkx.MultiDiGraph`; all attributes of its nodes and edges are strings."""

    _placed: ClassVar[bool] = False
    """Whether the places of all nodes are known before Graphviz sees them."""

    @property
    def title(self) -> str:
        """What is shown, as a heading."""
        return str(self.network.graph["title"])

    @property
    def description(self) -> str:
        """What is shown, under whose law and of which scenario."""
        return str(self.network.graph["description"])

    @cached_property
    def _paper(self) -> Network:
        return drawn(self.network)

    def to_dot(self) -> str:
        """The picture as Graphviz reads it."""
        return dot.to_dot(self._paper)

    def to_svg(self, link: Link | None = None) -> str:
        """The picture as an `<svg>` element: titled, described, escaped, each node a link where *link* gives one."""
        return self._svg(self.to_dot(), link)

    def _svg(self, text: str, link: Link | None) -> str:
        return picture.finished(layout.to_svg(text, placed=self._placed), self._paper, link)

    def to_png(self) -> bytes:
        """The picture as pixels."""
        return layout.to_png(self.to_dot(), placed=self._placed)

    def to_fragment(self, link: Link | None = None) -> str:
        """The picture with search, filters, legend and a panel to read in, for a page that serves the script itself."""
        return page.to_fragment(self.network, self._paper, self._svg(self._untitled(), link), link)

    def _untitled(self) -> str:
        """The picture without a heading, for a page that has one."""
        return dot.to_dot(self._paper, titled=False)

    def to_html(self, link: Link | None = None) -> str:
        """The same as a page of its own, to open from a file and without a network."""
        return page.to_html(self.title, self.description, self.to_fragment(link))

    def to_graphml(self) -> str:
        """The network as GraphML."""
        return exchange.to_graphml(self.network)

    def to_gexf(self) -> str:
        """The network as GEXF."""
        return exchange.to_gexf(self.network)

    def to_mermaid(self) -> str:
        """The picture as Mermaid."""
        return exchange.to_mermaid(self._paper)

    def to_cytoscape(self) -> dict[str, Any]:
        """The network as the JSON of Cytoscape."""
        return exchange.to_cytoscape(self.network)

    def __str__(self) -> str:
        return f"{self.title}\n{self.description}"

    def _repr_html_(self) -> str:
        return page.in_notebook(self.to_svg())


@dataclass(frozen=True)
class Ladder(RuleGraph):
    """The condition of one norm as a circuit; other formats than pictures carry the norm and what it rests on."""

    circuit: Series = field(repr=False)
    norm: str
    _placed: ClassVar[bool] = True

    @cached_property
    def _drawing(self) -> Drawing:
        return Drawing(self.network, self.circuit, self.norm)

    @property
    def _paper(self) -> Network:
        return self._drawing.paper

    def to_dot(self) -> str:
        """The picture as Graphviz reads it, every node with its place."""
        return self._drawing.to_dot(titled=True)

    def _untitled(self) -> str:
        return self._drawing.to_dot(titled=False)

    def to_mermaid(self) -> str:
        """The norm and its condition as Mermaid, which knows no ladders."""
        return exchange.to_mermaid(drawn(self.network))


def ladder(kb: KnowledgeBase, norm: str, assessment: Assessment | None = None, context: str | None = None) -> Ladder:
    """When a norm holds, as a circuit: in series what must be true, in parallel what suffices, negated what bars it.

    With an *assessment* each contact says whether it is true, and the wire is heavy as far as current gets. Raises
    `TacendaError` with the nearest name for an unknown norm.

    >>> circuit = ladder(KnowledgeBase.open("us-ma"), "us-ma:c112-s135B.after-death").circuit
    >>> [contact.text for contact in circuit.parts[:2]]
    ['the professional is bound: social worker', 'the proceeding follows the death of the client']
    """
    found = kb.norm(norm)
    states = States(assessment, context) if assessment else None
    title = f"When it holds: {kb.cite(found)}: {found.label}"
    builder = Builder(kb, empty(title, states.description() if states else DISCLAIMER), states)
    builder.norms([found])
    return Ladder(builder.network, Reading(builder).norm(found), v.shorten(found.iri))


def rule_graph(
    kb: KnowledgeBase,
    *,
    pack: str | None = None,
    provision: str | None = None,
    norm: str | None = None,
    about: str | None = None,
    distance: int = 1,
    assessment: Assessment | None = None,
    context: str | None = None,
) -> RuleGraph:
    """The rules of a *pack*, of one *provision* of it, around a *norm*, or those *about* a fact, an act or a person.

    Around a norm lie the norms that defeat or lift it, or need it, and those that it defeats, lifts or needs, up to
    *distance* steps away. With an *assessment* every node has a state, in one *context* or in both.
    Raises `TacendaError` with the nearest name for what is not known.

    >>> kb = KnowledgeBase.open("us-ma")
    >>> rule_graph(kb, pack="us-ma", provision="c112-s135B").title
    'G.L. c. 112, § 135B: social worker-client evidentiary privilege'
    """
    states = States(assessment, context) if assessment else None
    outside, center = False, ""
    if norm:
        start = kb.norm(norm)
        title, norms = f"{kb.cite(start)}: {start.label}", norms_near(kb, [start], distance)
    elif about:
        term = find_term(kb, about)
        title = f"Norms about: {kb.label(term)}"
        norms = norms_near(kb, norms_about(kb, term), max(0, distance - 1))
        center = term
        if not norms:
            raise LawError(Problem(f"no norm speaks of `{kb.label(term)}`"))
    else:
        code = pack or (assessment.scenario.jurisdiction if assessment else kb.packs[-1].code)
        title, norms, outside = f"The law of {kb.pack(code).name}", norms_of_pack(kb, code), True
        if provision:
            source = find_source(kb, code, provision)
            title, norms = f"{source.citation}: {source.label}", norms_of(kb, source)
    network = empty(title, states.description() if states else DISCLAIMER)
    Builder(kb, network, states).norms(norms, outside=outside, center=center)
    return RuleGraph(network)


def proof_graph(assessment: Assessment, act: str, context: str | None = None) -> RuleGraph:
    """The proof of what the law says of an act: the norms that decide, the facts they rest on, the exceptions tried.

    Of each norm only those conditions are shown that make it hold, fail, or stay open. Without a *context* it is the
    first in which the law takes a position. Raises `TacendaError` with the nearest act where it takes none.

    >>> import tacenda
    >>> proof_graph(tacenda.ask("suspected-child-abuse"), "act:ReportToChildProtection").title
    'REQUIRED in practice: report child abuse to the child-protection agency'
    """
    return RuleGraph(prove(assessment, find_term(assessment.kb, act), context))
