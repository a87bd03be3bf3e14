"""The same answer the plain way: owlrl over everything, then the same rules as SPARQL on rdflib.

The network of conditions is given to it ready made, as it is given to tacenda's own engine.
"""

from __future__ import annotations

import io
from collections.abc import Callable

from answers import Answers, packed
from contest import Contest, Ready, Work
from pyoxigraph import NamedNode, RdfFormat, serialize

from tacenda import knowledge
from tacenda import vocabulary as v
from tacenda.inference import VERDICTS, contexts_of, situation_of, situations, stages
from tacenda.model import Scenario, Truth


def prepare(given: Contest) -> Ready:
    """Close and reason; reading vocabulary, law and scenario into rdflib is not timed, nor are the imports."""
    import owlrl
    import rdflib

    scenario = next(given.rows.first(1).scenarios())
    derived = NamedNode(knowledge.GRAPHS + "closure")
    stated = [quad.triple for quad in given.kb.store if quad.graph_name != derived]
    stated += [quad.triple for quad in situations(given.kb, scenario)]
    text = serialize(dict.fromkeys(stated), format=RdfFormat.N_TRIPLES) or b""
    loaded = rdflib.Graph().parse(io.BytesIO(text), format="nt")

    def work() -> Callable[[], Answers]:
        graph = rdflib.Graph()
        graph += loaded
        owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
        # The empty class is a kind of every class; the rules take what two classes have in common for possible.
        graph.remove((rdflib.OWL.Nothing, None, None))
        graph.remove((None, None, rdflib.OWL.Nothing))
        for stage in stages("reason"):
            while True:
                size = len(graph)
                for rule in stage:
                    for triple in list(graph.query(rule.text)):
                        graph.add(triple)
                if len(graph) == size or "#+ repeat:" not in stage[0].text:
                    break
        return lambda: packed([_truths(graph, scenario)], list(given.expected))

    def ready(rows: int) -> Work:
        return work

    return ready


def _truths(graph: object, scenario: Scenario) -> dict[str, Truth]:
    """What the statements say of norms and acts, called as the compiled program calls it."""
    import rdflib

    assert isinstance(graph, rdflib.Graph)
    found: dict[str, Truth] = {}
    for context in contexts_of(scenario):
        situation = rdflib.URIRef(situation_of(scenario, context))

        def say(predicate: str, head: str, truth: bool, situation: rdflib.URIRef = situation) -> None:
            for value in graph.objects(situation, rdflib.URIRef(v.tac(predicate))):
                found[f"{head} {value}"] = truth

        say("governedBy", context, True)
        say("notGovernedBy", context, False)
        for name, (yes, no) in VERDICTS.items():
            say(yes, f"{context} {name}", True)
            say(no, f"{context} {name}", False)
    return found
