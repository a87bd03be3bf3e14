"""The report as Markdown: the targets first, then what each part found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Found = Mapping[str, Any]
BATCH = "tacenda: batch in memory"
RULES = "tacenda: OWL + SPARQL rules"
REASONS = "tacenda: compiled, with reasons"
SIZES = (1, 10, 100, 1000, 10_000, 100_000, 131_072, 524_288)


def lines(found: Found) -> Iterator[str]:
    """The whole report."""
    made = found["machine"]
    yield "# Benchmarks"
    yield ""
    yield f"Made by `python tests/benchmarks/run.py{' --quick' if found.get('quick') else ''}` in"
    yield f"{found['seconds']:,} seconds; the same numbers stand in `report.json`. Times are medians on the clock."
    yield ""
    libraries = ", ".join(f"{name} {number}" for name, number in made["libraries"].items())
    yield f"{made['on']}, {made['system']}, {made['processor']}, {made['cores']} cores, {made['memory']},"
    yield f"load {made['load']} before the run; Python {made['python']}, {libraries}."
    yield ""
    if found.get("kept"):
        yield f"Kept from an earlier run: {', '.join(found['kept'])}."
        yield ""
    yield "## Targets"
    yield ""
    yield from table(("what", "at least", "reached", ""), targets(found))
    if "process" in found:
        yield from _process(found["process"])
    for part in ("provision", "whole"):
        if part in found:
            yield from _competition(found[part])
    if "files" in found:
        yield from _files(found["files"])
    for part in ("scenarios", "norms", "states"):
        if part in found:
            yield from _growth(part, found[part])


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table, and an empty line."""
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


# Targets


def targets(found: Found) -> Iterator[tuple[str, str, str, str]]:
    """What was to be reached, what was, and whether that is enough."""
    process = found.get("process", {})
    for name, most in (("first", 3.0), ("warm text", 0.8), ("warm json", 0.8)):
        timed = process.get(name)
        value = timed["median"] if isinstance(timed, Mapping) else None
        if isinstance(timed, str):  # it had far longer than the target allows
            yield f"`tacenda ask` as a whole process, {name}", f"{most:g} s", timed, "**MISSED**"
            continue
        shown = f"{value:.2f} s" if value is not None else ""
        yield _target(f"`tacenda ask` as a whole process, {name}", f"{most:g} s", shown, value, most)
    for part, law in (("provision", "one provision"), ("whole", "whole law")):
        results = _by_name(found.get(part, {}))
        yield _against_reference(law, results)
    whole = _by_name(found.get("whole", {}))
    value = _seconds(whole, REASONS, 1)
    shown = f"{value * 1000:.1f} ms" if value else ""
    yield _target("one scenario, compiled, with positions and reasons, whole law", "5 ms", shown, value, 0.005)
    for part, law in (("provision", "one provision"), ("whole", "whole law")):
        results = _by_name(found.get(part, {}))
        ratio = _ratio(results, BATCH, "floor: copying")
        what = f"batch in memory, {law}: time against copying its planes"
        yield _target(what, "3 ×", f"{ratio:.1f} ×" if ratio else "", ratio, 3)
        for other, least in (("DuckDB", 30), ("clingo", 1000)):
            ours, theirs = _rate(results, BATCH), _rate(results, other)
            times = ours / theirs if ours and theirs else None
            what = f"batch in memory, {law}: scenarios a second against {other}"
            yield _target(what, f"{least:,} ×", f"{times:,.0f} ×" if times else "", times and -times, -least)
    for line in found.get("files", ()):
        if not line["norms"] and "floor" in line:
            more = line["audit"] / line["floor"] - 1
            what = f"audit of {line['rows']:,} rows with {line['facts']} facts: evaluation adds to reading and writing"
            yield _target(what, "less than 25 %", f"{more:.0%}", more, 0.25)
    opened = {line["states"]: line for line in found.get("states", ())}
    value = opened.get(50, {}).get("opened")
    shown = f"{value:.2f} s" if value else opened.get(50, {}).get("stopped", "")
    yield _target("law base of 50 states opened and ready, from its snapshot", "2 s", shown, value, 2.0)


def _target(what: str, least: str, shown: str, value: float | None, most: float) -> tuple[str, str, str, str]:
    verdict = "not measured" if value is None else "met" if value <= most else "**MISSED**"
    return what, least, shown or "–", verdict


def _against_reference(law: str, results: Mapping[str, Found]) -> tuple[str, str, str, str]:
    ours, theirs = _seconds(results, RULES, 1), _seconds(results, "owlrl + rdflib", 1)
    what = f"one scenario by OWL + SPARQL rules, {law}: times faster than owlrl + rdflib"
    if ours and theirs:
        return _target(what, "100 ×", f"{theirs / ours:,.0f} ×", -theirs / ours, -100)
    stopped = results.get("owlrl + rdflib", {}).get("stopped", "")
    within = [float(word) for word in stopped.split() if word.isdigit()]
    if ours and within and stopped.startswith("did not finish"):
        bound = within[-1] / ours
        verdict = "met" if bound >= 100 else "not known"
        return what, "100 ×", f"more than {bound:,.0f} ×: the reference {stopped}", verdict
    return _target(what, "100 ×", "", None, 0)


def _by_name(competition: Found) -> dict[str, Found]:
    return {result["name"]: result for result in competition.get("results", ())}


def _seconds(results: Mapping[str, Found], name: str, rows: int) -> float | None:
    return next((one["seconds"] for one in results.get(name, {}).get("played", ()) if one["rows"] == rows), None)


def _rate(results: Mapping[str, Found], name: str) -> float | None:
    return max((one["rows"] / one["seconds"] for one in results.get(name, {}).get("played", ())), default=None)


def _ratio(results: Mapping[str, Found], one: str, other: str) -> float | None:
    """The times of two against each other on the most scenarios that both were asked about."""
    left, right = (
        {played["rows"]: played["seconds"] for played in results.get(name, {}).get("played", ())}
        for name in (one, other)
    )
    both = max(left.keys() & right.keys(), default=None)
    return None if both is None else float(left[both] / right[both])


# Parts


def _process(process: Found) -> Iterator[str]:
    yield "## `tacenda ask` as a whole process, both contexts, Massachusetts and federal law"
    yield ""
    rows = []
    for name, timed in process.items():
        shown = [f"{timed[key]:.2f} s" for key in timed] if isinstance(timed, Mapping) else [str(timed), "", "", ""]
        rows.append([{"first": "the first, with an empty cache folder"}.get(name, name), *shown])
    yield from table(("what", "median", "least", "greatest", "processor"), rows)


def _competition(found: Found) -> Iterator[str]:
    yield f"## {found['law'].capitalize()}: {found['norms']} norms, both contexts"
    yield ""
    yield f"{found['outputs']:,} answers a scenario: the truth of every norm in reach, and what is required, forbidden"
    yield f"and privileged. They rest on {found['facts']:,} facts that the scenarios speak of, by"
    yield f"{found['definitions']:,} three-valued definitions, or {found['gates']:,} gates over {found['inputs']:,}"
    yield "planes of bits. The first scenario is the one that `tacenda ask` is timed with; of the facts of each other"
    yield "about a third is true and a third false, drawn at random. A statement that would contradict another is left"
    yield f"out; {found['emptied'] or 'no'} rows contradicted themselves even so, and were emptied."
    yield "Every answer of every competitor was the same as the compiled program's, scenario by scenario, norm by norm."
    yield ""
    results = found["results"]
    best = _rate(_by_name(found), BATCH) or 0
    rows = []
    for result in results:
        times = {one["rows"]: one["seconds"] for one in result["played"]}
        rate = max((rows / seconds for rows, seconds in times.items()), default=0)
        slower = f"{best / rate:,.1f}" if rate and best / rate < 10 else f"{best / rate:,.0f}" if rate else ""
        rows.append(
            [result["name"], f"{_short(rate)}" if rate else "–", slower, *(_time(times, size) for size in SIZES)]
        )
    head = ("who", "scenarios a second", "times slower", *(f"{size:,}" for size in SIZES))
    yield from table(head, rows)
    yield "Times for so many scenarios at once. What they include:"
    yield ""
    for result in results:
        notes = [result["included"], result["note"], result["stopped"]]
        yield f"- {result['name']}: {'; '.join(filter(None, notes))}."
    yield ""


def _time(times: Mapping[int, float], size: int) -> str:
    larger = 1_048_576
    if size == SIZES[-1] and size not in times and larger in times:
        return f"{_duration(times[larger])} for {larger:,}"
    return _duration(times[size]) if size in times else ""


def _duration(seconds: float) -> str:
    """A time as people say it.

    >>> _duration(0.00012), _duration(0.0123), _duration(1.5), _duration(75)
    ('0.12 ms', '12.3 ms', '1.50 s', '75 s')
    """
    if seconds < 0.001:
        return f"{seconds * 1000:.2f} ms"
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"


def _short(rate: float) -> str:
    """A rate in words.

    >>> _short(0.12), _short(1234), _short(4_500_000)
    ('0.12', '1,234', '4.5 million')
    """
    if rate >= 1e6:
        return f"{rate / 1e6:.3g} million"
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.2g}"


def _files(found: Sequence[Found]) -> Iterator[str]:
    yield "## Parquet to Parquet"
    yield ""
    yield "`tacenda audit` in a process that has the law, against reading the same table and writing the same results"
    yield "without thinking, both with reading, work and writing side by side. Statuses of all acts that the law names,"
    yield "and norms where it says so, were compared with the answers expected, row by row. Spark has two cores of this"
    yield "machine and a session that is there."
    yield ""
    rows = []
    for line in found:
        bytes_ = line.get("bytes", {})
        size = " → ".join(f"{bytes_[side] / 2**20:.0f} MiB" for side in ("in", "out")) if bytes_ else ""
        spark = line.get("spark", "")
        rows.append(
            [
                f"{line['rows']:,}",
                f"{line['facts']:,}",
                "statuses and every norm" if line["norms"] else "statuses",
                size,
                *(_duration(line[key]) if key in line else line.get("stopped", "") for key in ("audit", "floor")),
                f"{line['audit'] / line['floor'] - 1:+.0%}" if "floor" in line else "",
                f"{line['rows'] / line['audit']:,.0f}" if "audit" in line else "",
                _duration(spark) if isinstance(spark, float) else str(spark),
            ]
        )
    head = ("rows", "facts", "asked", "files", "audit", "files alone", "adds", "rows a second", "on Spark")
    yield from table(head, rows)


def _growth(part: str, found: Sequence[Found]) -> Iterator[str]:
    if part == "scenarios":
        yield "## Ever more scenarios: the batch in memory, whole law"
        yield ""
        yield "Chunks of scenarios are drawn and laid out before the clock runs; past the number drawn the same come"
        yield "again."
        yield ""
        rows = [
            [
                f"{line['scenarios']:,}" if "scenarios" in line else "",
                _duration(line["seconds"]) if "seconds" in line else line.get("stopped", ""),
                _short(line["a second"]) if "a second" in line else "",
                f"{line['drawn']:,}" if "drawn" in line else "",
            ]
            for line in found
        ]
        yield from table(("scenarios", "time", "a second", "drawn"), rows)
        return
    yield f"## Ever more {part}"
    yield ""
    columns: tuple[str, ...] = ("norms", "opened first", "opened", "one of them")
    if part == "norms":
        yield "Laws made up, half of each exceptions, with as many facts as norms; both engines gave the same answers."
        columns = (
            "opened first",
            "opened",
            "compiled",
            "gates",
            "one scenario",
            "by the rules",
            "batch",
        )
    else:
        yield "Copies of Massachusetts under other names, with federal law; opened first, and from the snapshot, in a"
        yield "process that has done nothing else."
    yield ""
    rows = [
        [str(line[part]), *(_cell(name, line.get(name)) for name in columns), line.get("stopped", "")] for line in found
    ]
    heads = {"one scenario": "one scenario, compiled", "batch": "batch, scenarios a second"}
    heads |= {"one of them": "one state opened"}
    yield from table((part, *(heads.get(name, name) for name in columns), ""), rows)


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return ""
    if name in ("gates", "norms"):
        return f"{value:,}"
    return _short(value) if name == "batch" else _duration(value)
