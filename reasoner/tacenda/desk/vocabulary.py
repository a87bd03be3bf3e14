"""The terms of the ontology and of the packs: what each means, what it is a kind of, and where it is used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tacenda import vocabulary as v
from tacenda.comparison.alike import close_acts
from tacenda.knowledge import KnowledgeBase
from tacenda.queries import library
from tacenda.resources import folder
from tacenda.turtle import Statements, read_turtle

_OWL, _SKOS = v.PREFIXES["owl"], v.PREFIXES["skos"]
_MODULE = v.PREFIXES["rdfs"] + "isDefinedBy"

GROUPS: dict[str, tuple[str, str]] = {
    "fact": ("Facts", "yes-or-no statements about a scenario, on which conditions turn"),
    "act": ("Acts", "kinds of conduct that the law requires, forbids or allows"),
    "tac": ("Norms and sources", "the kinds of norm, source and position, and what the law files are written with"),
    "property": ("Properties", "how norms, sources and scenarios are told of"),
    "profession": ("Professions", "who is bound"),
    "role": ("Roles", "the parts that people play in a norm"),
    "person": ("Clients", "whose confidences they are"),
    "proceeding": ("Proceedings", "where privilege is asserted"),
    "court": ("Courts", "before whom"),
    "process": ("Process", "how testimony and records are called for"),
}
"""The parts of the vocabulary by the folder of their names, with what they hold."""

_KINDS = (
    ("JudicialFinding", "a judge finds it"),
    ("ProfessionalJudgment", "the professional judges it"),
    ("LegalQuestion", "an open question of law"),
    ("Role", "a role"),
    ("ReviewStatus", "a review status"),
    ("AuthorityState", "an authority state"),
    ("Context", "a context"),
)
_ALIGNMENTS = (
    ("exactMatch", "the same as"),
    ("closeMatch", "overlaps with"),
    ("broadMatch", "narrower than"),
    ("narrowMatch", "wider than"),
    ("relatedMatch", "related to"),
)


@dataclass(frozen=True)
class Entry:
    """One term with all that the vocabulary says of it."""

    iri: str
    name: str
    group: str
    label: str
    definition: str
    scope_notes: tuple[str, ...]
    examples: tuple[str, ...]
    kinds: tuple[str, ...]
    broader: tuple[str, ...]
    narrower: tuple[str, ...]
    disjoint: tuple[str, ...]
    overlapping: tuple[str, ...]
    """The acts with which it stands in one row of a comparison."""
    correlatives: tuple[str, ...]
    role: tuple[str, str] | None
    """For a fact that a role defines: the role's property, and what its value must be."""
    parts: tuple[str, ...]
    """For a term that is the sum of others: those."""
    courts: tuple[tuple[str, tuple[str, ...]], ...]
    """For an open question of law: what courts said, and which."""
    alignments: tuple[tuple[str, tuple[str, ...]], ...]
    origins: tuple[str, ...]
    module: str
    queries: tuple[str, ...]

    def matches(self, wanted: str) -> bool:
        """Whether all the words that are looked for stand in its name or its meaning."""
        text = " ".join((self.name, self.label, self.definition, *self.scope_notes)).casefold()
        return all(word in text for word in wanted.casefold().split())


@dataclass(frozen=True)
class Module:
    """One file of the ontology."""

    iri: str
    name: str
    title: str
    description: str
    terms: tuple[Entry, ...]


class Vocabulary:
    """All terms of a law base.

    >>> found = vocabulary(KnowledgeBase.open("us"))
    >>> entry = found.entries["https://w3id.org/tacenda/Privilege"]
    >>> entry.label, entry.broader
    ('evidentiary privilege', ('https://w3id.org/tacenda/Right',))
    """

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._data = Statements(dict.fromkeys(kb.vocabulary()))
        self._elsewhere = Statements(read_turtle(folder("ontology") / "alignments.ttl", "ontology/alignments"))
        self._below: dict[str, list[str]] = {}
        for iri, said in self._data.by_subject.items():
            for wide in said.get(v.RDFS_SUBCLASS, ()):
                if isinstance(wide, str) and not _is_hidden(wide):
                    self._below.setdefault(wide, []).append(iri)
        self._queries: dict[str, list[str]] = {}
        for name, query in library().items():
            for word in {part.strip(".,;()[]{}|/^*+!") for part in query.text.split()}:
                self._queries.setdefault(v.expand(word), []).append(name)
        self._overlapping = close_acts(kb)
        self.entries = {iri: self._entry(iri) for iri in self._terms()}
        self.modules = {module.iri: module for module in self._modules()}

    def group(self, name: str) -> list[Entry]:
        """The terms of one part, in the order of the files."""
        return [entry for entry in self.entries.values() if entry.group == name]

    def search(self, wanted: str) -> list[Entry]:
        """The terms in which all the words stand, those first whose label they are, or begin."""
        text = wanted.casefold().strip()
        found = [entry for entry in self.entries.values() if entry.matches(wanted)]
        return sorted(
            found,
            key=lambda one: (one.label.casefold() != text, not one.label.casefold().startswith(text), one.label),
        )

    def _terms(self) -> Iterator[str]:
        for iri, said in self._data.by_subject.items():
            ours = iri.startswith(v.BASE) and not _is_hidden(iri) and v.RDFS_LABEL in said
            of_law = iri in self._kb.norms or iri in self._kb.sources or v.tac("Absence") in said.get(v.RDF_TYPE, ())
            if ours and not of_law and not _is_pack(iri):
                yield iri

    def _entry(self, iri: str) -> Entry:
        data, taxonomy = self._data, self._kb.taxonomy
        types = data.iris(iri, v.RDF_TYPE)
        direct = [wide for wide in data.iris(iri, v.RDFS_SUBCLASS) if not _is_hidden(wide)]
        told = (("accepted by", "acceptedBy"), ("rejected by", "rejectedBy"), ("left open by", "leftOpenBy"))
        return Entry(
            iri=iri,
            name=v.shorten(iri),
            group=_group(iri),
            label=data.text(iri, v.RDFS_LABEL),
            definition=data.text(iri, v.SKOS_DEFINITION),
            scope_notes=data.texts(iri, v.SKOS_SCOPE_NOTE),
            examples=data.texts(iri, v.SKOS_EXAMPLE),
            kinds=tuple(text for name, text in _KINDS if v.tac(name) in types),
            broader=tuple(wide for wide in self._nearest(iri, direct) if wide != iri),
            narrower=tuple(one for one in self._below.get(iri, ()) if iri in self._nearest(one, self._asserted(one))),
            disjoint=data.iris(iri, _OWL + "disjointWith"),
            overlapping=self._overlapping.get(iri, ()),
            correlatives=taxonomy.correlatives.get(iri, ()),
            role=taxonomy.by_role.get(iri),
            parts=taxonomy.composites.get(iri, ()),
            courts=tuple((text, found) for text, name in told if (found := data.texts(iri, v.tac(name)))),
            alignments=tuple(
                (text, found) for name, text in _ALIGNMENTS if (found := self._elsewhere.iris(iri, _SKOS + name))
            ),
            origins=(
                *data.iris(iri, v.DCT_SOURCE),
                *data.texts(iri, v.DCT_SOURCE),
                *data.texts(iri, v.PREFIXES["dcterms"] + "bibliographicCitation"),
            ),
            module=next(iter(data.iris(iri, _MODULE)), ""),
            queries=tuple(dict.fromkeys(self._queries.get(iri, ()))),
        )

    def _asserted(self, iri: str) -> list[str]:
        return [wide for wide in self._data.iris(iri, v.RDFS_SUBCLASS) if not _is_hidden(wide)]

    def _nearest(self, iri: str, wider: list[str]) -> list[str]:
        """Of the wider terms those that stand directly above: no other lies between."""
        above = self._kb.taxonomy.above
        others = [one for one in dict.fromkeys(wider) if one != iri and one.startswith(v.BASE)]
        return [one for one in others if not any(one in above.get(other, ()) for other in others if other != one)]

    def _modules(self) -> Iterator[Module]:
        members: dict[str, list[Entry]] = {}
        for entry in self.entries.values():
            members.setdefault(entry.module, []).append(entry)
        for data in (self._data, self._elsewhere):
            for iri, _ in data.of_type([_OWL + "Ontology"]):
                name = iri.removeprefix(f"{v.BASE}ontology/")
                title = data.text(iri, v.DCT_TITLE).removeprefix("tacenda: ") or name
                description = data.text(iri, v.PREFIXES["dcterms"] + "description")
                yield Module(iri, name, title, description, tuple(members.get(iri, ())))


@lru_cache(maxsize=4)
def vocabulary(kb: KnowledgeBase) -> Vocabulary:
    """The vocabulary of a law base, read once."""
    return Vocabulary(kb)


def _group(iri: str) -> str:
    head, slash, _ = iri.removeprefix(v.BASE).partition("/")
    if not slash:
        return "property" if head[:1].islower() else "tac"
    return head


def _is_hidden(iri: str) -> bool:
    return "/.well-known/" in iri


def _is_pack(iri: str) -> bool:
    return iri.startswith(v.PREFIXES["jurisdiction"])
