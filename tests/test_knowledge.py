"""The law base: what is opened with what, what is refused, and what is kept for the next time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from oracle import Oracle
from packs import NARROW, WIDE, own, small_ontology, write
from strategies import LAWS, knowledge_base, law
from tacenda import knowledge
from tacenda import vocabulary as v
from tacenda.errors import LawError, ScenarioError, SourceError
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with the random law of seed 0, a small ontology, and a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write(law(0), tmp_path / "law")
    with small_ontology():
        yield tmp_path


def opened(home: Path, *codes: str) -> KnowledgeBase:
    """The law base in the folder."""
    return KnowledgeBase.open(*codes, folders=[home / "law"])


def test_a_jurisdiction_comes_with_those_it_lies_within(home: Path) -> None:
    assert [pack.code for pack in opened(home, NARROW).packs] == [WIDE, NARROW]
    assert [pack.code for pack in opened(home, WIDE).packs] == [WIDE]
    assert [pack.code for pack in opened(home).packs] == [WIDE, NARROW]
    assert opened(home, NARROW).pack(NARROW).within == (WIDE,)


def test_wide_law_alone_holds_only_its_own_norms(home: Path) -> None:
    """The random norms of the wide law may speak of those of the narrow one; here they are left out."""
    for path in (home / "law" / NARROW).glob("law.ttl"):
        path.unlink()
    wide = {iri for iri, norm in law(0).norms.items() if law(0).sources[norm.source].jurisdiction == WIDE}
    assert set(opened(home, WIDE).norms) == wide


def test_an_unknown_jurisdiction_is_refused_with_the_nearest(home: Path) -> None:
    with pytest.raises(ScenarioError, match="unknown jurisdiction `xbb` · did you mean `xb`"):
        opened(home, "xbb")
    with pytest.raises(ScenarioError, match="unknown jurisdiction `xbb`"):
        opened(home).pack("xbb")


def test_an_unknown_norm_is_refused_with_the_nearest(home: Path) -> None:
    with pytest.raises(LawError, match="no norm is called `xb:n99`"):
        opened(home).norm("xb:n99")


def test_a_norm_without_source_is_refused_with_its_line(home: Path) -> None:
    path = home / "law" / NARROW / "law.ttl"
    text = path.read_text("utf-8")
    lost = next(norm for norm in law(0).norms.values() if norm.source == own("s2"))
    path.write_text(text.replace(f"dcterms:source <{own('s2')}>", f"dcterms:source <{own('s77')}>"), encoding="utf-8")
    line = path.read_text("utf-8").split(f"<{lost.iri}>\n")[0].count("\n") + 1
    with pytest.raises(LawError) as refused:
        opened(home)
    message = f"{NARROW}/law.ttl:{line}: `{v.shorten(lost.iri)}` rests on no source that a file defines"
    assert message in map(str, refused.value.problems)


def test_a_folder_without_jurisdiction_is_refused(home: Path) -> None:
    path = home / "law" / NARROW / "jurisdiction.ttl"
    path.write_text("", encoding="utf-8")
    with pytest.raises(LawError, match="no tac:Jurisdiction is declared here"):
        opened(home)


def test_a_broken_file_is_refused_with_its_line(home: Path) -> None:
    path = home / "law" / NARROW / "law.ttl"
    path.write_text(path.read_text("utf-8") + "\n<x> a .\n", encoding="utf-8")
    line = path.read_text("utf-8").count("\n")
    with pytest.raises(SourceError, match=f"law.ttl:{line}: not Turtle"):
        opened(home)


def test_the_vocabulary_is_closed_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = opened(home)

    def again(*_: object) -> Iterator[object]:
        raise AssertionError("closed a second time")

    monkeypatch.setattr(knowledge, "close_classes", again)
    monkeypatch.setattr(knowledge, "prepare", again)
    second = opened(home)
    assert second.network == first.network
    assert second.taxonomy.above == first.taxonomy.above
    assert set(second.store) == set(first.store)


def test_one_changed_byte_is_other_law(home: Path) -> None:
    before = opened(home).digest
    path = home / "law" / NARROW / "law.ttl"
    path.write_text(path.read_text("utf-8") + "\n", encoding="utf-8")
    assert opened(home).digest != before


@pytest.mark.parametrize("spoil", ["broken", "unreadable"])
def test_a_cache_that_is_no_good_is_as_good_as_none(home: Path, spoil: str) -> None:
    first = opened(home)
    for path in (home / "cache" / "tacenda").glob("*.nt"):
        path.unlink()
        if spoil == "broken":
            path.write_text("not a triple", encoding="utf-8")
        else:
            path.mkdir()
    assert opened(home).network == first.network


def test_a_cache_that_cannot_be_written_is_done_without(home: Path) -> None:
    (home / "cache").write_text("a file where the folder should be", encoding="utf-8")
    assert opened(home).network == knowledge_base(0).network


def test_the_closure_is_about_our_terms_alone(home: Path) -> None:
    kb = opened(home)
    derived = kb.store.quads_for_pattern(None, None, None, NamedNode(knowledge.GRAPHS + "closure"))
    terms = {getattr(term, "value", "") for quad in derived for term in (quad.subject, quad.object)}
    assert all(term.startswith(v.BASE) and "/.well-known/" not in term for term in terms)


@pytest.mark.parametrize("seed", range(LAWS))
def test_the_taxonomy_is_that_of_the_words(seed: int) -> None:
    """OWL derives what the oracle works out: what is a kind of what, facts defined by roles included."""
    taxonomy, words = knowledge_base(seed).taxonomy, law(seed).words
    named = {iri for iri, above in words.parents.items() if above}
    for one in named:
        assert taxonomy.wider(one) & named == words.above[one] & named
        assert taxonomy.disjoint_with(one) & named == {other for other in named if words.apart(one, other)}
    assert {fact.iri for fact in taxonomy.facts()} == set(words.facts)
    expected = {fact: (v.ROLE_PROPERTIES[role], kind) for fact, (role, kind) in words.by_role.items()}
    assert taxonomy.by_role == expected


@pytest.mark.parametrize("seed", range(LAWS))
def test_contexts_in_effect(seed: int) -> None:
    oracle = Oracle(law(seed), Scenario(NARROW), "")
    expected = {iri: oracle.contexts(norm) for iri, norm in law(seed).norms.items()}
    assert {iri: set(contexts) for iri, contexts in knowledge_base(seed).network.contexts.items()} == expected
