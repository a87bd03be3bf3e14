"""A law base opened again is the same law base, and what lies in the cache is never trusted to run."""

from __future__ import annotations

import os
import pickle
import zlib
from datetime import date
from pathlib import Path

import pytest

from commands import LAW
from tacenda import cache, knowledge
from tacenda.compiler import compile_law
from tacenda.knowledge import KnowledgeBase
from tacenda.program import Program
from tacenda.reach import reach


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "tacenda"


def opened() -> KnowledgeBase:
    return KnowledgeBase.open("us-zz", folders=[LAW])


def contents(kb: KnowledgeBase) -> tuple[object, ...]:
    statements = sorted(map(str, kb.vocabulary())), sorted(map(str, kb.store))
    return kb.norms, kb.sources, kb.network, kb.taxonomy.terms, kb.taxonomy.above, *statements


def test_a_law_base_opened_again_is_the_same_and_nothing_is_worked_out(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened()
    monkeypatch.setattr(knowledge, "_work_out", None)
    assert contents(opened()) == contents(first)


def test_the_statements_are_read_when_they_are_asked_for(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = opened()
    monkeypatch.setattr(knowledge, "kept_store", None)
    again = opened()
    assert (again.norms, again.network, again.acts_in_court) == (first.norms, first.network, first.acts_in_court)


def test_a_program_kept_is_the_program_compiled(home: Path) -> None:
    kb = KnowledgeBase.open("us-ma")
    reached = reach(kb, "us-ma", date(2026, 11, 22), ("practice", "court"))
    first = compile_law(kb, reached)
    (kept,) = home.glob("program-*.json.zlib")
    compile_law.cache_clear()
    again = compile_law(kb, reached)
    assert again is not first
    assert again.digest == first.digest
    kept.write_text("nonsense")
    compile_law.cache_clear()
    assert compile_law(kb, reached).digest == first.digest
    assert Program.from_json(zlib.decompress(kept.read_bytes()).decode()).digest == first.digest


class Danger:
    """Runs a command when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return eval, ("__import__('pathlib').Path('harm').touch()",)


@pytest.mark.parametrize("ending", ["snapshot", "nq.zlib"])
@pytest.mark.parametrize("content", [b"", b"nonsense", pickle.dumps(Danger()), pickle.dumps((1, 2, 3))])
def test_a_cache_that_was_tampered_with_is_worked_out_again(
    home: Path, content: bytes, ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = contents(opened())
    (kept,) = home.glob(f"law-*.{ending}")
    kept.write_bytes(content)
    monkeypatch.chdir(tmp_path)
    assert contents(opened()) == first
    assert not (tmp_path / "harm").exists()
    assert kept.read_bytes() != content


def test_what_was_used_longest_ago_makes_room(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_KEPT_BYTES", 20)
    for day, name in enumerate(["a.x", "b.x", "c.x"]):
        cache.write(name, b"12345")
        os.utime(home / name, (day, day))
    assert cache.read("a.x") == b"12345"  # and is the newest now
    cache.write("d.x", b"1234567890")
    assert sorted(path.name for path in home.iterdir()) == ["a.x", "c.x", "d.x"]


def test_a_cache_that_cannot_be_written_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tacenda").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert opened().norms
    assert cache.read("anything") is None
