"""An assessment as text for people: one screen, settled positions first, practice and court side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from tacenda import vocabulary as v
from tacenda.assessment import Assessment, ContextAnswer, Position
from tacenda.errors import visible
from tacenda.explanation import explain_answer, fact_phrase
from tacenda.knowledge import KnowledgeBase
from tacenda.model import WEIGHTIEST_FIRST, Status
from tacenda.next_question import best_questions
from tacenda.passage import passage, wrapped
from tacenda.questions import Questions

WIDTH = 120
OPEN_SHOWN = 2
FACTS_SHOWN = 6
ADVICE = "Research, not legal advice."
_TITLES = {
    "practice": "IN PRACTICE: the therapist's duties",
    "court": "IN COURT: what may come out, and who can stop it",
}


def to_text(assessment: Assessment, *, everything: bool = False, proof: bool = False, width: int = WIDTH) -> str:
    """The answer as text; *everything* lists every position, *proof* adds the steps behind them."""
    kb, scenario = assessment.kb, assessment.scenario
    lines = [scenario.title] if scenario.title else []
    lines.append(heading(assessment))
    lines += [f"note: {warning}" for warning in assessment.warnings]
    lines.append("")
    side_by_side = len(assessment.contexts) > 1 and width >= 100
    column = (width - 3) // 2 if side_by_side else width
    blocks = [list(_block(kb, answer, column, everything)) for answer in assessment.contexts]
    if side_by_side:
        lines += _beside(blocks[0], blocks[1], column)
    else:
        for block in blocks:
            lines += [*block, ""]
    nearest = {answer.context: _nearest(kb, answer, everything) for answer in assessment.contexts}
    opened = [
        line for answer in assessment.contexts for line in _open(kb, answer, nearest[answer.context], width, everything)
    ]
    if opened:
        lines += ["", "STILL OPEN", *opened]
        lines += [f"  ask next: {question}" for question in best_questions(assessment, few=1)]
    asked = dict.fromkeys(
        block for answer in assessment.contexts for block in _questions(kb, answer, nearest[answer.context], width)
    )
    if asked:
        lines += ["", "OPEN QUESTIONS OF LAW on which this turns", *(line for block in asked for line in block)]
    if proof:
        lines += ["", "PROOF   ✓ true   ✗ false   ? unknown"]
        for answer in assessment.contexts:
            lines += ["", _TITLES[answer.context]]
            for step in explain_answer(assessment, answer):
                lines += [line.rstrip() for line in step.lines(1)]
    lines += [
        "",
        f"{ADVICE} Words in quotation marks are the law's; the brackets say how well each provision was read.",
    ]
    return "".join(f"{visible(line)}\n" for long in lines for line in _fitted(long.rstrip(), width))


def heading(assessment: Assessment) -> str:
    """Whose law it is, of which day, for which court, and how what is not stated is read."""
    kb, scenario = assessment.kb, assessment.scenario
    names = [
        pack.name for pack in kb.packs if pack.code in {scenario.jurisdiction, *kb.pack(scenario.jurisdiction).within}
    ]
    reading = "closed: what is not stated is false" if scenario.closed else "open: what is not stated is unknown"
    court = scenario.roles.get("court")
    forum = f" · in court: {kb.label(court)}" if court else ""
    return f"Law of {' and '.join(reversed(names))} on {scenario.as_of}{forum} · {reading}"


def _fitted(line: str, width: int) -> list[str]:
    """The line itself, or, when it is too long, its parts, indented beneath it."""
    if len(line) <= width:
        return [line]
    pad = line[: len(line) - len(line.lstrip())]
    return wrapped(line.strip(), width, pad, f"{pad}    ")


def _block(kb: KnowledgeBase, answer: ContextAnswer, width: int, everything: bool) -> Iterator[str]:
    yield _TITLES[answer.context]
    found = list(groups(telling(kb, answer.positions, everything)))
    if not found:
        is_open = any(position.status is Status.UNSETTLED for position in answer.positions)
        yield "  nothing is settled by what is stated" if is_open else "  no duty, right or limit applies"
    for group in found:
        yield ""
        yield from passage(kb, answer.view, group, width, full=everything)
    others = [f"{norm.kind.lower()}: {norm.label} ({kb.cite(norm)})" for norm in answer.holding("Power", "Immunity")]
    if others:
        yield ""
    for line in others:
        yield from wrapped(line, width, "  ", "    ")


def telling(kb: KnowledgeBase, positions: Sequence[Position], everything: bool) -> Iterator[Position]:
    """The settled positions that say more than a wider act's position already says."""
    settled = [position for position in positions if position.status is not Status.UNSETTLED]
    for position in sorted(settled, key=lambda p: WEIGHTIEST_FIRST.index(p.status)):
        wider = [other for other in settled if other.act != position.act and kb.taxonomy.is_a(position.act, other.act)]
        repeats = any(
            other.status is position.status and set(position.because) <= set(other.because) for other in wider
        )
        silent = position.status is Status.PERMITTED and not position.lifted
        if everything or not (repeats or silent):
            yield position


def groups(positions: Iterable[Position]) -> Iterator[list[Position]]:
    """Positions that say the same for the same reasons, together."""
    found: dict[object, list[Position]] = {}
    for p in positions:
        lifted = tuple((lift.norm.iri, tuple(norm.iri for norm in lift.by)) for lift in p.lifted)
        because = tuple(norm.iri for norm in p.because)
        found.setdefault((p.status, p.privileged, because, lifted, len(p.limited_by)), []).append(p)
    yield from found.values()


def _nearest(kb: KnowledgeBase, answer: ContextAnswer, everything: bool) -> list[Position]:
    """The open positions that are nearest to being settled, telling before housekeeping; all with *everything*."""
    by_breadth = open_positions(kb, answer)
    turning = (position for position in by_breadth if everything or position.depends_on)
    shown = sorted(
        islice(turning, None if everything else 2 * OPEN_SHOWN),
        key=lambda one: (_is_housekeeping(kb, one), *_distance(one), _narrowness(kb, one)),
    )
    return shown if everything else shown[:OPEN_SHOWN]


def open_positions(kb: KnowledgeBase, answer: ContextAnswer) -> list[Position]:
    """The open positions, telling before housekeeping, those on which fewest facts may bear first."""
    opened = [position for position in answer.positions if position.look]
    return sorted(opened, key=lambda one: (_is_housekeeping(kb, one), one.breadth, _narrowness(kb, one)))


def _is_housekeeping(kb: KnowledgeBase, position: Position) -> bool:
    return not any(kb.taxonomy.is_a(position.act, wide) for wide in v.ASKED_FIRST)


def _narrowness(kb: KnowledgeBase, position: Position) -> int:
    """How many kinds of act lie above a position's: what is wider is told first."""
    return len(kb.taxonomy.wider(position.act))


def _open(
    kb: KnowledgeBase, answer: ContextAnswer, shown: Sequence[Position], width: int, everything: bool
) -> Iterator[str]:
    for position in shown:
        yield from wrapped(f"{answer.context}: {position.label}", width, "  ", "    ")
        assert position.outlook is not None
        for status, sets in position.outlook.would_be.items():
            for found in sets if everything else sets[:1]:
                facts = " and ".join(fact_phrase(kb, iri, value) for iri, value in found.items())
                wish = f"would be {status.value} if {facts}" if found else f"{status.value} in every case"
                yield from wrapped(wish, width, "    ", "      ")
        if everything and not position.outlook.would_be_complete:
            yield "    and in further ways"
        names = [fact_phrase(kb, iri) for iri in position.depends_on]
        if everything or len(names) <= FACTS_SHOWN:
            yield from wrapped(f"depends on: {'; '.join(names)}", width, "    ", "      ")
        else:
            yield f"    depends on {len(names)} facts, listed with --all"
    if (others := sum(1 for position in answer.positions if position.look) - len(shown)) > 0:
        yield f"  {answer.context}: {others} more, listed with --all"


def _questions(
    kb: KnowledgeBase, answer: ContextAnswer, opened: Sequence[Position], width: int
) -> Iterator[tuple[str, ...]]:
    """The lines of each open question of law behind what is shown, with the courts on each side."""
    settled = [position for position in answer.positions if not position.look]
    for question in Questions(kb, answer).behind([*settled, *opened]):
        first, *others = question.lines()
        sides = (part for line in others for part in wrapped(line, width, "    ", "      "))
        yield (*wrapped(first, width, "  ", "    "), *sides)


def _distance(position: Position) -> tuple[int, int]:
    assert position.outlook is not None
    sizes = [len(found) for sets in position.outlook.would_be.values() for found in sets]
    return (min(sizes, default=0), len(position.depends_on))


def _beside(left: list[str], right: list[str], column: int) -> list[str]:
    height = max(len(left), len(right))
    left = left + [""] * (height - len(left))
    right = right + [""] * (height - len(right))
    return [f"{one:<{column}} │ {other}" for one, other in zip(left, right, strict=True)]
