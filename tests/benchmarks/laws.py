"""The law bases that are measured: the whole law, one provision alone, copies of a state, and laws made up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from random import Random
from unittest.mock import patch

from definitions import DAY
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from tacenda import knowledge, resources
from tacenda import vocabulary as v
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario

PROVISION = "us-ma/c112-s135B.ttl"
STATE = "us-ma"
QUESTION = """\
title: A client tells her clinical social worker that her brother beats his son
jurisdiction: us-ma
as_of: 2026-11-22
professional: licensed independent clinical social worker
facts:
  - client relationship
  - reasonable cause to believe that a child is being abused
  - learned in a professional capacity
not:
  - client consents in writing
"""
_OWL = ("equivalentClass", "onProperty", "someValuesFrom", "intersectionOf", "disjointWith")
_DEFINING = {v.RDF_TYPE, v.RDFS_SUBCLASS, v.RDF_FIRST, v.RDF_REST, v.RDFS_LABEL, v.tac("valuesFrom")}
_DEFINING |= {v.PREFIXES["owl"] + name for name in _OWL}


def question(kb: KnowledgeBase) -> Scenario:
    """The question as far as the law base has words for it."""
    words = "ClientRelationship Communication RelatesToDiagnosisOrTreatment LearnedInProfessionalCapacity"
    known = [v.expand(f"fact:{name}") for name in f"{words} ReasonableCauseChildAbuse".split()]
    denied = [v.expand("fact:ToldNotPrivileged")]
    return Scenario(
        STATE,
        as_of=DAY,
        professional=f"{v.BASE}us-ma/LicensedIndependentClinicalSocialWorker",
        roles={"court": v.STATE_COURT},
        facts=tuple(fact for fact in known if kb.term(fact)),
        excluded=tuple(fact for fact in denied if kb.term(fact)),
    )


def instead(home: Path) -> AbstractContextManager[object]:
    """The ontology and law in a folder, in place of those that come with tacenda."""
    return patch.object(knowledge, "folder", lambda name: home / name)


# One provision alone


def one_provision(home: Path) -> KnowledgeBase:
    """The law base of one provision, with the vocabulary that it uses and everything above that."""
    (home / "ontology").mkdir(parents=True)
    law = resources.folder("kb")
    for name in ("us/jurisdiction.ttl", "us-ma/jurisdiction.ttl", PROVISION):
        (home / "kb" / name).parent.mkdir(parents=True, exist_ok=True)
        (home / "kb" / name).write_bytes((law / name).read_bytes())
    vocabulary = home / "ontology" / "used.ttl"
    vocabulary.write_bytes(serialize(_used(list(_words())), format=RdfFormat.TURTLE) or b"")
    with instead(home):
        return KnowledgeBase.open(STATE)


def _words() -> Iterator[Triple]:
    """Every statement of the ontology, names of blank nodes made unlike from file to file."""
    for path in resources.modules(resources.folder("ontology")):
        yield from (quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE, rename_blank_nodes=True))


def _used(statements: Sequence[Triple]) -> Iterator[Triple]:
    """The definitions of what the provision names, and of what those definitions name."""
    about: dict[object, list[Triple]] = {}
    for triple in statements:
        about.setdefault(triple.subject, []).append(triple)
    law = resources.folder("kb")
    pending: list[object] = [NamedNode(iri) for iri in (*v.ROLE_PROPERTIES.values(), *map(v.tac, v.NORM_KINDS))]
    pending += [NamedNode(v.PREFIXES["prof"] + "LicensedClinicalSocialWorker")]
    for name in (PROVISION, "us-ma/jurisdiction.ttl"):
        for quad in parse(path=str(law / name), format=RdfFormat.TURTLE):
            pending += [quad.object, quad.predicate]
    seen = set()
    while pending:
        node = pending.pop()
        if node in seen or node not in about:
            continue
        seen.add(node)
        for triple in about[node]:
            if triple.predicate.value in _DEFINING:
                yield triple
                pending.append(triple.object)


# Copies of a state


def copies(home: Path, count: int) -> None:
    """Packs that say what the pack of Massachusetts says, under other names; *count* states with it."""
    for number in range(1, count):
        code = f"us-x{number:02}"
        (home / code).mkdir(parents=True)
        for path in sorted((resources.folder("kb") / STATE).glob("*.ttl")):
            text = path.read_text("utf-8").replace(STATE, code)
            (home / code / path.name).write_text(text, encoding="utf-8")


# Laws made up


def made_up(home: Path, norms: int, seed: int = 0) -> None:
    """A pack `xm` of so many norms: prohibitions, privileges, duties, and exceptions of both sorts, three facts each.

    As in the law at hand there are as many facts as norms and a third as many acts, and half of all norms are
    exceptions.
    """
    random = Random(seed)
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in v.PREFIXES.items())
    own = f"{v.BASE}xm/"
    about = 'a tac:Jurisdiction ; tac:code "xm" ; rdfs:label "a made-up land"@en'
    place = f"<{v.PREFIXES['jurisdiction']}xm> {about} ."
    lines = [head, f'<{own}act> a tac:Statute ; tac:citation "M.A. 1" ; tac:inForceFrom "1989"^^xsd:gYear ;']
    lines.append(f"    tac:jurisdiction <{v.PREFIXES['jurisdiction']}xm> .")
    acts, facts = max(2, norms // 3), max(4, norms)
    for number in range(acts):
        above = f"<{own}Act{random.randrange(number)}>" if number and random.random() < 0.5 else "tac:Act"
        lines.append(f'<{own}Act{number}> a owl:Class ; rdfs:subClassOf {above} ; rdfs:label "act {number}"@en .')
    for number in range(facts):
        above = f"<{own}Fact{random.randrange(number)}>" if number and random.random() < 0.3 else "tac:Scenario"
        lines.append(f'<{own}Fact{number}> a owl:Class ; rdfs:subClassOf {above} ; rdfs:label "fact {number}"@en .')
    lines += [_made_up_norm(random, number, own, acts, facts) for number in range(norms)]
    (home / "xm").mkdir(parents=True)
    (home / "xm" / "jurisdiction.ttl").write_text(head + place, encoding="utf-8")
    (home / "xm" / "law.ttl").write_text("\n".join(lines), encoding="utf-8")


def _made_up_norm(random: Random, number: int, own: str, acts: int, facts: int) -> str:
    all_of = " ".join(f"<{own}Fact{fact}>" for fact in random.sample(range(facts), k=2))
    said = f"tac:allOf ( {all_of} ) ; tac:noneOf ( <{own}Fact{random.randrange(facts)}> )"
    act = f"tac:act <{own}Act{random.randrange(acts)}>"
    context = random.choice(
        ("tac:context tac:Practice", "tac:context tac:Court", "tac:context tac:Practice , tac:Court")
    )
    if number % 2:
        target = f"<{own}n{number - 1 if number < 4 or random.random() < 0.7 else number - 3}>"
        kind = f"a tac:Exception ; tac:defeats {target}"
    else:
        kind = f"a tac:{('Prohibition', 'Privilege', 'Obligation')[number // 2 % 3]} ; {act} ; {context}"
    about = (
        f'rdfs:label "norm {number}"@en ; dcterms:source <{own}act> ; tac:pinpoint "({number})" ; tac:status tac:Read'
    )
    return f"<{own}n{number}> {kind} ; {about} ; {said} ."
