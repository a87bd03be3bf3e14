"""Comparisons as HTML: tables and tile maps, to show in a notebook, to keep as one file, and on the desk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tacenda.comparison.contract import scenario_phrases
from tacenda.comparison.law import FEATURES, TopicComparison
from tacenda.comparison.positions import Comparison, Row
from tacenda.comparison.report import ADVICE
from tacenda.comparison.tiles import STYLES, Tile, tile_map
from tacenda.knowledge import KnowledgeBase
from tacenda.markup import Html, element, grid, joined, link, shown, unfolding, verdict
from tacenda.model import Norm, Scenario, Status

if TYPE_CHECKING:
    from tacenda.comparison.revision import Revision

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title}</title><style>:root{{color-scheme:light dark}}
body{{font:16px/1.5 system-ui,sans-serif;max-width:75em;margin:1em auto;padding:0 1em}}
svg{{max-width:100%;height:auto}}</style></head><body><main>
<h1>{title}</h1>
{body}
</main></body></html>
"""
_NOT_LAW = ("none", "no authority found")


def comparison_html(found: Comparison) -> str:
    """The rows that differ as a table a context, each with its reasons to unfold."""
    heads = ("act", *(found.name(code) for code in found.codes))
    parts: list[str] = [element("p", element("small", f"note: {one}")) for one in found.readings]
    for context in dict.fromkeys(row.context for row in found.rows):
        rows = [row for row in found.telling() if row.context == context]
        table = grid(heads, ([_act(found, row), *_verdicts(found, row)] for row in rows))
        parts += [element("h4", f"In {context}"), table if rows else element("p", "nothing differs")]
    return shown(*parts, element("p", element("small", ADVICE)))


def _act(found: Comparison, row: Row) -> Html:
    """The act, under which the reasons unfold."""
    reasons = [
        element("li", f"{found.name(one.one)} and {found.name(one.other)}: {reason}")
        for one in row.differences
        for reason in one.reasons
    ]
    return unfolding(row.label, element("ul", *reasons)) if reasons else element("span", row.label)


def _verdicts(found: Comparison, row: Row) -> Iterator[Html]:
    for cell in row.cells:
        if cell.position is None:
            yield element("small", "no norm speaks of it")
        elif row.instead(cell):
            yield joined([verdict(cell.status.value), " ", element("small", found.kb.label(cell.act))])
        else:
            yield verdict(cell.status.value)


def topic_html(found: TopicComparison) -> str:
    """The regimes as a table, and under each feature what the jurisdictions say."""
    rows = [(profile.name, str(profile.regime)) for profile in found.profiles]
    parts: list[str] = [element("p", found.topic.definition), grid(("", "regime"), rows)]
    for name in FEATURES:
        told = [(profile.name, _listed(profile.features[name])) for profile in found.profiles if profile.features[name]]
        if told:
            parts.append(unfolding(name, grid(("", ""), told)))
    return shown(*parts, element("p", element("small", ADVICE)))


def _listed(texts: tuple[str, ...]) -> Html:
    return joined(element("div", text) for text in texts)


def revision_html(found: Revision) -> str:
    """The norms that changed, by what the change means, and the examples."""
    kb = found.kb
    rows = [
        (change.judgement, _cited(kb, change.before), _cited(kb, change.after), _listed(change.details))
        for change in found.changes
    ]
    examples = [
        (
            joined([f"{flip.context}: {kb.label(flip.act)}: ", verdict(flip.before), " → ", verdict(flip.after)]),
            _phrases(kb, flip.scenario),
        )
        for flip in found.flips
    ]
    return shown(
        grid(("", str(found.one), str(found.other), "also"), rows) if rows else element("p", "no norm differs"),
        *(
            [element("h4", "Examples"), grid(("comes out otherwise", "if, and nothing else"), examples)]
            if examples
            else []
        ),
        element("p", element("small", f"What was law and is not encoded looks as if it had begun later. {ADVICE}")),
    )


def _cited(kb: KnowledgeBase, norm: Norm | None) -> Html:
    if norm is None:
        return Html("")
    place = next(iter(kb.sources[norm.source].read_at), "")
    return joined([norm.label, " (", link(kb.cite(norm), place), ")"])


def _phrases(kb: KnowledgeBase, scenario: Scenario) -> str:
    found = scenario_phrases(kb, scenario)
    roles = [f"the {role} is: {found[role]}" for role in scenario.role_values() if role in found]
    return "; ".join([*roles, *found.get("facts", []), *(f"not {one}" for one in found.get("not", []))])


def page(title: str, *parts: str) -> str:
    """A whole page that opens from a file and fetches nothing."""
    return _PAGE.format(title=element("span", title)[6:-7], body="\n".join(parts))


def comparison_map(found: Comparison, context: str, act: str) -> Html:
    """What each jurisdiction says of an act, on the tile map of the states."""
    row = found.row(context, act)
    tiles = {
        cell.code: Tile(cell.status.value, cell.status.value) if cell.position else Tile("no norm speaks of it", "none")
        for cell in row.cells
    }
    return tile_map(f"{row.label}, in {context}, law of {found.scenario.as_of}", tiles)


def topic_map(found: TopicComparison) -> Html:
    """The regime of each jurisdiction on the tile map of the states."""
    tiles = {profile.code: _tile(profile.regime.word) for profile in found.profiles}
    return tile_map(f"{found.topic.label}, law of {found.day}", tiles)


def _tile(word: str) -> Tile:
    first, _, second = word.partition(" and ")
    return Tile(word, _style(first), second if second in STYLES else "")


def _style(word: str) -> str:
    if word in STYLES:
        return word
    if word in _NOT_LAW:
        return "none"
    return "unknown" if word in ("not yet looked at", "only beside other topics") else "permitted"


def as_page(found: Comparison | TopicComparison | Revision) -> str:
    """A comparison as one page, with a map where there is one to draw."""
    if isinstance(found, TopicComparison):
        return page(f"{found.topic.label}: law of {found.day}", topic_map(found), topic_html(found))
    if isinstance(found, Comparison):
        telling = [row for row in found.telling() if len({c.status for c in row.cells} - {Status.UNSETTLED}) > 1]
        maps = [
            unfolding(
                f"map: {row.context}: {row.label}", comparison_map(found, row.context, row.act), is_open=number == 0
            )
            for number, row in enumerate(telling)
        ]
        title = found.scenario.title or "One scenario, several jurisdictions"
        return page(title, *maps[:8], comparison_html(found))
    return page(f"From {found.one} to {found.other}", revision_html(found))
