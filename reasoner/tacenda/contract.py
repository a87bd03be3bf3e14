"""The JSON that `ask --format json` gives. Its keys are the public interface: they are added to, never renamed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tacenda import vocabulary as v
from tacenda.assessment import Assessment, ContextAnswer, Position
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Condition, Norm, Status
from tacenda.next_question import best_questions
from tacenda.questions import Questions


def assessment_to_dict(assessment: Assessment, *, everything: bool = False) -> dict[str, Any]:
    """The whole answer; with *everything* also on what broad positions depend exactly, and what would settle them."""
    scenario, kb = assessment.scenario, assessment.kb
    return {
        "scenario": scenario.title or scenario.where,
        "jurisdictions": [scenario.jurisdiction, *kb.pack(scenario.jurisdiction).within],
        "as_of": scenario.as_of.isoformat() if scenario.as_of else None,
        "closed": scenario.closed,
        "engine": assessment.engine,
        "law_base": f"sha256:{kb.digest}",
        "warnings": list(assessment.warnings),
        "disclaimer": "research, not legal advice",
        "contexts": [_context(kb, answer, everything) for answer in assessment.contexts],
        "ask_next": [question.to_dict() for question in best_questions(assessment)],
    }


def _context(kb: KnowledgeBase, answer: ContextAnswer, everything: bool) -> dict[str, Any]:
    asked = Questions(kb, answer)
    return {
        "context": answer.context,
        "positions": [
            _position(kb, asked, position, everything or not position.is_broad) for position in answer.positions
        ],
        "open_questions": [
            {
                "fact": v.shorten(question.term.iri),
                "label": question.term.label,
                "supposed": question.supposed,
                "accepted_by": list(question.term.accepted_by),
                "rejected_by": list(question.term.rejected_by),
                "left_open_by": list(question.term.left_open_by),
            }
            for question in asked.behind(answer.positions, exact=everything)
        ],
        "norms": [
            {
                "norm": v.shorten(norm.iri),
                "kind": norm.kind,
                "label": norm.label,
                "holds": holds,
                "citation": kb.cite(norm),
                "words": norm.words or None,
                "review": norm.status,
            }
            for norm, holds in answer.norms
        ],
        "correlatives": [
            {
                "kind": derived.kind,
                "holder": kb.label(derived.holder),
                "against": kb.label(derived.against),
                "act": v.shorten(derived.act),
                "norm": v.shorten(derived.norm),
            }
            for derived in answer.view.correlatives
        ],
    }


def _position(kb: KnowledgeBase, asked: Questions, position: Position, exact: bool) -> dict[str, Any]:
    because = position.because
    found: dict[str, Any] = {
        "act": v.shorten(position.act),
        "label": position.label,
        "status": position.status.value,
        "required": position.required,
        "forbidden": position.forbidden,
        "privileged": position.privileged,
        "because": _names(because),
        "citations": list(dict.fromkeys(kb.cite(norm) for norm in because)),
        "words": [norm.words for norm in because if norm.words],
        "review": position.review or None,
        "depends_on": list(map(v.shorten, position.depends_on if exact else position.may_depend_on)),
        "depends_on_exact": exact,
        "would_be": _would_be(position) if exact else {},
        "would_be_complete": exact and (position.outlook is None or position.outlook.would_be_complete),
        "open_questions": list(map(v.shorten, asked.of(position, exact=exact))),
        "lifted": [{"norm": v.shorten(lift.norm.iri), "by": _names(lift.by)} for lift in position.lifted],
        "limited_by": _names(position.limited_by),
    }
    decided = position.status is not Status.UNSETTLED
    for norm in because if decided else ():
        if norm.deadlines:
            found["deadline"] = {deadline.manner: deadline.within for deadline in norm.deadlines}
        if norm.discharge:
            found["discharge"] = condition_to_dict(norm.discharge)
        for key, values in _people(norm).items():
            found[key] = list(dict.fromkeys([*found.get(key, []), *(kb.label(iri) for iri in values)]))
        for key, text in (("scope", norm.scope), ("standard", norm.standard), ("consequence", norm.consequence)):
            if text:
                found.setdefault(key, []).append(text)
    return found


def _people(norm: Norm) -> dict[str, tuple[str, ...]]:
    people = {
        "holder": norm.holder,
        "bearer": norm.bearer,
        "asserted_by": norm.asserted_by,
        "waived_by": norm.waived_by,
        "recipient": norm.recipient,
    }
    return {key: values for key, values in people.items() if values}


def _would_be(position: Position) -> dict[str, list[dict[str, bool]]]:
    if not position.outlook:
        return {}
    return {
        status.value: [{v.shorten(iri): value for iri, value in found.items()} for found in sets]
        for status, sets in position.outlook.would_be.items()
    }


def condition_to_dict(condition: Condition) -> dict[str, Any]:
    """A condition over acts or facts as nested `all_of`, `any_of` and `none_of` lists."""
    found: dict[str, Any] = {}
    for key, members in (("all_of", condition.all_of), ("any_of", condition.any_of), ("none_of", condition.none_of)):
        if members:
            found[key] = [
                condition_to_dict(member) if isinstance(member, Condition) else v.shorten(str(member))
                for member in members
            ]
    return found


def _names(norms: Iterable[Norm]) -> list[str]:
    return [v.shorten(norm.iri) for norm in norms]
