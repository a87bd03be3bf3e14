"""Which of the forms that an answer has a client would rather read, by what it accepts (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """A form of an answer: its short name, the media type it is sent as, and others by which it may be asked for."""

    name: str
    media_type: str
    aliases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """What clients call it besides, where they say so in the address."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every media type by which it may be asked for."""
        return (self.media_type.partition(";")[0], *self.aliases)


TABLES = (
    Form("json", "application/sparql-results+json", ("application/json",)),
    Form("xml", "application/sparql-results+xml", ("application/xml", "text/xml")),
    Form("csv", "text/csv; charset=utf-8"),
    Form("tsv", "text/tab-separated-values; charset=utf-8"),
)
"""The forms of the answer to a SELECT or an ASK, the first where nothing is asked for."""

GRAPHS = (
    Form(
        "ttl", "text/turtle", ("application/x-turtle", "application/turtle", "text/n3", "text/rdf+n3"), ("turtle", "n3")
    ),
    Form("nt", "application/n-triples", ("text/plain",), ("ntriples", "n-triples")),
    Form("rdf", "application/rdf+xml", ("application/xml", "text/xml"), ("xml", "rdf+xml", "rdfxml")),
    Form("jsonld", "application/ld+json", ("application/json",), ("json-ld", "json")),
)
"""The forms of a graph, the first where nothing is asked for."""

DATASETS = (
    Form("trig", "application/trig"),
    Form("nq", "application/n-quads"),
)
"""The forms of several named graphs at once."""


def choose(accept: str, forms: Sequence[Form]) -> Form | None:
    """The form that a client accepts most gladly, the earlier where it does not care; nothing if it accepts none.

    >>> choose("text/csv;q=0.5, application/sparql-results+xml", TABLES).name
    'xml'
    >>> choose("", TABLES).name, choose("text/*", TABLES).name, choose("image/png", TABLES)
    ('json', 'csv', None)
    """
    ranges = list(_ranges(accept)) or [("*/*", 1.0)]
    best: tuple[float, int, Form] | None = None
    for place, form in enumerate(forms):
        # a form asked for by its own name goes before one asked for by an alias that another form has too
        liking = max(_liking(name, ranges) - (0.0001 if alias else 0.0) for alias, name in enumerate(form.names))
        if liking > 0 and (best is None or liking > best[0]):
            best = (liking, place, form)
    return best[2] if best else None


def by_name(name: str, forms: Sequence[Form]) -> Form | None:
    """The form with this short name or media type.

    >>> by_name("n3", GRAPHS).name, by_name("application/sparql-results+json", TABLES).name
    ('ttl', 'json')
    """
    wanted = name.casefold()
    return next((form for form in forms if wanted in (form.name, *form.names, *form.words)), None)


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.split(","):
        name, *parameters = (piece.strip().casefold() for piece in part.split(";"))
        if "/" not in name:
            continue
        weight = next((one[2:] for one in parameters if one.startswith("q=")), "1")
        try:
            found.append((name, min(max(float(weight), 0.0), 1.0)))
        except ValueError:
            found.append((name, 0.0))
    return found


def _liking(name: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The weight of the most telling range that takes in a media type."""
    kind = name.partition("/")[0]
    for wanted in (name, f"{kind}/*", "*/*"):
        weights = [weight for accepted, weight in ranges if accepted == wanted]
        if weights:
            return max(weights)
    return 0.0
