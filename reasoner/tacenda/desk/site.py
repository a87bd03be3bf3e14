"""The desk as files: every page that needs no server, written into a folder that opens from the file system."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath

from tacenda import __version__
from tacenda.assessment import Assessment, assess
from tacenda.desk import compare_page, gallery, law_pages, vocabulary_pages
from tacenda.desk.addresses import link
from tacenda.desk.descriptions import descriptions
from tacenda.desk.desk import STATIC, Desk
from tacenda.desk.linked_data import to_jsonld
from tacenda.desk.links import FileLinks, place
from tacenda.desk.results import show
from tacenda.desk.vocabulary import vocabulary
from tacenda.errors import LawError, Problem, SourceError, TacendaError
from tacenda.graph import rule_graph
from tacenda.knowledge import KnowledgeBase
from tacenda.queries import Query, library
from tacenda.resources import folder
from tacenda.scenario import read_scenario
from tacenda.sparql import Graph, Table, run_query

MARK = "tacenda-site.json"
"""The file by which a folder is known as a site that may be written anew."""
_RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(1, 10))}
_REFUSED = frozenset('<>:"\\|?*')
_SECONDS = 60.0
"""The longest that a question of the gallery may take."""
Told = Callable[[str], None]
Content = str | bytes


@dataclass(frozen=True)
class Answered:
    """A scenario that comes with tacenda, and what the law says of it."""

    name: str
    text: str
    assessment: Assessment

    @property
    def title(self) -> str:
        """What the scenario is about."""
        return self.assessment.scenario.title or self.name


class Site:
    """The files of a site, by their paths; with the answers of all scenarios that come with it, or of those named."""

    def __init__(self, kb: KnowledgeBase, names: Sequence[str] | None = None) -> None:
        self.kb = kb
        self._names = names
        self._answered: list[Answered] | None = None

    def files(self, told: Told = lambda text: None) -> Iterator[tuple[str, Content]]:
        """Every file with its path, in a fixed order, whatever the day and the machine; *told* hears what is next."""
        for name, part in (
            ("the law", self.law),
            ("topics, state by state", self._comparisons),
            ("the vocabulary", self._vocabulary),
            ("pictures of whole packs", self._graphs),
            ("scenarios with their answers", self.scenarios),
            ("research questions with their answers", self._queries),
        ):
            told(name)
            yield from part()
        yield from self._page("index", self._home)
        for path in sorted(STATIC.rglob("*")):
            if path.is_file():
                yield f"static/{path.relative_to(STATIC).as_posix()}", path.read_bytes()
        about = {"made by": "tacenda docs", "version": __version__, "law base": f"sha256:{self.kb.digest}"}
        yield MARK, json.dumps(about, indent=1) + "\n"

    def _desk(self, path: str) -> Desk:
        return Desk(self.kb, FileLinks(at=path))

    def _page(self, path: str, make: Callable[..., str], *about: object) -> Iterator[tuple[str, Content]]:
        yield f"{path}.html", make(self._desk(path), *about)

    def _data(self, iri: str) -> Iterator[tuple[str, Content]]:
        turtle = descriptions(self.kb).turtle(iri)
        yield f"{place(iri)}.ttl", turtle
        yield f"{place(iri)}.jsonld", to_jsonld(turtle)

    def law(self) -> Iterator[tuple[str, Content]]:
        """The pages of packs, provisions and norms, each with its data."""
        yield from self._page("law", law_pages.overview)
        for pack in self.kb.packs:
            yield from self._page(place(pack.iri), law_pages.pack_page, pack.code)
            yield from self._data(pack.iri)
        for iri in (*self.kb.sources, *self.kb.norms):
            _, code, name = place(iri).split("/", 2)
            yield from self._page(place(iri), law_pages.find_page, code, name)
            yield from self._data(iri)

    def _comparisons(self) -> Iterator[tuple[str, Content]]:
        """A page for each topic, as the law stood when it was last read."""
        day = max((source.read_on for source in self.kb.sources.values() if source.read_on), default=date.min)
        codes = compare_page.jurisdictions(self.kb, ())
        topics = compare_page.topics_of(self.kb)
        yield from self._page(
            "compare", lambda desk: desk.render("site_compare.html", title="Compare", section="compare", topics=topics)
        )
        for topic in topics:
            yield from self._page(f"compare/{topic.name}", compare_page.topic_page, topic.name, codes, day)

    def _vocabulary(self) -> Iterator[tuple[str, Content]]:
        found = vocabulary(self.kb)
        yield from self._page("vocabulary", vocabulary_pages.overview)
        for group in dict.fromkeys(entry.group for entry in found.entries.values()):
            yield from self._page(f"vocabulary/{group}", vocabulary_pages.group_page, group)
        for module in found.modules.values():
            yield from self._page(place(module.iri), vocabulary_pages.module_page, module)
            yield from self._data(module.iri)
        for iri in found.entries:
            yield from self._page(place(iri), vocabulary_pages.term_page, iri)
            yield from self._data(iri)

    def _graphs(self) -> Iterator[tuple[str, Content]]:
        yield from self._page("graph", lambda desk: desk.render("site_graphs.html", title="Graph", section="graph"))
        for pack in self.kb.packs:
            path = f"graph/{pack.code}"
            yield f"{path}.html", rule_graph(self.kb, pack=pack.code).to_html(link(self._desk(path)))

    def _answers(self) -> Sequence[Answered]:
        if self._answered is None:
            codes = {pack.code for pack in self.kb.packs}
            self._answered = []
            for path in sorted((folder("kb") / "scenarios").glob("*.yaml")):
                if self._names is not None and path.stem not in self._names:
                    continue
                scenario, _ = read_scenario(path)
                if scenario.jurisdiction in codes and scenario.as_of:
                    answer = assess(self.kb, scenario)
                    self._answered.append(Answered(path.stem, path.read_text("utf-8"), answer))
        return self._answered

    def scenarios(self) -> Iterator[tuple[str, Content]]:
        """The pages of scenarios with their answers, and the files they lead to."""
        answers = self._answers()
        yield from self._page(
            "scenarios", lambda desk: desk.render("site_scenarios.html", title="Scenarios", answers=answers)
        )
        for one in answers:
            path = f"scenarios/{one.name}"
            yield from self._page(path, _scenario_page, one)
            yield f"{path}.yaml", one.text
            yield f"{path}.json", json.dumps(one.assessment.to_dict(), ensure_ascii=False) + "\n"

    def _queries(self) -> Iterator[tuple[str, Content]]:
        yield from self._page("queries", gallery.gallery_page)
        for query in library().values():
            yield from self._question(query)

    def _question(self, query: Query) -> Iterator[tuple[str, Content]]:
        path = f"queries/{query.name}"
        desk = self._desk(path)
        values = {name: self._value(default) for name, default in query.parameters}
        answer = next((one for one in self._answers() if one.name == gallery.SCENARIO), None)
        asked = gallery.Asked(query, gallery.inputs(self.kb, query, values))
        scenario = None
        if query.needs_scenario and answer:
            asked, scenario = replace(asked, scenario=answer.name), answer.assessment.scenario
        try:
            given = {name: value for name, value in values.items() if value}
            found = run_query(self.kb, query, given, scenario=scenario, seconds=_SECONDS)
        except TacendaError as error:
            yield f"{path}.html", gallery.query_page(desk, replace(asked, problems=error.problems))
            return
        files = dict(_downloads(found))
        downloads = {
            form: name for form, name in (("CSV", "csv"), ("JSON", "json"), ("Turtle", "ttl")) if name in files
        }
        addresses = {form: f"{query.name}.{ending}" for form, ending in downloads.items()}
        yield f"{path}.html", gallery.query_page(desk, replace(asked, results=show(desk, found), downloads=addresses))
        for ending, content in files.items():
            yield f"{path}.{ending}", content

    def _value(self, default: str) -> str:
        """The value of a parameter; where it names a pack that is not on the site, one that is."""
        codes = [pack.code for pack in self.kb.packs]
        is_code = default.startswith("us") and (folder("kb") / default).is_dir()
        return codes[-1] if is_code and default not in codes else default

    def _home(self, desk: Desk) -> str:
        return desk.render("site.html", title="", packs=self.kb.packs, answers=self._answers())


def _scenario_page(desk: Desk, one: Answered) -> str:
    return desk.render("site_scenario.html", title=one.title, answer=one)


def write_site(kb: KnowledgeBase, target: Path, told: Told = lambda text: None) -> int:
    """Write a site whole, in the place of an earlier one or where nothing is; gives the number of its files.

    Raises `SourceError` for a folder with other things in it, and where it cannot be written.
    """
    refuse_other(target)
    target = target.absolute()
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    before = target.with_name(f".{target.name}.{os.getpid()}.before")
    try:
        try:
            part.mkdir(parents=True)
            count = _fill(part, Site(kb).files(told))
            if target.exists():
                target.rename(before)
            part.rename(target)
        finally:
            shutil.rmtree(part, ignore_errors=True)
            if before.exists() and not target.exists():
                before.rename(target)
            shutil.rmtree(before, ignore_errors=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SourceError(Problem(f"cannot be written: {reason}", error.filename or str(target))) from error
    return count


def refuse_other(target: Path) -> None:
    """Refuse what is no folder, or a folder that holds anything but an earlier site."""
    if not target.exists():
        return
    if not target.is_dir():
        raise SourceError(Problem("this is a file; a site is a folder", str(target)))
    if any(target.iterdir()) and not (target / MARK).is_file():
        hint = "name a new folder, or an empty one, or an earlier site"
        raise SourceError(
            Problem("the folder holds other things, which a site would take the place of", str(target), hint)
        )


def refuse_unsafe(path: str, taken: dict[str, str]) -> None:
    """Refuse a path that some file system cannot hold, or would take for another's.

    >>> refuse_unsafe("law/us/Act.html", {"law/us/act.html": "law/us/act.html"})
    Traceback (most recent call last):
    ...
    tacenda.errors.LawError: law/us/Act.html: where capitals do not count, this file is also law/us/act.html
    """
    other = taken.setdefault(path.casefold(), path)
    if other != path:
        raise LawError(Problem(f"where capitals do not count, this file is also {other}", path))
    for piece in PurePosixPath(path).parts:
        stem = piece.partition(".")[0].casefold()
        if _REFUSED & set(piece) or stem in _RESERVED or piece.endswith((".", " ")) or not piece.isprintable():
            raise LawError(Problem("no name of a file on every system", path, "give the norm another name"))


def _fill(root: Path, files: Iterator[tuple[str, Content]]) -> int:
    taken: dict[str, str] = {}
    made: set[Path] = set()
    for path, content in files:
        refuse_unsafe(path, taken)
        home = (root / path).parent
        if home not in made:
            home.mkdir(parents=True, exist_ok=True)
            made.add(home)
        (root / path).write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return len(taken)


def _downloads(found: Table | Graph) -> Iterator[tuple[str, str]]:
    if isinstance(found, Graph):
        yield "ttl", found.to_turtle()
        yield "json", found.to_json()
    else:
        yield "csv", found.to_csv()
        yield "json", found.to_json() + "\n"
