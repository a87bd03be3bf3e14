"""Turtle in, typed values out: the only reader of law files.

Nothing is fetched: a file is parsed as it stands, and `owl:imports` in it is an ordinary triple.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from tacenda import vocabulary as v
from tacenda.errors import LawError, Problem, SourceError
from tacenda.model import Condition, Deadline, KindHolds, Norm, Operand, Source
from tacenda.terms import value_of

Statement = tuple[str, str, "str | Literal"]
GENID = v.BASE + ".well-known/genid/"
_SUBJECT = re.compile(r"^(<[^>]*>|[A-Za-z][\w.-]*:[\w.%-]*[\w%-])", re.MULTILINE)


def read_turtle(path: Path, name: str, content: bytes | None = None) -> Iterator[Triple]:
    """The triples of a Turtle file, blank nodes replaced by IRIs made of *name* and their order in the file.

    *content* is what the file held when it was read already. Raises `SourceError` with the line where it is not Turtle.
    """
    try:
        text = (path.read_bytes() if content is None else content).decode("utf-8")
        names: dict[BlankNode, NamedNode] = {}

        def fixed(term: NamedNode | BlankNode | Literal | Triple) -> NamedNode | Literal:
            if isinstance(term, BlankNode):
                return names.setdefault(term, NamedNode(f"{GENID}{name}/{len(names) + 1}"))
            if isinstance(term, Triple):
                raise SourceError(Problem("a triple inside a triple has no meaning here", str(path)))
            return term

        for quad in parse(text, format=RdfFormat.TURTLE, base_iri=f"{v.BASE}{name}"):
            subject = fixed(quad.subject)
            assert isinstance(subject, NamedNode)
            yield Triple(subject, quad.predicate, fixed(quad.object))
    except UnicodeDecodeError as error:
        raise SourceError(Problem("not UTF-8 text", str(path))) from error
    except SyntaxError as error:
        line = f":{error.lineno}" if error.lineno else ""
        raise SourceError(Problem(f"not Turtle: {error.msg}", f"{path}{line}")) from error


def subject_lines(text: str) -> dict[str, int]:
    """The line on which each subject's block begins; blocks start at column 0.

    >>> subject_lines("# head\\nus-ma:x\\n    a tac:Statute .")
    {'https://w3id.org/tacenda/us-ma/x': 2}
    """
    lines: dict[str, int] = {}
    for match in _SUBJECT.finditer(text):
        iri = v.expand(match.group(1))
        lines.setdefault(iri, text.count("\n", 0, match.start()) + 1)
    return lines


class Statements:
    """Triples by subject and predicate, for reading values out of."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.by_subject: dict[str, dict[str, list[str | Literal]]] = {}
        for subject, predicate, obj in triples:
            assert isinstance(subject, NamedNode)
            value = obj if isinstance(obj, Literal) else value_of(obj)
            self.by_subject.setdefault(subject.value, {}).setdefault(predicate.value, []).append(value)

    def iris(self, subject: str, predicate: str) -> tuple[str, ...]:
        """The IRIs that *subject* has for *predicate*."""
        found = self.by_subject.get(subject, {}).get(predicate, ())
        return tuple(value for value in found if isinstance(value, str))

    def text(self, subject: str, predicate: str) -> str:
        """The first literal that *subject* has for *predicate*, or nothing."""
        for value in self.by_subject.get(subject, {}).get(predicate, ()):
            if isinstance(value, Literal):
                return value.value
        return ""

    def texts(self, subject: str, predicate: str) -> tuple[str, ...]:
        """All literals that *subject* has for *predicate*."""
        found = self.by_subject.get(subject, {}).get(predicate, ())
        return tuple(value.value for value in found if isinstance(value, Literal))

    def of_type(self, types: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Every subject with one of the *types*, and that type."""
        wanted = list(types)
        for subject, properties in self.by_subject.items():
            declared = properties.get(v.RDF_TYPE, ())
            for kind in wanted:
                if kind in declared:
                    yield subject, kind
                    break

    def members(self, head: str) -> tuple[str, ...]:
        """The members of an RDF list."""
        found: list[str] = []
        while head and head != v.RDF_NIL:
            first = self.iris(head, v.RDF_FIRST)
            if not first or len(found) > 10_000:
                break
            found.append(first[0])
            head = next(iter(self.iris(head, v.RDF_REST)), "")
        return tuple(found)


def day(text: str) -> date | None:
    """The first day of a year, month or day as XML Schema writes it; nothing for an empty text.

    >>> day("1989"), day("2024-06"), day("2008-07-08"), day("")
    (datetime.date(1989, 1, 1), datetime.date(2024, 6, 1), datetime.date(2008, 7, 8), None)
    """
    if not text:
        return None
    parts = [int(part) for part in text.split("-")]
    year, month, number = [*parts, 1, 1][:3]
    return date(year, month, number)


def read_source(data: Statements, iri: str, kind: str, codes: dict[str, str], where: str) -> Source:
    """The source called *iri*; *codes* gives the short name of each jurisdiction."""
    jurisdiction = next(iter(data.iris(iri, v.tac("jurisdiction"))), "")
    return Source(
        iri=iri,
        kind=kind,
        citation=data.text(iri, v.tac("citation")),
        label=data.text(iri, v.RDFS_LABEL),
        jurisdiction=codes.get(jurisdiction, v.shorten(jurisdiction).partition(":")[2]),
        in_force_from=day(data.text(iri, v.tac("inForceFrom"))),
        in_force_until=day(data.text(iri, v.tac("inForceUntil"))),
        since=data.text(iri, v.tac("inForceFrom")),
        until=data.text(iri, v.tac("inForceUntil")),
        read_at=data.iris(iri, v.tac("readAt")),
        read_on=day(data.text(iri, v.tac("readOn"))),
        authority=local(next(iter(data.iris(iri, v.tac("authorityState"))), "InForce")),
        ended_by=data.iris(iri, v.tac("endedBy")),
        compliance_from=day(data.text(iri, v.tac("complianceFrom"))),
        omits=data.texts(iri, v.tac("omits")),
        where=where,
    )


def read_norm(data: Statements, iri: str, kind: str, where: str) -> Norm:
    """The norm called *iri*, with the guards that stand on it."""
    many = {
        name: data.iris(iri, v.tac(name))
        for name in (
            "binds",
            "defeats",
            "lifts",
            "displaces",
            "holder",
            "bearer",
            "assertedBy",
            "waivedBy",
            "recipient",
        )
    }
    discharge = next(iter(data.iris(iri, v.tac("dischargedBy"))), None)
    return Norm(
        iri=iri,
        kind=local(kind),
        label=data.text(iri, v.RDFS_LABEL),
        source=next(iter(data.iris(iri, v.DCT_SOURCE)), ""),
        pinpoint=data.text(iri, v.tac("pinpoint")),
        status=local(next(iter(data.iris(iri, v.tac("status"))), "Unverified")).lower(),
        where=where,
        words=data.text(iri, v.tac("words")),
        condition=read_condition(data, iri),
        act=next(iter(data.iris(iri, v.tac("act"))), None),
        binds=many["binds"],
        contexts=data.iris(iri, v.tac("context")),
        defeats=many["defeats"],
        lifts=many["lifts"],
        displaces=many["displaces"],
        holder=many["holder"],
        bearer=many["bearer"],
        asserted_by=many["assertedBy"],
        waived_by=many["waivedBy"],
        recipient=many["recipient"],
        deadlines=tuple(_deadlines(data, iri)),
        discharge=read_condition(data, discharge) if discharge else None,
        standard=data.text(iri, v.tac("standard")),
        scope=" · ".join(data.texts(iri, v.tac("scope"))),
        consequence=" · ".join(data.texts(iri, v.tac("consequence"))),
        in_force_from=day(data.text(iri, v.tac("inForceFrom"))),
        in_force_until=day(data.text(iri, v.tac("inForceUntil"))),
        compliance_from=day(data.text(iri, v.tac("complianceFrom"))),
    )


def read_condition(data: Statements, iri: str, above: tuple[str, ...] = ()) -> Condition:
    """The condition that stands on *iri*, with the groups inside it."""
    if iri in above:
        raise LawError(Problem("a group of conditions contains itself", v.shorten(above[0])))

    def operand(member: str) -> Operand:
        kind = next(iter(data.iris(member, v.tac("someNorm"))), None)
        if kind:
            return KindHolds(member, local(kind), next(iter(data.iris(member, v.tac("act"))), None))
        if member.startswith(v.BASE) and local(member) in (*v.NORM_KINDS, "Duty"):
            return KindHolds(f"{iri}/{local(member).lower()}", local(member))
        if member.startswith(GENID):
            return read_condition(data, member, (*above, iri))
        return member

    lists = [
        tuple(operand(member) for head in data.iris(iri, v.tac(name)) for member in data.members(head))
        for name in ("allOf", "anyOf", "noneOf")
    ]
    return Condition(iri, *lists)


def _deadlines(data: Statements, iri: str) -> Iterator[Deadline]:
    for node in data.iris(iri, v.tac("deadline")):
        yield Deadline(
            manner=local(next(iter(data.iris(node, v.tac("manner"))), "")).lower(),
            within=data.text(node, v.tac("within")),
            runs_from=data.text(node, v.tac("runsFrom")),
        )


def local(iri: str) -> str:
    """The last part of an IRI.

    >>> local("https://w3id.org/tacenda/fact/WrittenConsent")
    'WrittenConsent'
    """
    return iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]
