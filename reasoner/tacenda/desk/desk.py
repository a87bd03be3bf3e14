"""What every page is made with: the law base, addresses and templates."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from tacenda import __version__
from tacenda import vocabulary as v
from tacenda.desk.links import Links
from tacenda.knowledge import KnowledgeBase

STATIC = Path(__file__).parent / "static"
"""Style sheets, scripts and pictures."""

SECTIONS = (
    ("ask", "Ask"),
    ("law", "Law"),
    ("compare", "Compare"),
    ("graph", "Graph"),
    ("queries", "Queries"),
    ("vocabulary", "Vocabulary"),
)
"""The parts of the desk, as the head of each page lists them."""

STATUS_MARKS = {
    "required": "▲",
    "forbidden": "✕",
    "privileged": "◆",
    "permitted": "○",
    "unsettled": "?",
    "conflict": "⚡",
}
"""A mark for each status, so that no colour is needed to tell one from another."""


@dataclass(frozen=True)
class Desk:
    """The law base, and how its pages are written and addressed.

    >>> desk = Desk(KnowledgeBase.open("us-ma"))
    >>> "<title>Law · tacenda</title>" in desk.render("base.html", title="Law", section="law")
    True
    """

    kb: KnowledgeBase = field(repr=False)
    links: Links = field(default_factory=Links)

    def render(self, template: str, *, title: str, section: str = "", **values: Any) -> str:
        """A whole page, or a part of one, from the template of that name."""
        page = environment().get_template(template)
        return page.render(desk=self, kb=self.kb, links=self.links, title=title, section=section, **values)


@cache
def environment() -> Environment:
    """The templates: what is put into them is escaped, and a name that nothing stands for is a mistake."""
    found = Environment(
        loader=PackageLoader("tacenda.desk", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["short"] = v.shorten
    found.globals.update(expand=v.expand, sections=SECTIONS, status_marks=STATUS_MARKS, version=__version__)
    return found
