"""What the law base says of one thing, as its files say it: a block of Turtle, or many."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tacenda import vocabulary as v
from tacenda.errors import LawError, Problem, nearest
from tacenda.knowledge import KnowledgeBase
from tacenda.resources import folder
from tacenda.turtle import subject_lines

_PREFIX = re.compile(r"^@prefix\s+([\w-]*):\s+<([^>]*)>\s*\.", re.MULTILINE)
_NAME = re.compile(r"\b([A-Za-z][\w-]*):")


@dataclass(frozen=True)
class Block:
    """What one file says of one thing, and the prefixes that it is written with."""

    iri: str
    graph: str
    text: str
    prefixes: tuple[tuple[str, str], ...]


class Descriptions:
    """Every thing that the files of a law base speak of, with what they say of it.

    >>> found = Descriptions(KnowledgeBase.open("us"))
    >>> found.turtle("https://w3id.org/tacenda/role/Client").partition("\\n\\n")[2].splitlines()[:2]
    ['role:Client', '    a tac:Role , owl:NamedIndividual ;']
    """

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._blocks: dict[str, list[Block]] = {}
        self._graphs: dict[str, list[Block]] = {}
        self._modules: dict[str, list[Block]] = {}
        files = [(path, graph) for path, graph in kb.files.items()]
        for path, graph in [*files, (folder("ontology") / "alignments.ttl", "alignments")]:
            found = list(_blocks(path.read_text("utf-8"), graph))
            self._graphs.setdefault(graph, []).extend(found)
            for block in found:
                self._blocks.setdefault(block.iri, []).append(block)
                if block.iri.startswith(f"{v.BASE}ontology/"):
                    self._modules[block.iri] = found
        self._rests: dict[str, list[str]] = {}
        for norm in kb.norms.values():
            self._rests.setdefault(norm.source, []).append(norm.iri)

    def things(self) -> list[str]:
        """The IRI of every thing of ours, in the order of the files."""
        return [iri for iri in self._blocks if iri.startswith(v.BASE)]

    def turtle(self, iri: str) -> str:
        """What is said of a thing: of a provision with its norms, of a pack or a module all that is in it.

        Raises `LawError` with the nearest name for what is not known.
        """
        found = self._about(iri)
        if not found:
            raise LawError(unknown(iri, self.things()))
        text = "\n".join(block.text for block in found)
        used = set(_NAME.findall(text))
        prefixes = {name: place for block in found for name, place in block.prefixes if name in used}
        head = "".join(f"@prefix {name}: <{place}> .\n" for name, place in sorted(prefixes.items()))
        return f"{head}\n{text}"

    def _about(self, iri: str) -> Sequence[Block]:
        pack = next((pack for pack in self._kb.packs if pack.iri == iri), None)
        if pack:
            return self._graphs.get(pack.code, ())
        if iri in self._modules:
            return self._modules[iri]
        rests = self._rests.get(iri, ())
        return [block for one in (iri, *rests) for block in self._blocks.get(one, ())]


@lru_cache(maxsize=4)
def descriptions(kb: KnowledgeBase) -> Descriptions:
    """The descriptions of a law base, read once."""
    return Descriptions(kb)


def unknown(iri: str, known: Sequence[str]) -> Problem:
    """That nothing has this name, with the nearest that something has."""
    name = iri.removeprefix(v.BASE)
    return Problem(f"nothing is called `{name}`", hint=nearest(name, (one.removeprefix(v.BASE) for one in known)))


def _blocks(text: str, graph: str) -> Iterator[Block]:
    """Each subject's block; blocks begin at column 0, and comments between them belong to none."""
    prefixes = tuple((found[1], found[2]) for found in _PREFIX.finditer(text))
    lines = text.splitlines()
    starts = sorted((line, iri) for iri, line in subject_lines(text).items())
    ends = [line for line, _ in starts[1:]] + [len(lines) + 1]
    for (start, iri), end in zip(starts, ends, strict=True):
        own = lines[start - 1 : end - 1]
        while own and (not own[-1].strip() or own[-1].startswith("#")):
            own.pop()
        yield Block(iri, graph, "\n".join(own) + "\n", prefixes)
