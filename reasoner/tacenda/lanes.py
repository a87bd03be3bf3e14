"""Many variants of one scenario in one run of the law's program: a lane of bits for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tacenda.compiled import reach_of
from tacenda.compiler import CONTRADICTION, compile_law
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario, Status


class Lanes:
    """What the law says in every lane; *planes* tells for each input of the program in which lanes it is set.

    >>> from datetime import date
    >>> from tacenda.fact_gates import false_of, true_of
    >>> from tacenda.vocabulary import expand
    >>> kb = KnowledgeBase.open("us-ma")
    >>> told = expand("fact:ToldInTherapy")
    >>> planes = {true_of(told): 0b01, false_of(told): 0b11}
    >>> Lanes(kb, Scenario("us-ma", as_of=date(2026, 11, 22)), planes, count=2).contradictory
    1
    """

    def __init__(self, kb: KnowledgeBase, scenario: Scenario, planes: Mapping[str, int], count: int) -> None:
        self.ones = (1 << count) - 1
        self._program = compile_law(kb, reach_of(kb, scenario))
        self._values = self._program.run(planes, zeros=0, ones=self.ones)
        self.contradictory: int = self._program.output(self._values, CONTRADICTION)[0]
        """The lanes in which some fact would be both true and false."""

    def statuses(self, context: str, act: str) -> dict[Status, int]:
        """For each status the lanes in which an act has it."""
        (must, need_not), (must_not, may), (held, open_) = (
            self._program.output(self._values, f"{context} {flag} {act}")
            for flag in ("required", "forbidden", "privileged")
        )
        left = self.ones & ~must
        decided = left & need_not & (must_not | (may & (held | open_)))
        return {
            Status.CONFLICT: must & must_not,
            Status.REQUIRED: must & ~must_not,
            Status.UNSETTLED: left & ~decided,
            Status.FORBIDDEN: decided & must_not,
            Status.PRIVILEGED: decided & may & held,
            Status.PERMITTED: decided & may & open_,
        }


def set_bits(plane: int) -> Iterator[int]:
    """The lanes that are set in a plane, lowest first.

    >>> list(set_bits(0b1010))
    [1, 3]
    """
    while plane:
        lowest = plane & -plane
        yield lowest.bit_length() - 1
        plane ^= lowest


def planes_of(lanes: Iterable[Iterable[str]]) -> dict[str, int]:
    """The plane of every input, out of the inputs that are set in each lane.

    >>> planes_of([["a"], ["a", "b"]])
    {'a': 3, 'b': 2}
    """
    found: dict[str, int] = {}
    for lane, names in enumerate(lanes):
        for name in names:
            found[name] = found.get(name, 0) | 1 << lane
    return found
