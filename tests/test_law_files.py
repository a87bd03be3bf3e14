"""Each law file opens with the tree of its exceptions, as `tacenda show --tree` draws it from the norms."""

from __future__ import annotations

from pathlib import Path

import pytest

from tacenda.knowledge import KnowledgeBase
from tacenda.model import Source
from tacenda.outline import tree

KB = Path(__file__).parents[1] / "kb"
LAW = KnowledgeBase.open()
SOURCES = {source.where.rpartition(":")[0]: source for source in LAW.sources.values()}


def head_of(text: str) -> str:
    lines = text.splitlines(keepends=True)
    count = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    return "".join(lines[:count])


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_the_head_is_the_tree(name: str, request: pytest.FixtureRequest) -> None:
    source: Source = SOURCES[name]
    path = KB.parent / name
    text = path.read_text("utf-8")
    expected = tree(LAW, source)
    if request.config.getoption("--update-golden") and head_of(text) != expected:
        path.write_text(expected + text.removeprefix(head_of(text)), "utf-8")
        text = path.read_text("utf-8")
    assert head_of(text) == expected


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_a_file_is_named_for_its_source(name: str) -> None:
    assert Path(name).stem == SOURCES[name].iri.rpartition("/")[2]


def test_every_law_file_holds_a_source() -> None:
    words = ("jurisdiction.ttl", "facts.ttl")
    files = {f"kb/{path.parent.name}/{path.name}" for path in KB.glob("us*/*.ttl") if path.name not in words}
    assert files == set(SOURCES)
