"""Comparisons as text for people: a matrix first, then why the jurisdictions differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tacenda import vocabulary as v
from tacenda.comparison.contract import scenario_phrases
from tacenda.comparison.law import FEATURES, TopicComparison
from tacenda.comparison.positions import Comparison, Row
from tacenda.errors import visible
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Norm, Scenario, Status
from tacenda.passage import wrapped

if TYPE_CHECKING:
    from tacenda.comparison.revision import Change, Revision

WIDTH = 120
ADVICE = "Research, not legal advice."
ROWS, REASONS, TEXTS = 12, 3, 3
"""How many rows of a context are told, how many reasons of a difference, and how many texts of a feature."""
SHORT = {
    Status.CONFLICT: "conf",
    Status.REQUIRED: "req",
    Status.FORBIDDEN: "forb",
    Status.PRIVILEGED: "priv",
    Status.PERMITTED: "perm",
    Status.UNSETTLED: "open",
}
_TITLES = {"practice": "IN PRACTICE", "court": "IN COURT"}


def comparison_text(found: Comparison, *, everything: bool = False, width: int = WIDTH) -> str:
    """The matrix of the rows that differ, and the reasons; *everything* leaves nothing out."""
    lines = [found.scenario.title] if found.scenario.title else []
    reading = "closed: what is not stated is false" if found.scenario.closed else "open: what is not stated is unknown"
    names = ", ".join(f"{_column(code)} {found.name(code)}" for code in found.codes)
    lines += wrapped(f"{names} · law of {found.scenario.as_of} · {reading}", width, "", "  ")
    lines += [line for one in found.readings for line in wrapped(f"note: {one}", width, "", "  ")]
    telling = list(found.rows if everything else found.telling())
    for context in dict.fromkeys(row.context for row in found.rows):
        rows = sorted((row for row in telling if row.context == context), key=found.weight)
        shown = rows if everything else rows[:ROWS]
        lines += ["", *_matrix(found, context, shown, width)]
        if len(rows) > len(shown):
            lines.append(f"  {len(rows) - len(shown)} more acts differ, listed with --all")
        for row in shown:
            if row.differs:
                lines += ["", *_why(found, row, width, everything)]
    same = sum(not row.differs for row in found.rows)
    lines += ["", f"{same} acts stand alike in all of them. {ADVICE}"]
    return _joined(lines)


def places_text(found: Comparison, *, everything: bool = False, width: int = WIDTH) -> str:
    """A scenario that touches several jurisdictions: who they are, what they agree on, and what they do not."""
    named = [
        f"{found.name(code)} ({', '.join(v.PLACES[key][1] for key in keys) or 'the jurisdiction named'})"
        for code, keys in found.scenario.touched().items()
    ]
    lines = wrapped(f"It touches {' and '.join(named)}.", width, "", "  ")
    lines += wrapped(
        "Each answers here under its own law; which of them governs, a question of choice of law, is not answered.",
        width,
        "",
        "  ",
    )
    lines += ["", "THEY AGREE"]
    for context in dict.fromkeys(row.context for row in found.rows):
        alike = [row for row in found.agreed() if row.context == context]
        for row in alike:
            cited = "; ".join(dict.fromkeys(found.kb.cite(norm) for cell in row.cells for norm in cell.because))
            lines += wrapped(
                f"{row.cells[0].status.value.upper()} in {context}: {row.label} ({cited})", width, "  ", "    "
            )
        if not alike:
            lines.append(f"  on nothing that any of them requires, forbids or protects in {context}")
    return _joined([*lines, "", "THEY DISAGREE"]) + "\n" + comparison_text(found, everything=everything, width=width)


def _column(code: str) -> str:
    return code.partition("-")[2].upper() or code.upper()


def _matrix(found: Comparison, context: str, rows: list[Row], width: int) -> Iterator[str]:
    heads = [f"{_column(code):>5}" for code in found.codes]
    room = max(width - len("".join(heads)) - 2, 24)
    yield f"{_TITLES[context]:<{room + 2}}" + "".join(heads)
    if not rows:
        yield "  nothing differs"
    for row in rows:
        *above, last = wrapped(row.label, room + 2, "  ", "    ")
        cells = "".join(f"{SHORT[cell.status] if cell.position else '·':>5}" for cell in row.cells)
        yield from above
        yield f"{last:<{room + 2}}{cells}"


def _why(found: Comparison, row: Row, width: int, everything: bool) -> Iterator[str]:
    yield from wrapped(f"{row.context}: {row.label}", width, "", "  ")
    for status, cells in row.groups().items():
        cited = []
        for cell in cells:
            norms = [norm for norm in cell.because if status is not Status.UNSETTLED]
            words = "; ".join(dict.fromkeys(map(found.kb.cite, norms)))
            cited.append(f"{found.name(cell.code)}{f' ({words})' if words else ''}")
        yield from wrapped(f"{status.value.upper()}  {', '.join(cited)}", width, "  ", "    ")
    for act in dict.fromkeys(cell.act for cell in row.cells if row.instead(cell)):
        names = ", ".join(found.name(cell.code) for cell in row.cells if cell.act == act and row.instead(cell))
        yield from wrapped(f"in {names} this is: {found.kb.label(act)}", width, "  ", "    ")
    for text in _reasons(found, row, everything):
        yield from wrapped(f"· {text}", width, "    ", "      ")


def _reasons(found: Comparison, row: Row, everything: bool) -> list[str]:
    """Each reason once; those that nothing like a norm is encoded as one for all the places where it is not."""
    told: dict[str, str] = {}
    lacking: dict[str, list[str]] = {}
    for difference in row.differences:
        for reason in difference.reasons if everything else difference.reasons[:REASONS]:
            if reason.kind == "not encoded" and reason.norm:
                home = found.kb.sources[reason.norm.source].jurisdiction
                there = difference.other if difference.one == home else difference.one
                names = lacking.setdefault(reason.norm.iri, [])
                names.append(found.name(there))
                own = f"{found.name(home)}: {reason.norm.label} ({found.kb.cite(reason.norm)})"
                kind = reason.norm.kind.lower()
                told[reason.norm.iri] = f"{own}; no such {kind} of {', '.join(names)} is encoded"
            else:
                told[reason.text] = reason.text
    return list(told.values())


def topic_text(found: TopicComparison, *, everything: bool = False, width: int = WIDTH) -> str:
    """The regimes first, then feature by feature what each jurisdiction says."""
    lines = wrapped(f"{found.topic.label}: {found.topic.definition}", width, "", "  ")
    lines += [f"Law of {found.day}", ""]
    room = max((len(profile.name) for profile in found.profiles), default=0) + 2
    for profile in found.profiles:
        lines += wrapped(f"{profile.name:<{room}}{profile.regime}", width, "  ", " " * (room + 4))
    for name in FEATURES:
        if not any(profile.features[name] for profile in found.profiles):
            continue
        lines += ["", name.upper()]
        for profile in found.profiles:
            texts = profile.features[name]
            shown = texts if everything else texts[:TEXTS]
            for number, text in enumerate(shown):
                head = profile.name if number == 0 else ""
                lines += wrapped(f"{head:<{room}}{text}", width, "  ", " " * (room + 4))
            if len(texts) > len(shown):
                lines.append(f"{'':<{room + 4}}{len(texts) - len(shown)} more, listed with --all")
    lines += ["", ADVICE]
    return _joined(lines)


def revision_text(found: Revision, *, width: int = WIDTH) -> str:
    """The norms that changed by what the change means, then the examples."""
    kb = found.kb
    lines = [f"From {found.one} to {found.other}", ""]
    if not found.changes:
        lines.append("no norm differs")
    groups: dict[str, list[Change]] = {}
    for change in found.changes:
        groups.setdefault(change.judgement, []).append(change)
    for judgement, changes in groups.items():
        lines += [f"{_JUDGED[judgement]} ({len(changes)})"]
        for change in changes:
            lines += _change(kb, change, width)
        lines.append("")
    if found.flips:
        lines.append("EXAMPLES: the smallest scenarios that come out otherwise, each answered by the engine")
    for flip in found.flips:
        lines.append("")
        label = kb.label(flip.act)
        lines += wrapped(f"{flip.context}: {label}: {flip.before.value} → {flip.after.value}", width, "  ", "    ")
        lines += wrapped(f"if {_phrases(kb, flip.scenario)}, and nothing else", width, "    ", "      ")
        for side, because in ((found.one, flip.because_before), (found.other, flip.because_after)):
            for norm in because:
                lines += wrapped(f"{side}: {norm.label} ({kb.cite(norm)})", width, "    ", "      ")
    lines += ["", "What was law and is not encoded looks here as if it had begun later.", ADVICE]
    return _joined(lines)


_JUDGED = {
    "less protective": "LESS PROTECTIVE of what the client confided",
    "more protective": "MORE PROTECTIVE of what the client confided",
    "incomparable": "INCOMPARABLE: each holds where the other does not, or in another way",
    "neither": "CHANGED, without bearing on what is kept secret",
    "equivalent": "EQUIVALENT: they hold in the same scenarios",
}


def _change(kb: KnowledgeBase, change: Change, width: int) -> Iterator[str]:
    def told(norm: Norm) -> str:
        return f"{norm.label} ({kb.cite(norm)})"

    if change.before and change.after:
        yield from wrapped(f"~ {told(change.before)}", width, "  ", "    ")
        yield from wrapped(f"→ {told(change.after)}", width, "    ", "      ")
    elif norm := change.before or change.after:
        yield from wrapped(f"{'-' if change.before else '+'} {norm.kind.lower()}: {told(norm)}", width, "  ", "    ")
    for detail in change.details:
        yield from wrapped(detail, width, "      ", "        ")
    for name, scenario in (("only the first holds", change.only_before), ("only the second holds", change.only_after)):
        if scenario:
            yield from wrapped(f"{name} if {_phrases(kb, scenario)}", width, "      ", "        ")


def _phrases(kb: KnowledgeBase, scenario: Scenario) -> str:
    found = scenario_phrases(kb, scenario)
    parts = [f"the {role} is: {found[role]}" for role in scenario.role_values() if role in found]
    parts += found.get("facts", [])
    parts += [f"not {phrase}" for phrase in found.get("not", [])]
    return "; ".join(parts) or "nothing is stated"


def _joined(lines: list[str]) -> str:
    return "".join(f"{visible(line.rstrip())}\n" for line in lines)
