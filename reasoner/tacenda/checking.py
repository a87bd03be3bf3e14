"""Whether the law base is fit to reason with: every problem of its files at once, each with its file and line.

The form of a provision is checked by shapes, and what shapes cannot say by the rules in `ontology/lint/`; here stand
the checks that no rule can make: names that nothing declares, and norms that wait for each other.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Triple

from tacenda import vocabulary as v
from tacenda.errors import LawError, Problem, SourceError, nearest
from tacenda.lint import LINT, above, broken
from tacenda.model import KindHolds, Norm
from tacenda.resources import folder, modules
from tacenda.shapes import violations
from tacenda.terms import value_of
from tacenda.turtle import GENID, Statements, read_norm, read_turtle, subject_lines

_VALUE = re.compile(r": `([^`]*)`$")
_VERSION = v.PREFIXES["owl"] + "versionIRI"
_NO_LAW = {"scenarios", "lint"}


def check_law(folders: Sequence[Path] = (), step: Callable[[str], None] = lambda _: None) -> list[Problem]:
    """Every problem of the law files in *folders* (or single files); of the shipped law and ontology without any.

    Nothing wrong is an empty list. The ontology and the shipped law base are known to the files that are checked, and
    are not themselves reported on. *step* is told what is being done.
    """
    step("reading")
    paths, problems = _turtle_files(folders or (folder("ontology"), folder("kb")))
    files: dict[Path, list[Triple]] = {}
    for number, path in enumerate(paths):
        try:
            files[path] = list(read_turtle(path, f"check/{number}"))
        except SourceError as error:
            problems += error.problems
    if not files:
        return sorted(set(problems), key=_reading_order)
    places: dict[str, str] = {}
    for path in sorted(files, key=_is_aside):
        found = _places(path, files[path])
        if not _is_aside(path):
            problems += _declared_twice(found, places)
        places = found | places
    context = _context(paths)
    everything = [triple for triples in (*files.values(), *context.values()) for triple in triples]
    known = _declared(everything)
    law = [triple for path, triples in files.items() if not _is_aside(path) for triple in triples]
    step("looking for broken rules")
    told = [finding.problem() for finding in broken({**context, **files})]
    step("comparing with the shapes")
    words = [triple for path, triples in context.items() if not _is_aside(path) for triple in triples]
    told += violations(law, "norm", "ontology", context=words)
    told = [problem for problem in told if problem.where in places]
    problems += _placed(told, places, known)
    step("following what depends on what")
    problems += _undeclared([triple for triples in files.values() for triple in triples], places, known, told)
    problems += _cycles(everything, places)
    return sorted(set(problems), key=_reading_order)


def _turtle_files(folders: Iterable[Path]) -> tuple[list[Path], list[Problem]]:
    files: list[Path] = []
    problems: list[Problem] = []
    for path in folders:
        shown = Path(os.path.relpath(path)) if path.resolve().is_relative_to(Path.cwd()) else path
        found = sorted(shown.rglob("*.ttl")) if shown.is_dir() else [shown]
        found = [file for file in found if not _NO_LAW & {*file.relative_to(shown).parts}]
        if not shown.exists():
            problems.append(Problem("no such file or folder", str(shown)))
        elif not found:
            problems.append(Problem("no law files here: none ends in .ttl", str(shown)))
        else:
            files += [file for file in found if file not in files]
    return files, problems


def _is_aside(path: Path) -> bool:
    """Whether a file is of the ontology and declares no terms: shapes and alignments speak of those of other files."""
    ontology = folder("ontology")
    return path.resolve().is_relative_to(ontology) and path.resolve() not in modules(ontology)


def _context(paths: Iterable[Path]) -> dict[Path, list[Triple]]:
    """What stands beside *paths* in the ontology, in the shipped packs that they name, and in federal law.

    Beside a file of the ontology stand all packs, since any of them may use its words.
    """
    checked = {path.resolve() for path in paths}
    named = " ".join(path.read_text("utf-8", errors="replace") for path in paths)
    shared = any(path.is_relative_to(folder("ontology").resolve()) for path in checked)
    packs = [pack for pack in sorted(folder("kb").iterdir()) if pack.name == "us" or f"{pack.name}:" in named]
    shipped, _ = _turtle_files((folder("ontology"), folder("kb")) if shared else (folder("ontology"), *packs))
    others = [path for path in shipped if path.resolve() not in checked]
    return {path: list(read_turtle(path, f"context/{number}")) for number, path in enumerate(others)}


def _places(path: Path, triples: Iterable[Triple]) -> dict[str, str]:
    """File and line of every subject, by its short name; a group stands where the norm stands that contains it."""
    lines = subject_lines(path.read_text(encoding="utf-8"))
    subjects: dict[str, None] = {}
    inside: dict[str, str] = {}
    for subject, _, obj in triples:
        assert isinstance(subject, NamedNode)
        subjects[subject.value] = None
        if isinstance(obj, NamedNode) and obj.value.startswith(GENID):
            inside[obj.value] = subject.value

    def block(iri: str) -> str:
        seen: set[str] = set()
        while iri in inside and iri not in seen:
            seen.add(iri)
            iri = inside[iri]
        return iri

    found = {iri: lines.get(block(iri)) for iri in subjects}
    return {v.shorten(iri): f"{path}:{line}" if line else str(path) for iri, line in found.items()}


def _declared_twice(found: Mapping[str, str], places: Mapping[str, str]) -> Iterator[Problem]:
    for name in found.keys() & places.keys():
        yield Problem(f"`{name}` is already declared at {places[name]}", found[name])


def _declared(triples: Iterable[Triple]) -> set[str]:
    """The short names of everything of ours that has a type."""
    return {
        v.shorten(subject.value)
        for subject, predicate, _ in triples
        if isinstance(subject, NamedNode) and predicate.value == v.RDF_TYPE and not subject.value.startswith(GENID)
    }


def _placed(problems: Iterable[Problem], places: Mapping[str, str], known: set[str]) -> Iterator[Problem]:
    """Problems moved to file and line, with the nearest spelling where they name something undeclared."""
    for problem in problems:
        value = _VALUE.search(problem.message)
        unknown = value is not None and value[1] not in known and _is_ours(v.expand(value[1]))
        hint = _spelled_like(value[1], known) if value and unknown else ""
        yield replace(problem, where=places.get(problem.where, problem.where), hint=hint)


def _spelled_like(name: str, known: Iterable[str]) -> str:
    """A hint that names the known term of the same family with the nearest spelling."""
    prefix, _, local = name.partition(":")
    family = [word.partition(":")[2] for word in sorted(known) if word.startswith(prefix + ":")]
    alike = [word for word in family if word[:1].isupper() == local[:1].isupper()]
    return nearest(local, alike, f"did you mean `{prefix}:{{}}`?")


def _undeclared(
    law: Iterable[Triple], places: Mapping[str, str], known: set[str], told: Iterable[Problem]
) -> Iterator[Problem]:
    """Names of ours that no file declares, save those that a shape or a rule has told of already."""
    already = {(places.get(p.where), match[1]) for p in told if (match := _VALUE.search(p.message))}
    for subject, predicate, obj in law:
        for term in (predicate, obj):
            if not isinstance(term, NamedNode) or not _is_ours(term.value) or predicate.value == _VERSION:
                continue
            name = v.shorten(term.value)
            place = places[v.shorten(subject.value)]
            if name not in known and (place, name) not in already:
                yield Problem(f"no file declares `{name}`", place, _spelled_like(name, known))


def _cycles(triples: Sequence[Triple], places: Mapping[str, str]) -> Iterator[Problem]:
    """Norms that would have to hold before it is known whether they hold."""
    import networkx as nx

    data = Statements(triples)
    norms: dict[str, Norm] = {}
    for iri, kind in sorted(data.of_type(map(v.tac, v.NORM_KINDS))):
        place = places.get(v.shorten(iri), "")
        try:
            norms[iri] = read_norm(data, iri, kind, place)
        except LawError as error:
            yield from (replace(problem, where=place) for problem in error.problems)
        except ValueError:
            pass  # a date that is none: the shapes say so
    graph = nx.DiGraph(_dependencies(norms, data, _above(triples)))
    for members in nx.strongly_connected_components(graph):
        first = min(members)
        if len(members) == 1 and not graph.has_edge(first, first):
            continue
        path = [first, *_way_back(graph, first)]
        names = [v.shorten(iri) for iri in path]
        place = next((places[name] for name in names if name in places), "")
        if place:
            yield Problem(f"`{names[0]}` would have to hold before it can hold: {' -> '.join(names)}", place)


def _way_back(graph: Any, start: str) -> list[str]:
    """The shortest way from *start* along the graph to itself."""
    import networkx as nx

    ways = (nx.shortest_path(graph, after, start) for after in sorted(graph[start]) if nx.has_path(graph, after, start))
    return min(ways, key=len)


def _dependencies(
    norms: Mapping[str, Norm], data: Statements, wider: Mapping[str, set[str]]
) -> Iterator[tuple[str, str]]:
    """Each norm, and a norm on which it depends: what defeats, lifts or displaces it, and what its condition names."""

    def of_kind(kind: str, act: str | None) -> Iterator[str]:
        for other in norms.values():
            if kind in wider[v.tac(other.kind)] and (not act or act in wider.get(other.act or "", {other.act})):
                yield other.iri

    def law_of(norm: Norm) -> str:
        return next(iter(data.iris(norm.source, v.tac("jurisdiction"))), "")

    for norm in norms.values():
        for given_way in (*norm.defeats, *norm.lifts):
            yield given_way, norm.iri
        for kind in norm.displaces:
            for other in of_kind(kind, norm.act if norm.kind == "Exception" else None):
                if law_of(norm) in wider.get(law_of(norms[other]), ()) and law_of(norm) != law_of(norms[other]):
                    yield other, norm.iri
        for leaf in norm.condition.leaves():
            if isinstance(leaf, KindHolds):
                yield from ((norm.iri, other) for other in of_kind(v.tac(leaf.kind), leaf.act or norm.act))
            elif leaf in norms:
                yield norm.iri, leaf


def _above(triples: Iterable[Triple]) -> dict[str, set[str]]:
    """For each class what it is a kind of, and for each jurisdiction what it is within; each includes itself."""
    upward = {v.RDFS_SUBCLASS, v.tac("isWithin")}
    return above((value_of(t.subject), value_of(t.object)) for t in triples if t.predicate.value in upward)


def _is_ours(iri: str) -> bool:
    return iri.startswith(v.BASE) and not iri.startswith((GENID, LINT))


def _reading_order(problem: Problem) -> tuple[str, int, str]:
    file, _, line = problem.where.rpartition(":")
    return (file, int(line), problem.message) if line.isdigit() else (problem.where, 0, problem.message)
