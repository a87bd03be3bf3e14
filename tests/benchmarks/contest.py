"""A law, some scenarios, and what is right to answer: what every competitor is given, and held against."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from answers import Answers, differences
from definitions import Definitions, define, law_in_reach
from laws import question
from measuring import Ended, median, within
from rows import Rows, draw

from tacenda.compiler import compile_law
from tacenda.knowledge import KnowledgeBase
from tacenda.program import Program

SEED = 20261122
_SHOWN = 5


class DisagreementError(Exception):
    """Two competitors answer differently: there is nothing to time."""


@dataclass(frozen=True)
class Contest:
    """A law and scenarios under it."""

    name: str
    kb: KnowledgeBase
    definitions: Definitions
    program: Program
    """The compiled law, for the inputs that the scenarios set and for what is asked."""
    rows: Rows
    expected: Answers
    """What the compiled program says, on Python integers, a bit a scenario."""


def contest(name: str, kb: KnowledgeBase, count: int, inputs: Sequence[str] | None = None) -> Contest:
    """The law as it is on the day, and so many scenarios: the question first, then random ones.

    *inputs* names the facts and kinds of role of which anything is said, where that is not all on which the law turns.
    """
    reached = law_in_reach(kb)
    definitions = define(kb, reached)
    whole = compile_law(kb, reached)
    rows = draw(kb, whole, inputs or list(definitions.inputs), count, SEED, first=question(kb))
    program = whole.restricted(rows.planes, definitions.outputs)
    values = program.run(rows.planes, zeros=0, ones=(1 << count) - 1)
    expected = {output: _pair(program.output(values, output)) for output in definitions.outputs}
    return Contest(name, kb, definitions, program, rows, expected)


def _pair(planes: Sequence[int]) -> tuple[int, int]:
    true, false = planes
    return true, false


@dataclass(frozen=True, slots=True)
class Played:
    """So many scenarios took so long; and where the answers differ, which is nowhere in any report."""

    rows: int
    seconds: float
    differences: tuple[str, ...] = ()
    note: str = ""


Work = Callable[[], Callable[[], Answers] | None]
"""What is timed; it gives how to read the answers, which is not, or nothing where there are none."""
Ready = Callable[[int], Work]
"""Lays out the first scenarios as a competitor takes them, and gives the work to do on them."""


@dataclass(frozen=True)
class Competitor:
    """Someone who answers."""

    name: str
    included: str
    """What its times include."""
    sizes: tuple[int, ...]
    """How many scenarios it is asked about at once, in turn, as far as its limit allows."""
    prepare: Callable[[Contest], Ready]
    limit: float = 60
    note: str = ""


@dataclass(frozen=True)
class Result:
    """How a competitor did."""

    name: str
    included: str
    played: tuple[Played, ...]
    stopped: str = ""
    """Why it answered no more; nothing when it answered all that it was asked."""
    note: str = ""

    @property
    def best(self) -> Played | None:
        """The run with the most scenarios a second."""
        return max(self.played, key=lambda one: one.rows / one.seconds, default=None)


def play(competitor: Competitor, given: Contest, most: float) -> Result:
    """Ask a competitor about ever more scenarios, within its limit or *most* seconds, whichever is less.

    Raises `DisagreementError` when an answer is not the one expected.
    """
    limit = min(competitor.limit, most)

    def work() -> Iterator[Played | str]:
        begun = time.perf_counter()
        ready = competitor.prepare(given)
        before = 0.0
        for size in (size for size in competitor.sizes if size <= given.rows.count):
            left = limit - (time.perf_counter() - begun)
            if before and before * 3 > left:
                yield f"not asked about {size:,}: its limit of {limit:.0f} s is near"
                return
            seconds, read = median(ready(size))
            before = seconds
            unlike = tuple(islice(differences(given.expected, read(), size), _SHOWN)) if read else ()
            yield Played(size, seconds, unlike)

    return _result(competitor, within(limit, work))


def _result(competitor: Competitor, ended: Ended) -> Result:
    played = tuple(one for one in ended.told if isinstance(one, Played))
    for one in played:
        if one.differences:
            raise DisagreementError(f"{competitor.name} does not agree:", *one.differences)
    said = [one for one in ended.told if isinstance(one, str)]
    result = Result(competitor.name, competitor.included, played, ended.reason or " ".join(said), competitor.note)
    if not played and ended.reason.startswith("stopped"):
        return replace(result, stopped=f"did not finish {competitor.sizes[0]:,} within {ended.seconds:.0f} s")
    return result
