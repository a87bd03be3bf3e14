"""Random scenarios: the same for every competitor, made from a seed.

Of the facts that the law turns on about a third is true, a third false, and the rest unknown; each role is played by
one of seven kinds, or by nobody known. A statement that would contradict an earlier one of the same row is left out.
Rows that contradict themselves even so are emptied, but for their court: what is measured is answers, and there each
competitor would have a way of its own of giving none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from definitions import DAY

from tacenda import vocabulary as v
from tacenda.compiled import role_inputs, stated
from tacenda.compiler import CONTRADICTION
from tacenda.fact_gates import false_of, true_of
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario
from tacenda.program import Program


@dataclass(frozen=True)
class Rows:
    """Some scenarios under the law of one state and day; a bit a scenario, the first scenario's the lowest."""

    count: int
    kb: KnowledgeBase
    jurisdiction: str
    planes: Mapping[str, int]
    """For an input of the compiled program where it is set."""
    facts: tuple[str, ...]
    """The facts that may be stated."""
    played: Mapping[tuple[str, str], int]
    """For a role and a kind where the one is played by the other."""
    emptied: int = 0
    """How many rows contradicted themselves and were emptied."""

    def first(self, count: int) -> Rows:
        """The first scenarios."""
        if count >= self.count:
            return self
        mask = (1 << count) - 1
        planes = {name: plane & mask for name, plane in self.planes.items()}
        played = {key: plane & mask for key, plane in self.played.items()}
        return replace(self, count=count, planes=planes, played=played)

    def truth(self, name: str) -> tuple[int, int]:
        """Where an input, a fact or a kind of role, is true and where it is false."""
        return self.planes.get(true_of(name), 0), self.planes.get(false_of(name), 0)

    def scenarios(self) -> Iterator[Scenario]:
        """Each scenario as tacenda takes it."""
        for row in range(self.count):
            roles = {role: kind for (role, kind), plane in self.played.items() if plane >> row & 1}
            yield Scenario(
                self.jurisdiction,
                as_of=DAY,
                professional=roles.pop("professional", None),
                roles=roles,
                facts=tuple(fact for fact in self.facts if self.truth(fact)[0] >> row & 1),
                excluded=tuple(fact for fact in self.facts if self.truth(fact)[1] >> row & 1),
                iri=f"urn:tacenda:scenario:{row}",
            )


def draw(
    kb: KnowledgeBase, program: Program, inputs: Sequence[str], count: int, seed: int, *, first: Scenario | None = None
) -> Rows:
    """Random rows about the facts and kinds of role among *inputs*; the first as given.

    *program* tells where a row contradicts itself.
    """
    random = Random(seed)
    ones = (1 << count) - 1
    is_fact = v.tac("Scenario")
    facts = sorted(name for name in inputs if is_fact in kb.taxonomy.above.get(name, ()))
    played = _roles(kb, [name for name in inputs if name not in set(facts)], count, random)
    planes = _planes(kb, played)
    closure = _Closure(kb, planes)
    for fact in random.sample(facts, len(facts)):
        true, false = _thirds(random, count)
        true, false = closure.affirm(fact, true), closure.deny(fact, false)
        planes[true_of(fact)] = planes.get(true_of(fact), 0) | true
        planes[false_of(fact)] = planes.get(false_of(fact), 0) | false
    values = program.run(planes, zeros=0, ones=ones)
    bad = program.output(values, CONTRADICTION)[0]
    keep = ones & ~bad & ~(1 if first else 0)
    planes = {name: plane & keep for name, plane in planes.items()}
    played = {key: plane & keep for key, plane in played.items()}
    court, usual = ("court", v.STATE_COURT), bad & ~(1 if first else 0)
    for name in role_inputs(kb, *court):
        planes[name] = planes.get(name, 0) | usual
    played[court] = played.get(court, 0) | usual
    if first:
        for name in stated(kb, first):
            planes[name] = planes.get(name, 0) | 1
        for key in first.role_values().items():
            played[key] = played.get(key, 0) | 1
        facts = list(dict.fromkeys([*facts, *first.facts, *first.excluded]))
    jurisdiction = first.jurisdiction if first else kb.packs[-1].code
    return Rows(count, kb, jurisdiction, planes, tuple(facts), played, bad.bit_count())


def _thirds(random: Random, count: int) -> tuple[int, int]:
    """Two planes that have no bit in common, each set in five rows of sixteen."""
    one, two, three, four = (random.getrandbits(count) for _ in range(4))
    again = ~one & ~two & three
    return one & two | again & four, one & ~two | again & ~four


def _roles(kb: KnowledgeBase, kinds: Sequence[str], count: int, random: Random) -> dict[tuple[str, str], int]:
    """For each role seven of the kinds that the law asks about, each in an eighth of the rows; else nobody known.

    A court is always known: a state's where no other is drawn, as files of scenarios are read.
    """
    found: dict[tuple[str, str], int] = {}
    ones = (1 << count) - 1
    for role, root in v.ROLES.items():
        asked = sorted(kb.taxonomy.kinds(root) & set(kinds))
        bits = [random.getrandbits(count) for _ in range(3)]
        left = ones
        for number, kind in enumerate(random.sample(asked, k=min(7, len(asked))), 1):
            plane = ones
            for place, bit in enumerate(bits):
                plane &= bit if number >> place & 1 else ones ^ bit
            found[role, kind] = plane
            left ^= plane
        if role == "court":
            found[role, v.STATE_COURT] = found.get((role, v.STATE_COURT), 0) | left
    return found


def _planes(kb: KnowledgeBase, played: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """The inputs that are set by who plays which role."""
    found: dict[str, int] = {}
    for (role, kind), plane in played.items():
        for name in role_inputs(kb, role, kind):
            found[name] = found.get(name, 0) | plane
    return found


class _Closure:
    """What is implied true and implied false so far, so that nothing is said against it."""

    def __init__(self, kb: KnowledgeBase, planes: Mapping[str, int]) -> None:
        self._taxonomy = kb.taxonomy
        self._true: dict[str, int] = {}
        self._false: dict[str, int] = {}
        self._wholes: dict[str, list[str]] = {}
        for whole, parts in kb.taxonomy.composites.items():
            for part in parts:
                for kind in kb.taxonomy.kinds(part) - kb.taxonomy.kinds(whole):
                    self._wholes.setdefault(kind, []).append(whole)
        for fact, (_, kind) in kb.taxonomy.by_role.items():
            self.affirm(fact, planes.get(true_of(kind), 0))
            self.deny(fact, planes.get(false_of(kind), 0))

    def affirm(self, fact: str, rows: int) -> int:
        """State a fact in the rows where nothing speaks against it, and tell which they are."""
        rows &= ~self._against(fact)
        wholes = self._wholes.get(fact, ())
        for whole in wholes:
            rows &= ~(self._summed(whole, fact) & self._against(whole))
        if not rows & ~self._true.get(fact, 0):
            return rows
        for wide in self._taxonomy.wider(fact):
            self._true[wide] = self._true.get(wide, 0) | rows
        for other in self._taxonomy.disjoint_with(fact):
            self._false[other] = self._false.get(other, 0) | rows
        for whole in wholes:
            self.affirm(whole, self._summed(whole, fact) & rows)
        return rows

    def _against(self, fact: str) -> int:
        """Where the fact, or what it implies, is false."""
        found = 0
        for wide in self._taxonomy.wider(fact):
            found |= self._false.get(wide, 0)
        return found

    def _summed(self, whole: str, fact: str) -> int:
        """Where all parts of a whole are true, when a fact is."""
        found = -1
        for part in self._taxonomy.composites[whole]:
            if not self._taxonomy.is_a(fact, part):
                found &= self._true.get(part, 0)
        return found

    def deny(self, fact: str, rows: int) -> int:
        """Deny a fact in the rows where nothing speaks for it, and tell which they are."""
        rows &= ~self._true.get(fact, 0)
        for kind in self._taxonomy.kinds(fact):
            self._false[kind] = self._false.get(kind, 0) | rows
        return rows
