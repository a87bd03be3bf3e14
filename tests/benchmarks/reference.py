"""The same answer the plain way: owlrl over everything, then the same rules as SPARQL on rdflib.

    python reference.py EVERYTHING.nt CONCLUSIONS.json

EVERYTHING is vocabulary, law and scenario in one graph. Progress goes to stdout, one JSON line a step, so that
whoever stops this program knows how far it came.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import owlrl
import rdflib

from tacenda.inference import stages

KNOWN = """
    governedBy notGovernedBy satisfies fails excludes
    requires doesNotRequire forbids doesNotForbid privileges doesNotPrivilege limits doesNotLimit
"""


def main(everything: Path, conclusions: Path) -> None:
    """Close, reason and write down every conclusion."""
    graph = rdflib.Graph()
    graph.parse(everything, format="nt")
    begun = now()
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    tell("owlrl over everything", begun, len(graph))
    # The empty class is a kind of every class; the rules take what two classes have in common for something possible.
    graph.remove((rdflib.OWL.Nothing, None, None))
    graph.remove((None, None, rdflib.OWL.Nothing))
    for stage in stages("reason"):
        while True:
            size = len(graph)
            for rule in stage:
                started = now()
                for triple in list(graph.query(rule.text)):
                    graph.add(triple)
                tell(rule.name, started, len(graph))
            if len(graph) == size or "#+ repeat:" not in stage[0].text:
                break
    tell("all", begun, len(graph))
    tac = rdflib.Namespace("https://w3id.org/tacenda/")
    found = sorted(
        [str(subject), name, str(obj)] for name in KNOWN.split() for subject, obj in graph.subject_objects(tac[name])
    )
    conclusions.write_text(json.dumps(found), encoding="utf-8")


def now() -> tuple[float, float]:
    """The clock, and the time the processor has worked."""
    return time.perf_counter(), time.process_time()


def tell(step: str, started: tuple[float, float], size: int) -> None:
    """One line about a step that is done."""
    seconds, processor = (round(end - start, 3) for start, end in zip(started, now(), strict=True))
    print(json.dumps({"step": step, "seconds": seconds, "processor": processor, "triples": size}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
