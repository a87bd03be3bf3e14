"""What an audit asks of the law in one reach, compiled for the columns that a table has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from tacenda import vocabulary as v
from tacenda.assessment import acts_judged, bearing_on
from tacenda.compiler import CONTRADICTION, Compiler
from tacenda.fact_gates import false_of, given, true_of
from tacenda.kernel import Kernel
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Norm
from tacenda.program import FALSE, Builder
from tacenda.reach import Reach

_DECIDING = ("Obligation", "Prohibition", "Privilege")
"""The kinds of norm on which a status rests."""


class _Present(Builder):
    """Takes every input but some for clear, so that the gates which rest on it are never made."""

    def __init__(self, present: Collection[str]) -> None:
        super().__init__()
        self._present = present

    def input(self, name: str) -> int:
        return super().input(name) if name in self._present else FALSE


@dataclass(frozen=True)
class Question:
    """What a table asks: the facts and roles that it has columns for, the acts, and the norms by context."""

    facts: tuple[str, ...]
    roles: tuple[str, ...]
    acts: tuple[str, ...]
    norms: tuple[tuple[str, str], ...]

    @cached_property
    def columns(self) -> dict[str, tuple[str, str]]:
        """The two inputs that the column of each fact gives."""
        return {fact: (true_of(fact), false_of(fact)) for fact in self.facts}

    def inputs(self, kb: KnowledgeBase) -> frozenset[str]:
        """The inputs that a program may have."""
        names = {name for pair in self.columns.values() for name in pair}
        for role in self.roles:
            names.add(given(v.ROLE_PROPERTIES[role]))
            for kind in kb.taxonomy.kinds(v.ROLES[role]):
                # a value of a role belongs to every class above it, those above the role's own included
                names.update(map(true_of, kb.taxonomy.wider(kind)))
                names.add(false_of(kind))
        return frozenset(names)


@dataclass(frozen=True)
class Plan:
    """A kernel that answers a question under one reach, and what its outputs are called."""

    kernel: Kernel
    statuses: dict[str, str]
    """For an act that the law judges, the output with the three bits of its status."""
    norms: dict[tuple[str, str], str]
    """For a context and a norm in reach there, the output with its truth."""
    deciding: dict[tuple[str, str], str]
    """For an act and a norm that may decide its status, the output that is set where it does."""


@lru_cache(maxsize=256)
def plan(kb: KnowledgeBase, reached: Reach, question: Question) -> Plan:
    """How a question is answered under the law in one reach; made once for all tables that ask it."""
    compiler = Compiler(kb, reached, _Present(question.inputs(kb)))
    output = compiler.builder.output
    statuses: dict[str, str] = {}
    norms: dict[tuple[str, str], str] = {}
    deciding: dict[tuple[str, str], str] = {}
    for context, in_reach in reached.contexts:
        judged = set(acts_judged(kb, in_reach, context))
        bearing = [norm for iri, norm in kb.norms.items() if iri in in_reach and norm.kind in _DECIDING]
        for act in question.acts:
            if act in judged:
                statuses[act] = f"status {act}"
                output(statuses[act], compiler.status(context, act))
                for norm, slot in _deciding(kb, compiler, context, bearing, act):
                    if slot != FALSE:
                        deciding[act, norm] = f"{norm} decides {act}"
                        output(deciding[act, norm], [slot])
        for name, norm in question.norms:
            if name == context and norm in in_reach:
                norms[context, norm] = f"{context} {norm}"
                output(norms[context, norm], compiler.value(context, norm))
    output(CONTRADICTION, [compiler.contradiction()])
    return Plan(Kernel(compiler.builder.program(), question.columns), statuses, norms, deciding)


def _deciding(
    kb: KnowledgeBase, compiler: Compiler, context: str, bearing: Sequence[Norm], act: str
) -> Iterator[tuple[str, int]]:
    """Each norm that may decide an act's status, with where it does."""
    both, either = compiler.builder.all_of, compiler.builder.any_of
    required, forbidden = compiler.flag(context, "required", act), compiler.flag(context, "forbidden", act)
    # what is required turns a ban into a conflict; while that is open, so is the status, and a privilege comes last
    turned = {"Prohibition": either(required), "Privilege": both([required[1], forbidden[1]])}
    for kind, norms in bearing_on(kb, bearing, act).items():
        for norm in norms:
            if kind == "Obligation":
                yield norm.iri, compiler.value(context, norm.iri)[0]
            elif kind in turned:
                yield norm.iri, both([compiler.application(context, norm.iri, act)[0], turned[kind]])


def contradictions(kb: KnowledgeBase, question: Question) -> Kernel:
    """A kernel with an output for every fact that the columns may contradict each other about, in the files' order."""
    compiler = Compiler(kb, Reach(()), _Present(question.inputs(kb)))
    slots = dict(compiler.contradictions())
    for term in kb.taxonomy.facts():
        if slots[term.iri] != FALSE:
            compiler.builder.output(term.iri, [slots[term.iri]])
    return Kernel(compiler.builder.program(), question.columns)
