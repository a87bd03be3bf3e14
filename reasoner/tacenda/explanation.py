"""Why a norm holds, or does not, or is open: its conditions with their truth, and every exception that was tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tacenda import vocabulary as v
from tacenda.assessment import Assessment, ContextAnswer
from tacenda.inference import View
from tacenda.knowledge import KnowledgeBase
from tacenda.markup import Html, Shown, element, joined, link, shown, unfolding
from tacenda.model import Condition, KindHolds, Norm, Operand, Truth

_BOUND = v.tac("bound/")
MARKS = {True: "✓", False: "✗", None: "?"}


@dataclass(frozen=True)
class Ground:
    """One thing that a norm rests on, its truth, and for a group what is in it."""

    text: str
    truth: Truth
    inside: tuple[Ground, ...] = ()


@dataclass(frozen=True)
class Step(Shown):
    """One norm of a proof: what it rests on, and the exceptions tried against it, each a step itself."""

    norm: Norm
    citation: str
    holds: Truth
    grounds: tuple[Ground, ...]
    exceptions: tuple[Step, ...]
    effect: str = ""
    read_at: str = ""
    """The address at which the words of the norm were read."""

    def __str__(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines())

    def _repr_html_(self) -> str:
        return shown(element("p", element("small", "✓ true   ✗ false   ? unknown")), _step_html(self, is_open=True))

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The step as indented text."""
        pad = "  " * depth
        words = f' "{self.norm.words}"' if self.norm.words else ""
        kind = "" if self.effect else f"{self.norm.kind.lower()}: "
        yield f"{pad}{MARKS[self.holds]} {kind}{self.norm.label}"
        yield f"{pad}  {self.citation}{words} [{self.norm.status}]{self.effect}"
        for ground in self.grounds:
            yield from _ground_lines(ground, depth + 2)
        for step in self.exceptions:
            yield f"{pad}    exception tried:"
            yield from step.lines(depth + 3)


def explain(assessment: Assessment, context: str, norm: str) -> Step:
    """The proof step of a norm, given by compact name or IRI, in `practice` or `court`.

    Raises `LawError` with the nearest name when there is no such norm.
    """
    found = assessment.kb.norm(norm)
    return _step(assessment.kb, assessment.context(context).view, found, ())


def explain_answer(assessment: Assessment, answer: ContextAnswer) -> Iterator[Step]:
    """The steps behind every position of one context that is more than the absence of a norm, each norm once."""
    seen: set[str] = set()
    for position in answer.positions:
        for norm in [*position.because, *(lift.norm for lift in position.lifted), *position.limited_by]:
            if norm.iri not in seen:
                seen.add(norm.iri)
                yield _step(assessment.kb, answer.view, norm, ())


def _step(kb: KnowledgeBase, view: View, norm: Norm, above: tuple[str, ...]) -> Step:
    others = [
        other
        for other in kb.norms.values()
        if (norm.iri in other.defeats or norm.iri in other.lifts)
        and other.iri in view.reached
        and other.iri not in above
    ]
    return Step(
        norm=norm,
        citation=kb.cite(norm),
        holds=view.truth(norm.iri),
        grounds=tuple(_grounds(kb, view, norm)),
        exceptions=tuple(_step(kb, view, other, (*above, norm.iri)) for other in others),
        effect=_effect(kb, norm) if above else "",
        read_at=next(iter(kb.sources[norm.source].read_at), ""),
    )


def _effect(kb: KnowledgeBase, norm: Norm) -> str:
    if norm.defeats:
        return " · would defeat it"
    return f" · would lift it for: {kb.label(norm.act)}" if norm.act else ""


def _grounds(kb: KnowledgeBase, view: View, norm: Norm) -> Iterator[Ground]:
    needs = kb.network.gates[norm.iri].needs if norm.iri in kb.network.gates else ()
    for bound in needs:
        if not bound.startswith(_BOUND):
            continue
        names = " or ".join(kb.label(iri) for iri in norm.binds) if norm.binds else "as the norm that it is about"
        yield Ground(f"the professional is bound: {names}", view.truth(bound))
    yield from _members(kb, view, norm.condition)


def _members(kb: KnowledgeBase, view: View, condition: Condition) -> Iterator[Ground]:
    for member in condition.all_of:
        yield _ground(kb, view, member)
    if condition.any_of:
        inside = tuple(_ground(kb, view, member) for member in condition.any_of)
        truths = [ground.truth for ground in inside]
        some: Truth = True if True in truths else None if None in truths else False
        yield Ground("any of", some, inside)
    for member in condition.none_of:
        ground = _ground(kb, view, member)
        yield Ground(f"not: {ground.text}", None if ground.truth is None else not ground.truth, ground.inside)


def _ground(kb: KnowledgeBase, view: View, member: Operand) -> Ground:
    if isinstance(member, Condition):
        inside = tuple(_members(kb, view, member))
        if len(inside) == 1:
            return inside[0]
        return Ground("all of", view.truth(member.iri), inside)
    if isinstance(member, KindHolds):
        about = f" to {kb.label(member.act)}" if member.act else " requires this very act"
        return Ground(f"some {member.kind.lower()}{about}", view.truth(member.iri))
    if member in kb.norms:
        norm = kb.norms[member]
        return Ground(f"{norm.label} ({kb.cite(norm)})", view.truth(member))
    return Ground(kb.label(member), view.truth(member))


def _ground_lines(ground: Ground, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}{MARKS[ground.truth]} {ground.text}"
    for inner in ground.inside:
        yield from _ground_lines(inner, depth + 1)


def _step_html(step: Step, *, is_open: bool = False) -> Html:
    """A step to unfold: what it rests on, then the exceptions tried; what holds among them is open from the start."""
    norm = step.norm
    kind = "" if step.effect else f"{norm.kind.lower()}: "
    words = f" “{norm.words}”" if norm.words else ""
    cited = joined([link(step.citation, step.read_at), words, " ", element("small", f"[{norm.status}]{step.effect}")])
    tried = (element("li", "exception tried: ", _step_html(one, is_open=one.holds is True)) for one in step.exceptions)
    rests = element("ul", *map(_ground_html, step.grounds), *tried)
    return unfolding(f"{MARKS[step.holds]} {kind}{norm.label}", element("div", cited), rests, is_open=is_open)


def _ground_html(ground: Ground) -> Html:
    inside = [element("ul", *map(_ground_html, ground.inside))] if ground.inside else []
    return element("li", f"{MARKS[ground.truth]} {ground.text}", *inside)


def fact_phrase(kb: KnowledgeBase, iri: str, value: bool = True) -> str:
    """A fact as one says it: its label, `not` before it when it is to be false."""
    roots = {root: role for role, root in v.ROLES.items()}
    label = kb.label(iri)
    for root, role in roots.items():
        if kb.taxonomy.is_a(iri, root):
            label = f"the {role} is {'an' if label[:1] in 'aeiou' else 'a'} {label}"
    return label if value else f"not {label}"
