"""The least changes of stated facts that give an act a status, by a SAT solver: for scenarios that state very much.

The program of the law becomes clauses, one bit of each plane a variable; the statements that may be turned into their
opposites are counted, and the changes found from the small end, each of them barred as it is found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import count

from tacenda.compiler import CONTRADICTION
from tacenda.fact_gates import false_of, true_of
from tacenda.model import Status
from tacenda.program import AND, NOT, Program

Change = tuple[int, ...]
"""Statements of a scenario, by their numbers, that are turned into their opposites."""
Statements = Sequence[tuple[str, bool]]
"""Facts with the truth that a scenario gives them."""
FLAGS = ("required", "forbidden", "privileged")


class Search:
    """A law's program and the statements of a scenario as clauses; *fixed* names the inputs that are always set."""

    def __init__(
        self, law: Program, outputs: Iterable[str], fixed: Collection[str], statements: Statements, deepest: int
    ) -> None:
        from pysat.card import ITotalizer
        from pysat.solvers import Minisat22

        self._changed = range(2, 2 + len(statements))
        self._deepest = deepest
        self._solver = Minisat22([[1]])
        sizes = ITotalizer(list(self._changed), ubound=deepest, top_id=1 + len(statements))
        for clause in sizes.cnf.clauses:
            self._solver.add_clause(clause)
        self._sizes = sizes.rhs
        self._numbers: Iterator[int] = count(sizes.top_id + 1)
        inputs = dict.fromkeys(fixed, 1)
        for change, (iri, value) in zip(self._changed, statements, strict=True):
            inputs |= {true_of(iri): -change if value else change, false_of(iri): change if value else -change}
        self._program = law.restricted(inputs, [*outputs, CONTRADICTION])
        self._slots = [-1, 1, *(inputs[name] for name in self._program.inputs)]
        for operation, operands in self._program.gates:
            self._slots.append(self._gate(operation, [self._slots[slot] for slot in operands]))
        self._solver.add_clause([-self._slots[self._program.outputs[CONTRADICTION][0]]])

    def _gate(self, operation: int, literals: Sequence[int]) -> int:
        if operation == NOT:
            return -literals[0]
        # a disjunction is the conjunction of the opposites, the other way round
        sign = 1 if operation == AND else -1
        found: int = next(self._numbers)
        for literal in literals:
            self._solver.add_clause([-found, sign * literal])
        self._solver.add_clause([found, *(-sign * literal for literal in literals)])
        return sign * found

    def least(self, verdict: str, status: Status) -> Iterator[Change]:
        """The least changes that lead to a status; *verdict* names the act's flags with `{}` for the flag."""
        wanted = next(self._numbers)
        for clause in self._clauses(verdict, status):
            self._solver.add_clause([-wanted, *clause])
        for size in range(1, self._deepest + 1):
            bound = [-self._sizes[size]] if size < len(self._sizes) else []
            while self._solver.solve([wanted, *bound]):
                model = self._solver.get_model() or []
                changed = [variable for variable in self._changed if model[variable - 1] > 0]
                yield tuple(variable - self._changed.start for variable in changed)
                self._solver.add_clause([-wanted, *(-variable for variable in changed)])

    def _clauses(self, verdict: str, status: Status) -> list[list[int]]:
        """What must be so for an act to have a status."""
        (must, need_not), (must_not, may), (held, free) = (
            [self._slots[slot] for slot in self._program.outputs[verdict.format(flag)]] for flag in FLAGS
        )
        return {
            Status.CONFLICT: [[must], [must_not]],
            Status.REQUIRED: [[must], [-must_not]],
            Status.FORBIDDEN: [[need_not], [must_not]],
            Status.PRIVILEGED: [[need_not], [may], [held]],
            Status.PERMITTED: [[need_not], [may], [free]],
            Status.UNSETTLED: [
                [-must],
                [-need_not, -must_not],
                [-need_not, -may, -held],
                [-need_not, -may, -free],
            ],
        }[status]
