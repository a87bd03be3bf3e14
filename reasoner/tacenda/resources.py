"""Where the ontology, the law base and the queries are: in the installed package, or in the checkout."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
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


INSTALLED = "tacenda.packs"
"""The group of entry points under which a package of data names itself as a folder of packs."""


@cache
def installed_packs() -> tuple[Path, ...]:
    """The folders of packs that installed packages bring; nothing of them is run.

    A package says so in its `pyproject.toml`, under `[project.entry-points."tacenda.packs"]`: `vermont = "tacenda_vt"`.
    """
    found: list[Path] = []
    for point in entry_points(group=INSTALLED):
        spec = find_spec(point.value.partition(".")[0])
        places = spec.submodule_search_locations or () if spec else ()
        found += [Path(place, *point.value.split(".")[1:]) for place in places]
    return tuple(sorted(found))
