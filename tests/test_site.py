"""The desk as files: every link and anchor leads somewhere, nothing is loaded from elsewhere, every page is valid."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import html5lib
import pytest

from commands import LAW, Result, tacenda
from tacenda.desk.site import MARK, Site, refuse_unsafe, write_site
from tacenda.errors import LawError, SourceError
from tacenda.knowledge import KnowledgeBase

Golden = Callable[[str, str], None]
KINDS_OF_PAGE = (
    "index",
    "law",
    "law/us-zz",
    "law/us-zz/s1",
    "law/us-zz/s1.silence",
    "vocabulary",
    "vocabulary/fact",
    "vocabulary/fact/WrittenConsent",
    "vocabulary/property/act",
    "vocabulary/tac/Privilege",
    "vocabulary/ontology/facts/consent",
    "graph",
    "graph/us-zz",
    "scenarios",
    "queries",
    "queries/who-may-assert-each-privilege",
)
"""A page of every kind, by its path."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of the law that is made up, as the command writes it."""
    root = tmp_path_factory.mktemp("docs") / "site"
    told = tacenda("docs", str(root), "--in", "us-zz", "--kb", str(LAW), "--quiet")
    assert told == Result(0, f"{root / 'index.html'}\n", "")
    return root


class Page(HTMLParser):
    """What a page links to, what it loads, and which places in it can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loads: set[str] = set()
        self.forms: set[str] = set()
        self.anchors: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if "id" in given:
            self.anchors.append(given["id"])
        if tag == "form":
            self.forms.add(given.get("action", ""))
        for name in ("href", "src", "xlink:href", "srcset", "data", "poster"):
            if name in given:
                (self.links if tag == "a" else self.loads).add(given[name])


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}


def test_every_link_and_anchor_leads_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    broken = []
    for path, page in pages.items():
        for address in page.links | page.loads:
            parts = urlsplit(address)
            if parts.scheme in ("http", "https") and address in page.links:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            inside = not parts.scheme and not parts.netloc and not parts.query and site in target.parents
            anchored = not parts.fragment or (target in pages and unquote(parts.fragment) in pages[target].anchors)
            if not (inside and target.is_file() and anchored):
                broken.append((path.relative_to(site).as_posix(), address))
    assert broken == []


def test_every_page_can_be_reached_from_the_first(site: Path, pages: dict[Path, Page]) -> None:
    reached, pending = {site / "index.html"}, [site / "index.html"]
    while pending:
        path = pending.pop()
        for address in pages[path].links:
            target = (path.parent / unquote(urlsplit(address).path)).resolve()
            if target in pages and target not in reached:
                reached.add(target)
                pending.append(target)
    assert set(pages) - reached == set()


def test_no_page_asks_a_server(site: Path, pages: dict[Path, Page]) -> None:
    assert {path for path, page in pages.items() if page.forms} == set()
    styles = "".join(path.read_text("utf-8") for path in (site / "static").glob("*.css"))
    assert re.findall(r"@import|url\(\s*[\"']?https?:", styles) == []


def test_no_place_in_a_page_has_the_name_of_another(site: Path, pages: dict[Path, Page]) -> None:
    twice = {
        path.relative_to(site).as_posix(): {one for one in page.anchors if page.anchors.count(one) > 1}
        for path, page in pages.items()
        if len(set(page.anchors)) < len(page.anchors)
    }
    assert twice == {}


@pytest.mark.parametrize("name", KINDS_OF_PAGE)
def test_a_page_of_each_kind_is_valid(site: Path, name: str) -> None:
    parser = html5lib.HTMLParser()
    parser.parse((site / f"{name}.html").read_text("utf-8"))
    assert parser.errors == []


def test_the_page_of_a_scenario_is_valid_and_leads_to_its_files() -> None:
    site = Site(KnowledgeBase.open("us-ma"), ["suspected-child-abuse"])
    files = dict(site.scenarios())
    text = files["scenarios/suspected-child-abuse.html"]
    assert isinstance(text, str)
    parser = html5lib.HTMLParser()
    parser.parse(text)
    assert parser.errors == []
    inside = {link for link in Page(text).links if "//" not in link and not link.startswith("../")}
    assert {f"scenarios/{link}" for link in inside if "#" not in link} - set(files) == set()
    assert "report child abuse to the child-protection agency" in text


def test_a_provision_as_a_page(site: Path, golden: Golden) -> None:
    page = (site / "law/us-zz/s1.html").read_text("utf-8")
    page = re.sub(r'<div class="rule-graph">.*?</script>\s*</div>', "[picture]", page, flags=re.DOTALL)
    page = re.sub(r"sha256:[0-9a-f]+", "sha256:…", page)
    golden("site/provision.html", re.sub(r"law base [0-9a-f]{12} · tacenda [\w.]+", "law base …", page))


def test_the_same_law_gives_the_same_files() -> None:
    kb = KnowledgeBase.open("us-zz", folders=[LAW])
    wanted = ("law", "index")

    def some() -> dict[str, str | bytes]:
        return {path: content for path, content in Site(kb).law() if path.split(".")[0].split("/")[0] in wanted}

    assert some() == some()


def test_a_site_takes_the_place_of_an_earlier_one_and_of_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def few(self: Site, told: object = None) -> object:
        yield "index.html", "new"
        yield MARK, "{}"

    monkeypatch.setattr(Site, "files", few)
    kb = KnowledgeBase.open("us-zz", folders=[LAW])
    earlier = tmp_path / "site"
    earlier.mkdir()
    write_site(kb, earlier)
    (earlier / "old.html").write_text("old", encoding="utf-8")
    write_site(kb, earlier)
    assert sorted(path.name for path in earlier.iterdir()) == ["index.html", MARK]
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(SourceError, match="the folder holds other things"):
        write_site(kb, other)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "site"]


def test_a_site_that_cannot_be_finished_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Site, told: object = None) -> object:
        yield "index.html", "new"
        yield "INDEX.html", "the same where capitals do not count"

    earlier = tmp_path / "site"
    earlier.mkdir()
    (earlier / MARK).write_text("{}", encoding="utf-8")
    monkeypatch.setattr(Site, "files", broken)
    with pytest.raises(LawError, match=r"INDEX\.html: where capitals do not count, this file is also index\.html"):
        write_site(KnowledgeBase.open("us-zz", folders=[LAW]), earlier)
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))] == ["site", f"site/{MARK}"]


@pytest.mark.parametrize(
    "path", ["law/us/con.html", "law/us/a:b.html", "law/us/NUL.privilege.html", "law/us/what?.html"]
)
def test_a_name_that_some_system_cannot_hold_is_refused(path: str) -> None:
    with pytest.raises(LawError, match="no name of a file on every system"):
        refuse_unsafe(path, {})


def test_the_command_refuses_a_folder_of_other_things(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    message = (
        f"{tmp_path}: the folder holds other things, which a site would take the place of"
        " · name a new folder, or an empty one, or an earlier site\n"
    )
    assert tacenda("docs", str(tmp_path)) == Result(3, "", message)
    assert tacenda("docs", str(tmp_path / "letter.txt")).err.endswith("this is a file; a site is a folder\n")
    assert tacenda("docs", str(tmp_path / "new"), "--in", "us-zy").err == (
        "unknown jurisdiction `us-zy` · did you mean `us-ny`?\n"
    )
