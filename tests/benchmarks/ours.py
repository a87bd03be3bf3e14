"""Tacenda's engines, and the floor under them: moving the same bits without thinking."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from answers import Answers, packed
from contest import Contest, Ready, Work

from tacenda.inference import Conclusions
from tacenda.model import Truth
from tacenda.program import Program

ONE_BY_ONE = 1000
"""How many scenarios at most are made for the engines that take one at a time."""


def by_rules(given: Contest) -> Ready:
    """The rules of inference, one scenario after the other."""
    from tacenda.inference import infer

    return _one_by_one(given, lambda scenario: infer(given.kb, scenario))


def by_program(given: Contest) -> Ready:
    """The compiled program, one scenario after the other."""
    from tacenda.compiled import conclude

    return _one_by_one(given, lambda scenario: conclude(given.kb, scenario))


def with_reasons(given: Contest) -> Ready:
    """The compiled program with a position on every act and its reasons, one scenario after the other."""
    from tacenda.assessment import assess

    return _one_by_one(given, lambda scenario: assess(given.kb, scenario).conclusions)


def _one_by_one(given: Contest, conclude: Callable[[Any], Conclusions]) -> Ready:
    scenarios = list(given.rows.first(ONE_BY_ONE).scenarios())

    def ready(rows: int) -> Work:
        def work() -> Callable[[], Answers]:
            found = [conclude(scenario) for scenario in scenarios[:rows]]
            return lambda: packed([_truths(one) for one in found], list(given.expected))

        return work

    return ready


def _truths(conclusions: Conclusions) -> Mapping[str, Truth]:
    return {f"{view.context} {name}": truth for view in conclusions.views for name, truth in view.truths.items()}


def on_integers(given: Contest) -> Ready:
    """The compiled program over Python integers, a bit a scenario."""

    def ready(rows: int) -> Work:
        planes, ones = given.rows.first(rows).planes, (1 << rows) - 1

        def work() -> Callable[[], Answers]:
            values = given.program.run(planes, zeros=0, ones=ones)
            outputs = given.program.outputs.items()
            return lambda: {name: (values[true], values[false]) for name, (true, false) in outputs}

        return work

    return ready


# In memory


def batch(given: Contest) -> Ready:
    """The kernel over words of 64 scenarios in memory, on all cores."""
    return _batch(given, None)


def batch_on_one_core(given: Contest) -> Ready:
    """The same, on one core."""
    return _batch(given, 1)


def _batch(given: Contest, threads: int | None) -> Ready:
    from tacenda.kernel import Kernel

    kernel = Kernel(given.program)

    def ready(rows: int) -> Work:
        planes = words(given.rows.first(rows).planes, given.program.inputs, rows)

        def work() -> Callable[[], Answers]:
            found = kernel.run(planes, {}, -(-rows // 64), threads=threads)
            return lambda: read(found)

        return work

    return ready


def copying(given: Contest) -> Ready:
    """Copy every plane that the kernel reads, and as many as it writes, on all cores."""
    import numpy as np

    results, cores = len(distinct(given.program)), os.cpu_count() or 1

    def ready(rows: int) -> Work:
        sources = list(words(given.rows.first(rows).planes, given.program.inputs, rows).values())
        sources += [sources[number % len(sources)].copy() for number in range(results)]
        parts = [range(first, len(sources), cores) for first in range(cores)]

        def work() -> None:
            targets = np.empty((len(sources), -(-rows // 64)), dtype=np.uint64)

            def copy(part: Sequence[int]) -> None:
                for number in part:
                    np.copyto(targets[number], sources[number])

            with ThreadPoolExecutor(cores) as pool:
                list(pool.map(copy, parts))

        return work

    return ready


def words(planes: Mapping[str, int], names: Sequence[str], rows: int) -> dict[str, Any]:
    """Bits as words of 64."""
    import numpy as np

    size = -(-rows // 64) * 8
    return {name: np.frombuffer(planes.get(name, 0).to_bytes(size, "little"), dtype=np.uint64) for name in names}


def read(found: Mapping[str, Sequence[Any]]) -> Answers:
    """The planes that the kernel gives, as bits."""
    known: dict[int, int] = {}

    def bits(words: Any) -> int:
        key = words.__array_interface__["data"][0]
        if key not in known:
            known[key] = int.from_bytes(words.tobytes(), "little")
        return known[key]

    return {name: (bits(planes[0]), bits(planes[1])) for name, planes in found.items()}


def distinct(program: Program) -> list[int]:
    """The slots of the outputs, each once: outputs that are always alike are one plane."""
    return list(dict.fromkeys(slot for slots in program.outputs.values() for slot in slots))
