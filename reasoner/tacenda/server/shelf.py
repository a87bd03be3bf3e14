"""The scenarios that a server knows: those that come with tacenda, those posted, and those it is asked to keep."""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from tacenda.assessment import Assessment, assess
from tacenda.errors import Problem, ScenarioError, SourceError, TacendaError, nearest
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario
from tacenda.reading import read_draft
from tacenda.remote.graphs import Case, Content
from tacenda.resources import folder
from tacenda.scenario import understand
from tacenda.textfile import read_text, write_whole

MOST = 200
"""How many scenarios may be posted before the oldest must go."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")


@dataclass(frozen=True, slots=True)
class Held:
    """A scenario under its name, with the text that it was read from, and where it comes from."""

    case: Case
    text: str
    origin: str
    """`shipped`, `posted` or `kept`."""

    @property
    def name(self) -> str:
        """What the scenario is called in addresses and in the names of its graphs."""
        return self.case.name

    @property
    def scenario(self) -> Scenario:
        """The scenario itself."""
        return self.case.scenario


class Shelf:
    """Scenarios by name. Each lies in *place* as N-Quads too, for the processes that answer queries."""

    def __init__(self, kb: KnowledgeBase, place: Path, *, folders: Sequence[Path] = (), keep: Path | None = None):
        self.kb = kb
        self.place = place
        self._keep = keep
        # proofs are worked out in a store of their own: nobody else sees it while the rules write in it
        self._proving = KnowledgeBase.open(folders=folders)
        self._lock = threading.RLock()
        self._held: dict[str, Held] = {}
        self._counts: dict[str, dict[str, int]] = {}
        self.problems: list[Problem] = []

    def fill(self) -> None:
        """Take in the scenarios that come with tacenda, and those kept; what cannot be read is in `problems`."""
        for origin, home in (("shipped", folder("kb") / "scenarios"), ("kept", self._keep)):
            for path in sorted(home.iterdir()) if home else ():
                if path.suffix in (".yaml", ".yml", ".json", ".jsonld", ".ttl") and _NAME.fullmatch(path.stem):
                    try:
                        self._put(path.stem, read_text(path, "a scenario"), origin, str(path))
                    except TacendaError as error:
                        self.problems += error.problems

    def read(self, text: str, name: str = "scenario") -> Scenario:
        """The scenario in a text, under the law of the server and of today if it gives no date.

        Raises `SourceError` or `ScenarioError` with all its problems.
        """
        found = understand(read_draft(name, text), self.kb)
        return found if found.as_of else replace(found, as_of=date.today())

    def add(self, text: str, name: str = "", *, keep: bool = False, file_name: str = "scenario") -> Held:
        """Hold a scenario until the server stops, or, with *keep*, beyond; raises `ScenarioError` when it cannot."""
        if name and not _NAME.fullmatch(name):
            raise ScenarioError(Problem(f"`{name}` is no name", "name", "letters, digits, - and _, at most 80"))
        if keep and self._keep is None:
            hint = "start it with `tacenda serve --scenarios FOLDER`"
            raise ScenarioError(Problem("this server keeps no scenarios", "keep", hint))
        with self._lock:
            there = self._held.get(name)
            if there and there.origin == "shipped":
                raise ScenarioError(Problem(f"`{name}` comes with tacenda, and stays as it is", "name"))
            name = name or f"s-{secrets.token_hex(8)}"
            held = self._put(name, text, "kept" if keep else "posted", file_name)
            if keep and self._keep:
                self._unkeep(name)
                write_whole(self._keep / f"{name}{_ending(file_name, text)}", text)
            posted = [other.name for other in self._held.values() if other.origin == "posted"]
            for old in posted[: max(0, len(posted) - MOST)]:
                self._drop(old)
        return held

    def get(self, name: str) -> Held:
        """The scenario of that name; raises `ScenarioError` with the nearest."""
        held = self._held.get(name)
        if held is None:
            raise ScenarioError(Problem(f"no scenario is called `{name}`", hint=nearest(name, list(self._held))))
        return held

    def remove(self, name: str) -> None:
        """Forget a scenario, and delete the file in which it is kept; raises `ScenarioError` for one that must stay."""
        with self._lock:
            if self.get(name).origin == "shipped":
                raise ScenarioError(Problem(f"`{name}` comes with tacenda, and stays", "name"))
            self._unkeep(name)
            self._drop(name)

    def contents(self, held: Held) -> list[Content]:
        """The graphs of a scenario: what it states, what follows, and the proof."""
        with self._lock:
            return held.case.proved(self._proving)

    def assess(self, scenario: Scenario) -> Assessment:
        """The answer of the law to a scenario, for whoever writes it out as RDF too: one at a time."""
        return assess(self.kb, scenario)

    def to_turtle(self, scenario: Scenario) -> str:
        """The conclusions and the proof, as `tacenda ask --format ttl` writes them."""
        with self._lock:
            return assess(self._proving, scenario).to_turtle()

    @property
    def graphs(self) -> dict[str, int]:
        """The named graphs of all scenarios, each with the number of its statements."""
        return {graph: count for counts in list(self._counts.values()) for graph, count in counts.items()}

    def __iter__(self) -> Iterator[Held]:
        return iter(list(self._held.values()))

    def _put(self, name: str, text: str, origin: str, file_name: str) -> Held:
        held = Held(Case.of(f"{name}.", self.read(text, file_name)), text, origin)
        with self._lock:
            contents = self.contents(held)
            lines = (
                line.removesuffix(b".") + f"<{content.graph}> .\n".encode()
                for content in contents
                for line in content.text.splitlines()
            )
            write_whole(self.place / f"{held.name}.nq", b"".join(lines))
            self._held.pop(name, None)
            self._held[name] = held
            self._counts[name] = {content.graph: content.statements for content in contents}
        return held

    def _drop(self, name: str) -> None:
        self._held.pop(name, None)
        self._counts.pop(name, None)
        (self.place / f"{name}.nq").unlink(missing_ok=True)

    def _unkeep(self, name: str) -> None:
        for ending in (".yaml", ".yml", ".json", ".jsonld", ".ttl"):
            if self._keep:
                (self._keep / f"{name}{ending}").unlink(missing_ok=True)


def _ending(file_name: str, text: str) -> str:
    """The ending under which a text is read again as what it is."""
    suffix = Path(file_name).suffix.casefold()
    if suffix in (".yaml", ".yml", ".json", ".jsonld", ".ttl"):
        return suffix
    begins = text.lstrip()
    return ".jsonld" if begins.startswith("{") else ".ttl" if begins.startswith(("@prefix", "PREFIX", "<")) else ".yaml"


def refuse_folder(path: Path | None) -> None:
    """Raise `SourceError` for a folder in which scenarios are to be kept and cannot."""
    if path is not None and not path.is_dir():
        raise SourceError(Problem("no such folder", str(path), "make it first"))
