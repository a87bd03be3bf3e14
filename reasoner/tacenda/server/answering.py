"""One query answered: in a process of its own that holds the law, bounded in memory and in the size of its answer."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
)

from tacenda.errors import Problem, QueryError
from tacenda.knowledge import GRAPHS, KnowledgeBase
from tacenda.querytext import names_graphs, refuse_outside, syntax_problem
from tacenda.sparql import prefixes

_TABLES = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
_GRAPHS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
_OF_SCENARIOS = tuple(f"{GRAPHS}{part}/" for part in ("scenario", "conclusions", "proof"))


@dataclass(frozen=True, slots=True)
class Job:
    """A query to be answered, with the forms that the client accepts."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    table: str = "json"
    """The short name of the form of a table; empty where none is accepted."""
    graph: str = "ttl"
    name: str = "query"
    """What messages call the query."""
    scenarios: tuple[str, ...] = ()
    """The files, without their ending, of the scenarios that it may be about."""
    is_strict: bool = False
    """Whether it is to find no other scenario, even where it names one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query came to: the bytes of a table or graph in one of the forms accepted, or why there are none."""

    content: bytes = b""
    form: str = ""
    is_graph: bool = False
    problems: tuple[Problem, ...] = ()
    status: int = 200


@dataclass(frozen=True, slots=True)
class Opening:
    """What a process needs to hold the same law and the same scenarios as the server that starts it."""

    folders: tuple[Path, ...]
    shelf: Path
    """The folder in which each scenario lies as N-Quads."""
    largest: int
    memory: int


class TooLargeError(Exception):
    """More was written than may be."""


class _Bounded(io.BytesIO):
    def __init__(self, largest: int) -> None:
        super().__init__()
        self._largest = largest

    def write(self, data: object) -> int:
        """Take some bytes; raises `TooLargeError` when they are too many."""
        if self.tell() + memoryview(data).nbytes > self._largest:  # type: ignore[arg-type]
            raise TooLargeError
        return super().write(data)  # type: ignore[arg-type]


class Answerer:
    """The law, and those scenarios that lie on the shelf, ready to be asked."""

    def __init__(self, kb: KnowledgeBase, opening: Opening) -> None:
        self.kb = kb
        self.opening = opening
        self._law = kb.store
        self._law_graphs = [NamedNode(GRAPHS + name) for name in law_names(kb)]
        self._graphs: list[NamedNode | BlankNode | DefaultGraph] = [*self._law_graphs]
        self._whole: Store | None = None
        self._held: set[str] = set()

    def answer(self, job: Job) -> Answer:
        """The answer to a query; what is wrong with it is told in the answer."""
        try:
            refuse_outside(job.query)
        except QueryError as error:
            return Answer(problems=error.problems, status=403)
        try:
            return self._evaluate(job)
        except SyntaxError as error:
            problem = syntax_problem(error, job.name, job.query, prefixes(self.kb))
            return Answer(problems=(problem,), status=400)
        except TooLargeError:
            megabytes = self.opening.largest // 1_000_000
            message = f"the answer is larger than {megabytes} MB"
            return Answer(problems=(Problem(message, job.name, "add LIMIT, or ask for less"),), status=413)
        except (ValueError, OSError) as error:
            return Answer(problems=(Problem(str(error), job.name),), status=400)

    def _evaluate(self, job: Job) -> Answer:
        names = dict(prefixes(self.kb))
        if job.default_graphs or job.named_graphs:
            found = self._with(job).query(
                job.query,
                prefixes=names,
                default_graph=list(map(NamedNode, job.default_graphs)),
                named_graphs=list(map(NamedNode, job.named_graphs)),
            )
        elif names_graphs(job.query):
            found = self._with(job).query(job.query, prefixes=names)
        elif "GRAPH" in job.query.upper():
            # those who do not name a scenario do not meet it, though others have named it before
            named = [NamedNode(part + name.partition(".")[0]) for part in _OF_SCENARIOS for name in job.scenarios]
            found = self._with(job).query(
                job.query, prefixes=names, default_graph=self._graphs, named_graphs=[*self._law_graphs, *named]
            )
        else:
            found = self._law.query(job.query, prefixes=names, use_default_graph_as_union=True)
        out = _Bounded(self.opening.largest)
        if isinstance(found, QueryTriples):
            if not job.graph:
                return _unacceptable("a graph", _GRAPHS)
            found.serialize(out, format=_GRAPHS[job.graph])
            return Answer(out.getvalue(), job.graph, is_graph=True)
        if not job.table:
            return _unacceptable("a table" if isinstance(found, QuerySolutions) else "yes or no", _TABLES)
        found.serialize(out, format=_TABLES[job.table])
        return Answer(out.getvalue(), job.table)

    def _with(self, job: Job) -> Store:
        """The law, and at least the scenarios that a query is about; those that were forgotten are gone."""
        if self._whole is None:
            self._whole = Store()
            self._whole.bulk_extend(self._law)
        kept = {name for name in self._held if self._path(name).exists()}
        for name in self._held - (kept & {*job.scenarios} if job.is_strict else kept):
            self._held.remove(name)
            for part in _OF_SCENARIOS:
                self._whole.remove_graph(NamedNode(part + name.partition(".")[0]))
        for name in job.scenarios:
            if name not in self._held and self._path(name).exists():
                self._whole.bulk_load(path=self._path(name), format=RdfFormat.N_QUADS)
                self._held.add(name)
        return self._whole

    def _path(self, name: str) -> Path:
        return self.opening.shelf / f"{name}.nq"


def law_names(kb: KnowledgeBase) -> tuple[str, ...]:
    """The names of the graphs in which the law lies, which together are the default graph."""
    return ("ontology", *(pack.code for pack in kb.packs), "closure", "network")


def _unacceptable(what: str, forms: Iterable[str]) -> Answer:
    message = f"the answer is {what}, and no form of it is accepted"
    return Answer(problems=(Problem(message, "Accept", f"it can be had as {', '.join(forms)}"),), status=406)


_law: tuple[tuple[Path, ...], KnowledgeBase] | None = None


def preload(folders: tuple[Path, ...]) -> None:
    """Open the law in a process from which others will be forked, so that each begins with it."""
    global _law
    _law = folders, KnowledgeBase.open(folders=folders)
    len(_law[1].store)  # read now, once for all


def law_of(opening: Opening) -> KnowledgeBase:
    """The law that this process began with, or else opens now."""
    return _law[1] if _law and _law[0] == opening.folders else KnowledgeBase.open(folders=opening.folders)


def serve(connection: Connection, opening: Opening) -> None:
    """Answer the queries that come over a connection, until it ends."""
    kb = law_of(opening)
    answerer = Answerer(kb, opening)
    _limit(opening.memory)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which stops this process
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # one that runs out of memory would print where, to nobody's use
    with suppress(EOFError, OSError):
        while True:
            connection.send(answerer.answer(connection.recv()))


def _limit(memory: int) -> None:
    """Let the process have no more than so many bytes beyond what it has; where the system can tell."""
    if sys.platform.startswith("linux"):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
