"""What a law test expects of an answer, compared with what came out, reason for reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tacenda import vocabulary as v
from tacenda.assessment import Assessment, Position
from tacenda.errors import LawError, nearest
from tacenda.explanation import fact_phrase
from tacenda.model import Norm, Truth
from tacenda.operands import operand_phrase, turns_on

_TRUTHS: dict[Any, Truth] = {True: True, False: False, "unknown": None}


def malformed(expected: object) -> str:
    """What is wrong with the form of an expectation, or nothing.

    >>> malformed({"act": "act:Disclose", "in": "practise", "is": "forbidden"})
    '`in` is practice or court, not `practise`'
    """
    if not isinstance(expected, Mapping) or not all(isinstance(key, str) for key in expected):
        return "each expectation is a mapping, such as {in: practice, act: disclose client information, is: forbidden}"
    if "norm" in expected:
        if unknown := [key for key in expected if key not in ("norm", "in", "holds", "turns on")]:
            return f"unknown key `{unknown[0]}` beside `norm`"
        if not isinstance(expected.get("turns on", []), list):
            return "`turns on` takes a list of facts or norms"
        if expected.get("holds") not in (True, False, "unknown", "out of reach"):
            return "`holds` is true, false, unknown or out of reach"
    elif not isinstance(expected.get("act"), str):
        return "an expectation names an `act` or a `norm`"
    elif not set(expected) - {"act", "in"}:
        return f"nothing is expected of `{expected['act']}`"
    if ("in" in expected or "norm" not in expected) and expected.get("in") not in v.CONTEXTS:
        return f"`in` is practice or court, not `{expected.get('in', '')}`"
    return ""


def differences(answer: Assessment, expected: Mapping[str, Any]) -> Iterator[str]:
    """Everything in which the answer differs from what is expected of one act or one norm."""
    if "norm" in expected:
        yield from _compare_norm(answer, expected)
        return
    wanted = expected.get("act")
    kb = answer.kb
    acts = kb.acts
    iri = acts.get(str(wanted), v.expand(str(wanted)))
    if iri not in acts.values():
        yield f"unknown act `{wanted}`" + (f" · {hint}" if (hint := nearest(str(wanted), acts)) else "")
        return
    try:
        position = answer.position(str(expected.get("in")), iri)
    except KeyError as error:
        yield str(error.args[0])
        return
    for key, value in expected.items():
        if key in ("act", "in"):
            continue
        if key not in _CHECKS:
            yield f"unknown key `{key}`" + (f" · {hint}" if (hint := nearest(key, _CHECKS)) else "")
            continue
        found = _CHECKS[key](answer, position)
        want = sorted(map(str, value)) if isinstance(value, list) else value
        if found != want:
            yield f"{wanted} in {expected.get('in')}: `{key}` is {found}, not {want}"


def _compare_norm(answer: Assessment, expected: Mapping[str, Any]) -> Iterator[str]:
    try:
        norm = answer.kb.norm(str(expected["norm"]))
    except LawError as error:
        yield str(error)
        return
    contexts = [expected["in"]] if "in" in expected else [context.context for context in answer.contexts]
    for name in contexts:
        try:
            context = answer.context(name)
        except KeyError:
            yield f"{expected['norm']}: {name} was not asked about"
            continue
        if norm.iri not in context.view.reached:
            if "in" in expected and expected.get("holds") != "out of reach":
                yield f"{expected['norm']} does not reach the scenario in {name}"
            continue
        found = context.view.truth(norm.iri)
        if found is not _TRUTHS.get(expected.get("holds"), ...):
            shown = "unknown" if found is None else str(found).lower()
            yield f"{expected['norm']} in {name}: holds is {shown}, not {str(expected.get('holds')).lower()}"
        if "turns on" in expected:
            decisive, wanted = (
                sorted({operand_phrase(answer.kb, leaf) for leaf in turns_on(answer.kb, norm, context.view)}),
                sorted(map(str, expected["turns on"])),
            )
            if decisive != wanted:
                yield f"{expected['norm']} in {name}: `turns on` is {decisive}, not {wanted}"


def _norm_names(norms: Iterable[Norm]) -> list[str]:
    return sorted(v.shorten(norm.iri) for norm in norms)


_CHECKS: dict[str, Callable[[Assessment, Position], Any]] = {
    "is": lambda _, p: str(p.status),
    "because": lambda _, p: _norm_names(p.because),
    "freed by": lambda _, p: _norm_names({norm for lift in p.lifted for norm in lift.by}),
    "limited by": lambda _, p: _norm_names(p.limited_by),
    "depends on": lambda a, p: sorted(a.kb.label(iri) for iri in p.depends_on),
    "privileged": lambda _, p: p.privileged,
    "forbidden": lambda _, p: p.forbidden,
    "required": lambda _, p: p.required,
    "deadline": lambda _, p: {d.manner: d.within for norm in p.because for d in norm.deadlines},
    "discharged by": lambda a, p: sorted(
        a.kb.label(str(leaf)) for norm in p.because if norm.discharge for leaf in norm.discharge.leaves()
    ),
    "asserted by": lambda a, p: sorted({a.kb.label(iri) for norm in p.because for iri in norm.asserted_by}),
    "waived by": lambda a, p: sorted({a.kb.label(iri) for norm in p.because for iri in norm.waived_by}),
    "held by": lambda a, p: sorted({a.kb.label(iri) for norm in p.because for iri in norm.holder}),
    "binds": lambda a, p: sorted({a.kb.label(iri) for norm in p.because for iri in norm.bearer}),
    "to": lambda a, p: sorted({a.kb.label(iri) for norm in p.because for iri in norm.recipient}),
    "would be": lambda a, p: _would_be(a, p),
}


def _would_be(answer: Assessment, position: Position) -> dict[str, list[list[str]]]:
    sets = position.outlook.would_be.items() if position.outlook else ()
    return {
        str(status): [[fact_phrase(answer.kb, iri, value) for iri, value in found.items()] for found in choices]
        for status, choices in sets
    }
