"""What would have to be otherwise: the least changes of the stated facts that change what the law says of an act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice
from math import comb

from tacenda import vocabulary as v
from tacenda.assessment import Assessment, Position
from tacenda.compiled import reach_of, stated
from tacenda.compiler import compile_law
from tacenda.counterfactual_search import FLAGS, Change, Search, Statements
from tacenda.explanation import fact_phrase
from tacenda.fact_gates import false_of, true_of
from tacenda.lanes import Lanes, set_bits
from tacenda.markup import Shown, element, grid, joined, shown, verdict
from tacenda.model import Status

DEEPEST = 4
"""How many stated facts are changed at most: more make it another case."""
LANES = 1 << 18
"""How many variants are run one by one; beyond, a solver finds the same changes."""
_AT_ONCE = 1 << 14


@dataclass(frozen=True)
class Counterfactual(Shown):
    """Stated facts that, were they otherwise, would give an act another status; no part of them would."""

    position: Position
    changes: tuple[tuple[str, bool], ...]
    """Each fact with the truth that it would have instead."""
    status: Status

    def to_dict(self) -> dict[str, object]:
        """The counterfactual as JSON."""
        return {
            "context": self.position.context,
            "act": v.shorten(self.position.act),
            "label": self.position.label,
            "before": self.position.status.value,
            "changes": {v.shorten(iri): value for iri, value in self.changes},
            "after": self.status.value,
        }

    def __str__(self) -> str:
        kb, position = self.position.kb, self.position
        said = [fact_phrase(kb, iri, value) if kb else v.shorten(iri) for iri, value in self.changes]
        return f"{position.context}: if {' and '.join(said)}, {position.label}: {position.status} → {self.status}"


class Counterfactuals(Shown, list[Counterfactual]):
    """Counterfactuals, the smallest changes first; in a notebook a table."""

    def __str__(self) -> str:
        return "\n".join(map(str, self))

    def _repr_html_(self) -> str:
        rows = (
            (
                " and ".join(fact_phrase(one.position.kb, *change) for change in one.changes if one.position.kb),
                one.position.context,
                one.position.label,
                joined([verdict(one.position.status.value), " → ", verdict(one.status.value)]),
            )
            for one in self
        )
        nothing = "nothing that is stated, taken otherwise, changes what is settled"
        return shown(grid(("if", "", "then", ""), rows) if self else element("p", nothing))


def counterfactuals(
    assessment: Assessment, acts: Iterable[str] | None = None, *, deepest: int = DEEPEST, lanes: int = LANES
) -> Counterfactuals:
    """The least changes of the stated facts that would give a settled act another status, the smallest first.

    A change turns a fact that is stated into one that is denied, and the other way round: what if that had not been
    so? What several statements say together must be changed in all of them, so changes that contradict what is left
    of the scenario do not count. Roles stay as they are. At most *deepest* facts are changed at once; for each status,
    unsettled among them, those changes are given of which no part leads to the same. *acts* are IRIs; all, unless
    named.
    """
    wanted = None if acts is None else frozenset(acts)
    positions = [
        position
        for answer in assessment.contexts
        for position in answer.positions
        if position.status is not Status.UNSETTLED
        and position.act in assessment.kb.network.regulated
        and (wanted is None or position.act in wanted)
    ]
    statements = [*((iri, True) for iri in assessment.scenario.facts)]
    statements += [(iri, False) for iri in assessment.scenario.excluded]
    deepest = min(deepest, len(statements))
    count = sum(comb(len(statements), size) for size in range(1, deepest + 1))
    method = _by_lanes if count <= lanes else _by_solver
    found = method(assessment, positions, statements, deepest)
    return Counterfactuals(
        Counterfactual(position, tuple((statements[n][0], not statements[n][1]) for n in change), status)
        for position, status, change in found
    )


Found = tuple[Position, Status, Change]


def _by_lanes(
    assessment: Assessment, positions: Sequence[Position], statements: Statements, deepest: int
) -> list[Found]:
    """Every choice of statements a lane, all choices of one size before those of the next."""
    found: dict[int, list[tuple[Change, Status]]] = {number: [] for number in range(len(positions))}
    for size in range(1, deepest + 1):
        choices = combinations(range(len(statements)), size)
        before = {number: list(changes) for number, changes in found.items()}
        while chunk := list(islice(choices, _AT_ONCE)):
            changed = _changed(chunk, len(statements))
            run = Lanes(
                assessment.kb, assessment.scenario, _planes(assessment, statements, changed, len(chunk)), len(chunk)
            )
            for number, position in enumerate(positions):
                for status, plane in run.statuses(position.context, position.act).items():
                    if status is not position.status and plane:
                        smaller = (change for change, its in before[number] if its is status)
                        plane &= ~(run.contradictory | _supersets(smaller, changed, run.ones))
                        found[number] += ((chunk[lane], status) for lane in set_bits(plane))
    return _sorted(positions, found)


def _sorted(positions: Sequence[Position], found: dict[int, list[tuple[Change, Status]]]) -> list[Found]:
    order = list(Status)
    return [
        (position, status, change)
        for number, position in enumerate(positions)
        for change, status in sorted(found[number], key=lambda one: (len(one[0]), one[0], order.index(one[1])))
    ]


def _changed(chunk: Sequence[Change], statements: int) -> list[int]:
    """For each statement the lanes in which it is changed."""
    found = [0] * statements
    for lane, change in enumerate(chunk):
        for number in change:
            found[number] |= 1 << lane
    return found


def _supersets(changes: Iterable[Change], changed: Sequence[int], ones: int) -> int:
    """The lanes that change what some smaller change does, and more."""
    found = 0
    for change in changes:
        lanes = ones
        for number in change:
            lanes &= changed[number]
        found |= lanes
    return found


def _planes(assessment: Assessment, statements: Statements, changed: Sequence[int], count: int) -> dict[str, int]:
    ones = (1 << count) - 1
    planes = dict.fromkeys(_roles(assessment), ones)
    for (iri, value), lanes in zip(statements, changed, strict=True):
        true, false = (ones & ~lanes, lanes) if value else (lanes, ones & ~lanes)
        planes[true_of(iri)] = planes.get(true_of(iri), 0) | true
        planes[false_of(iri)] = planes.get(false_of(iri), 0) | false
    return planes


def _roles(assessment: Assessment) -> Iterator[str]:
    """The inputs that the roles of a scenario set, whatever its statements."""
    return stated(assessment.kb, replace(assessment.scenario, facts=(), excluded=()))


def _by_solver(
    assessment: Assessment, positions: Sequence[Position], statements: Statements, deepest: int
) -> list[Found]:
    """The same by a SAT solver."""
    names = [f"{one.context} {flag} {one.act}" for one in positions for flag in FLAGS]
    search = Search(
        compile_law(assessment.kb, reach_of(assessment.kb, assessment.scenario)),
        names,
        frozenset(_roles(assessment)),
        statements,
        deepest,
    )
    found = {
        number: [
            (change, status)
            for status in Status
            if status is not position.status
            for change in search.least(f"{position.context} {{}} {position.act}", status)
        ]
        for number, position in enumerate(positions)
    }
    return _sorted(positions, found)
