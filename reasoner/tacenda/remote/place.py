"""Where a SPARQL store takes queries, updates and whole graphs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from tacenda.errors import Problem, QueryError

_LAYOUTS = (
    # the path of queries, then those of updates and of graphs
    (re.compile(r"^/query$"), "/update", "/store"),  # Oxigraph
    (re.compile(r"^/sparql(-auth)?$"), "/sparql-auth", "/sparql-graph-crud-auth"),  # Virtuoso
    (
        re.compile(r"^(?P<home>(/[^/]+)?/repositories/[^/]+)$"),
        "{home}/statements",
        "{home}/rdf-graphs/service",
    ),  # RDF4J
    (re.compile(r"^(?P<home>/[^/]+)(/query|/sparql)?$"), "{home}/update", "{home}/data"),  # Fuseki
)


@dataclass(frozen=True, slots=True)
class Place:
    """The addresses of a store: of queries, of updates, and of its graphs by the Graph Store Protocol."""

    query: str
    update: str = ""
    graphs: str = ""

    @classmethod
    def of(cls, endpoint: str, update: str | None = None, graphs: str | None = None) -> Place:
        """The store that answers queries at *endpoint*; what is not given is where such stores have it.

        Raises `QueryError` for what is no address.

        >>> Place.of("http://localhost:7878/query").graphs
        'http://localhost:7878/store'
        >>> Place.of("http://localhost:3030/law").update
        'http://localhost:3030/law/update'
        """
        for address in (endpoint, update, graphs):
            if address and "@" in urlsplit(address).netloc:
                hint = "set TACENDA_AUTH=user:password instead: addresses are shown, and kept in histories"
                raise QueryError(Problem("an address of a store has no user and no password in it", hint=hint))
            if address is not None and not _is_address(address):
                hint = "write it as http://localhost:7878/query"
                raise QueryError(Problem(f"`{address}` is no address of a store", hint=hint))
        parts = urlsplit(endpoint)
        for path, updates, store in _LAYOUTS:
            if found := path.match(parts.path.rstrip("/")):
                usual = [
                    urlunsplit((parts.scheme, parts.netloc, each.format(**found.groupdict()), "", ""))
                    for each in (updates, store)
                ]
                return cls(endpoint, update or usual[0], graphs or usual[1])
        return cls(endpoint, update or "", graphs or "")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0 and text.isprintable()
        )
    except ValueError:
        return False
