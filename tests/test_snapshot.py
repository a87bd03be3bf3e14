"""A law base opened again is the same law base, and what lies in the cache is never trusted to run."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from commands import LAW
from tacenda import cache, closure, knowledge
from tacenda.knowledge import KnowledgeBase


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


def test_a_change_of_law_that_declares_no_class_leaves_the_closure_as_it_was(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened()
    monkeypatch.setattr(closure, "_close", None)
    changed = tmp_path / "law" / "us-zz"
    changed.mkdir(parents=True)
    for path in (LAW / "us-zz").glob("*.ttl"):
        (changed / path.name).write_text(path.read_text().replace("shall not disclose", "must not disclose"))
    kb = KnowledgeBase.open("us-zz", folders=[changed.parent])
    assert kb.norm("us-zz:s1.silence").words == "must not disclose"


class Danger:
    """Runs a command when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return eval, ("__import__('pathlib').Path('harm').touch()",)


@pytest.mark.parametrize("content", [b"", b"nonsense", pickle.dumps(Danger()), pickle.dumps(((1, 2, 3, 4), b"<"))])
def test_a_cache_that_was_tampered_with_is_worked_out_again(
    home: Path, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = contents(opened())
    (kept,) = home.glob("*.snapshot")
    kept.write_bytes(content)
    monkeypatch.chdir(tmp_path)
    assert contents(opened()) == first
    assert not (tmp_path / "harm").exists()
    assert kept.read_bytes() != content


def test_a_cache_that_cannot_be_written_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tacenda").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert opened().norms
    assert cache.read("anything") is None
