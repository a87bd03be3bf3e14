"""The scenarios that a server knows: those that come with tacenda, those posted, and those it is asked to keep."""

from __future__ import annotations

import itertools
import re
import secrets
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from tacenda.assessment import assess
from tacenda.errors import Problem, ScenarioError, SourceError, TacendaError, nearest
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario
from tacenda.querytext import names_graphs, ranges_over_graphs
from tacenda.reading import read_draft
from tacenda.remote.graphs import Case
from tacenda.resources import folder
from tacenda.scenario import understand
from tacenda.server.answering import Job
from tacenda.server.proving import NOBODY, Proof, Prover
from tacenda.textfile import read_text, write_whole

MOST = 50
"""How many scenarios may be posted before the oldest must go."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_ESCAPED = re.compile(r"\\u[0-9A-Fa-f]{4}|\\U00[01][0-9A-Fa-f]{5}")
_ENDINGS = (".yaml", ".yml", ".json", ".jsonld", ".ttl")


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A scenario under its name, with the text that it was read from, and where it comes from."""

    case: Case
    text: str
    origin: str
    """`shipped`, `posted` or `kept`."""
    path: Path
    """The N-Quads that the processes that answer queries read, once it is proved."""
    proof: Future[Proof]

    @property
    def name(self) -> str:
        """What the scenario is called in addresses and in the names of its graphs."""
        return self.case.name

    @property
    def scenario(self) -> Scenario:
        """The scenario itself."""
        return self.case.scenario


class Shelf:
    """Scenarios by name. Each lies in *place* as N-Quads too, once proved, for the processes that answer queries."""

    def __init__(self, kb: KnowledgeBase, place: Path, prover: Prover, *, keep: Path | None = None) -> None:
        self.kb = kb
        self.place = place
        self.prover = prover
        self._keep = keep
        self._lock = threading.RLock()
        self._held: dict[str, Held] = {}
        self._numbers = itertools.count()
        self.problems: list[Problem] = []

    def fill(self) -> None:
        """Take in the scenarios that come with tacenda, and those kept; what cannot be read is in `problems`."""
        for origin, home in (("shipped", folder("kb") / "scenarios"), ("kept", self._keep)):
            for path in sorted(home.iterdir()) if home else ():
                if path.suffix in _ENDINGS and _NAME.fullmatch(path.stem):
                    try:
                        text = read_text(path, "a scenario")
                        self._put(path.stem, self.read(text, str(path)), text, origin)
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
        scenario = self.read(text, file_name)
        assess(self.kb, scenario)  # what contradicts itself is refused now, before anything is proved
        with self._lock:
            there = self._held.get(name)
            if there and there.origin == "shipped":
                raise ScenarioError(Problem(f"`{name}` comes with tacenda, and stays as it is", "name"))
            name = name or f"s-{secrets.token_hex(8)}"
            if keep and self._keep:
                self._unkeep(name)
                write_whole(self._keep / f"{name}{_ending(file_name, text)}", text)
            held = self._put(name, scenario, text, "kept" if keep else "posted")
            posted = [other.name for other in self._held.values() if other.origin == "posted"]
            for old in posted[: max(0, len(posted) - MOST)]:
                self._drop(old)
        return held

    def get(self, name: str) -> Held:
        """The scenario of that name; raises `ScenarioError` with the nearest of those that anybody may know of."""
        held = self._held.get(name)
        if held is None:
            known = [other.name for other in self if other.origin != "posted"]
            raise ScenarioError(Problem(f"no scenario is called `{name}`", hint=nearest(name, known)))
        return held

    def remove(self, name: str) -> None:
        """Forget a scenario, and delete the file in which it is kept; raises `ScenarioError` for one that must stay."""
        with self._lock:
            if self.get(name).origin == "shipped":
                raise ScenarioError(Problem(f"`{name}` comes with tacenda, and stays", "name"))
            self._unkeep(name)
            self._drop(name)

    def meant(self, job: Job, *, of_others: bool = False) -> list[Held]:
        """The scenarios that a query may be about: those it names, and if it ranges over graphs, all that are listed.

        Who posted one knows its name. For pages *of others* only those that come with tacenda are there.
        """
        is_bounded = bool(job.default_graphs or job.named_graphs) or names_graphs(job.query)
        if not is_bounded and "GRAPH" not in job.query.upper():
            return []
        ranges = not is_bounded and ranges_over_graphs(job.query)
        written = _ESCAPED.sub(lambda match: chr(int(match.group()[2:], 16)), job.query).replace("\\", "")
        text = " ".join((written, *job.default_graphs, *job.named_graphs))
        return [
            held
            for held in self
            if (held.name in text or (ranges and held.origin != "posted"))
            and (held.origin == "shipped" or not of_others)
        ]

    def hurry(self, held: Held, among: int = 1) -> Future[Proof]:
        """The proof of a scenario, before those that nobody waits for, or that are waited for *among* more."""
        self.prover.hurry(held.case, held.path, held.proof, among, is_public=held.origin == "shipped")
        return held.proof

    def graphs(self, *, of_others: bool) -> dict[str, int | None]:
        """The named graphs of the scenarios that are listed, each with the number of its statements once known.

        For pages *of others* these are only the scenarios that come with tacenda.
        """
        found: dict[str, int | None] = {}
        for held in self:
            if held.origin == "shipped" or (held.origin == "kept" and not of_others):
                is_proved = held.proof.done() and not held.proof.cancelled() and not held.proof.exception()
                found |= held.proof.result().statements if is_proved else dict.fromkeys(held.case.graphs)
        return found

    def __iter__(self) -> Iterator[Held]:
        return iter(list(self._held.values()))

    def _put(self, name: str, scenario: Scenario, text: str, origin: str) -> Held:
        case, path = Case.of(f"{name}.", scenario), self.place / f"{name}.{next(self._numbers)}.nq"
        with self._lock:
            if name in self._held:
                self._drop(name)
            among = 1 if origin == "posted" else NOBODY
            proof = self.prover.prove(case, path, among=among, is_public=origin == "shipped")
            self._held[name] = held = Held(case, text, origin, path, proof)
        return held

    def _drop(self, name: str) -> None:
        held = self._held.pop(name)
        held.proof.cancel()
        held.path.unlink(missing_ok=True)

    def _unkeep(self, name: str) -> None:
        for ending in _ENDINGS:
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
