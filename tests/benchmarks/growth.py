"""How times grow: with scenarios, with norms, with states."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from answers import differences, packed
from contest import SEED, Contest, DisagreementError
from definitions import define, law_in_reach
from laws import copies, made_up
from measuring import median, within
from ours import read, words
from rows import draw

from tacenda.compiled import conclude
from tacenda.compiler import compile_law
from tacenda.inference import infer
from tacenda.knowledge import KnowledgeBase

Line = dict[str, Any]
CHUNK = 1 << 18
DISTINCT = 4
"""How many chunks are drawn for one law; more scenarios than these are the same chunks again."""
SIZES = tuple(10**power for power in range(2, 9))
NORMS = (50, 200, 1000, 5000)
STATES = (1, 2, 5, 10, 20, 50)


def scenarios(given: Contest, limit: float) -> list[Line]:
    """The batch in memory on 10² to 10⁸ scenarios: chunks are drawn and laid out beforehand, which is not timed."""

    def work() -> Iterator[Line]:
        from tacenda.kernel import Kernel

        kernel = Kernel(given.program)
        whole = compile_law(given.kb, law_in_reach(given.kb))
        inputs, begun, rate = list(given.definitions.inputs), time.perf_counter(), 0.0
        chunks: list[dict[str, Any]] = []
        for size in SIZES:
            if len(chunks) == DISTINCT and size / rate > limit - (time.perf_counter() - begun):
                yield {"scenarios": size, "stopped": f"not within {limit:.0f} s"}
                return
            while len(chunks) < min(DISTINCT, -(-size // CHUNK)):
                rows = draw(given.kb, whole, inputs, CHUNK, SEED + 1 + len(chunks))
                chunks.append(words(rows.planes, given.program.inputs, CHUNK))
            seconds, count = 0.0, 0
            while count < size:
                now, chunk = min(CHUNK, size - count), chunks[count // CHUNK % len(chunks)]
                planes = chunk if now == CHUNK else {name: one[: -(-now // 64)] for name, one in chunk.items()}
                started = time.perf_counter()
                kernel.run(planes, {}, -(-now // 64))
                seconds += time.perf_counter() - started
                count += now
            rate = size / seconds
            yield {"scenarios": size, "seconds": seconds, "a second": rate, "drawn": min(size, len(chunks) * CHUNK)}

    ended = within(limit * 2, work)
    return [*ended.told, *([{"stopped": ended.reason}] if ended.reason else [])]


def norms(limit: float, sizes: tuple[int, ...] = NORMS) -> list[Line]:
    """Laws made up, of ever more norms: opening, compiling, one scenario by either engine, and the batch in memory."""
    found = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as home:
            ended = within(limit, partial(_law_of, size, Path(home)))
        line: Line = {"norms": size}
        for told in ended.told:
            line |= told
        if ended.reason:
            line["stopped"] = ended.reason
        if line.get("differences"):
            raise DisagreementError(f"the engines do not agree on a law of {size} norms:", *line["differences"])
        found.append(line)
    return found


def _law_of(size: int, home: Path) -> Iterator[Line]:
    from tacenda.kernel import Kernel

    os.environ["XDG_CACHE_HOME"] = str(home / "cache")
    made_up(home / "law", size)
    cold, _ = _timed(lambda: KnowledgeBase.open("xm", folders=[home / "law"]))
    kept, kb = _timed(lambda: KnowledgeBase.open("xm", folders=[home / "law"]))
    yield {"opened first": cold, "opened": kept}
    reached = law_in_reach(kb, "xm")
    compiling, whole = _timed(lambda: compile_law(kb, reached))
    definitions = define(kb, reached)
    rows = draw(kb, whole, list(definitions.inputs), 1 << 17, SEED)
    program = whole.restricted(rows.planes, definitions.outputs)
    yield {"compiled": compiling, "gates": len(program.gates)}
    kernel, planes = Kernel(program), words(rows.planes, program.inputs, rows.count)
    seconds, found = median(lambda: kernel.run(planes, {}, rows.count // 64))
    yield {"batch": rows.count / seconds}
    few = list(rows.first(5).scenarios())
    seconds, concluded = median(lambda: [conclude(kb, scenario) for scenario in few])
    names, batched = list(program.outputs), read(found)
    unlike = list(islice(differences(_answers(concluded, names), batched, len(few)), 5))
    yield {"one scenario": seconds / len(few), "differences": unlike}
    seconds, inferred = median(lambda: infer(kb, few[0]))
    unlike += islice(differences(_answers([inferred], names), batched, 1), 5)
    yield {"by the rules": seconds, "differences": unlike}


def _answers(found: Any, names: list[str]) -> Any:
    truths = [{f"{view.context} {name}": one for view in c.views for name, one in view.truths.items()} for c in found]
    return packed(truths, names)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


def states(limit: float, sizes: tuple[int, ...] = STATES) -> list[Line]:
    """Law bases of ever more states, copies of Massachusetts under other names: opened first, then from the snapshot.

    What is timed is `KnowledgeBase.open()` in a process that has done nothing else.
    """
    found: list[Line] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as home:
            copies(Path(home) / "law", size)
            line: Line = {"states": size}
            for name in ("opened first", "opened"):
                ended = within(limit, partial(_opening, Path(home)))
                if ended.reason:
                    line["stopped"] = ended.reason
                    break
                (told,) = ended.told
                line |= {name: told["seconds"], "norms": told["norms"], "one of them": told["one"]}
            found.append(line)
        if "stopped" in line:
            break
    return found


def _opening(home: Path) -> Iterator[Line]:
    os.environ["XDG_CACHE_HOME"] = str(home / "cache")
    (home / "law").mkdir(exist_ok=True)
    seconds, kb = _timed(lambda: KnowledgeBase.open(folders=[home / "law"]))
    one, _ = _timed(lambda: KnowledgeBase.open("us-ma", folders=[home / "law"]))
    yield {"seconds": seconds, "norms": len(kb.norms), "one": one}
