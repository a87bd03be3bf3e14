"""Measures what tacenda promises, side by side in one run, and writes `report.md` and `report.json` beside itself.

    python tests/benchmarks/run.py                 everything; some minutes, most of them rdflib's
    python tests/benchmarks/run.py --limit 60      gives the reference on the whole law a minute instead of five

A run says what this machine did today. It passes or fails nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from unittest.mock import patch

from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize
from reference import KNOWN

from tacenda import knowledge, resources
from tacenda import vocabulary as v
from tacenda.assessment import assess
from tacenda.inference import infer
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario

HERE = Path(__file__).resolve().parent
PROVISION = "us-ma/c112-s135B.ttl"
QUESTION = """\
title: A client tells her clinical social worker that her brother beats his son
jurisdiction: us-ma
as_of: 2026-11-22
professional: licensed independent clinical social worker
facts:
  - client relationship
  - reasonable cause to believe that a child is being abused
  - learned in a professional capacity
not:
  - client consents in writing
"""
_LIBRARIES = ("pyoxigraph", "owlrl", "rdflib", "typer", "rich", "pyyaml")
_OWL = ("equivalentClass", "onProperty", "someValuesFrom", "intersectionOf", "disjointWith")
_DEFINING = {v.RDF_TYPE, v.RDFS_SUBCLASS, v.RDF_FIRST, v.RDF_REST, v.RDFS_LABEL, v.tac("valuesFrom")}
_DEFINING |= {v.PREFIXES["owl"] + name for name in _OWL}

Numbers = dict[str, object]


def main() -> None:
    """Measure and report."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--limit", type=int, default=300, help="seconds for the reference on the whole law")
    options.add_argument("--runs", type=int, default=7, help="runs of each whole process")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        found: Numbers = {"machine": machine(), "whole process": whole_process(home, chosen.runs)}
        os.environ["XDG_CACHE_HOME"] = str(home / "cache")
        found["one provision"] = one_provision(home, chosen.limit)
        found["whole law"] = whole_law(home, chosen.limit)
    (HERE / "report.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    report = "\n".join(lines(found))
    (HERE / "report.md").write_text(report + "\n", encoding="utf-8")
    print(report)


def machine() -> Numbers:
    """The machine and the versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else 0
    cpuinfo = Path("/proc/cpuinfo")
    known = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
    model = next((line.partition(":")[2].strip() for line in known if line.startswith("model name")), "")
    return {
        "on": date.today().isoformat(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": model or platform.processor(),
        "cores": os.cpu_count(),
        "load before": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "memory": f"{memory:.0f} GiB",
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }


def whole_process(home: Path, runs: int) -> Numbers:
    """`tacenda ask` from the shell: the first time with an empty cache folder, then warm, as text and as JSON."""
    question = home / "question.yaml"
    question.write_text(QUESTION, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(knowledge.__file__).parents[1])}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def ask(cache: str, *options: str) -> Callable[[], object]:
        command = [sys.executable, "-m", "tacenda", "ask", str(question), *options]
        env = {**environment, "XDG_CACHE_HOME": str(home / cache)}
        return lambda: subprocess.run(command, env=env, check=True, capture_output=True)

    nothing = [sys.executable, "-c", "pass"]
    subprocess.run([*nothing[:2], "import tacenda.cli, tacenda.report, owlrl"], env=environment, check=True)
    return {
        "python itself": seconds(lambda: subprocess.run(nothing, check=True), runs),
        "first": seconds(ask("cache-0", "--format", "text"), 1),
        "warm text": seconds(ask("cache-0", "--format", "text"), runs),
        "warm json": seconds(ask("cache-0", "--format", "json"), runs),
    }


def seconds(work: Callable[[], object], runs: int) -> dict[str, float]:
    """The median, least and greatest time on the clock that something takes, and the mean time of the processor.

    The clock tells what a person waits; the processor's time is what a busy machine leaves comparable.
    """
    clock, processor = [], []
    for _ in range(runs):
        began, used = time.perf_counter(), sum(os.times()[:4])
        work()
        clock.append(time.perf_counter() - began)
        processor.append(sum(os.times()[:4]) - used)
    named = {"median": statistics.median(clock), "least": min(clock), "greatest": max(clock)}
    named["processor"] = statistics.fmean(processor)
    return {name: round(value, 4) for name, value in named.items()}


def whole_law(home: Path, limit: int) -> Numbers:
    """One scenario under the whole law of one state and of the federation."""
    kb = KnowledgeBase.open("us-ma")
    return side_by_side(kb, scenario(kb), home / "whole", limit)


def one_provision(home: Path, limit: int) -> Numbers:
    """The same under a law base of one provision, with no more vocabulary than that provision uses."""
    kb = reduced(home / "reduced")
    return side_by_side(kb, scenario(kb), home / "one", limit)


def scenario(kb: KnowledgeBase) -> Scenario:
    """The question as far as the law base has words for it."""
    words = "ClientRelationship Communication RelatesToDiagnosisOrTreatment LearnedInProfessionalCapacity"
    known = [v.expand(f"fact:{name}") for name in f"{words} ReasonableCauseChildAbuse".split()]
    return Scenario(
        "us-ma",
        as_of=date(2026, 11, 22),
        professional=f"{v.BASE}us-ma/LicensedIndependentClinicalSocialWorker",
        facts=tuple(fact for fact in known if kb.term(fact)),
        excluded=(v.expand("fact:ToldNotPrivileged"),),
    )


def side_by_side(kb: KnowledgeBase, asked: Scenario, home: Path, limit: int) -> Numbers:
    """Our engine and the reference on the same law and scenario, and whether their conclusions are the same."""
    home.mkdir()
    infer(kb, asked)
    found: Numbers = {
        "norms": len(kb.norms),
        "facts": sum(1 for _ in kb.taxonomy.facts()),
        "triples": len(kb.store),
        "infer": seconds(lambda: infer(kb, asked), 20),
        "assess": seconds(lambda: assess(kb, asked), 5),
    }
    conclusions = infer(kb, asked)
    derived = NamedNode(knowledge.GRAPHS + "closure")
    stated = [quad.triple for quad in kb.store if quad.graph_name != derived]
    given = [quad.triple for quad in conclusions.given]
    serialize(dict.fromkeys([*stated, *given]), output=str(home / "everything.nt"), format=RdfFormat.N_TRIPLES)
    known = [*conclusions.given, *conclusions.derived]
    ours = {tuple(str(getattr(term, "value", "")) for term in quad.triple) for quad in known}
    return found | reference(home, limit, ours)


def reference(home: Path, limit: int, ours: Iterable[tuple[str, ...]]) -> Numbers:
    """The time of the reference, or how far it came within the limit; and its conclusions held against ours."""
    result = home / "conclusions.json"
    command = [sys.executable, str(HERE / "reference.py"), str(home / "everything.nt"), str(result)]
    with (home / "steps").open("w+") as steps:
        started = time.perf_counter()
        try:
            subprocess.run(command, check=True, stdout=steps, timeout=limit)
            finished = True
        except subprocess.TimeoutExpired:
            finished = False
        spent = time.perf_counter() - started
        steps.seek(0)
        done = [json.loads(line) for line in steps]
    times = {step["step"]: 0.0 for step in done}
    for step in done:
        times[step["step"]] = round(times[step["step"]] + step["seconds"], 3)
    found: Numbers = {"reference finished": finished, "reference seconds": round(spent, 1), "reference steps": times}
    if finished:
        found["reference seconds"] = times["all"]
        found["reference processor"] = done[-1]["processor"]
        theirs = {(subject, v.tac(name), value) for subject, name, value in json.loads(result.read_text("utf-8"))}
        names = {v.tac(name) for name in KNOWN.split()}
        found["same conclusions"] = theirs == {one for one in ours if one[1] in names}
        found["conclusions"] = len(theirs)
    return found


def reduced(home: Path) -> KnowledgeBase:
    """The law base of one provision, with the vocabulary that it uses and everything above that."""
    (home / "ontology").mkdir(parents=True)
    law = resources.folder("kb")
    for name in ("us/jurisdiction.ttl", "us-ma/jurisdiction.ttl", PROVISION):
        (home / "kb" / name).parent.mkdir(parents=True, exist_ok=True)
        (home / "kb" / name).write_bytes((law / name).read_bytes())
    vocabulary = home / "ontology" / "used.ttl"
    vocabulary.write_bytes(serialize(used(list(words())), format=RdfFormat.TURTLE) or b"")
    with patch.object(knowledge, "folder", lambda name: home / name):
        return KnowledgeBase.open("us-ma")


def words() -> Iterator[Triple]:
    """Every statement of the ontology, names of blank nodes made unlike from file to file."""
    for path in resources.modules(resources.folder("ontology")):
        yield from (quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE, rename_blank_nodes=True))


def used(statements: Sequence[Triple]) -> Iterator[Triple]:
    """The definitions of what the provision names, and of what those definitions name."""
    about: dict[object, list[Triple]] = {}
    for triple in statements:
        about.setdefault(triple.subject, []).append(triple)
    law = resources.folder("kb")
    pending: list[object] = [NamedNode(iri) for iri in (*v.ROLE_PROPERTIES.values(), *map(v.tac, v.NORM_KINDS))]
    pending += [NamedNode(v.PREFIXES["prof"] + "LicensedClinicalSocialWorker")]
    for name in (PROVISION, "us-ma/jurisdiction.ttl"):
        for quad in parse(path=str(law / name), format=RdfFormat.TURTLE):
            pending += [quad.object, quad.predicate]
    seen = set()
    while pending:
        node = pending.pop()
        if node in seen or node not in about:
            continue
        seen.add(node)
        for triple in about[node]:
            if triple.predicate.value in _DEFINING:
                yield triple
                pending.append(triple.object)


def lines(found: Numbers) -> Iterator[str]:
    """The report as Markdown."""
    made, process = _of(found, "machine"), _of(found, "whole process")
    yield "# Benchmarks"
    yield ""
    yield "Made by `python tests/benchmarks/run.py`; the same numbers stand in `report.json`."
    yield ""
    libraries = ", ".join(f"{name} {number}" for name, number in _of(made, "libraries").items())
    yield f"{made['on']}, {made['system']}, {made['processor']}, {made['cores']} cores, {made['memory']},"
    yield f"load {made['load before']} before the run; Python {made['python']}, {libraries}."
    yield ""
    yield "## `tacenda ask` as a whole process, both contexts, Massachusetts and federal law"
    yield ""
    yield "| what | median | least | greatest | processor | target |"
    yield "|---|---|---|---|---|---|"
    targets = {"first": "3 s", "warm text": "0.8 s", "warm json": "0.8 s"}
    names = {"first": "the first, with an empty cache folder"}
    for name in process:
        timed = _of(process, name)
        shown = " | ".join(f"{timed[key]:.2f} s" for key in ("median", "least", "greatest", "processor"))
        yield f"| {names.get(name, name)} | {shown} | {targets.get(name, '')} |"
    yield ""
    yield "## One scenario, law base loaded, against owlrl over everything and the same rules on rdflib"
    yield ""
    head = "law|norms|facts|triples|rules (`infer`)|with reasons (`assess`)|reference|times faster|same conclusions"
    yield f"| {head.replace('|', ' | ')} |"
    yield "|---" * (head.count("|") + 1) + "|"
    for name in ("one provision", "whole law"):
        yield row(name, _of(found, name))
    yield ""
    yield "The reference closes vocabulary, law and scenario with owlrl, then runs the rules of"
    yield "`queries/inference/reason/` on rdflib; the network of conditions is given to it ready made. Its steps are in"
    yield "`report.json`. Times are the processor's. Where the reference did not finish in its time, they are"
    yield "the clock's, and its figures lower bounds."


def row(name: str, measured: Numbers) -> str:
    """One line of the comparison."""
    key = "processor" if measured["reference finished"] else "median"
    ours, whole = (float(str(_of(measured, name)[key])) for name in ("infer", "assess"))
    theirs = float(str(measured["reference processor" if measured["reference finished"] else "reference seconds"]))
    finished = bool(measured["reference finished"])
    more = "" if finished else "more than "
    same = f"yes, all {measured['conclusions']}" if finished and measured["same conclusions"] else "NO"
    cells = [name, *(str(measured[key]) for key in ("norms", "facts", "triples"))]
    cells += [f"{ours * 1000:.0f} ms", f"{whole * 1000:.0f} ms", f"{more}{theirs:.1f} s"]
    cells += [f"{more}{theirs / ours:,.0f}", same if finished else "not finished"]
    return f"| {' | '.join(cells)} |"


def _of(found: Numbers, name: str) -> Numbers:
    inner = found[name]
    assert isinstance(inner, dict)
    return inner


if __name__ == "__main__":
    main()
