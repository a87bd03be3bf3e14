"""Where the ontology, the law base and the queries are: in the installed package, or in the checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tacenda.errors import SourceError


@cache
def folder(name: str) -> Path:
    """The folder of data called *name*: `ontology`, `kb` or `queries`.

    >>> folder("ontology").joinpath("norms.ttl").is_file()
    True
    """
    package = Path(__file__).resolve().parent
    for home in (package, package.parents[1]):
        if (home / name).is_dir():
            return home / name
    raise SourceError(f"the folder `{name}` is missing from the installation")


def modules(ontology: Path) -> list[Path]:
    """The files of the ontology in that folder in which terms are declared: not shapes, excuses or alignments.

    >>> [path.name for path in modules(folder("ontology"))][:2]
    ['acts.ttl', 'abuse.ttl']
    """
    found = [path for path in ontology.glob("*.ttl") if path.name != "alignments.ttl"]
    return sorted([*found, *ontology.glob("facts/*.ttl")])
