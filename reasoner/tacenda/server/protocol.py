"""A request of the SPARQL 1.1 Protocol understood: the query, and the graphs that it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from tacenda.errors import Problem

LARGEST = 1_000_000
"""The largest request that is read, in bytes."""
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_GRAPHS = ("default-graph-uri", "named-graph-uri")


class RefusalError(Exception):
    """A request that cannot be answered: the status that says so, and why."""

    def __init__(self, status: int, *problems: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.status = status
        self.problems = problems
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Operation:
    """A query with the graphs that the protocol names, which win over those that the query names itself."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    form: str = ""
    """The short name or media type of the form asked for beside what is accepted, by `format` or `output`."""


def understand(method: str, search: str, content_type: str, body: bytes) -> Operation | None:
    """The operation that a request asks for; nothing for a GET without a query. Raises `RefusalError`.

    >>> understand("GET", "query=ASK%7B%7D&default-graph-uri=urn%3Ax", "", b"")
    Operation(query='ASK{}', default_graphs=('urn:x',), named_graphs=(), form='')
    """
    given = _pairs(search)
    if method in ("GET", "HEAD"):
        return _operation(given) if given else None
    kind = content_type.partition(";")[0].strip().casefold()
    if kind == UPDATE:
        raise _updates()
    if kind == FORM:
        return _operation([*given, *_pairs(_text(body))], of_post=True)
    if kind == QUERY:
        return _operation([("query", _text(body)), *given], of_post=True)
    message = f"`{kind}` is no content type for a query" if kind else "the request does not say what its body is"
    raise RefusalError(415, Problem(message, "Content-Type", f"send {FORM} or {QUERY}"))


def _operation(given: Sequence[tuple[str, str]], of_post: bool = False) -> Operation | None:
    values = {name: [value for key, value in given if key == name] for name, _ in given}
    if "update" in values or "using-graph-uri" in values or "using-named-graph-uri" in values:
        raise _updates()
    queries = values.get("query", [])
    if not queries and not of_post and not values.keys() & {*_GRAPHS}:
        return None
    if len(queries) != 1:
        message = "the request has no `query`" if not queries else "the request has more than one `query`"
        raise RefusalError(400, Problem(message, "query", "send one"))
    problems = [
        Problem(f"`{iri}` is no absolute IRI", name)
        for name in _GRAPHS
        for iri in values.get(name, [])
        if not _is_absolute(iri)
    ]
    if problems:
        raise RefusalError(400, *problems)
    default, named = (tuple(dict.fromkeys(values.get(name, []))) for name in _GRAPHS)
    form = (values.get("format") or values.get("output") or [""])[0]
    return Operation(queries[0], default, named, form)


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=1000)
    except ValueError as error:
        raise RefusalError(400, Problem("the request is not percent-encoded UTF-8, or has too many parts")) from error


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusalError(400, Problem("the body is not UTF-8 text")) from error


def _is_absolute(iri: str) -> bool:
    try:
        return bool(urlsplit(iri).scheme) and not any(char in '<>"{}|\\^` ' or char < " " for char in iri)
    except ValueError:
        return False


def _updates() -> RefusalError:
    return RefusalError(
        403, Problem("only queries are answered here, never updates", hint="the law is changed in its files")
    )
