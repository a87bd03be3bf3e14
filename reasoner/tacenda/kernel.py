"""The evaluator for many scenarios: the gates of a program over rows of 64-bit words, a bit a scenario.

A program becomes a list of two-operand steps over a few registers, each as long as a chunk of words, so that what is
in work stays in the cache of a core; results are written where they belong. Chunks are shared out among threads: NumPy
works outside Python's lock.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tacenda.program import AND, FALSE, NOT, OR, TRUE, Program

Words: TypeAlias = npt.NDArray[np.uint64]
CHUNK = 8192
"""How many words are worked on at a time; measured: shorter ones pay for calls, longer ones fall out of the cache."""
_XOR = 3
_FUNCTIONS: Mapping[int, Callable[[Words, Words, Words], Any]] = {
    AND: np.bitwise_and,
    OR: np.bitwise_or,
    _XOR: np.bitwise_xor,
}
_Line = tuple[int, int, int, int]
"""An operation, the slots of its operands, and the slot of its result."""
_Step = tuple[Callable[[Words, Words, Words], Any], int, int, int]
"""A function of NumPy and the places of its two operands and of its result."""


@dataclass(frozen=True, slots=True)
class Bitmaps:
    """A nullable Boolean column as Arrow keeps it: where it has a value, and where that is true.

    Without `valid` every row has a value.
    """

    valid: Words | None
    values: Words


class Kernel:
    """A program made ready to run over words.

    *columns* names the two inputs that a nullable Boolean column gives: where it is true, and where it is false.

    >>> from tacenda.program import Builder
    >>> builder = Builder()
    >>> builder.output("dry", [builder.input("denied rain")])
    >>> kernel = Kernel(builder.program(), {"rain": ("stated rain", "denied rain")})
    >>> valid, values = (np.array([bits], dtype=np.uint64) for bits in (0b0111, 0b0101))
    >>> found = kernel.run({}, {"rain": Bitmaps(valid, values)}, 1)
    >>> [bin(plane[0]) for plane in found["dry"]]
    ['0b10']
    """

    def __init__(self, program: Program, columns: Mapping[str, tuple[str, str]] | None = None) -> None:
        self.program = program
        self._outputs = list(dict.fromkeys(slot for slots in program.outputs.values() for slot in slots))
        slots = {name: slot for slot, name in enumerate(program.inputs, 2)}
        self._gates = dict(enumerate(program.gates, 2 + len(slots)))
        self._raw: dict[str, int] = {}
        for name, (true, false) in (columns or {}).items():
            # a column has slots of its own: where it has a value, where that is true, and what is true
            valid = self._raw[name] = 2 + len(slots) + len(program.gates) + 3 * len(self._raw)
            stated = slots.get(true, valid + 2)
            self._gates[stated] = AND, (valid, valid + 1)
            if false in slots:
                self._gates[slots[false]] = _XOR, (valid, stated)
        self._given = {name: slot for name, slot in slots.items() if slot not in self._gates}
        self._places = {FALSE: 0, TRUE: 1}
        for slot in (*self._given.values(), *(raw + side for raw in self._raw.values() for side in (0, 1))):
            self._places[slot] = len(self._places)
        self._results = {slot: len(self._places) + number for number, slot in enumerate(self._outputs)}
        self._steps, self.registers = self._allotted(list(self._lines()))

    def _lines(self) -> Iterator[_Line]:
        """What is to be done, each gate just before it is needed, and each operand taken in when it is there."""
        done = set(self._places)
        for output in self._outputs:
            pending = [] if output in done else [(output, 0)]
            while pending:
                slot, number = pending.pop()
                operation, operands = self._gates[slot]
                if number == 2 or number == 1 == len(operands):
                    one, other = (operands[0], TRUE) if operation == NOT else operands[:2]
                    yield _XOR if operation == NOT else operation, one, other, slot
                elif number > 2:
                    yield operation, slot, operands[number - 1], slot
                if number == len(operands):
                    done.add(slot)
                    continue
                pending.append((slot, number + 1))
                if operands[number] not in done:
                    pending.append((operands[number], 0))
            if output in self._places:
                yield OR, output, output, output

    def _allotted(self, lines: Sequence[_Line]) -> tuple[list[_Step], int]:
        """The steps, with a place for every slot, and how many registers they take.

        Places stand in this order: nothing, everything, what is given, results, registers. A register is free again
        once its slot was used for the last time.
        """
        last = {slot: number for number, (_, *slots) in enumerate(lines) for slot in slots}
        places, fixed = dict(self._places), len(self._places) + len(self._results)
        free: list[int] = []
        steps: list[_Step] = []
        registers = 0
        for number, (operation, one, other, slot) in enumerate(lines):
            here = places[one], places[other]
            free += {places[used] for used in (one, other) if last[used] == number and places[used] >= fixed}
            target = self._results.get(slot) or places.get(slot)
            if target is None:
                if not free:
                    free.append(fixed + registers)
                    registers += 1
                target = free.pop()
            places.setdefault(slot, target)
            steps.append((_FUNCTIONS[operation], *here, target))
        return steps, registers

    def run(
        self,
        planes: Mapping[str, Words],
        bitmaps: Mapping[str, Bitmaps],
        words: int,
        *,
        threads: int | None = None,
        chunk: int = CHUNK,
    ) -> dict[str, tuple[Words, ...]]:
        """The planes of every output, each of so many words; an input or column that is not given is clear.

        *planes* gives inputs as they are. Bits beyond the last scenario mean nothing, here and in what comes out. What
        is given is never written to.
        """
        results = [np.empty(words, dtype=np.uint64) for _ in self._outputs]
        given: list[Words | bool] = [planes.get(name, False) for name in self._given]
        for name in self._raw:
            column = bitmaps.get(name)
            given += (
                [False, False] if column is None else [True if column.valid is None else column.valid, column.values]
            )

        def work(starts: range) -> None:
            zeros, ones = np.zeros(chunk, dtype=np.uint64), np.full(chunk, ~np.uint64(0))
            registers = np.empty((self.registers, chunk), dtype=np.uint64)
            for start in starts:
                end = min(start + chunk, words)
                size = end - start
                constants = zeros[:size], ones[:size]
                values = [*constants, *(constants[one] if isinstance(one, bool) else one[start:end] for one in given)]
                values += [result[start:end] for result in results]
                values += [register[:size] for register in registers]
                for function, one, other, target in self._steps:
                    function(values[one], values[other], values[target])

        starts = range(0, words, chunk)
        workers = min(threads or os.cpu_count() or 1, len(starts))
        if workers > 1:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(work, [starts[number::workers] for number in range(workers)]))
        else:
            work(starts)
        found = dict(zip(self._outputs, results, strict=True))
        return {name: tuple(found[slot] for slot in slots) for name, slots in self.program.outputs.items()}
