"""Measures what tacenda promises, beside its competitors on the same law and scenarios, and writes a report.

    python tests/benchmarks/run.py                       everything, in about twelve minutes
    python tests/benchmarks/run.py --quick               less of everything, in about two
    python tests/benchmarks/run.py --only whole files    some parts; the others stay as they stand in the report

`report.md` and `report.json` appear beside this file, or where `--output` says. A run says what this machine did today;
it passes or fails nothing. But answers that differ end it, and there is no report then.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from competitors import COMPETITORS
from contest import Contest, DisagreementError, contest, play
from files import files
from growth import NORMS, STATES, norms, scenarios, states
from laws import STATE, one_provision
from measuring import machine
from process import whole_process
from report import lines

from tacenda.knowledge import KnowledgeBase
from tacenda.textfile import write_whole

HERE = Path(__file__).resolve().parent
PARTS = {
    "process": "`tacenda ask` as a whole process",
    "provision": "all competitors on the law of one provision",
    "whole": "all competitors on the whole law",
    "files": "audits of Parquet files",
    "scenarios": "the batch on ever more scenarios",
    "norms": "laws of ever more norms",
    "states": "law bases of ever more states",
}
FULL = {"provision": 1 << 20, "whole": 1 << 19, "few": 1 << 20, "every": 1 << 17}
QUICK = {"provision": 1 << 17, "whole": 1 << 17, "few": 1 << 18, "every": 1 << 14}
"""How many scenarios each part is given."""


def main() -> None:
    """Measure and report."""
    options = argparse.ArgumentParser(
        description=(__doc__ or "").splitlines()[0],
        epilog="parts: " + "; ".join(f"{name}, {what}" for name, what in PARTS.items()),
    )
    options.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help="some parts")
    options.add_argument("--quick", action="store_true", help="less of everything")
    options.add_argument("--limit", type=float, help="seconds that each competitor has at most")
    options.add_argument("--runs", type=int, default=7, help="runs of each whole process")
    options.add_argument("--output", type=Path, default=HERE, help="the folder for the report")
    chosen = options.parse_args()
    limit = chosen.limit or (6 if chosen.quick else 120)
    chosen.output.mkdir(parents=True, exist_ok=True)
    earlier = chosen.output / "report.json"
    known = json.loads(earlier.read_text("utf-8")) if earlier.is_file() else {}
    begun, made = time.perf_counter(), machine()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = str(Path(folder) / "cache")
        try:
            found = measure(Path(folder), chosen.only, limit, chosen.quick, 2 if chosen.quick else chosen.runs)
        except DisagreementError as error:
            sys.exit("\n  ".join(map(str, error.args)))
    kept = {name: value for name, value in known.items() if name in PARTS and name not in found}
    seconds = round(time.perf_counter() - begun)
    report = {"machine": made, "seconds": seconds, "quick": chosen.quick, "kept": list(kept), **kept, **found}
    text = "\n".join(lines(report)) + "\n"
    write_whole(earlier, json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    write_whole(chosen.output / "report.md", text)
    print(text)


def measure(home: Path, parts: list[str], limit: float, quick: bool, runs: int) -> dict[str, object]:
    """The parts, one after the other, each told of on stderr."""
    found: dict[str, object] = {}
    sizes = QUICK if quick else FULL
    whole: Contest | None = None
    if {"whole", "files", "scenarios"} & set(parts):
        whole = contest("whole law", KnowledgeBase.open(STATE), sizes["whole"])
    for part in parts:
        print(f"{PARTS[part]} …", file=sys.stderr)
        if part == "process":
            (home / "process").mkdir()
            found[part] = whole_process(home / "process", runs, min(limit, 60))
        elif part == "provision":
            one = contest("one provision", one_provision(home / "one"), sizes["provision"])
            found[part] = competition(one, min(limit, 20))
        elif part == "norms":
            found[part] = norms(max(limit / 2, 15), NORMS[:3] if quick else NORMS)
        elif part == "states":
            found[part] = states(max(2 * limit, 20), STATES[:3] if quick else STATES)
        elif whole and part == "whole":
            found[part] = competition(whole, limit)
        elif whole and part == "files":
            found[part] = files(home / "files", whole, sizes, max(limit / 2, 15), (False,) if quick else (False, True))
        elif whole and part == "scenarios":
            found[part] = scenarios(whole, max(limit / 3, 10))
    return found


def competition(given: Contest, limit: float) -> dict[str, object]:
    """What every competitor did, all having given the same answers."""
    results = []
    for competitor in COMPETITORS:
        print(f"  {competitor.name}", file=sys.stderr)
        results.append(asdict(play(competitor, given, limit)))
    facts = sum(1 for name in given.rows.facts if any(given.rows.truth(name)))
    return {
        "law": given.name,
        "norms": len(given.kb.norms),
        "facts": facts,
        "outputs": len(given.definitions.outputs),
        "definitions": len(given.definitions.nodes),
        "gates": len(given.program.gates),
        "inputs": len(given.program.inputs),
        "scenarios": given.rows.count,
        "emptied": given.rows.emptied,
        "results": results,
    }


if __name__ == "__main__":
    main()
