"""The law as an indented outline: each norm with its words beside its effect, exceptions nested beneath."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from functools import lru_cache

from tacenda import vocabulary as v
from tacenda.assessment import discharge_text
from tacenda.errors import LawError, Problem, nearest
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Condition, KindHolds, Norm, Operand, Source
from tacenda.passage import deadline_text
from tacenda.topics import Absence, Topics

WIDTH = 110


def outline(kb: KnowledgeBase, code: str, provision: str | None = None) -> str:
    """A pack, or one provision of it, as people review it.

    Raises `LawError` with the nearest name for an unknown provision.
    """
    sources = [source for source in kb.sources.values() if source.jurisdiction == code]
    if provision:
        sources = [find_source(kb, code, provision)]
    blocks = ["\n".join(_source_lines(kb, source)) for source in sorted(sources, key=lambda s: s.where)]
    return "\n\n".join(blocks) + "\n"


def find_source(kb: KnowledgeBase, code: str, provision: str) -> Source:
    """The source of a pack by its local name (`c112-s135B`) or its citation."""
    known = {
        v.shorten(source.iri).partition(":")[2]: source for source in kb.sources.values() if source.jurisdiction == code
    }
    wanted = provision.removeprefix(f"{code}:").removesuffix(".ttl")
    for name, source in known.items():
        if wanted.casefold() in (name.casefold(), source.citation.casefold()):
            return source
    raise LawError(Problem(f"no provision of `{code}` is called `{provision}`", hint=nearest(wanted, known)))


def tree(kb: KnowledgeBase, source: Source) -> str:
    """The tree of exceptions of a provision, as the comment at the head of its file shows it."""
    lines = [f"# {source.citation}"]
    norms = norms_of(kb, source)
    roots = _roots(norms)
    for norm in roots:
        lines.append(f"#   {_slug(norm, source)} {norm.pinpoint}".rstrip())
        lines += _branches(norm, norms, source, "#   ", {norm.iri})
    return "\n".join(lines) + "\n"


def _branches(norm: Norm, norms: Sequence[Norm], source: Source, pad: str, seen: set[str]) -> list[str]:
    children = [other for other in _against(norm, norms) if other.iri not in seen]
    lines = []
    for place, child in enumerate(children):
        last = place == len(children) - 1
        lines.append(f"{pad}{'└─' if last else '├─'} {_slug(child, source)} {child.pinpoint}".rstrip())
        lines += _branches(child, norms, source, pad + ("   " if last else "│  "), seen | {child.iri})
    return lines


def norms_of(kb: KnowledgeBase, source: Source) -> list[Norm]:
    """The norms that rest on a source, in the order of its file."""
    found = [norm for norm in kb.norms.values() if norm.source == source.iri]
    return sorted(found, key=lambda norm: int(norm.where.rpartition(":")[2] or 0))


def absences_of(kb: KnowledgeBase, source: Source) -> list[Absence]:
    """What a source says that the law does not have."""
    return [absence for absence in _absences(kb) if absence.source == source.iri]


@lru_cache(maxsize=8)
def _absences(kb: KnowledgeBase) -> tuple[Absence, ...]:
    return Topics(kb).absences


def _against(norm: Norm, norms: Sequence[Norm]) -> list[Norm]:
    return [other for other in norms if norm.iri in other.defeats or norm.iri in other.lifts]


def _roots(norms: Sequence[Norm]) -> list[Norm]:
    """The norms that neither defeat nor lift another of the same provision."""
    own = {norm.iri for norm in norms}
    return [norm for norm in norms if not own & {*norm.defeats, *norm.lifts}]


def _slug(norm: Norm, source: Source) -> str:
    return norm.iri.removeprefix(source.iri).lstrip(".")


def _source_lines(kb: KnowledgeBase, source: Source) -> Iterator[str]:
    yield f"{source.citation} · {source.label}"
    dates = [f"in force from {source.since}" if source.since else "in force since a day not known here"]
    if source.until:
        dates.append(f"until {source.until}")
    if source.read_on:
        dates.append(f"read on {source.read_on}")
    if source.authority != "InForce":
        dates.append(source.authority.casefold())
    if source.ended_by:
        dates.append(
            f"ended by {' and '.join(kb.sources[iri].citation for iri in source.ended_by if iri in kb.sources)}"
        )
    if source.compliance_from:
        dates.append(f"to be obeyed from {source.compliance_from}")
    yield f"  {', '.join(dates)}"
    norms = norms_of(kb, source)
    for norm in _roots(norms):
        yield ""
        yield from _norm_lines(kb, norm, norms, source, 1, set())
    for absence in absences_of(kb, source):
        words = f' "{absence.words}"' if absence.words else ""
        yield ""
        yield from _wrap(f"ABSENCE {absence.pinpoint} {absence.label}{words} [{absence.status}]", 1)
        yield from _wrap(f"name: {v.shorten(absence.iri)}", 3)
        yield from _wrap(f"lacks: {absence.lacks.lower()}{f', {kb.label(absence.act)}' if absence.act else ''}", 3)
    for omission in source.omits:
        yield ""
        yield from _wrap(f"left out: {omission}", 1)


def _norm_lines(
    kb: KnowledgeBase, norm: Norm, norms: Sequence[Norm], source: Source, depth: int, above: set[str]
) -> Iterator[str]:
    words = f' "{norm.words}"' if norm.words else ""
    yield from _wrap(f"{norm.kind.upper()} {norm.pinpoint} {norm.label}{words} [{norm.status}]", depth)
    for label, text in _facets(kb, norm):
        yield from _wrap(f"{label}: {text}", depth + 2)
    yield from _condition_lines(kb, norm.condition, depth + 2)
    for child in _against(norm, norms):
        if child.iri not in above:
            yield from _norm_lines(kb, child, norms, source, depth + 2, above | {norm.iri})


def _facets(kb: KnowledgeBase, norm: Norm) -> Iterator[tuple[str, str]]:
    def names(iris: Sequence[str]) -> str:
        return ", ".join(map(kb.label, iris))

    yield "name", v.shorten(norm.iri)
    for label, iris in (
        ("defeats", norm.defeats),
        ("lifts", norm.lifts),
        ("displaces every", norm.displaces),
        ("act", [norm.act] if norm.act else []),
        ("binds", norm.binds),
        ("works in", norm.contexts),
        ("held by", norm.holder),
        ("borne by", norm.bearer),
        ("asserted by", norm.asserted_by),
        ("waived by", norm.waived_by),
        ("to", norm.recipient),
    ):
        if iris:
            yield label, names(tuple(iris))
    if norm.deadlines:
        yield "deadline", " · ".join(map(deadline_text, norm.deadlines))
    if norm.discharge:
        yield "fulfilled by", discharge_text(kb, norm.discharge)
    for label, text in (("standard", norm.standard), ("scope", norm.scope), ("consequence", norm.consequence)):
        if text:
            yield label, text
    if norm.in_force_from or norm.in_force_until:
        yield "in force", f"{norm.in_force_from or '…'} to {norm.in_force_until or '…'}"
    if norm.compliance_from:
        yield "to be obeyed from", str(norm.compliance_from)


def _condition_lines(kb: KnowledgeBase, condition: Condition, depth: int) -> Iterator[str]:
    for label, members in (
        ("when", condition.all_of),
        ("and any of", condition.any_of),
        ("and none of", condition.none_of),
    ):
        shown = "any of" if label == "and any of" and not condition.all_of else label
        if members:
            yield "  " * depth + shown.replace(
                "and none of", "none of" if not (condition.all_of or condition.any_of) else "and none of"
            )
            for member in members:
                yield from _operand_lines(kb, member, depth + 1)


def _operand_lines(kb: KnowledgeBase, member: Operand, depth: int) -> Iterator[str]:
    if isinstance(member, Condition):
        yield "  " * depth + "- a group:"
        yield from _condition_lines(kb, member, depth + 1)
    elif isinstance(member, KindHolds):
        about = f" to {kb.label(member.act)}" if member.act else " requires the very act"
        yield from _wrap(f"- some {member.kind.lower()}{about}", depth)
    elif member in kb.norms:
        yield from _wrap(f"- {v.shorten(member)} holds", depth)
    else:
        yield from _wrap(f"- {kb.label(member)}", depth)


def _wrap(text: str, depth: int) -> list[str]:
    pad = "  " * depth
    return textwrap.wrap(text, WIDTH, initial_indent=pad, subsequent_indent=pad + "    ", break_long_words=False)
