"""Where things are shown: as addresses of a server, or as files beside each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from posixpath import dirname, relpath
from urllib.parse import quote, urlencode

from tacenda import vocabulary as v

Values = Iterable[tuple[str, str]]

_APART = {"jurisdiction": "law", "ontology": "vocabulary/ontology"}
"""Things whose pages are not where their names would have them."""


def place(iri: str) -> str:
    """The path below which the desk shows what has this IRI; nothing for what lies outside tacenda.

    >>> place("https://w3id.org/tacenda/us-ma/c112-s135B.privilege"), place("https://w3id.org/tacenda/fact/Emergency")
    ('law/us-ma/c112-s135B.privilege', 'vocabulary/fact/Emergency')
    >>> place("https://w3id.org/tacenda/Act"), place("https://w3id.org/tacenda/act"), place("https://example.org/")
    ('vocabulary/tac/Act', 'vocabulary/property/act', '')
    >>> place("https://w3id.org/tacenda/jurisdiction/us-ma"), place("https://w3id.org/tacenda/ontology/acts")
    ('law/us-ma', 'vocabulary/ontology/acts')
    """
    if not iri.startswith(v.BASE):
        return ""
    head, slash, tail = iri.removeprefix(v.BASE).partition("/")
    if not slash:
        # a class and a property may differ by a capital alone, which many file systems do not tell apart
        kind = "property" if head[:1].islower() else "tac"
        return f"vocabulary/{kind}/{head}" if head else ""
    if head in _APART:
        return f"{_APART[head]}/{tail}"
    known = f"{v.BASE}{head}/" in v.PREFIXES.values()
    return f"{'vocabulary' if known else 'law'}/{head}/{tail}"


@dataclass(frozen=True)
class Links:
    """Addresses of pages on a server; *root* is the path at which the desk is mounted, without a slash at its end."""

    root: str = ""
    is_static: bool = False
    """Whether pages are files, so that nothing can be asked and no form answered."""

    def page(self, path: str = "", values: Values = (), anchor: str = "") -> str:
        """The address of a page, such as `law/us-ma`.

        >>> Links().page("ask", [("yes", "fact:Emergency")])
        '/ask?yes=fact%3AEmergency'
        """
        query = urlencode(list(values))
        return f"{self.root}/{quote(path)}{'?' if query else ''}{query}{'#' if anchor else ''}{quote(anchor)}"

    def asset(self, name: str) -> str:
        """The address of a style sheet, script or picture that belongs to the desk."""
        return f"{self.root}/static/{name}"

    def thing(self, iri: str) -> str:
        """The address of the page about a norm, source, pack or term; of what lies elsewhere, its IRI."""
        path = place(iri)
        return self.page(path) if path else iri

    def data(self, iri: str, form: str) -> str:
        """The address of what is known of a thing of ours, as `ttl` or `jsonld`.

        >>> Links().data("https://w3id.org/tacenda/us-ma/c112-s135B", "ttl")
        '/id/us-ma/c112-s135B.ttl'
        """
        return f"{self.root}/id/{quote(iri.removeprefix(v.BASE))}.{form}"


@dataclass(frozen=True)
class FileLinks(Links):
    """Addresses of pages as files, relative to the page *at*, which names itself without its ending.

    >>> links = FileLinks(at="law/us-ma/c112-s135B")
    >>> links.page("law/us"), links.page(), links.asset("desk.css")
    ('../us.html', '../../index.html', '../../static/desk.css')
    """

    at: str = "index"
    is_static: bool = True

    def page(self, path: str = "", values: Values = (), anchor: str = "") -> str:
        """The relative address of a page; what a form would have sent along is left out."""
        return self._relative(f"{path or 'index'}.html") + (f"#{quote(anchor)}" if anchor else "")

    def asset(self, name: str) -> str:
        """The relative address of an asset."""
        return self._relative(f"static/{name}")

    def data(self, iri: str, form: str) -> str:
        """The relative address of the file that says what is known of a thing of ours."""
        return self._relative(f"{place(iri)}.{form}")

    def _relative(self, path: str) -> str:
        return quote(relpath(path, dirname(self.at) or "."))
