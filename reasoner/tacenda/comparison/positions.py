"""One scenario under the law of several jurisdictions: what each says of every act, and why they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from tacenda import vocabulary as v
from tacenda.assessment import Assessment, Position, assess, discharge_text
from tacenda.comparison.alike import close_acts, spoken_of, standing_in
from tacenda.comparison.reasons import Reason, Reasons, Side, listed
from tacenda.errors import Problem, ScenarioError
from tacenda.explanation import fact_phrase
from tacenda.knowledge import KnowledgeBase
from tacenda.markup import Shown
from tacenda.model import WEIGHTIEST_FIRST, Norm, Scenario, Status, Truth
from tacenda.scenario import brought_under
from tacenda.topics import Topics

FLAGS = (("required", "Obligation"), ("forbidden", "Prohibition"), ("privileged", "Privilege"))


@dataclass(frozen=True)
class Cell:
    """What the law of one jurisdiction says of an act; nothing where no norm of it speaks of the act."""

    code: str
    position: Position | None
    act: str
    """The act of which its law speaks: that of the row, or one close to it."""

    @property
    def status(self) -> Status:
        """The status; what no norm speaks of is permitted."""
        return self.position.status if self.position else Status.PERMITTED

    @property
    def because(self) -> tuple[Norm, ...]:
        """The norms on which the status rests."""
        return self.position.because if self.position else ()


@dataclass(frozen=True)
class Difference:
    """Two jurisdictions that do not say the same of an act, and why."""

    one: str
    other: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Row:
    """One act in one context, jurisdiction by jurisdiction."""

    context: str
    act: str
    label: str
    cells: tuple[Cell, ...]
    tell: Callable[[], tuple[Difference, ...]] = field(repr=False, compare=False)

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """How each jurisdiction differs from the first, with the reasons; worked out when first asked for."""
        return self.tell()

    def instead(self, cell: Cell) -> bool:
        """Whether a jurisdiction's law speaks of a close act instead of that of the row."""
        return cell.act != self.act and cell.position is not None

    @property
    def differs(self) -> bool:
        """Whether the jurisdictions say different things, or require the same in other ways."""
        return len({cell.status for cell in self.cells}) > 1 or len({_terms(cell) for cell in self.cells}) > 1

    def groups(self) -> dict[Status, list[Cell]]:
        """The cells by status, the weightiest first."""
        found: dict[Status, list[Cell]] = {}
        for status in WEIGHTIEST_FIRST:
            if cells := [cell for cell in self.cells if cell.status is status]:
                found[status] = cells
        return found


@dataclass(frozen=True)
class Comparison(Shown):
    """The answers of several jurisdictions to one scenario, act by act.

    `print` gives the text of the command line, `to_dict` its JSON, `to_csv` a row for each act and jurisdiction.
    """

    scenario: Scenario
    kb: KnowledgeBase = field(repr=False, compare=False)
    codes: tuple[str, ...]
    answers: dict[str, Assessment] = field(repr=False, compare=False)
    rows: tuple[Row, ...]
    readings: tuple[str, ...] = ()
    """Where a word of one state's law was read as the wider word that all share."""

    def name(self, code: str) -> str:
        """What people call a jurisdiction."""
        return self.kb.pack(code).name

    def row(self, context: str, act: str) -> Row:
        """The row of an act, given as a compact name or IRI; raises `KeyError` when no jurisdiction speaks of it.

        Where a close act stands for it, that one's row.
        """
        iri = v.expand(act)
        rows = [row for row in self.rows if row.context == context]
        for row in sorted(rows, key=lambda row: row.act != iri):
            if iri in (row.act, *(cell.act for cell in row.cells if row.instead(cell))):
                return row
        raise KeyError(f"no norm in {context} speaks of {act}")

    def weight(self, row: Row) -> tuple[bool, bool, bool, int]:
        """What is told first: what is due somewhere, telling before housekeeping, settled before open, most unlike."""
        settled = {cell.status for cell in row.cells} - {Status.UNSETTLED}
        telling = any(self.kb.taxonomy.is_a(row.act, wide) for wide in v.ASKED_FIRST)
        return (
            not settled & {Status.REQUIRED, Status.CONFLICT},
            not telling,
            len(settled) < 2 and any(cell.status is Status.UNSETTLED for cell in row.cells),
            -len(settled),
        )

    def telling(self) -> Iterator[Row]:
        """The rows that differ and that say more than the row of a wider act."""
        differing = [row for row in self.rows if row.differs]
        for row in differing:
            wider = (one for one in differing if one.context == row.context and one.act != row.act)
            if not any(self.kb.taxonomy.is_a(row.act, one.act) and _alike(row, one) for one in wider):
                yield row

    def agreed(self) -> Iterator[Row]:
        """The rows in which all require, forbid or protect the same, and that say more than the row of a wider act."""
        binding = (Status.REQUIRED, Status.FORBIDDEN, Status.PRIVILEGED, Status.CONFLICT)
        alike = [row for row in self.rows if not row.differs and row.cells[0].status in binding]
        for row in alike:
            wider = (one for one in alike if one.context == row.context and one.act != row.act)
            if not any(self.kb.taxonomy.is_a(row.act, one.act) and _alike(row, one) for one in wider):
                yield row

    def to_dict(self, *, everything: bool = False) -> dict[str, object]:
        """The JSON contract; rows that do not differ are in it only with *everything*."""
        from tacenda.comparison.contract import comparison_to_dict

        return comparison_to_dict(self, everything=everything)

    def to_csv(self) -> str:
        """A line for each act, context and jurisdiction."""
        from tacenda.comparison.contract import comparison_to_csv

        return comparison_to_csv(self)

    def to_turtle(self) -> str:
        """The positions and the reasons for their differences as Turtle."""
        from tacenda.comparison.contract import comparison_to_turtle

        return comparison_to_turtle(self)

    def __str__(self) -> str:
        from tacenda.comparison.report import comparison_text

        return comparison_text(self)

    def _repr_html_(self) -> str:
        from tacenda.comparison.page import comparison_html

        return comparison_html(self)


def compare(kb: KnowledgeBase, scenario: Scenario, codes: Sequence[str], *, acts: Sequence[str] = ()) -> Comparison:
    """One scenario under the law of each jurisdiction called in *codes*, act by act, with reasons for every difference.

    *kb* must hold all of them. Each answers under its own law; a profession, client or court that is a word of one
    state's law is read elsewhere as the nearest word that all share, and `readings` says so. *acts*, as IRIs, confine
    the rows. Raises `ScenarioError` for an unknown jurisdiction or a scenario without a date.

    >>> from datetime import date
    >>> kb = KnowledgeBase.open("us-ma")
    >>> who, told = v.expand("prof:Psychologist"), v.expand("fact:InformationFromServices")
    >>> asked = Scenario("us-ma", as_of=date(2026, 11, 22), professional=who, facts=(told,), closed=True)
    >>> [str(cell.status) for cell in compare(kb, asked, ["us-ma", "us"]).row("practice", "act:Disclose").cells]
    ['forbidden', 'permitted']
    """
    names = {code: kb.pack(code).name for code in dict.fromkeys(codes)}
    if len(names) < 2:
        raise ScenarioError(Problem("name two jurisdictions or more to compare", hint="such as --in us-ma,us-ca"))
    readings: dict[str, list[str]] = {}
    answers = {code: assess(kb, _brought(kb, scenario, code, readings)) for code in names}
    reasons = Reasons(kb, Topics(kb))
    rows = [
        row
        for context in next(iter(answers.values())).contexts
        for row in _rows(kb, names, answers, context.context, frozenset(acts), reasons)
    ]
    told = tuple(f"{', '.join(where)}: {how}" for how, where in readings.items())
    return Comparison(scenario, kb, tuple(names), answers, tuple(rows), told)


def _brought(kb: KnowledgeBase, scenario: Scenario, code: str, readings: dict[str, list[str]]) -> Scenario:
    """The scenario as one of another jurisdiction, how its words are read being noted."""
    found, read = brought_under(kb, scenario, code)
    for word, wider in read.items():
        readings.setdefault(f"`{kb.label(word)}` is read as `{wider}`", []).append(kb.pack(code).name)
    return found


def _rows(
    kb: KnowledgeBase,
    names: dict[str, str],
    answers: dict[str, Assessment],
    context: str,
    wanted: frozenset[str],
    reasons: Reasons,
) -> Iterator[Row]:
    positions = {
        code: {position.act: position for position in answer.context(context).positions}
        for code, answer in answers.items()
    }
    order = {iri: place for place, iri in enumerate(kb.taxonomy.terms)}
    sides = {
        code: Side(code, names[code], answer.context(context), day)
        for code, answer in answers.items()
        if (day := answer.scenario.as_of)
    }
    acts = {act for found in positions.values() for act in found}
    close = close_acts(kb)
    spoken = {code: spoken_of(kb, sides[code].view) for code in names}
    told: set[tuple[str, ...]] = set()
    found: dict[str, tuple[Cell, ...]] = {}

    def first_comes(act: str) -> tuple[list[bool], list[bool], int]:
        """An act that the first jurisdictions reach, then one of which they speak, stands for those close to it."""
        return (
            [act not in positions[code] for code in names],
            [act not in spoken[code] for code in names],
            order.get(act, 0),
        )

    for act in sorted(acts & wanted if wanted else acts, key=first_comes):
        said = {code: standing_in(act, close, spoken[code], positions[code]) for code in names}
        if (instead := tuple(said.values())) not in told:
            told.add(instead)
            found[act] = tuple(Cell(code, positions[code].get(one), one) for code, one in said.items())
    for act, cells in sorted(found.items(), key=lambda one: order.get(one[0], 0)):
        yield Row(context, act, kb.label(act), cells, partial(_differences, kb, reasons, sides, cells))


def _differences(
    kb: KnowledgeBase, reasons: Reasons, sides: dict[str, Side], cells: Sequence[Cell]
) -> tuple[Difference, ...]:
    first, *others = cells
    found = []
    for other in others:
        if first.status is not other.status:
            why = tuple(_why(kb, reasons, sides, first, other))
        else:
            why = tuple(_details(kb, sides, first, other))
        if why or first.status is not other.status:
            found.append(Difference(first.code, other.code, why))
    return tuple(found)


def _why(kb: KnowledgeBase, reasons: Reasons, sides: dict[str, Side], one: Cell, other: Cell) -> Iterator[Reason]:
    for flag, kind in FLAGS:
        said = _flag(one, flag), _flag(other, flag)
        if said[0] is said[1]:
            continue
        # told from the side that is sure, and of two that are from the one that says more
        here, there = (one, other) if said[0] is True or (said[0] is None and said[1] is False) else (other, one)
        deciding = _deciding(kb, here, kind, sides)
        why = list(reasons.why_not(there.act, deciding, sides[here.code], sides[there.code]))
        yield from why
        unsure = next((cell for cell in (one, other) if _flag(cell, flag) is None), None)
        if unsure and unsure.position and not any(reason.kind == "open" for reason in why):
            phrases = tuple(fact_phrase(kb, iri) for iri in unsure.position.may_depend_on)
            if phrases:
                text = f"{sides[unsure.code].name}: whether it is {flag} may turn on: {listed(phrases)}"
                yield Reason("open", text, facts=phrases)


def _deciding(kb: KnowledgeBase, cell: Cell, kind: str, sides: dict[str, Side]) -> list[Norm]:
    """The norms of a kind that hold of an act and are not lifted, the jurisdiction's own first."""
    view, act = sides[cell.code].view, cell.act
    found = []
    for iri in view.reached:
        norm = kb.norms[iri]
        if norm.kind != kind or not norm.act:
            continue
        gate = norm.iri if kind == "Obligation" else kb.network.applications.get((norm.iri, act), "")
        about = norm.act == act if kind == "Obligation" else kb.taxonomy.is_a(act, norm.act)
        if about and view.truth(gate):
            found.append((kb.sources[norm.source].jurisdiction != cell.code, iri, norm))
    return [norm for _, _, norm in sorted(found, key=lambda one: one[:2])]


def _flag(cell: Cell, flag: str) -> Truth:
    return getattr(cell.position, flag) if cell.position else False


def _terms(cell: Cell) -> tuple[object, ...]:
    """The terms on which an act is required or privileged."""
    if cell.status not in (Status.REQUIRED, Status.PRIVILEGED):
        return ()
    return tuple(tuple(sorted(value(norm) for norm in cell.because if value(norm))) for _, value in _DETAILS)


def _deadline(norm: Norm) -> str:
    return ", ".join(f"{one.manner} {one.within}".strip() for one in norm.deadlines)


_DETAILS: tuple[tuple[str, Callable[[Norm], str]], ...] = (
    ("deadline", _deadline),
    ("recipient", lambda norm: " ".join(sorted(norm.recipient))),
    ("holder", lambda norm: " ".join(sorted(norm.holder))),
    ("asserted by", lambda norm: " ".join(sorted(norm.asserted_by))),
    ("waived by", lambda norm: " ".join(sorted(norm.waived_by))),
)


def _details(kb: KnowledgeBase, sides: dict[str, Side], one: Cell, other: Cell) -> Iterator[Reason]:
    """Where two jurisdictions require or protect the same in other ways."""
    if one.status not in (Status.REQUIRED, Status.PRIVILEGED):
        return
    for kind, value in _DETAILS:
        here, there = (sorted({value(norm) for norm in cell.because if value(norm)}) for cell in (one, other))
        if here != there:
            shown = [
                f"{sides[cell.code].name}: {_people(kb, values) or 'none is named'}"
                for cell, values in ((one, here), (other, there))
            ]
            yield Reason(kind, f"{kind}: {'; '.join(shown)}", _first(one), _first(other))
    ways = [
        " / ".join(sorted({discharge_text(kb, norm.discharge) for norm in cell.because if norm.discharge}))
        for cell in (one, other)
    ]
    if ways[0] != ways[1]:
        shown = [
            f"{sides[cell.code].name}: {way or 'the act itself'}" for cell, way in zip((one, other), ways, strict=True)
        ]
        yield Reason("discharge", f"discharged by: {'; '.join(shown)}", _first(one), _first(other))


def _first(cell: Cell) -> Norm | None:
    return next(iter(cell.because), None)


def _people(kb: KnowledgeBase, values: Sequence[str]) -> str:
    """Deadlines as they are, people by their names."""
    return " / ".join(
        ", ".join(kb.label(part) for part in value.split()) if value.startswith("http") else value for value in values
    )


def _alike(row: Row, wider: Row) -> bool:
    """Whether a row says no more than that of a wider act: the same statuses for the same reasons."""
    return all(
        one.status is other.status and set(one.because) <= set(other.because)
        for one, other in zip(row.cells, wider.cells, strict=True)
    )
