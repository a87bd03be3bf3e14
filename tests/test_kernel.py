"""The evaluator over words gives, bit by bit, what the program gives over ints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tacenda.kernel import CHUNK, Bitmaps, Kernel, Words
from tacenda.program import AND, NOT, OR, Builder, Program

INPUTS = tuple(f"i{number}" for number in range(6))
WORDS = 5


def words(bits: int, count: int = WORDS) -> Words:
    """The bits of an int as words that nobody can write to, lowest first."""
    found = np.frombuffer(bits.to_bytes(count * 8, "little"), dtype=np.uint64)
    assert not found.flags.writeable
    return found


def bits(plane: Words) -> int:
    return int.from_bytes(plane.tobytes(), "little")


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """A program of gates of every kind, some wide; its outputs may be inputs, constants, or the same twice."""
    builder = Builder()
    slots = [builder.input(name) for name in INPUTS] + [0, 1]
    for _ in range(draw(st.integers(0, 25))):
        operation = draw(st.sampled_from((AND, OR, NOT)))
        size = 1 if operation == NOT else draw(st.integers(1, 5))
        slots.append(builder.gate(operation, draw(st.lists(st.sampled_from(slots), min_size=size, max_size=size))))
    for number in range(draw(st.integers(1, 5))):
        builder.output(f"o{number}", draw(st.lists(st.sampled_from(slots), min_size=1, max_size=3)))
    return builder.program()


PLANES = st.integers(0, (1 << 64 * WORDS) - 1)


def over_ints(program: Program, planes: Mapping[str, int], count: int = WORDS) -> dict[str, list[int]]:
    values = program.run(planes, zeros=0, ones=(1 << 64 * count) - 1)
    return {name: list(program.output(values, name)) for name in program.outputs}


def as_ints(found: Mapping[str, Sequence[Words]]) -> dict[str, list[int]]:
    return {name: [bits(plane) for plane in planes] for name, planes in found.items()}


@settings(deadline=None, derandomize=True, database=None)
@given(programs(), st.dictionaries(st.sampled_from(INPUTS), PLANES), st.sampled_from((1, 2, 3)))
def test_planes_come_out_as_they_do_over_ints(program: Program, planes: dict[str, int], chunk: int) -> None:
    arrays = {name: words(value) for name, value in planes.items()}
    for threads in (1, 2):
        found = Kernel(program).run(arrays, {}, WORDS, threads=threads, chunk=chunk)
        assert as_ints(found) == over_ints(program, planes)


@settings(deadline=None, derandomize=True, database=None)
@given(
    programs(), st.lists(st.one_of(st.none(), st.tuples(st.one_of(st.none(), PLANES), PLANES)), min_size=3, max_size=3)
)
def test_a_nullable_column_is_a_truth_value(program: Program, columns: list[tuple[int | None, int] | None]) -> None:
    """With and without a bitmap of validity; a column that is not there is unknown everywhere."""
    ones = (1 << 64 * WORDS) - 1
    names = {f"c{number}": (INPUTS[2 * number], INPUTS[2 * number + 1]) for number in range(3)}
    bitmaps: dict[str, Bitmaps] = {}
    planes: dict[str, int] = {}
    for (name, (true, false)), column in zip(names.items(), columns, strict=True):
        if column is not None:
            valid, values = column
            bitmaps[name] = Bitmaps(None if valid is None else words(valid), words(values))
            known = ones if valid is None else valid
            planes |= {true: known & values, false: known & ~values}
    found = Kernel(program, names).run({}, bitmaps, WORDS, chunk=2)
    assert as_ints(found) == over_ints(program, planes)


def test_a_gate_is_worked_out_once_and_registers_are_used_again() -> None:
    """A long chain takes as many registers as a short one, and no call within a call."""
    builder = Builder()
    slot = builder.input("i0")
    for _ in range(20_000):
        slot = builder.complement(builder.any_of([slot, builder.input("i1")]))
    builder.output("end", [slot])
    kernel = Kernel(builder.program())
    assert kernel.registers == 1
    found = kernel.run({"i0": words(0b01, 1), "i1": words(0b10, 1)}, {}, 1)
    assert as_ints(found) == over_ints(kernel.program, {"i0": 0b01, "i1": 0b10}, 1)


def test_no_rows_are_no_mistake() -> None:
    builder = Builder()
    builder.output("o", [builder.complement(builder.input("i0"))])
    assert as_ints(Kernel(builder.program()).run({}, {}, 0)) == {"o": [0]}


def test_chunks_meet_without_a_gap() -> None:
    count = 2 * CHUNK + 3
    builder = Builder()
    builder.output("o", [builder.complement(builder.input("i0"))])
    plane = np.arange(count, dtype=np.uint64)
    (found,) = Kernel(builder.program()).run({"i0": plane}, {}, count, threads=2)["o"]
    assert (found == ~plane).all()
