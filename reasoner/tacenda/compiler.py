"""The law in reach of a scenario, compiled: facts, conditions, norms and acts as gates of one program."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tacenda import cache
from tacenda import vocabulary as v
from tacenda.cache import code_digest
from tacenda.errors import LawError, Problem
from tacenda.knowledge import KnowledgeBase
from tacenda.program import FALSE, TRUE, Builder, Program
from tacenda.taxonomy import Taxonomy

Value = tuple[int, int]
"""The slots of the two planes of a truth value: where it is true, and where it is false."""
FALSE_VALUE: Value = (FALSE, TRUE)
TRUE_VALUE: Value = (TRUE, FALSE)
CONTRADICTION = "contradiction"
"""The output that is set where a scenario says that some fact is both true and false."""
_WORTH_KEEPING = 2000
"""How many gates a program has at least that is sooner read than compiled."""
FLAGS = {"required": "Obligation", "forbidden": "Prohibition", "privileged": "Privilege", "limited": "Limitation"}


@dataclass(frozen=True)
class Reach:
    """The norms that reach a scenario in each context asked about, by context."""

    contexts: tuple[tuple[str, frozenset[str]], ...]
    closed: bool = False

    def key(self) -> str:
        """A text that is the same for equal reaches, in every run."""
        return repr((self.closed, [(context, sorted(norms)) for context, norms in self.contexts]))


@lru_cache(maxsize=512)
def reach(kb: KnowledgeBase, jurisdiction: str, day: date, contexts: tuple[str, ...], closed: bool = False) -> Reach:
    """The norms whose place, setting and date are those of a scenario; the same value for days under the same law."""
    codes = {jurisdiction, *kb.pack(jurisdiction).within}
    in_force = []
    for iri, norm in kb.norms.items():
        source = kb.sources[norm.source]
        first, last = norm.in_force(source)
        if source.jurisdiction in codes and (first is None or first <= day) and (last is None or day < last):
            in_force.append(iri)
    found = tuple(
        (context, frozenset(iri for iri in in_force if v.CONTEXTS[context] in kb.network.contexts.get(iri, ())))
        for context in contexts
    )
    return _same(Reach(found, closed))


@lru_cache(maxsize=512)
def _same(one: Reach) -> Reach:
    """The first of equal reaches, so that what is kept for one is found by identity for all."""
    return one


def true_of(iri: str) -> str:
    """The input that is set where a scenario states a fact, or gives a role a value of this class."""
    return f"stated {iri}"


def false_of(iri: str) -> str:
    """The input that is set where a scenario denies a fact, or gives a role a value that cannot be of this class."""
    return f"denied {iri}"


def given(role: str) -> str:
    """The input that is set where a scenario gives a value for the role with this property."""
    return f"given {role}"


class Compiler:
    """Compiles what is asked for, and what that rests on."""

    def __init__(self, kb: KnowledgeBase, reached: Reach, builder: Builder | None = None) -> None:
        self.builder = builder or Builder()
        self._kb = kb
        self._taxonomy = kb.taxonomy
        self._reached = dict(reached.contexts)
        self._closed = reached.closed
        self._facts = _Facts(kb, self.builder, reached.closed)
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


class _Facts:
    """What is true and false of facts and roles before any norm is asked."""

    def __init__(self, kb: KnowledgeBase, builder: Builder, closed: bool) -> None:
        self._taxonomy = kb.taxonomy
        self._builder = builder
        self._closed = closed
        self._scenarios = v.tac("Scenario")
        self._role_of = {
            kind: v.ROLE_PROPERTIES[role] for role, root in v.ROLES.items() for kind in kb.taxonomy.kinds(root)
        }
        self._stated: dict[str, int] = {}
        self._values: dict[str, Value] = {}
        self._excluders = _excluders(kb.taxonomy)
        self._questions = frozenset(term.iri for term in kb.taxonomy.facts() if term.is_open_question)

    def value(self, iri: str) -> Value:
        """The truth of a fact, or of a role's being of a class."""
        found = self._values.get(iri)
        if found is None:
            found = self._values[iri] = self._fact(iri) if self._is_fact(iri) else self._role(iri)
        return found

    def _is_fact(self, iri: str) -> bool:
        return iri != self._scenarios and self._scenarios in self._taxonomy.above.get(iri, ())

    def _role(self, kind: str) -> Value:
        true, false = self._builder.input(true_of(kind)), self._builder.input(false_of(kind))
        if self._closed and kind in self._role_of:
            without = self._builder.complement(self._builder.input(given(self._role_of[kind])))
            false = self._builder.any_of([false, without])
        return true, false

    def _fact(self, fact: str) -> Value:
        true, false = self._true(fact), self._false(fact)
        if self._closed and fact not in self._taxonomy.composites:
            questions = [self._false(one) for one in self._taxonomy.kinds(fact) & self._questions]
            left_out = self._builder.all_of([self._builder.complement(true), *questions])
            false = self._builder.any_of([false, left_out])
        return true, false

    def _said(self, fact: str) -> int:
        """Where a fact is stated itself, or its role is what it says."""
        found = self._builder.input(true_of(fact))
        if fact in self._taxonomy.by_role:
            return self._builder.any_of([found, self._builder.input(true_of(self._taxonomy.by_role[fact][1]))])
        return found

    def _denied(self, fact: str) -> int:
        """Where a fact is denied itself, or its role cannot be what it says."""
        found = self._builder.input(false_of(fact))
        if fact in self._taxonomy.by_role:
            return self._builder.any_of([found, self._builder.input(false_of(self._taxonomy.by_role[fact][1]))])
        return found

    def _true(self, fact: str) -> int:
        found = self._stated.get(fact)
        if found is None:
            found = self._stated[fact] = self._builder.any_of(map(self._said, sorted(self._taxonomy.kinds(fact))))
        return found

    def _false(self, fact: str) -> int:
        wider = sorted(wide for wide in self._taxonomy.wider(fact) if self._is_fact(wide))
        slots = [self._denied(wide) for wide in wider]
        slots += [self._true(other) for wide in wider for other in self._excluders.get(wide, ())]
        return self._builder.any_of(slots)

    def contradictions(self) -> Iterator[tuple[str, int]]:
        """Where each fact is both true and false, those counted that several together make true."""
        taxonomy, either, both = self._taxonomy, self._builder.any_of, self._builder.all_of
        wholes: dict[str, int] = {}

        def summed(whole: str) -> int:
            if whole not in wholes:
                wholes[whole] = both([widely(part) for part in taxonomy.composites[whole]])
            return wholes[whole]

        def widely(fact: str) -> int:
            below = sorted(one for one in taxonomy.kinds(fact) & taxonomy.composites.keys() if one != fact)
            own = [summed(fact)] if fact in taxonomy.composites else []
            return either(
                [self._true(fact), *own, *(summed(one) for one in below if fact not in _parts(taxonomy, one))]
            )

        for fact in sorted(term.iri for term in taxonomy.facts()):
            wider = [wide for wide in taxonomy.wider(fact) if self._is_fact(wide)]
            excluding = [widely(other) for wide in wider for other in self._excluders.get(wide, ())]
            yield fact, both([widely(fact), either([self._false(fact), *excluding])])


def _parts(taxonomy: Taxonomy, whole: str) -> frozenset[str]:
    """What a sum's parts, and the wider facts of those, already say."""
    return frozenset().union(*(taxonomy.wider(part) for part in taxonomy.composites[whole]))


def _excluders(taxonomy: Taxonomy) -> dict[str, list[str]]:
    """For each fact the facts that a statement of the vocabulary says exclude it."""
    found: dict[str, list[str]] = {}
    for one, others in taxonomy.exclusions():
        for other in others:
            found.setdefault(other, []).append(one)
    return {iri: sorted(ones) for iri, ones in found.items()}


@lru_cache(maxsize=64)
def compile_law(kb: KnowledgeBase, reached: Reach) -> Program:
    """The program that says everything of a scenario: facts, kinds of role, conditions, norms, and acts.

    Outputs are called by what they say: a fact by its IRI (a sum of facts also by `itself` and IRI, without what its
    parts say), a norm or condition by context and IRI, the verdict on an act by context, flag and IRI; `contradiction`
    tells where there is no answer. Raises `LawError` for a circle of norms.
    """
    name = f"program-{hashlib.sha256(f'{code_digest()} {kb.digest} {reached.key()}'.encode()).hexdigest()[:48]}.json"
    content = cache.read(name)
    if content is not None:
        with suppress(ValueError, KeyError, TypeError):
            return Program.from_json(content.decode())
    program = _compile(kb, reached)
    if len(program.gates) >= _WORTH_KEEPING:
        cache.write(name, program.to_json().encode())
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
