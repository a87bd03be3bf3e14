"""A law as a straight list of bitwise gates, and one evaluator for it.

A truth value is two planes of bits, `true` and `false`; both clear is unknown. AND, OR and NOT of strong Kleene logic
are then `&`, `|` and a swap of the planes, so that the same list runs on Python ints (a bit a scenario), NumPy words
and the bitmaps of Arrow columns.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

from tacenda.errors import Problem, SourceError
from tacenda.textfile import write_whole
from tacenda.vocabulary import shorten

FALSE, TRUE = 0, 1
"""The slots of the plane that is nowhere set, and of the plane that is set everywhere."""
AND, OR, NOT = 0, 1, 2
_FIRST = 2
_SIGNS = {AND: " & ", OR: " | "}
_FORMAT = "tacenda program 1"


class Plane(Protocol):
    """Anything with the operators of a row of bits: an int, an array of words."""

    def __and__(self, other: Any) -> Any: ...
    def __or__(self, other: Any) -> Any: ...
    def __xor__(self, other: Any) -> Any: ...


P = TypeVar("P", bound=Plane)
Instruction = tuple[int, tuple[int, ...]]


@dataclass(frozen=True)
class Program:
    """Gates in topological order over numbered slots: 0, 1, the inputs, then a slot for each gate.

    An output is a name for some slots: two for a truth value (`true`, `false`), three for the status of an act.

    >>> builder = Builder()
    >>> rain, sun = builder.input("rain"), builder.input("sun")
    >>> builder.output("rainbow", [builder.all_of([rain, sun])])
    >>> program = builder.program()
    >>> program.output(program.run({"rain": 0b0110, "sun": 0b1100}, zeros=0, ones=0b1111), "rainbow")
    (4,)
    >>> print(program)
    rainbow = rain & sun
    """

    inputs: tuple[str, ...]
    gates: tuple[Instruction, ...]
    outputs: Mapping[str, tuple[int, ...]]

    def run(self, planes: Mapping[str, P], zeros: P, ones: P) -> list[P]:
        """The plane of every slot; an input without a plane is clear."""
        values = [zeros, ones, *(planes.get(name, zeros) for name in self.inputs)]
        add = values.append
        for operation, operands in self.gates:
            value = values[operands[0]]
            if operation == AND:
                for slot in operands[1:]:
                    value = value & values[slot]
            elif operation == OR:
                for slot in operands[1:]:
                    value = value | values[slot]
            else:
                value = value ^ ones
            add(value)
        return values

    def run_one(self, given: Collection[str]) -> list[int]:
        """The bit of every slot in one scenario, in which the inputs *given* are set: `run`, in half its time.

        An operand that decides a gate ends the look at the others, which whole planes of bits do not allow.
        """
        values = [0, 1, *(name in given for name in self.inputs)]
        add = values.append
        for operation, operands in self.gates:
            if operation == AND:
                for slot in operands:
                    if not values[slot]:
                        add(0)
                        break
                else:
                    add(1)
            elif operation == OR:
                for slot in operands:
                    if values[slot]:
                        add(1)
                        break
                else:
                    add(0)
            else:
                add(1 - values[operands[0]])
        return values

    def output(self, values: Sequence[P], name: str) -> tuple[P, ...]:
        """The planes of an output, out of those of every slot."""
        return tuple(values[slot] for slot in self.outputs[name])

    def restricted(self, inputs: Iterable[str], outputs: Iterable[str]) -> Program:
        """The part of the program that is needed for some outputs when all inputs but these are clear."""
        builder, present = Builder(), set(inputs)
        slots = [FALSE, TRUE, *(builder.input(name) if name in present else FALSE for name in self.inputs)]
        for operation, operands in self.gates:
            slots.append(builder.gate(operation, [slots[slot] for slot in operands]))
        for name in outputs:
            builder.output(name, [slots[slot] for slot in self.outputs[name]])
        return builder.program()

    def behind(self, outputs: Iterable[str]) -> list[str]:
        """The outputs, and every other that stands between them and the inputs."""
        wanted = set(outputs)
        pending = [slot for name in wanted for slot in self.outputs[name]]
        needed: set[int] = set()
        first = 2 + len(self.inputs)
        while pending:
            slot = pending.pop()
            if slot not in needed:
                needed.add(slot)
                pending += self.gates[slot - first][1] if slot >= first else ()
        between = {slot for slot in needed if slot >= first}
        between -= {slot for name in wanted for slot in self.outputs[name]}
        return [name for name, slots in self.outputs.items() if name in wanted or between.issuperset(slots)]

    @cached_property
    def digest(self) -> str:
        """A fingerprint: equal for programs with the same inputs, gates and outputs."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def to_json(self) -> str:
        """The program as one JSON text, which `from_json` reads."""
        found = {"format": _FORMAT, "inputs": self.inputs, "gates": self.gates, "outputs": dict(self.outputs)}
        return json.dumps(found, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The program in a JSON text; raises `ValueError` when there is none, or not a whole one."""
        found = json.loads(text)
        if not isinstance(found, dict) or found.get("format") != _FORMAT:
            raise ValueError("no program")
        inputs = tuple(map(str, found["inputs"]))
        gates = tuple((int(operation), tuple(map(int, operands))) for operation, operands in found["gates"])
        outputs = {str(name): tuple(map(int, slots)) for name, slots in found["outputs"].items()}
        first = 2 + len(inputs)
        sound = all(
            operation in (AND, OR, NOT) and operands and min(operands) >= 0 and max(operands) < first + number
            for number, (operation, operands) in enumerate(gates)
        ) and all(0 <= slot < first + len(gates) for slots in outputs.values() for slot in slots)
        if not sound:
            raise ValueError("a gate rests on one that does not come before it")
        return cls(inputs, gates, outputs)

    def save(self, path: Path) -> None:
        """Write the program to a file, whole or not at all."""
        write_whole(path, self.to_json())

    @classmethod
    def load(cls, path: Path) -> Self:
        """The program in a file; raises `SourceError` when it holds none."""
        try:
            return cls.from_json(path.read_text("utf-8"))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise SourceError(Problem(f"the file holds no program: {error}", str(path))) from error

    @cached_property
    def names(self) -> dict[int, str]:
        """What to call a slot: the input or the output that it is, `true` or `false` before it."""
        found = dict(enumerate(("nothing", "everything", *self.inputs)))
        for name, slots in self.outputs.items():
            sides = ("true", "false") if len(slots) == 2 else [f"bit {number} of" for number in range(len(slots))]
            for side, slot in zip(sides if len(slots) > 1 else ("",), slots, strict=True):
                found.setdefault(slot, f"{side} {name}".strip())
        return found

    def _name(self, slot: int) -> str:
        """The name of a slot as people read it, or its number."""
        return " ".join(map(shorten, self.names.get(slot, f"#{slot}").split(" ")))

    def lines(self) -> Iterator[str]:
        """A line for each gate, in order, then one for each output that is an input, or like another output."""
        first = 2 + len(self.inputs)
        for slot, (operation, operands) in enumerate(self.gates, first):
            names = [self._name(operand) for operand in operands]
            yield f"{self._name(slot)} = {_SIGNS[operation].join(names) if operation != NOT else f'not {names[0]}'}"
        for name, slots in self.outputs.items():
            shown, own = [self._name(slot) for slot in slots], " ".join(map(shorten, name.split(" ")))
            if any(slot < first or not text.endswith(own) for slot, text in zip(slots, shown, strict=True)):
                yield f"{own} = {', '.join(shown)}"

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def to_dot(self) -> str:
        """The program as a picture in the language of Graphviz: inputs at the left, outputs at the right."""
        lines = ["digraph program {", "  rankdir=LR", '  node [fontname="Helvetica" fontsize=10]']
        used = {slot for _, operands in self.gates for slot in operands}
        used |= {slot for slots in self.outputs.values() for slot in slots}
        first = 2 + len(self.inputs)
        shapes = {AND: "and", OR: "or", NOT: "not"}
        for slot in sorted(used | set(range(first, first + len(self.gates)))):
            label = self._name(slot) if slot in self.names else ""
            if slot >= first:
                operation, operands = self.gates[slot - first]
                label = f"{shapes[operation]}\\n{_quoted(label)}" if label else shapes[operation]
                lines.append(f'  {slot} [label="{label}" shape=box style=rounded]')
                lines += [f"  {operand} -> {slot}" for operand in operands]
            else:
                lines.append(f'  {slot} [label="{_quoted(label)}" shape=plain]')
        return "\n".join([*lines, "}"]) + "\n"


def _quoted(label: str) -> str:
    return label.replace("\\", "\\\\").replace('"', '\\"')


class Builder:
    """Makes a program: gates that say the same are one gate, and what is always true or false is no gate at all."""

    def __init__(self) -> None:
        self._inputs: dict[str, int] = {}
        self._gates: list[Instruction] = []
        self._slots: dict[Instruction, int] = {}
        self._outputs: dict[str, tuple[int, ...]] = {}

    def input(self, name: str) -> int:
        """The slot of an input; numbered below zero until it is known how many there are."""
        return self._inputs.setdefault(name, -1 - len(self._inputs))

    def all_of(self, slots: Iterable[int]) -> int:
        """Set where all of *slots* are."""
        found = set(slots)
        found.discard(TRUE)
        if FALSE in found:
            return FALSE
        return self._shared(AND, found) if found else TRUE

    def any_of(self, slots: Iterable[int]) -> int:
        """Set where one of *slots* is."""
        found = set(slots)
        found.discard(FALSE)
        if TRUE in found:
            return TRUE
        return self._shared(OR, found) if found else FALSE

    def complement(self, slot: int) -> int:
        """Set where *slot* is clear."""
        if slot in (FALSE, TRUE):
            return TRUE - slot
        return self._gate(NOT, (slot,))

    def gate(self, operation: int, slots: Sequence[int]) -> int:
        """The slot of a gate of one of the three kinds."""
        if operation == NOT:
            return self.complement(slots[0])
        return self.all_of(slots) if operation == AND else self.any_of(slots)

    def _shared(self, operation: int, slots: set[int]) -> int:
        if len(slots) == 1:
            return slots.pop()
        return self._gate(operation, tuple(sorted(slots)))

    def _gate(self, operation: int, slots: tuple[int, ...]) -> int:
        key = (operation, slots)
        found = self._slots.get(key)
        if found is None:
            found = self._slots[key] = _FIRST + len(self._gates)
            self._gates.append(key)
        return found

    def output(self, name: str, slots: Iterable[int]) -> None:
        """Name some slots."""
        self._outputs[name] = tuple(slots)

    def program(self) -> Program:
        """The program, without the gates and inputs that no output rests on."""
        needed: set[int] = set()
        pending = [slot for slots in self._outputs.values() for slot in slots]
        while pending:
            slot = pending.pop()
            if slot not in needed:
                needed.add(slot)
                if slot >= _FIRST:
                    pending += self._gates[slot - _FIRST][1]
        inputs = [name for name, slot in self._inputs.items() if slot in needed]
        places = {FALSE: FALSE, TRUE: TRUE} | {self._inputs[name]: place for place, name in enumerate(inputs, 2)}
        gates: list[Instruction] = []
        for slot, (operation, operands) in enumerate(self._gates, _FIRST):
            if slot in needed:
                places[slot] = 2 + len(inputs) + len(gates)
                gates.append((operation, tuple(sorted(places[operand] for operand in operands))))
        outputs = {name: tuple(places[slot] for slot in slots) for name, slots in self._outputs.items()}
        return Program(tuple(inputs), tuple(gates), outputs)
