"""Scenarios in which two laws say different things, found by a SAT solver: the smallest first.

The program of each law becomes clauses over the same facts and roles. A scenario is read as closed, so that it is the
facts that it states, the roles that it gives, and nothing else; what is counted and kept small is the two together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

from tacenda import vocabulary as v
from tacenda.compiled import reach_of, role_inputs
from tacenda.compiler import CONTRADICTION, compile_law
from tacenda.fact_gates import false_of, true_of
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario
from tacenda.program import AND, NOT, Program

DEEPEST = 16
"""How many facts and roles a scenario has at most."""


class Pair:
    """The laws of two scenarios without facts, each with a day and a jurisdiction, over common facts and roles."""

    def __init__(self, kb: KnowledgeBase, one: Scenario, other: Scenario, outputs: Collection[str]) -> None:
        from pysat.card import ITotalizer
        from pysat.solvers import Cadical153

        self._kb = kb
        self._frame = replace(one, closed=True, facts=(), excluded=())
        laws = [compile_law(kb, reach_of(kb, replace(side, closed=True))) for side in (one, other)]
        wanted = [[*(name for name in outputs if name in law.outputs), CONTRADICTION] for law in laws]
        parts = [law.restricted(law.inputs, names) for law, names in zip(laws, wanted, strict=True)]
        inputs = {name for part in parts for name in part.inputs}
        self._facts = [term.iri for term in kb.taxonomy.facts() if true_of(term.iri) in inputs]
        self._facts = [iri for iri in self._facts if iri not in kb.taxonomy.by_role]
        self._numbers = count(2)
        self._solver = Cadical153([[1]])
        self._fact = {iri: next(self._numbers) for iri in self._facts}
        self._denied = {iri: next(self._numbers) for iri in self._facts if kb.taxonomy.terms[iri].is_open_question}
        self._role = {
            (role, kind): next(self._numbers) for role in v.ROLES for kind in sorted(self._values(role, inputs))
        }
        for role in v.ROLES:
            chosen = [number for (name, _), number in self._role.items() if name == role]
            self._at_most_one(chosen)
            if role in self._frame.role_values():
                self._solver.add_clause(chosen)
        for iri, number in self._denied.items():
            self._solver.add_clause([-number, -self._fact[iri]])
        counted = [*self._fact.values(), *self._denied.values(), *self._role.values()]
        sizes = ITotalizer(counted, ubound=DEEPEST, top_id=next(self._numbers))
        for clause in sizes.cnf.clauses:
            self._solver.add_clause(clause)
        self._sizes = sizes.rhs
        self._numbers = count(sizes.top_id + 1)
        literals = dict(self._literals(inputs))
        self._sides = [self._encoded(part, literals, names) for part, names in zip(parts, wanted, strict=True)]
        for side in self._sides:
            self._solver.add_clause([-side[CONTRADICTION][0]])

    def _values(self, role: str, inputs: Collection[str]) -> Iterator[str]:
        """The values of a role that matter: the one that is given, else those that a norm or a fact asks for."""
        given = self._frame.role_values().get(role)
        for kind in [given] if given else self._kb.taxonomy.kinds(v.ROLES[role]):
            if given or true_of(kind) in inputs:
                yield kind

    def _at_most_one(self, literals: Sequence[int]) -> None:
        for place, literal in enumerate(literals):
            for other in literals[place + 1 :]:
                self._solver.add_clause([-literal, -other])

    def _literals(self, inputs: Collection[str]) -> Iterator[tuple[str, int]]:
        for iri, number in self._fact.items():
            yield true_of(iri), number
        for iri, number in self._denied.items():
            yield false_of(iri), number
        setting: dict[str, list[int]] = {}
        for (role, kind), number in self._role.items():
            for name in role_inputs(self._kb, role, kind):
                if name in inputs:
                    setting.setdefault(name, []).append(number)
        for name, numbers in sorted(setting.items()):  # the same clauses, so the same scenario, in every run
            yield name, -self._all([-number for number in numbers])

    def _all(self, literals: Sequence[int]) -> int:
        found = next(self._numbers)
        for literal in literals:
            self._solver.add_clause([-found, literal])
        self._solver.add_clause([found, *(-literal for literal in literals)])
        return found

    def _encoded(
        self, law: Program, literals: Mapping[str, int], wanted: Sequence[str]
    ) -> Mapping[str, tuple[int, ...]]:
        program = law.restricted(literals, wanted)
        slots = [-1, 1, *(literals[name] for name in program.inputs)]
        for operation, operands in program.gates:
            inner = [slots[slot] for slot in operands]
            if operation == NOT:
                slots.append(-inner[0])
            else:
                slots.append(self._all(inner) if operation == AND else -self._all([-one for one in inner]))
        return {name: tuple(slots[slot] for slot in program.outputs[name]) for name in wanted}

    def holds_only(self, one: Sequence[str], other: Sequence[str]) -> Scenario | None:
        """A smallest scenario in which the first law says all of *one* and the second nothing of *other*."""
        return self._smallest([self._side(0, name) for name in one] + [-self._side(1, name) for name in other])

    def other_only(self, one: Sequence[str], other: Sequence[str]) -> Scenario | None:
        """A smallest scenario in which the second law says all of *other* and the first nothing of *one*."""
        return self._smallest([self._side(1, name) for name in other] + [-self._side(0, name) for name in one])

    def _side(self, number: int, name: str) -> int:
        """The literal for a truth's being true under one of the laws; of what a law does not speak it never is."""
        return self._sides[number][name][0] if name in self._sides[number] else -1

    def _smallest(self, literals: Sequence[int]) -> Scenario | None:
        if not self._solver.solve([*literals, *self._bound(DEEPEST)]):
            return None
        least = self._size()
        while least and self._solver.solve([*literals, *self._bound(least - 1)]):
            least = self._size()
        self._solver.solve([*literals, *self._bound(least)])
        return self._scenario()

    def _bound(self, size: int) -> list[int]:
        return [-self._sizes[size]] if size < len(self._sizes) else []

    def _model(self) -> frozenset[int]:
        return frozenset(number for number in self._solver.get_model() or () if number > 0)

    def _size(self) -> int:
        model = self._model()
        return sum(number in model for group in (self._fact, self._denied, self._role) for number in group.values())

    def _scenario(self) -> Scenario:
        model = self._model()
        roles = {role: kind for (role, kind), number in self._role.items() if number in model}
        return replace(
            self._frame,
            facts=tuple(iri for iri, number in self._fact.items() if number in model),
            excluded=tuple(iri for iri, number in self._denied.items() if number in model),
            professional=roles.pop("professional", None),
            roles=roles,
        )
