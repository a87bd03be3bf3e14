"""The proof of one answer: what the law says of an act, the norms behind it, and the exceptions that were tried."""

from __future__ import annotations

from collections.abc import Iterator

from tacenda import vocabulary as v
from tacenda.assessment import Assessment, ContextAnswer, Position, deciding
from tacenda.errors import LawError, Problem, nearest
from tacenda.graph import elements as e
from tacenda.graph.building import Builder, empty
from tacenda.graph.states import States, answers_of, denied_wholes
from tacenda.inference import View
from tacenda.model import Condition, Norm, Operand, Status, Truth


def find_position(answers: tuple[ContextAnswer, ...], act: str) -> tuple[ContextAnswer, Position]:
    """The position on an act, in the first context where the law takes one; raises `LawError` with the nearest act."""
    for answer in answers:
        for position in answer.positions:
            if position.act == act:
                return answer, position
    known = [v.shorten(position.act) for answer in answers for position in answer.positions]
    where = " or ".join(answer.context for answer in answers)
    message = f"the law takes no position on `{v.shorten(act)}` in {where}"
    raise LawError(Problem(message, hint=nearest(v.shorten(act), known)))


def prove(assessment: Assessment, act: str, context: str | None) -> e.Network:
    """The proof of what the law says of an act."""
    answer, position = find_position(answers_of(assessment, context), act)
    states = States(assessment, answer.context)
    network = empty(f"{position.status.value.upper()} in {answer.context}: {position.label}", states.description())
    _Proof(states, answer, network).position(position)
    return network


class _Proof:
    def __init__(self, states: States, answer: ContextAnswer, network: e.Network) -> None:
        self.view: View = answer.view
        self.answer = answer
        self.states = states
        self.kb = states.kb
        self.network = network
        self.act = ""
        self.builder = Builder(states.kb, network, states)

    def position(self, position: Position) -> None:
        """The answer, and to its left whatever it rests on."""
        self.act = position.act
        name = e.add_node(
            self.network,
            f"{position.status.value} {v.shorten(position.act)}",
            "Position",
            iri=position.act,
            label=position.label,
            state=position.status.value,
            state_note=f"in {position.context}",
        )
        for norm, relation in self._bearing(position):
            self._step(norm, ())
            e.add_edge(self.network, v.shorten(norm.iri), name, relation)
        self._some_norms()
        turning = position.may_depend_on if position.is_broad else position.depends_on
        for iri in turning:
            if (fact := v.shorten(iri)) in self.network:
                self.network.nodes[fact]["state_note"] = "the answer turns on it"

    def _bearing(self, position: Position) -> Iterator[tuple[Norm, str]]:
        """The norms behind a position: those that decide, those from which the act is freed, and, where nothing
        speaks, those that might have spoken."""
        speaks = e.MAY_SPEAK if position.status is Status.UNSETTLED else e.SPEAKS
        yield from ((norm, speaks) for norm in position.because)
        lifted = [lift.norm for lift in position.lifted]
        yield from ((norm, e.FREED) for norm in lifted)
        yield from ((norm, e.LIMITS) for norm in position.limited_by)
        if position.status is Status.PERMITTED:
            found = deciding(self.kb, self.answer)[position.act]
            for kind in ("Obligation", "Prohibition", "Privilege"):
                yield from ((norm, e.SILENT) for norm in found[kind] if norm not in lifted and self._is_near(norm))

    def _is_near(self, norm: Norm) -> bool:
        """Whether a norm binds the professional, so that its silence needs a reason."""
        gate = self.kb.network.gates.get(norm.iri)
        bound = (iri for iri in gate.needs if iri.startswith(v.tac("bound/"))) if gate else ()
        return all(self.view.truth(iri) is not False for iri in bound)

    def _step(self, norm: Norm, above: tuple[str, ...]) -> None:
        """A norm, why it holds or does not, and below it the exceptions that were tried."""
        name = self.builder.norm(norm)
        if self.network.nodes[name]["detail"] == "full":
            return
        self.network.nodes[name]["detail"] = "full"
        self.builder.surroundings(norm)
        for iri in denied_wholes(self.kb, norm.condition, self.view.truth):
            e.add_edge(self.network, name, self.builder.fact(iri), e.NEEDS)
        # a norm that fails though its condition is open fails for another reason: it does not bind the professional
        if self.view.truth(norm.iri) is not False or self._met(norm.condition) is not None:
            self.builder.operands(norm.iri, name, norm.condition, self._is_reason)
        if self.states.fails(norm, self.view):
            return  # what would defeat it was never tried
        for other in self.kb.norms.values():
            if other.iri in self.view.reached and other.iri not in above and self._was_tried(other, norm):
                if above and self.view.truth(other.iri) is False:
                    continue  # against an exception only what holds, or might, is worth its place
                self._step(other, (*above, norm.iri))
                relation = e.DEFEATS if norm.iri in other.defeats else e.LIFTS
                e.add_edge(self.network, v.shorten(other.iri), name, relation)

    def _some_norms(self) -> None:
        """Where some norm of a kind is asked for and there is one: which."""
        for name, asked in self.builder.some.items():
            gate = self.kb.network.gates.get(asked.iri)
            holding = [self.kb.norms[iri] for iri in (gate.needs_one_of if gate else ()) if self.view.truth(iri)]
            here = [norm for norm in holding if norm.act and self.kb.taxonomy.is_a(self.act, norm.act)]
            for norm in here or holding:
                e.add_edge(self.network, name, self.builder.norm(norm), e.NEEDS_ANY_OF)

    def _was_tried(self, other: Norm, norm: Norm) -> bool:
        """Whether one norm could defeat another, or lift it from the act."""
        return norm.iri in other.defeats or (
            norm.iri in other.lifts and (other.iri, self.act) in self.kb.network.applications
        )

    def _is_reason(self, condition: Condition, relation: str, member: Operand) -> bool:
        """Whether a condition is what it is because of an operand."""
        whole, part = self._met(condition), self._truth(member)
        if relation == e.FAILS_IF:
            part = _not(part)
        if whole or relation != e.NEEDS_ANY_OF:
            return part is whole
        options = [self._truth(one) for one in condition.any_of]
        return part is whole and True not in options and (whole is None or None not in options)

    def _truth(self, member: Operand) -> Truth:
        if isinstance(member, Condition):
            return self._met(member)
        return self.view.truth(member if isinstance(member, str) else member.iri)

    def _met(self, condition: Condition) -> Truth:
        """Strong Kleene."""
        needed = [self._truth(member) for member in condition.all_of]
        needed += [False] * len(denied_wholes(self.kb, condition, self.view.truth))
        needed += [_not(self._truth(member)) for member in condition.none_of]
        if condition.any_of:
            options = [self._truth(member) for member in condition.any_of]
            needed.append(True if True in options else None if None in options else False)
        return False if False in needed else None if None in needed else True


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth
