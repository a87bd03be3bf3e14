"""The page on which jurisdictions are laid side by side: on a topic of the law, or on a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tacenda import vocabulary as v
from tacenda.comparison import Comparison, TopicComparison, compare, compare_topic
from tacenda.comparison.law import FEATURES
from tacenda.comparison.page import comparison_map, topic_map
from tacenda.comparison.positions import Row
from tacenda.desk.desk import Desk
from tacenda.errors import LawError, Problem, nearest
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario
from tacenda.topics import Topic, Topics

FIRST_TOPIC = "duty-to-protect"
"""What is compared for whoever has not said."""


@lru_cache(maxsize=4)
def topics_of(kb: KnowledgeBase) -> Sequence[Topic]:
    """The topics of a law base, by what people call them."""
    return sorted(Topics(kb).known.values(), key=lambda topic: topic.label)


def jurisdictions(kb: KnowledgeBase, among: Iterable[str]) -> list[str]:
    """The jurisdictions that an address names, else every state; raises `ScenarioError` with the nearest name."""
    named = [part for text in among for part in text.replace(" ", "").split(",") if part]
    for code in named:
        kb.pack(code)
    return list(dict.fromkeys(named)) or [pack.code for pack in kb.packs if pack.within] or [p.code for p in kb.packs]


@dataclass(frozen=True)
class Mapped:
    """The act whose answers the map shows."""

    context: str
    act: str
    svg: str

    @property
    def name(self) -> str:
        """How the address calls it."""
        return f"{self.context} {v.shorten(self.act)}"


def topic_page(
    desk: Desk, name: str, among: Sequence[str], day: date, scenarios: Iterable[tuple[str, str]] = ()
) -> str:
    """The law on a topic, jurisdiction by jurisdiction: a map, the regimes, and each feature."""
    found = _of_topic(desk.kb, name, tuple(among), day)
    features = [one for one in FEATURES if any(profile.features[one] for profile in found.profiles)]
    return desk.render(
        "compare.html",
        title=f"{found.topic.label[:1].upper()}{found.topic.label[1:]}, state by state",
        section="compare",
        topics=topics_of(desk.kb),
        scenarios=list(scenarios),
        scenario="",
        among=list(among),
        day=day,
        found=found,
        features=features,
        svg=topic_map(found),
        rows=(),
        mapped=None,
        question=(),
        problems=(),
    )


@lru_cache(maxsize=64)
def _of_topic(kb: KnowledgeBase, name: str, among: tuple[str, ...], day: date) -> TopicComparison:
    return compare_topic(kb, name, among, day)


def scenario_page(
    desk: Desk,
    asked: Scenario,
    among: Sequence[str],
    chosen: str = "",
    *,
    name: str = "",
    scenarios: Iterable[tuple[str, str]] = (),
    question: Sequence[tuple[str, str]] = (),
) -> str:
    """A scenario under the law of each jurisdiction: a map of one act, and every act on which they differ."""
    kb = desk.kb
    first = [code for code in among if code == asked.jurisdiction]
    found = compare(kb, asked, [*first, *(code for code in among if code not in first)])
    rows = sorted(found.telling(), key=found.weight)
    return desk.render(
        "compare.html",
        title=f"{asked.title or 'One scenario'}: state by state",
        section="compare",
        topics=topics_of(kb),
        scenarios=list(scenarios),
        scenario=name,
        among=list(among),
        day=asked.as_of,
        found=None,
        comparison=found,
        features=(),
        svg="",
        rows=rows,
        mapped=_mapped(found, rows, chosen),
        question=list(question),
        problems=(),
    )


def problem_page(desk: Desk, problems: Sequence[Problem], scenarios: Iterable[tuple[str, str]] = ()) -> str:
    """The page with what is wrong with the address, and the forms to ask otherwise."""
    return desk.render(
        "compare.html",
        title="Compare",
        section="compare",
        topics=topics_of(desk.kb),
        scenarios=list(scenarios),
        scenario="",
        among=[pack.code for pack in desk.kb.packs if pack.within],
        day="",
        found=None,
        features=(),
        svg="",
        rows=(),
        mapped=None,
        question=(),
        problems=problems,
    )


def _mapped(found: Comparison, rows: Sequence[Row], chosen: str) -> Mapped | None:
    context, _, act = chosen.partition(" ")
    names: Mapping[str, Row] = {f"{row.context} {v.shorten(row.act)}": row for row in found.rows}
    if chosen and chosen not in names:
        known = [v.shorten(row.act) for row in found.rows if row.context == context] or list(names)
        raise LawError(Problem(f"none of them speaks of `{chosen}`", "map", nearest(act, known)))
    row = names.get(chosen) or next(iter(rows), None)
    return Mapped(row.context, row.act, comparison_map(found, row.context, row.act)) if row else None
