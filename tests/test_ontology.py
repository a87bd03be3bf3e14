"""The ontology is well written, means what its examples say, and is consistent.

Lint rules and excuses are data in `ontology/lint/`, mistakes and reasoning cases in `tests/ontology/`: no Python.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS

import tacenda
from tacenda import vocabulary as v
from tacenda.lint import derive, excuses, findings, gather, lint_rules
from tacenda.queries import Query
from tacenda.resources import folder, modules
from tacenda.shapes import violations
from tacenda.turtle import read_turtle

HERE = Path(__file__).parent / "ontology"
ONTOLOGY = folder("ontology")
MODULES = [*modules(ONTOLOGY), ONTOLOGY / "alignments.ttl"]
SHAPES = sorted(ONTOLOGY.glob("shapes/*.ttl"))
LAW = sorted(path for path in folder("kb").rglob("*.ttl") if "scenarios" not in path.parts)
CASES = sorted(HERE.glob("reasoning/*.trig"))


def name_of(path: Path) -> str:
    return path.stem


def ontology_iri(path: Path) -> str:
    """The name of the ontology whose header a file holds, or a name made from the file's."""
    text = path.read_text(encoding="utf-8")
    header = re.search(r"^<([^>]+)>\s+a owl:Ontology", text, re.MULTILINE)
    return header[1] if header else f"urn:file:{path.name}"


# Lint


@cache
def store() -> ox.Store:
    """What `tacenda check` asks the rules of when it is asked about everything."""
    return gather({path: read_turtle(path, path.stem) for path in (*MODULES, *SHAPES, *LAW)})


@pytest.mark.parametrize("rule", lint_rules(), ids=lambda rule: rule.name)
def test_lint(rule: Query) -> None:
    assert rule.summary
    found = findings(rule, store())
    excused = {term for excused_rule, term in excuses() if excused_rule == rule.name}
    wrong = [f"{finding.term}: {finding.message}" for finding in found if finding.term not in excused]
    assert not wrong, "\n".join(wrong)
    assert excused <= {finding.term for finding in found}, "these excuses are no longer needed"


def test_every_excuse_has_a_rule_and_a_reason() -> None:
    assert {rule for rule, _ in excuses()} <= {rule.name for rule in lint_rules()}
    assert [key for key, reason in excuses().items() if len(reason) < 10] == []


@pytest.mark.parametrize("rule", lint_rules(), ids=lambda rule: rule.name)
def test_a_lint_rule_can_fail(rule: Query) -> None:
    """A mistake is planted for it here, or a bad law file has its name."""
    bad = Path(__file__).parent / "cases" / "bad" / "law" / f"{rule.name}.ttl"
    if bad.is_file():
        planted = gather({path: read_turtle(path, path.stem) for path in (*MODULES, bad)})
    else:
        planted = ox.Store()
        planted.load(path=str(HERE / "planted.trig"), format=ox.RdfFormat.TRIG)
        derive(planted)
    assert findings(rule, planted)


# What no parser tells: how the files are written


@pytest.mark.parametrize("path", [*MODULES, *SHAPES, *LAW], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_is_written_as_the_others(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")
    prefixes = re.findall(r"^@prefix +([\w-]*): +<[^>]*> \.$", text, re.MULTILINE)
    body = re.sub(r'"(?:[^"\\]|\\.)*"|<[^>\s]*>', "", re.sub(r"^(@prefix.*|#.*)$", "", text, flags=re.MULTILINE))
    assert text.count("@prefix") == len(prefixes), "one prefix a line, and a space before the full stop"
    assert prefixes == sorted(prefixes), "prefixes in alphabetical order"
    assert [prefix for prefix in prefixes if not re.search(rf"(?<![\w-]){prefix}:", body)] == [], "every prefix is used"
    assert "^^xsd:string" not in text
    assert "\t" not in text
    assert "\r" not in text
    assert text.endswith("\n")
    assert [line for line in text.splitlines() if line != line.rstrip()] == []
    assert re.findall(r"^    rdfs:isDefinedBy .*[;,]$", text, re.MULTILINE) == [], "rdfs:isDefinedBy is the last line"


# Shapes


def triples(paths: list[Path]) -> list[ox.Triple]:
    return [triple for path in paths for triple in read_turtle(path, path.stem)]


def test_the_ontology_has_its_shape() -> None:
    assert violations(triples([path for path in MODULES if path.stem != "alignments"]), "ontology") == []


def test_the_shapes_ask_nothing_of_the_context() -> None:
    bad = [ox.Triple(ox.NamedNode(v.tac("x")), ox.NamedNode(v.RDF_TYPE), ox.NamedNode(str(OWL.ObjectProperty)))]
    assert len(violations(bad, "ontology")) == 3
    assert violations([], "ontology", context=bad) == []


# Reasoning

ANNOTATIONS = {RDFS.label, SKOS.definition, SKOS.scopeNote, SKOS.example, RDFS.isDefinedBy}
ERROR = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
AXIOMS = {RDFS.subClassOf, OWL.equivalentClass, OWL.onProperty, OWL.someValuesFrom, OWL.disjointWith, OWL.unionOf}


@cache
def axioms() -> rdflib.Graph:
    """The modules without their annotations, and what the packs say about classes."""
    graph = rdflib.Graph()
    for path in MODULES:
        if path.stem != "alignments":
            graph.parse(path)
    for path in LAW:
        for subject, predicate, obj in rdflib.Graph().parse(path):
            if predicate in AXIOMS or obj == OWL.Class:
                graph.add((subject, predicate, obj))
    for annotation in ANNOTATIONS:
        graph.remove((None, annotation, None))
    return graph


def read_case(case: Path) -> dict[str, list[tuple[rdflib.term.Node, ...]]]:
    """The triples of each graph of a case, with names that no other case has."""
    text = case.read_text(encoding="utf-8").replace("<https://w3id.org/tacenda/test/>", f"<{v.BASE}test/{case.stem}/>")
    graphs: dict[str, list[tuple[rdflib.term.Node, ...]]] = {"given": [], "expect": [], "refute": []}
    for quad in ox.parse(text, format=ox.RdfFormat.TRIG):
        triple = tuple(rdflib.URIRef(term.value) for term in quad.triple)
        graphs[quad.graph_name.value.rsplit("/", 1)[-1]].append(triple)
    return graphs


def reached(about: Collection[tuple[rdflib.term.Node, ...]]) -> Iterator[tuple[rdflib.term.Node, ...]]:
    """The axioms that can say anything of the names in some triples, the rules of OWL 2 RL following them upwards only.

    Those of its names, of what is above them, of properties, and of whatever is defined by what it has or excludes.
    """
    graph = axioms()
    properties = graph.subjects(RDF.type, OWL.ObjectProperty)
    defined = graph.subjects(OWL.equivalentClass)
    anonymous = (node for node in graph.subjects() if isinstance(node, rdflib.BNode))
    pending = [*(node for triple in about for node in triple), *properties, *defined, *anonymous]
    seen: set[rdflib.term.Node] = set()
    while pending:
        node = pending.pop()
        if node not in seen:
            seen.add(node)
            for triple in graph.triples((node, None, None)):
                yield triple
                pending += triple[1:]


def close(given: Iterable[tuple[rdflib.term.Node, ...]]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for triple in given:
        graph.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    return graph


@cache
def closed() -> rdflib.Graph:
    """What follows from all cases together: they share no names, so none can bear on another."""
    cases = [read_case(case) for case in CASES if not contradicts(case)]
    about = [triple for graphs in cases for triples in graphs.values() for triple in triples]
    return close([*reached(about), *(triple for graphs in cases for triple in graphs["given"])])


def contradicts(case: Path) -> bool:
    return case.stem.endswith("-is-a-contradiction")


@pytest.mark.parametrize("case", [case for case in CASES if not contradicts(case)], ids=name_of)
def test_reasoning(case: Path) -> None:
    graphs = read_case(case)
    assert graphs["expect"], "a case expects something"
    assert [triple for triple in graphs["expect"] if triple not in closed()] == []
    assert [triple for triple in graphs["refute"] if triple in closed()] == []


def test_the_cases_contradict_nothing() -> None:
    assert [str(message) for message in closed().objects(None, ERROR)] == []


def test_the_ontology_contradicts_nothing() -> None:
    assert [str(message) for message in close(axioms()).objects(None, ERROR)] == []


@pytest.mark.parametrize("case", [case for case in CASES if contradicts(case)], ids=name_of)
def test_contradiction(case: Path) -> None:
    given = read_case(case)["given"]
    assert list(close([*given, *reached(given)]).objects(None, ERROR))


# Python and the ontology name the same things


def below(root: str, *, direct: bool = False) -> set[str]:
    graph = axioms()
    found = graph.subjects(RDFS.subClassOf, rdflib.URIRef(v.tac(root)))
    everything = set(found) if direct else set(graph.transitive_subjects(RDFS.subClassOf, rdflib.URIRef(v.tac(root))))
    return {str(iri).removeprefix(v.BASE) for iri in everything} - {root}


def individuals(kind: str) -> set[str]:
    return {str(iri) for iri in axioms().subjects(RDF.type, rdflib.URIRef(v.tac(kind)))}


def test_vocabulary_names_the_norm_kinds() -> None:
    assert set(v.NORM_KINDS) | {"Duty"} == below("Norm")


def test_vocabulary_names_the_source_kinds() -> None:
    assert set(v.SOURCE_KINDS) == below("Source")


def test_vocabulary_names_the_contexts() -> None:
    assert set(v.CONTEXTS.values()) == individuals("Context")


def test_vocabulary_names_the_review_states() -> None:
    assert {v.tac(state.capitalize()) for state in v.REVIEW} == individuals("ReviewStatus")


def test_vocabulary_names_roles_that_exist() -> None:
    declared = {str(iri) for iri in axioms().subjects(RDF.type)}
    assert v.ROLES.keys() == v.ROLE_PROPERTIES.keys()
    assert set(v.ROLES.values()) | set(v.ROLE_PROPERTIES.values()) <= declared
    values = rdflib.URIRef(v.tac("valuesFrom"))
    assert {key: str(axioms().value(rdflib.URIRef(v.ROLE_PROPERTIES[key]), values)) for key in v.ROLES} == v.ROLES
    defined_by = {str(iri) for iri in axioms().objects(None, OWL.onProperty)}
    assert defined_by <= set(v.ROLE_PROPERTIES.values()), "facts are defined by roles that scenario files can give"


def test_vocabulary_has_the_prefixes_of_the_modules() -> None:
    for path in MODULES:
        for prefix, namespace in re.findall(r"^@prefix +([\w-]+): +<([^>]*)>", path.read_text(encoding="utf-8"), re.M):
            assert v.PREFIXES.get(prefix, namespace) == namespace
            assert not namespace.startswith(v.BASE) or prefix in v.PREFIXES


def test_every_version_is_that_of_the_package() -> None:
    graph = rdflib.Graph()
    for path in (*MODULES, *SHAPES):
        graph.parse(path)
    versions = {str(name): str(graph.value(name, OWL.versionIRI)) for name in graph.subjects(RDF.type, OWL.Ontology)}
    assert versions == {name: f"{name}/{tacenda.__version__}" for name in versions}
    assert len(versions) == len(MODULES) + len(SHAPES)


def test_every_import_is_a_module_here() -> None:
    names = {ontology_iri(path) for path in MODULES}
    imported = {str(name) for name in axioms().objects(None, OWL.imports)}
    assert imported <= names


# OWL 2 DL, by HermiT


def hermit(graph: rdflib.Graph, path: Path) -> tuple[bool, set[str]]:
    """Whether a graph is consistent, and its classes that can have no member."""
    owlready2 = pytest.importorskip("owlready2", reason="owlready2, which brings HermiT, is not installed")
    java = shutil.which("java")
    if not java:
        pytest.skip("HermiT needs Java, and this machine has none")
    graph.serialize(path, format="xml")
    jar = Path(owlready2.__file__).parent / "hermit" / "HermiT.jar"
    command = [
        java,
        "-cp",
        f"{jar.parent}{os.pathsep}{jar}",
        "org.semanticweb.HermiT.cli.CommandLine",
        "-U",
        path.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if "Inconsistent" in done.stdout + done.stderr:
        return False, set()
    assert done.returncode == 0, done.stderr
    names = {v.shorten(v.expand(line.strip())) for line in done.stdout.splitlines() if line.startswith((" ", "\t"))}
    return True, names - {"owl:Nothing"}


def as_one_ontology() -> rdflib.Graph:
    """All modules under one header, so that nothing is fetched, with the annotation properties declared."""
    graph = rdflib.Graph()
    for path in MODULES:
        if path.stem != "alignments":
            graph.parse(path)
    for header in list(graph.subjects(RDF.type, OWL.Ontology)):
        graph.remove((header, None, None))
    graph.add((rdflib.URIRef("urn:tacenda:all"), RDF.type, OWL.Ontology))
    declared = set(graph.subjects(RDF.type, OWL.ObjectProperty)) | set(graph.subjects(RDF.type, OWL.DatatypeProperty))
    builtin = (str(RDF), str(RDFS), str(OWL))
    for predicate in set(graph.predicates()) - declared:
        if not str(predicate).startswith(builtin):
            graph.add((predicate, RDF.type, OWL.AnnotationProperty))
    for parent in set(graph.objects(None, RDFS.subClassOf)):
        graph.add((parent, RDF.type, OWL.Class))
    return graph


def test_owl_dl_consistent_and_every_class_satisfiable(tmp_path: Path) -> None:
    assert hermit(as_one_ontology(), tmp_path / "tacenda.owl") == (True, set())


def test_owl_dl_finds_a_planted_contradiction(tmp_path: Path) -> None:
    graph = as_one_ontology()
    planted = rdflib.URIRef(v.tac("planted"))
    for kind in ("Privilege", "Prohibition"):
        graph.add((planted, RDF.type, rdflib.URIRef(v.tac(kind))))
    consistent, _ = hermit(graph, tmp_path / "planted.owl")
    assert not consistent


def test_owl_dl_finds_a_planted_impossible_class(tmp_path: Path) -> None:
    graph = as_one_ontology()
    planted = rdflib.URIRef(v.tac("Planted"))
    graph.add((planted, RDF.type, OWL.Class))
    for kind in ("Privilege", "Prohibition"):
        graph.add((planted, RDFS.subClassOf, rdflib.URIRef(v.tac(kind))))
    assert hermit(graph, tmp_path / "planted.owl") == (True, {"tac:Planted"})
