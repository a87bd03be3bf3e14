"""Law bases as packs of Turtle files: written from plain values, in order or shuffled, and opened by tacenda."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from unittest.mock import patch

from oracle import Law
from tacenda import knowledge, resources
from tacenda import vocabulary as v
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Condition, KindHolds, Norm, Operand, Source

WIDE, NARROW = "xa", "xb"
"""Two jurisdictions; the narrow one lies within the wide one."""


def own(name: str, code: str = NARROW) -> str:
    """The IRI of a term or norm of a random pack."""
    return f"{v.BASE}{code}/{name}"


def blocks(law: Law) -> dict[str, list[str]]:
    """The statements of each pack, each subject's as one block of Turtle."""
    found: dict[str, list[str]] = {code: [] for code in law.within}
    for code, wider in law.within.items():
        lines = [
            f'tac:code "{code}"',
            f'rdfs:label "place {code}"@en',
            *(f"tac:isWithin jurisdiction:{one}" for one in wider),
        ]
        found[code].append(_block(v.PREFIXES["jurisdiction"] + code, "tac:Jurisdiction", lines))
    words = law.words
    for iri, above in words.parents.items():
        if above:
            lines = [f"rdfs:subClassOf {_names(above)}", f'rdfs:label "{iri.rsplit("/")[-1]}"@en']
            lines += [f"owl:disjointWith <{other}>" for one, other in words.disjoint if one == iri]
            if iri in words.wholes:
                parts = " ".join(f"<{part}>" for part in words.wholes[iri])
                lines[0] = f"owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( {parts} ) ]"
                lines.append("rdfs:subClassOf tac:Scenario")
            if iri in words.by_role:
                role, kind = words.by_role[iri]
                about = f"owl:onProperty <{v.ROLE_PROPERTIES[role]}> ; owl:someValuesFrom <{kind}>"
                lines.append(f"owl:equivalentClass [ a owl:Restriction ; {about} ]")
            kinds = "owl:Class , tac:LegalQuestion" if iri in words.questions else "owl:Class"
            found[WIDE if f"/{WIDE}/" in iri else NARROW].append(_block(iri, kinds, lines))
    for source in law.sources.values():
        lines = [
            f'tac:citation "{source.citation}"',
            f'rdfs:label "{source.label}"@en',
            f"tac:jurisdiction jurisdiction:{source.jurisdiction}",
        ]
        found[source.jurisdiction].append(_block(source.iri, "tac:Statute", lines + _days(source)))
    for norm in law.norms.values():
        found[law.sources[norm.source].jurisdiction].append(
            _block(norm.iri, f"tac:{norm.kind}", list(_norm_lines(norm)))
        )
    return found


def _norm_lines(norm: Norm) -> Iterator[str]:
    yield f'rdfs:label "{norm.label}"@en'
    yield f"dcterms:source <{norm.source}>"
    yield f'tac:pinpoint "{norm.pinpoint}"'
    yield f"tac:status tac:{norm.status.title()}"
    if norm.words:
        yield f'tac:words "{norm.words}"@en'
    if norm.scope:
        yield f'tac:scope "{norm.scope}"@en'
    if norm.act:
        yield f"tac:act <{norm.act}>"
    several = ("binds", norm.binds), ("context", norm.contexts), ("defeats", norm.defeats), ("lifts", norm.lifts)
    for name, iris in (*several, ("displaces", norm.displaces), ("holder", norm.holder), ("bearer", norm.bearer)):
        if iris:
            yield f"tac:{name} {_names(iris)}"
    for deadline in norm.deadlines:
        parts = f"tac:manner tac:{deadline.manner.title()}", f'tac:within "{deadline.within}"^^xsd:duration'
        yield f'tac:deadline [ {" ; ".join(parts)} ; tac:runsFrom "{deadline.runs_from}"@en ]'
    if norm.discharge:
        yield f"tac:dischargedBy [ {' ; '.join(_lists(norm.discharge))} ]"
    yield from _lists(norm.condition)
    yield from _days(norm)


def _days(dated: Source | Norm) -> list[str]:
    days = ("inForceFrom", dated.in_force_from), ("inForceUntil", dated.in_force_until)
    return [f'tac:{name} "{day.isoformat()}"^^xsd:date' for name, day in days if day]


def _lists(condition: Condition) -> Iterator[str]:
    for name, members in (("allOf", condition.all_of), ("anyOf", condition.any_of), ("noneOf", condition.none_of)):
        if members:
            yield f"tac:{name} ( {' '.join(map(_member, members))} )"


def _member(member: Operand) -> str:
    if isinstance(member, Condition):
        return f"[ {' ; '.join(_lists(member))} ]"
    if isinstance(member, KindHolds):
        return f"[ tac:someNorm tac:{member.kind} ; tac:act <{member.act}> ]" if member.act else f"tac:{member.kind}"
    return f"<{member}>"


def _names(iris: Iterable[str]) -> str:
    return " , ".join(f"<{iri}>" for iri in iris)


def _block(iri: str, kinds: str, lines: list[str]) -> str:
    return f"<{iri}>\n    " + " ;\n    ".join([f"a {kinds}", *lines]) + " .\n"


def write(law: Law, home: Path, shuffle: Random | None = None) -> None:
    """The law base as files below *home*; shuffled, subjects and their statements stand in any order in many files."""
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in v.PREFIXES.items())
    for code, found in blocks(law).items():
        (home / code).mkdir(parents=True)
        jurisdiction, *others = found
        parts = {"jurisdiction": [jurisdiction], "law": others}
        if shuffle:
            shuffle.shuffle(others)
            others = [_shuffled(block, shuffle) for block in others]
            parts = {"jurisdiction": [jurisdiction], **{f"part{n}": others[n::3] for n in range(3)}}
        for name, texts in parts.items():
            (home / code / f"{name}.ttl").write_text(head + "\n" + "\n".join(texts), encoding="utf-8")


def _shuffled(block: str, shuffle: Random) -> str:
    subject, *lines = block.removesuffix(" .\n").split("\n    ")
    lines = [line.removesuffix(" ;") for line in lines]
    shuffle.shuffle(lines)
    return subject + "\n    " + " ;\n    ".join(lines) + " .\n"


_ROLE_WORDS = "".join(
    f"<{v.ROLE_PROPERTIES[role]}> <{v.tac('valuesFrom')}> <{root}> . <{root}> a <{v.PREFIXES['owl']}Class> .\n"
    for role, root in v.ROLES.items()
)


@contextmanager
def small_ontology() -> Iterator[None]:
    """The kinds of norm and the roles as the whole ontology: a random law base brings the other words itself."""
    with_words = Path(mkdtemp()) / "ontology"
    with_words.mkdir()
    shutil.copy(resources.folder("ontology") / "norms.ttl", with_words)
    (with_words / "roles.ttl").write_text(_ROLE_WORDS, encoding="utf-8")
    (with_words.parent / "kb").mkdir()

    def folder(name: str) -> Path:
        return with_words.parent / name

    try:
        with patch.object(knowledge, "folder", folder):
            yield
    finally:
        shutil.rmtree(with_words.parent)


def opened(law: Law, shuffle: Random | None = None) -> KnowledgeBase:
    """The law base as tacenda reads it."""
    home = Path(mkdtemp())
    try:
        write(law, home / "law", shuffle)
        with small_ontology(), patch.dict("os.environ", {"XDG_CACHE_HOME": str(home / "cache")}):
            return KnowledgeBase.open(NARROW, folders=[home / "law"])
    finally:
        shutil.rmtree(home)
