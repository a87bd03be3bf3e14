"""Comparisons as JSON, CSV and Turtle. The keys are a public interface: they are added to, never renamed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from tacenda import vocabulary as v
from tacenda.comparison.law import FEATURES, TopicComparison
from tacenda.comparison.positions import Cell, Comparison, Difference, Row
from tacenda.comparison.reasons import Reason
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Norm, Scenario

if TYPE_CHECKING:
    from tacenda.comparison.revision import Change, Flip, Revision

DISCLAIMER = "research, not legal advice"
_DERIVED = NamedNode(v.PREFIXES["prov"] + "wasDerivedFrom")
_TOLD = NamedNode(v.PREFIXES["dcterms"] + "description")


def comparison_to_dict(found: Comparison, *, everything: bool = False) -> dict[str, Any]:
    """Positions by act and jurisdiction, with the reasons for every difference."""
    rows = found.rows if everything else found.telling()
    return {
        "scenario": found.scenario.title or found.scenario.where,
        "jurisdictions": {code: found.name(code) for code in found.codes},
        "as_of": found.scenario.as_of.isoformat() if found.scenario.as_of else None,
        "closed": found.scenario.closed,
        "law_base": f"sha256:{found.kb.digest}",
        "disclaimer": DISCLAIMER,
        "readings": list(found.readings),
        "places": dict(found.scenario.places),
        "rows": [_row(found, row) for row in rows],
    }


def _row(found: Comparison, row: Row) -> dict[str, Any]:
    return {
        "context": row.context,
        "act": v.shorten(row.act),
        "label": row.label,
        "differs": row.differs,
        "positions": {cell.code: _cell(found.kb, cell) for cell in row.cells},
        "differences": [_difference(found.kb, one) for one in row.differences],
    }


def _cell(kb: KnowledgeBase, cell: Cell) -> dict[str, Any]:
    return {
        "status": cell.status.value,
        "spoken_of": cell.position is not None,
        "act": v.shorten(cell.act),
        "because": [v.shorten(norm.iri) for norm in cell.because],
        "citations": list(dict.fromkeys(map(kb.cite, cell.because))),
        "deadline": {one.manner: one.within for norm in cell.because for one in norm.deadlines},
    }


def _difference(kb: KnowledgeBase, found: Difference) -> dict[str, Any]:
    return {"between": [found.one, found.other], "reasons": [_reason(kb, one) for one in found.reasons]}


def _reason(kb: KnowledgeBase, found: Reason) -> dict[str, Any]:
    def cited(norm: Norm | None) -> dict[str, str] | None:
        return {"norm": v.shorten(norm.iri), "citation": kb.cite(norm)} if norm else None

    return {
        "kind": found.kind,
        "text": found.text,
        "norm": cited(found.norm),
        "counterpart": cited(found.counterpart),
        "absence": v.shorten(found.absence.iri) if found.absence else None,
        "facts": list(found.facts),
    }


def comparison_to_csv(found: Comparison) -> str:
    """A line for each act, context and jurisdiction, with why it is not as in the first."""
    heads = ("context", "act", "label", "jurisdiction", "status", "citations", "deadline", "differs_because", "about")
    return _csv(heads, (line for row in found.rows for line in _lines(found.kb, row)))


def _lines(kb: KnowledgeBase, row: Row) -> Iterator[Sequence[str]]:
    why = {one.other: " | ".join(map(str, one.reasons)) for one in row.differences} if row.differs else {}
    for cell in row.cells:
        known = _cell(kb, cell)
        due = "; ".join(f"{manner} {within}".strip() for manner, within in known["deadline"].items())
        status = known["status"] if cell.position else ""
        yield (
            row.context,
            v.shorten(row.act),
            row.label,
            cell.code,
            status,
            "; ".join(known["citations"]),
            due,
            why.get(cell.code, ""),
            known["act"],
        )


def comparison_to_turtle(found: Comparison) -> str:
    """A `tac:ComparedPosition` for each act and jurisdiction that differs, a `tac:Difference` for each difference."""
    triples: list[Triple] = []
    for row in found.telling():
        nodes = {cell.code: _position(found, row, cell, triples) for cell in row.cells}
        for number, one in enumerate(row.differences):
            node = NamedNode(f"{found.scenario.iri}#difference-{row.context}-{_name(row.act)}-{number}")
            triples.append(Triple(node, NamedNode(v.RDF_TYPE), NamedNode(v.tac("Difference"))))
            triples += [Triple(node, NamedNode(v.tac("between")), nodes[code]) for code in (one.one, one.other)]
            for reason in one.reasons:
                triples.append(Triple(node, _TOLD, Literal(reason.text, language="en")))
                for norm in (reason.norm, reason.counterpart, reason.absence):
                    if norm:
                        triples.append(Triple(node, _DERIVED, NamedNode(norm.iri)))
    return _turtle(found.kb, triples)


def _position(found: Comparison, row: Row, cell: Cell, triples: list[Triple]) -> NamedNode:
    node = NamedNode(f"{found.scenario.iri}#position-{cell.code}-{row.context}-{_name(row.act)}")
    told: list[tuple[str, NamedNode | Literal]] = [
        (v.RDF_TYPE, NamedNode(v.tac("ComparedPosition"))),
        (v.tac("jurisdiction"), NamedNode(found.kb.pack(cell.code).iri)),
        (v.tac("context"), NamedNode(v.CONTEXTS[row.context])),
        (v.tac("act"), NamedNode(cell.act)),
        (v.tac("positionStatus"), Literal(cell.status.value)),
        *((_DERIVED.value, NamedNode(norm.iri)) for norm in cell.because),
    ]
    triples += [Triple(node, NamedNode(name), value) for name, value in told]
    return node


def topic_to_dict(found: TopicComparison) -> dict[str, Any]:
    """The regime of each jurisdiction, and what is to be said of each feature."""
    return {
        "topic": found.topic.name,
        "label": found.topic.label,
        "as_of": found.day.isoformat(),
        "law_base": f"sha256:{found.kb.digest}",
        "disclaimer": DISCLAIMER,
        "jurisdictions": [
            {
                "jurisdiction": profile.code,
                "name": profile.name,
                "regime": profile.regime.word,
                "qualities": list(profile.regime.qualities),
                "norms": [v.shorten(norm.iri) for norm in profile.norms],
                "absences": [v.shorten(absence.iri) for absence in profile.absences],
                **{name.replace(" ", "_"): list(profile.features[name]) for name in FEATURES},
            }
            for profile in found.profiles
        ],
    }


def topic_to_csv(found: TopicComparison) -> str:
    """A line for each thing that is said of a feature, by jurisdiction."""
    lines: list[Sequence[str]] = []
    for profile in found.profiles:
        lines.append((found.topic.name, profile.code, "regime", str(profile.regime)))
        lines += [(found.topic.name, profile.code, name, text) for name in FEATURES for text in profile.features[name]]
    return _csv(("topic", "jurisdiction", "feature", "text"), lines)


def topic_to_turtle(found: TopicComparison) -> str:
    """A `tac:Regime` for each jurisdiction, derived from the norms and absences that make it."""
    triples: list[Triple] = []
    for profile in found.profiles:
        node = NamedNode(f"urn:tacenda:regime:{profile.code}:{found.topic.name}:{found.day}")
        rests = [*(norm.iri for norm in profile.norms), *(absence.iri for absence in profile.absences)]
        told: list[tuple[str, NamedNode | Literal]] = [
            (v.RDF_TYPE, NamedNode(v.tac("Regime"))),
            (v.tac("jurisdiction"), NamedNode(found.kb.pack(profile.code).iri)),
            (v.tac("topic"), NamedNode(found.topic.iri)),
            (_TOLD.value, Literal(str(profile.regime), language="en")),
            *((_DERIVED.value, NamedNode(iri)) for iri in rests),
        ]
        triples += [Triple(node, NamedNode(name), value) for name, value in told]
    return _turtle(found.kb, triples)


def revision_to_dict(found: Revision) -> dict[str, Any]:
    """The norms that changed, with what each change means, and examples that come out otherwise."""
    return {
        "from": str(found.one),
        "to": str(found.other),
        "law_base": f"sha256:{found.kb.digest}",
        "disclaimer": DISCLAIMER,
        "changes": [_change(found.kb, change) for change in found.changes],
        "flips": [_flip(found.kb, flip) for flip in found.flips],
    }


def _change(kb: KnowledgeBase, change: Change) -> dict[str, Any]:
    def told(norm: Norm | None) -> dict[str, Any] | None:
        if norm is None:
            return None
        return {"norm": v.shorten(norm.iri), "kind": norm.kind, "label": norm.label, "citation": kb.cite(norm)}

    return {
        "before": told(change.before),
        "after": told(change.after),
        "judgement": change.judgement,
        "details": list(change.details),
        "only_before": scenario_phrases(kb, change.only_before) if change.only_before else None,
        "only_after": scenario_phrases(kb, change.only_after) if change.only_after else None,
    }


def _flip(kb: KnowledgeBase, flip: Flip) -> dict[str, Any]:
    return {
        "context": flip.context,
        "act": v.shorten(flip.act),
        "label": kb.label(flip.act),
        "before": flip.before.value,
        "after": flip.after.value,
        "because_before": [v.shorten(norm.iri) for norm in flip.because_before],
        "because_after": [v.shorten(norm.iri) for norm in flip.because_after],
        "scenario": scenario_phrases(kb, flip.scenario),
    }


def scenario_phrases(kb: KnowledgeBase, scenario: Scenario) -> dict[str, Any]:
    """A scenario in the keys and phrases of a scenario file; that it is before a state court goes without saying."""
    found: dict[str, Any] = {}
    for role, kind in scenario.role_values().items():
        if kind != v.STATE_COURT:
            found[role] = kb.label(kind)
    if scenario.context:
        found["context"] = scenario.context
    if scenario.facts:
        found["facts"] = [kb.label(iri) for iri in scenario.facts]
    if scenario.excluded:
        found["not"] = [kb.label(iri) for iri in scenario.excluded]
    return found | {"closed": scenario.closed}


def _csv(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(lines)
    return out.getvalue()


def _turtle(kb: KnowledgeBase, triples: Iterable[Triple]) -> str:
    prefixes = {name: v.PREFIXES[name] for name in ("act", "dcterms", "jurisdiction", "prov", "tac", "topic")}
    prefixes |= {pack.code: f"{v.BASE}{pack.code}/" for pack in kb.packs}
    text = serialize(dict.fromkeys(triples), format=RdfFormat.TURTLE, prefixes=prefixes)
    assert text is not None
    return text.decode()


def _name(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]
