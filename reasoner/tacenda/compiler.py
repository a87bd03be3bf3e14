"""The law in reach of a scenario, compiled: facts, conditions, norms and acts as gates of one program."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache

from tacenda import cache
from tacenda import vocabulary as v
from tacenda.cache import code_digest
from tacenda.errors import LawError, Problem
from tacenda.fact_gates import FALSE_VALUE, TRUE_VALUE, FactGates, Value
from tacenda.knowledge import KnowledgeBase
from tacenda.program import Builder, Program
from tacenda.reach import Reach
from tacenda.snapshot import uncollected

CONTRADICTION = "contradiction"
"""The output that is set where a scenario says that some fact is both true and false."""
_WORTH_KEEPING = 2000
"""How many gates a program has at least that is sooner read than compiled."""
FLAGS = {"required": "Obligation", "forbidden": "Prohibition", "privileged": "Privilege", "limited": "Limitation"}


class Compiler:
    """Compiles what is asked for, and what that rests on."""

    def __init__(self, kb: KnowledgeBase, reached: Reach, builder: Builder | None = None) -> None:
        self.builder = builder or Builder()
        self._kb = kb
        self._taxonomy = kb.taxonomy
        self._reached = dict(reached.contexts)
        self._closed = reached.closed
        self._facts = FactGates(kb, self.builder, reached.closed)
        self._values: dict[tuple[str, str], Value] = {}
        self._open: dict[tuple[str, str], None] = {}
        self._applications, self._duties = _by_act(kb)

    def value(self, context: str, iri: str) -> Value:
        """The truth of a fact, kind of role, norm, condition or application."""
        key = (context, iri)
        found = self._values.get(key)
        if found is None:
            if key in self._open:
                self._refuse_cycle(key)
            self._open[key] = None
            found = self._values[key] = self._work_out(context, iri)
            del self._open[key]
        return found

    def itself(self, fact: str) -> Value:
        """Where a fact is stated or implied, denied or excluded, whatever its parts are."""
        return self._facts.value(fact)

    def _work_out(self, context: str, iri: str) -> Value:
        kb = self._kb
        if iri in kb.norms and iri not in self._reached[context]:
            return FALSE_VALUE
        gate = kb.network.gates.get(iri)
        if gate is None:
            return TRUE_VALUE if iri in kb.norms else self._facts.value(iri)
        parts = [self.value(context, member) for member in gate.needs]
        parts += [self.value(context, member)[::-1] for member in gate.barred_by]
        if gate.is_choice:
            parts.append(self.some(self.value(context, member) for member in gate.needs_one_of))
        whole = self.every(parts)
        if iri in self._taxonomy.composites:
            stated = self._facts.value(iri)
            whole = (self.builder.any_of([whole[0], stated[0]]), self.builder.any_of([whole[1], stated[1]]))
        return whole

    def every(self, values: Iterable[Value]) -> Value:
        """Strong Kleene conjunction."""
        found = list(values)
        return self.builder.all_of(true for true, _ in found), self.builder.any_of(false for _, false in found)

    def some(self, values: Iterable[Value]) -> Value:
        """Strong Kleene disjunction."""
        found = list(values)
        return self.builder.any_of(true for true, _ in found), self.builder.all_of(false for _, false in found)

    def application(self, context: str, norm: str, act: str) -> Value:
        """Whether a norm reaches an act."""
        if norm not in self._reached[context]:
            return FALSE_VALUE
        gate = self._kb.network.applications.get((norm, act))
        return self.value(context, gate or norm)

    def flag(self, context: str, name: str, act: str) -> Value:
        """Whether an act is `required`, `forbidden`, `privileged` or `limited`."""
        if name == "required":
            return self.some(self.value(context, norm) for norm in self._duties.get(act, ()))
        norms = self._applications.get((FLAGS[name], act), ())
        return self.some(self.application(context, norm, act) for norm in norms)

    def status(self, context: str, act: str) -> tuple[int, int, int]:
        """The three bits of the status of an act, as `STATUSES` numbers them, lowest first."""
        required, forbidden, privileged = (self.flag(context, name, act) for name in list(FLAGS)[:3])
        either, both = self.builder.any_of, self.builder.all_of
        free = both([required[1], forbidden[1]])
        is_forbidden = both([required[1], forbidden[0]])
        low = either([both([required[0], forbidden[0]]), is_forbidden, both([free, privileged[1]])])
        return low, either([is_forbidden, both([free, privileged[0]])]), required[0]

    def contradiction(self) -> int:
        """Where some fact is both stated, or implied, and denied, or excluded."""
        return self.builder.any_of(slot for _, slot in self._facts.contradictions())

    def contradictions(self) -> Iterator[tuple[str, int]]:
        """Each fact with where it is both stated, or implied, and denied, or excluded."""
        return self._facts.contradictions()

    def _refuse_cycle(self, key: tuple[str, str]) -> None:
        around = list(self._open)
        names = [iri for _, iri in around[around.index(key) :]]
        norms = [v.shorten(iri) for iri in names if iri in self._kb.norms] or [v.shorten(iri) for iri in names]
        where = next((self._kb.norms[iri].where for iri in names if iri in self._kb.norms), "")
        raise LawError(Problem(f"these norms rest on each other in a circle: {' → '.join([*norms, norms[0]])}", where))


STATUSES = ("unsettled", "permitted", "privileged", "forbidden", "required", "conflict")
"""The status that each number stands for, in the bits that `Compiler.status` gives."""


@lru_cache(maxsize=16)
def _by_act(kb: KnowledgeBase) -> tuple[Mapping[tuple[str, str], list[str]], Mapping[str, list[str]]]:
    """The norms of a kind that are applied to an act, by kind and act; the obligations about an act, by act."""
    applications: dict[tuple[str, str], list[str]] = {}
    for norm, act in kb.network.applications:
        applications.setdefault((kb.norms[norm].kind, act), []).append(norm)
    duties: dict[str, list[str]] = {}
    for duty in kb.norms.values():
        if duty.kind == "Obligation" and duty.act:
            duties.setdefault(duty.act, []).append(duty.iri)
    return applications, duties


@lru_cache(maxsize=64)
def compile_law(kb: KnowledgeBase, reached: Reach) -> Program:
    """The program that says everything of a scenario: facts, kinds of role, conditions, norms, and acts.

    Outputs are called by what they say: a fact by its IRI (a sum of facts also by `itself` and IRI, without what its
    parts say), a norm or condition by context and IRI, the verdict on an act by context, flag and IRI; `contradiction`
    tells where there is no answer. Raises `LawError` for a circle of norms.
    """
    name = (
        f"program-{hashlib.sha256(f'{code_digest()} {kb.digest} {reached.key()}'.encode()).hexdigest()[:48]}.json.zlib"
    )
    content = cache.read(name)
    with uncollected():
        if content is not None:
            with suppress(ValueError, KeyError, TypeError, zlib.error):
                return Program.from_json(zlib.decompress(content).decode())
        program = _compile(kb, reached)
    if len(program.gates) >= _WORTH_KEEPING:
        cache.write(name, zlib.compress(program.to_json().encode(), level=1))
    return program


def _compile(kb: KnowledgeBase, reached: Reach) -> Program:
    compiler = Compiler(kb, reached)
    output = compiler.builder.output
    first = reached.contexts[0][0]
    for iri in _facts_and_kinds(kb):
        output(iri, compiler.value(first, iri))
        if iri in kb.taxonomy.composites:
            output(f"itself {iri}", compiler.itself(iri))
    applied = frozenset(kb.network.applications.values())
    for context, norms in reached.contexts:
        for iri in kb.network.gates:
            if iri not in kb.taxonomy.terms and iri not in kb.norms and iri not in applied:
                output(f"{context} {iri}", compiler.value(context, iri))
        for iri in kb.norms:
            if iri in norms:
                output(f"{context} {iri}", compiler.value(context, iri))
        for (norm, _), iri in kb.network.applications.items():
            if norm in norms:
                output(f"{context} {iri}", compiler.value(context, iri))
        for act in sorted(kb.network.regulated):
            for name in FLAGS:
                output(f"{context} {name} {act}", compiler.flag(context, name, act))
    output(CONTRADICTION, [compiler.contradiction()])
    return compiler.builder.program()


def _facts_and_kinds(kb: KnowledgeBase) -> Iterator[str]:
    """Every fact, and every kind of role that a norm or a fact asks about."""
    taxonomy = kb.taxonomy
    yield from (term.iri for term in taxonomy.facts())
    asked = {kind for _, kind in taxonomy.by_role.values()}
    gates = kb.network.gates.values()
    members = {member for gate in gates for member in (*gate.needs, *gate.needs_one_of, *gate.barred_by)}
    for root in v.ROLES.values():
        yield from sorted((members | asked) & taxonomy.kinds(root))
