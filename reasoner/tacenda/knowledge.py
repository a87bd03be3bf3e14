"""The law base: ontology and packs, read once, closed, and ready to be asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from tacenda import vocabulary as v
from tacenda.closure import close_classes
from tacenda.errors import LawError, Problem, ScenarioError, nearest
from tacenda.model import Norm, Source
from tacenda.network import Network, prepare
from tacenda.queries import rules
from tacenda.resources import folder, installed_packs, modules
from tacenda.snapshot import Snapshot, keep, kept, kept_store, uncollected
from tacenda.taxonomy import Taxonomy, Term
from tacenda.terms import in_graph, value_of
from tacenda.turtle import GENID, Statements, read_norm, read_source, read_turtle, subject_lines

GRAPHS = v.BASE + "graph/"


@dataclass(frozen=True)
class Pack:
    """The law of one jurisdiction: its short name, its own name, and the jurisdictions it lies within."""

    code: str
    name: str
    iri: str
    within: tuple[str, ...] = ()


class KnowledgeBase:
    """The ontology and the law of some jurisdictions, with what follows from them.

    >>> kb = KnowledgeBase.open("us-ma")
    >>> kb.norm("us-ma:c112-s135B.privilege").kind
    'Privilege'
    >>> [pack.code for pack in kb.packs]
    ['us', 'us-ma']
    """

    def __init__(
        self, packs: Sequence[Pack], files: Mapping[Path, str], contents: Mapping[Path, bytes] | None = None
    ) -> None:
        self.packs = tuple(packs)
        self._narrower: dict[str, KnowledgeBase] = {}
        self._files = dict(files)
        # read once: a part of this law is the same law, whatever becomes of the files
        self._contents = {path: contents[path] if contents else path.read_bytes() for path in files}
        self.digest = _digest(self._contents)
        with uncollected():
            found = kept(self.digest)
            if found is None:
                found, self.store = self._work_out()
        self.sources = found.sources
        self.norms = found.norms
        self.taxonomy = found.taxonomy
        self.network = found.network

    @classmethod
    def open(cls, *codes: str, folders: Sequence[Path] = ()) -> KnowledgeBase:
        """The law of the jurisdictions called *codes* and of those they lie within; of all, without codes.

        *folders* adds packs to those that come with tacenda and those that installed packages bring. Raises `LawError`
        when the law base contradicts its own rules, `ScenarioError` when a jurisdiction is not known.
        """
        homes = _homes([folder("kb"), *installed_packs(), *folders])
        packs = {code: _read_pack(code, home) for code, home in homes.items()}
        wanted = list(packs) if not codes else list(_with_those_above(codes, packs))
        files: dict[Path, str] = dict.fromkeys(modules(folder("ontology")), "ontology")
        for code in wanted:
            files |= dict.fromkeys(sorted(homes[code].glob("*.ttl")), code)
        return cls([packs[code] for code in wanted], files)

    @cached_property
    def store(self) -> Store:
        """Every statement of the law base and what follows from it, in named graphs; read when first asked for."""
        return kept_store(self.digest) or self._work_out()[1]

    @property
    def files(self) -> Mapping[Path, str]:
        """The files of the law base, each with its graph: `ontology` or the code of a pack."""
        return self._files

    def _work_out(self) -> tuple[Snapshot, Store]:
        found, store = _work_out(self.packs, self._files, self._contents)
        keep(self.digest, found, store)
        return found, store

    def norm(self, name: str) -> Norm:
        """The norm with this IRI or compact name; raises `LawError` with the nearest."""
        iri = v.expand(name)
        if iri not in self.norms:
            raise LawError(Problem(f"no norm is called `{name}`", hint=nearest(name, map(v.shorten, self.norms))))
        return self.norms[iri]

    def label(self, iri: str) -> str:
        """What people call the thing: its label, or its compact name."""
        if iri in self.norms:
            return self.norms[iri].label
        term = self.taxonomy.terms.get(iri)
        return term.label if term else self._text(iri, v.RDFS_LABEL) or v.shorten(iri)

    def cite(self, norm: Norm) -> str:
        """The citation of the words that a norm rests on."""
        return self.sources[norm.source].cite(norm.pinpoint)

    def pack(self, code: str) -> Pack:
        """The pack called *code*; raises `ScenarioError` with the nearest."""
        for pack in self.packs:
            if pack.code == code:
                return pack
        known = [pack.code for pack in self.packs]
        raise ScenarioError(Problem(f"unknown jurisdiction `{code}`", hint=nearest(code, known)))

    def under(self, code: str) -> KnowledgeBase:
        """The law that a scenario of one jurisdiction comes under: its own and that of those it lies within.

        Raises `ScenarioError` with the nearest when there is no such jurisdiction.
        """
        self.pack(code)
        if code not in self._narrower:
            wanted = list(_with_those_above([code], {pack.code: pack for pack in self.packs}))
            files = {path: graph for path, graph in self._files.items() if graph in ("ontology", *wanted)}
            whole = len(wanted) == len(self.packs)
            packs = [self.pack(one) for one in wanted]
            self._narrower[code] = self if whole else KnowledgeBase(packs, files, self._contents)
        return self._narrower[code]

    @cached_property
    def acts(self) -> dict[str, str]:
        """Every act by what people call it."""
        return {term.label: term.iri for term in self.taxonomy.kinds_of(v.tac("Act"))}

    @cached_property
    def acts_in_court(self) -> frozenset[str]:
        """The acts done in a proceeding: kinds of disclosure there, and acts that only courtroom norms name.

        Norms that work in both contexts would otherwise show every report and warning in court too, where none is made.
        """
        naming: dict[str, set[frozenset[str]]] = {}
        for norm in self.norms.values():
            if norm.act:
                naming.setdefault(norm.act, set()).add(self.network.contexts.get(norm.iri, frozenset()))
        only = {frozenset([v.CONTEXTS["court"]])}
        return self.taxonomy.kinds(v.COURT_CONDUCT) | {act for act, contexts in naming.items() if contexts == only}

    @cached_property
    def lifting(self) -> dict[str, tuple[Norm, ...]]:
        """For a norm those that lift it."""
        found: dict[str, list[Norm]] = {}
        for norm in self.norms.values():
            for target in norm.lifts:
                found.setdefault(target, []).append(norm)
        return {iri: tuple(norms) for iri, norms in found.items()}

    def vocabulary(self) -> Iterator[Triple]:
        """The triples of the ontology and of the packs, and the class statements that follow."""
        for name in dict.fromkeys((*self._files.values(), "closure")):
            for quad in self.store.quads_for_pattern(None, None, None, NamedNode(GRAPHS + name)):
                yield quad.triple

    def term(self, iri: str) -> Term | None:
        """The fact, act, profession or other term with this IRI, if there is one."""
        return self.taxonomy.terms.get(iri)

    def _text(self, iri: str, predicate: str) -> str:
        """The first literal that a subject has for a predicate, or nothing."""
        for quad in self.store.quads_for_pattern(NamedNode(iri), NamedNode(predicate), None):
            if isinstance(quad.object, Literal):
                return quad.object.value
        return ""


def _work_out(
    packs: Sequence[Pack], files: Mapping[Path, str], contents: Mapping[Path, bytes]
) -> tuple[Snapshot, Store]:
    """Everything that follows from the files, given with the graph that each belongs to; and all statements."""
    parsed = {path: list(read_turtle(path, _name(path), contents[path])) for path in files}
    triples = [triple for found in parsed.values() for triple in found]
    statements = Statements(triples)
    _refuse_strangers(packs, parsed, files)
    derived = close_classes(triples)
    places = _places(files, contents)
    codes = {pack.iri: pack.code for pack in packs}
    sources = {
        iri: read_source(statements, iri, v.shorten(kind).partition(":")[2], codes, places.get(iri, ""))
        for iri, kind in statements.of_type(map(v.tac, v.SOURCE_KINDS))
    }
    norms = {
        iri: read_norm(statements, iri, kind, places.get(iri, ""))
        for iri, kind in statements.of_type(map(v.tac, v.NORM_KINDS))
    }
    _refuse_dangling(packs, sources, norms)
    store = Store()
    for path, found in parsed.items():
        store.extend(in_graph(triple, NamedNode(GRAPHS + files[path])) for triple in found)
    store.extend(in_graph(triple, NamedNode(GRAPHS + "closure")) for triple in derived)
    store.extend(_days(sources, norms))
    network = list(prepare(store, rules("prepare")))
    store.extend(in_graph(triple, NamedNode(GRAPHS + "network")) for triple in network)
    return Snapshot(sources, norms, Taxonomy.read(statements, derived), Network.read(network)), store


def _days(sources: Mapping[str, Source], norms: Mapping[str, Norm]) -> Iterator[Quad]:
    """The first and the last day of each norm, its own or its source's."""
    graph, days = NamedNode(GRAPHS + "network"), NamedNode(v.PREFIXES["xsd"] + "date")
    for norm in norms.values():
        first, last = norm.in_force(sources[norm.source])
        for name, value in (("firstDay", first), ("lastDay", last)):
            if value:
                day = Literal(value.isoformat(), datatype=days)
                yield Quad(NamedNode(norm.iri), NamedNode(v.tac(name)), day, graph)


def _places(files: Mapping[Path, str], contents: Mapping[Path, bytes]) -> dict[str, str]:
    """Where each subject of the packs is defined, as file and line."""
    places: dict[str, str] = {}
    for path, graph in files.items():
        if graph != "ontology":
            for iri, line in subject_lines(contents[path].decode("utf-8")).items():
                places.setdefault(iri, f"{_name(path)}:{line}")
    return places


def _refuse_dangling(packs: Sequence[Pack], sources: Mapping[str, Source], norms: Mapping[str, Norm]) -> None:
    ours = tuple(f"{v.BASE}{pack.code}/" for pack in packs)
    problems: list[Problem] = []
    for norm in norms.values():
        if norm.source not in sources:
            problems.append(Problem(f"`{v.shorten(norm.iri)}` rests on no source that a file defines", norm.where))
        for verb, targets in (("defeats", norm.defeats), ("lifts", norm.lifts)):
            for target in targets:
                if target not in norms and target.startswith(ours):
                    hint = nearest(v.shorten(target), map(v.shorten, norms))
                    message = f"`{v.shorten(norm.iri)}` {verb} `{v.shorten(target)}`, which no file defines"
                    problems.append(Problem(message, norm.where, hint))
    if problems:
        raise LawError(*sorted(problems))


def _homes(roots: Iterable[Path]) -> dict[str, Path]:
    """The folder of each pack, by its short name; two packs of one name are refused."""
    homes: dict[str, Path] = {}
    problems = []
    for root in roots:
        for path in sorted(root.iterdir()):
            if not (path / "jurisdiction.ttl").is_file():
                continue
            if homes.setdefault(path.name, path).resolve() != path.resolve():
                hint = "a pack adds to the law of another or takes its place norm by norm; it cannot bear its name"
                problems.append(
                    Problem(f"there is a pack `{path.name}` already, in {homes[path.name]}", str(path), hint)
                )
    if problems:
        raise LawError(*problems)
    return homes


def _refuse_strangers(packs: Sequence[Pack], parsed: Mapping[Path, list[Triple]], files: Mapping[Path, str]) -> None:
    """A pack states nothing about the norms and words of another, nor of the ontology: it may defeat, never edit."""
    problems = []
    for pack in packs:
        ours = (f"{v.BASE}{pack.code}/", GENID)
        for path, triples in parsed.items():
            if files[path] != pack.code:
                continue
            subjects = dict.fromkeys(value_of(subject) for subject, _, _ in triples)
            for iri in subjects:
                if not iri.startswith(ours) and iri != pack.iri:
                    message = f"a file of the pack `{pack.code}` states something about `{v.shorten(iri)}`"
                    hint = "what is another's can be defeated or lifted by a norm of one's own, never edited"
                    problems.append(Problem(message, _name(path), hint))
    if problems:
        raise LawError(*sorted(problems))


def _read_pack(code: str, home: Path) -> Pack:
    data = Statements(read_turtle(home / "jurisdiction.ttl", f"{code}/jurisdiction"))
    for iri, _ in data.of_type([v.tac("Jurisdiction")]):
        within = tuple(v.shorten(wider).partition(":")[2] for wider in data.iris(iri, v.tac("isWithin")))
        return Pack(data.text(iri, v.tac("code")) or code, data.text(iri, v.RDFS_LABEL), iri, within)
    raise LawError(Problem("no tac:Jurisdiction is declared here", str(home / "jurisdiction.ttl")))


def _with_those_above(codes: Sequence[str], packs: Mapping[str, Pack]) -> Iterator[str]:
    wanted: set[str] = set()
    pending = list(codes)
    while pending:
        code = pending.pop()
        if code not in packs:
            known = "the jurisdictions are " + ", ".join(packs)
            raise ScenarioError(Problem(f"unknown jurisdiction `{code}`", hint=nearest(code, packs) or known))
        if code not in wanted:
            wanted.add(code)
            pending.extend(packs[code].within)
    return (code for code in packs if code in wanted)


def _name(path: Path) -> str:
    for part in ("kb", "ontology"):
        if part in path.parts:
            at = len(path.parts) - 1 - path.parts[::-1].index(part)
            return "/".join(path.parts[at:])
    return f"{path.parent.name}/{path.name}"


def _digest(contents: Mapping[Path, bytes]) -> str:
    digest = hashlib.sha256()
    for path in sorted(contents, key=_name):
        digest.update(_name(path).encode())
        digest.update(contents[path])
    for stage in ("prepare", "reason"):
        for rule in rules(stage):
            digest.update(rule.text.encode())
    return digest.hexdigest()
