"""What an answer looks like in a notebook: practice and court side by side, each position with the words that decide.

Every text is escaped, and a citation leads to where the law was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tacenda.assessment import Assessment, ContextAnswer, Position
from tacenda.explanation import fact_phrase
from tacenda.inference import View
from tacenda.knowledge import KnowledgeBase
from tacenda.markup import element, grid, joined, link, shown, unfolding, verdict
from tacenda.model import Norm, Status
from tacenda.passage import details
from tacenda.report import ADVICE, groups, heading, open_positions, telling

_TITLES = {
    "practice": "In practice: the therapist's duties",
    "court": "In court: what may come out, and who can stop it",
}
_SAID = {True: "yes", False: "no", None: "not known"}
_WAYS_SHOWN = 3


def assessment_html(assessment: Assessment) -> str:
    """The answer: its settled positions by context, then what is open, folded."""
    title = assessment.scenario.title
    return shown(
        *([element("strong", title)] if title else []),
        element("p", element("small", heading(assessment))),
        *(element("p", f"note: {warning}") for warning in assessment.warnings),
        element("div", *(_side(assessment.kb, answer) for answer in assessment.contexts), class_="sides"),
        element("p", element("small", ADVICE)),
    )


def position_html(position: Position) -> str:
    """One position: what is said of the act and why, and what an open one turns on."""
    kb = position.kb
    flags = ("required", "forbidden", "privileged")
    rows = [(name, _SAID[getattr(position, name)]) for name in flags]
    if kb is not None:
        reasons = "may turn on" if position.status is Status.UNSETTLED else "because"
        told: dict[str, list[str]] = {
            reasons: [_reason(kb, norm) for norm in position.because],
            "free of": [joined([_cited(kb, one.norm), " by ", *_listed(kb, one.by)]) for one in position.lifted],
            "no more than": [joined([_cited(kb, norm), f" lets: {norm.label}"]) for norm in position.limited_by],
            "would be": list(_wishes(kb, position)),
            "depends on": list(_turning(kb, position)),
        }
        rows += [(name, joined(element("div", one) for one in many)) for name, many in told.items() if many]
    head = element("p", verdict(position.status.value), " ", f"in {position.context}: {position.label}")
    return shown(head, grid(("", ""), rows))


def _side(kb: KnowledgeBase, answer: ContextAnswer) -> str:
    """One context of an answer."""
    settled = [_settled(kb, answer.view, group) for group in groups(telling(kb, answer.positions, False))]
    others = [
        element("li", f"{norm.kind.lower()}: {norm.label} (", _cited(kb, norm), ")")
        for norm in answer.holding("Power", "Immunity")
    ]
    opened = open_positions(kb, answer)
    parts = [element("h4", _TITLES[answer.context])]
    if settled:
        parts.append(element("table", element("tbody", *settled)))
    else:
        parts.append(
            element("p", "nothing is settled by what is stated" if opened else "no duty, right or limit applies")
        )
    if others:
        parts.append(unfolding(f"powers and immunities ({len(others)})", element("ul", *others)))
    if opened:
        rows = _opened(kb, opened)
        parts.append(unfolding(f"still open ({len(opened)})", grid(("act", "turns on"), rows)))
    return element("section", *parts)


def _settled(kb: KnowledgeBase, view: View, group: Sequence[Position]) -> str:
    """Positions that rest on the same norms, as a row."""
    position = group[0]
    lines = [element("div", element("strong", "; ".join(member.label for member in group)))]
    lines += [element("div", _reason(kb, norm)) for norm in position.because]
    lines += [element("div", text, class_="faint") for text in details(kb, view, position)]
    return element("tr", element("td", verdict(position.status.value)), element("td", *lines))


def _opened(kb: KnowledgeBase, positions: Sequence[Position]) -> Iterator[tuple[str, str]]:
    """The open acts, those together that turn on the same."""
    found: dict[str, list[str]] = {}
    for position in positions:
        found.setdefault(" ".join(_turning(kb, position)), []).append(position.label)
    for turning, acts in found.items():
        yield "; ".join(acts), turning


def _turning(kb: KnowledgeBase, position: Position) -> Iterator[str]:
    """On what an open position turns; where very much may matter, how much."""
    if position.is_broad:
        yield f"up to {position.breadth} facts: `.depends_on` works out which"
    elif position.depends_on:
        yield "; ".join(fact_phrase(kb, iri) for iri in position.depends_on)


def _wishes(kb: KnowledgeBase, position: Position) -> Iterator[str]:
    """What would settle an open position: the first few ways for each status."""
    if position.is_broad or position.outlook is None:
        return
    for name, ways in position.outlook.would_be.items():
        for way in ways[:_WAYS_SHOWN]:
            facts = " and ".join(fact_phrase(kb, iri, value) for iri, value in way.items())
            yield joined([verdict(name.value), f" if {facts}" if facts else " in every case"])


def _reason(kb: KnowledgeBase, norm: Norm) -> str:
    words = f" “{norm.words}”" if norm.words else ""
    return joined([_cited(kb, norm), words, " ", element("small", f"[{norm.status}]")])


def _listed(kb: KnowledgeBase, norms: Sequence[Norm]) -> Iterator[str]:
    """Citations, each once, apart from one another."""
    for place, norm in enumerate({kb.cite(one): one for one in norms}.values()):
        yield "; " if place else ""
        yield _cited(kb, norm)


def _cited(kb: KnowledgeBase, norm: Norm) -> str:
    """The citation of a norm, leading to where its words were read."""
    return link(kb.cite(norm), next(iter(kb.sources[norm.source].read_at), ""))
