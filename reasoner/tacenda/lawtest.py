"""Law tests: cases that a lawyer writes in YAML, with the statuses and the reasons that must come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tacenda import decided
from tacenda import vocabulary as v
from tacenda.assessment import assess
from tacenda.coverage import Count, Coverage, Provision
from tacenda.decided import Verdict
from tacenda.draft import MANY, SINGLE
from tacenda.errors import Problem, ScenarioError, SourceError, TacendaError, nearest
from tacenda.expectation import differences, malformed
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Norm, Scenario
from tacenda.reading import read_draft
from tacenda.resources import folder
from tacenda.scenario import suppose, understand
from tacenda.textfile import read_text
from tacenda.tree import Items, Pairs, repeats, yaml_data, yaml_tree

DEFAULT_DATE = date(2026, 11, 22)
_CASE_KEYS = {"name", "scenario", "like", "and", "and not", "date", "expect", *SINGLE, *MANY, *decided.KEYS}


@dataclass(frozen=True)
class Failure:
    """What came out otherwise than a case says."""

    where: str
    case: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.case}: {self.message}"


@dataclass
class Report:
    """The outcome of a run: the cases, the failures, and what the cases show of each norm."""

    cases: int = 0
    failures: list[Failure] = field(default_factory=list)
    coverage: Coverage = field(default_factory=Coverage)
    verdicts: list[Verdict] = field(default_factory=list)

    def uncovered(self) -> list[tuple[Norm, list[str]]]:
        """Every norm of the provisions tested of which the cases do not show everything, with the reasons."""
        return [(self.coverage.norms[iri], reasons) for iri, reasons in self.coverage.missing().items()]

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON."""
        return {
            "cases": self.cases,
            "failures": [{"where": f.where, "case": f.case, "message": f.message} for f in self.failures],
            "decided": [asdict(one) for one in self.verdicts],
            "norms": len(self.coverage.norms),
            "provisions": [
                {
                    "provision": v.shorten(provision.source),
                    **{
                        name: {"covered": count.covered, "all": count.whole}
                        for name, count in (
                            ("norms", provision.norms),
                            ("exceptions", provision.exceptions),
                            ("operands", provision.operands),
                        )
                    },
                }
                for provision in self.coverage.by_provision()
            ],
            "uncovered": [{"norm": v.shorten(norm.iri), "why": reasons} for norm, reasons in self.uncovered()],
        }


def run(paths: Iterable[Path], folders: tuple[Path, ...] = ()) -> Report:
    """Run the law tests in files, or in folders of them; raises `SourceError` for a file that is not one."""
    files = [file for path in paths for file in (sorted(path.rglob("*.yaml")) if path.is_dir() else [path])]
    if not files:
        raise SourceError(Problem("no law tests there", ", ".join(map(str, paths)), "a law test is a .yaml file"))
    report = Report(coverage=Coverage(_provisions(files)))
    for file in files:
        for case in cases(file):
            report.cases += 1
            _run_case(report, file, case, folders)
    return report


def _provisions(files: Iterable[Path]) -> frozenset[str]:
    """The provisions that these files test, by their paths: `us-ma/c119-s51A.yaml`; none when one is no such file."""
    found = {v.expand(f"{file.parent.name}:{file.stem}") for file in files}
    return frozenset(found) if all(file.parent.name.startswith("us") for file in files) else frozenset()


def scenario_of(file: Path, case: Mapping[str, Any], folders: tuple[Path, ...] = ()) -> tuple[KnowledgeBase, Scenario]:
    """The scenario that a case of a file puts, and the law that it comes under."""
    name, text = _scenario_text(file, case)
    draft = read_draft(name, text)
    kb = _law(draft.text("jurisdiction"), folders)
    scenario = understand(draft, kb)
    for true, false in _changes(case):
        scenario = suppose(kb, scenario, true, false)
    return kb, _dated(scenario, case)


def _run_case(report: Report, file: Path, case: dict[str, Any], folders: tuple[Path, ...]) -> None:
    try:
        answer = assess(*scenario_of(file, case, folders))
    except TacendaError as error:
        report.failures += [Failure(str(file), case["name"], str(problem)) for problem in error.problems]
        return
    messages = [message for expected in case["expect"] for message in differences(answer, expected)]
    if found := decided.verdict(case, answer):
        report.verdicts.append(found)
        messages += filter(None, [found.complaint()])
    report.failures += [Failure(str(file), case["name"], message) for message in messages]
    if not messages:
        report.coverage.add(case, answer)


def _yaml(file: Path) -> tuple[Any, list[int]]:
    """What a YAML file says, and the line of each of its cases."""
    text = read_text(file, "a law test")
    tree = yaml_tree(str(file), text, aliases=True)
    if repeated := next(repeats(tree), None):
        raise SourceError(Problem(f"`{repeated.text}` is given twice", f"{file}:{repeated.line}"))
    pairs = tree.pairs if isinstance(tree, Pairs) else []
    lines = [item.line for key, node in pairs if key.text == "cases" and isinstance(node, Items) for item in node.items]
    return yaml_data(text), lines


def cases(file: Path) -> list[dict[str, Any]]:
    """The cases of one file; raises `SourceError` with everything that is wrong with their form."""
    data, lines = _yaml(file)
    found = data.get("cases") if isinstance(data, dict) else None
    if not isinstance(found, list):
        raise SourceError(Problem("a law test is a mapping with a list `cases`", str(file)))
    problems: list[Problem] = []
    names: dict[str, dict[str, Any]] = {}
    for line, case in zip(lines, found, strict=True):
        message, hint = _malformed(case, names)
        if message:
            problems.append(Problem(message, f"{file}:{line}", hint))
        if isinstance(case, dict) and isinstance(case.get("name"), str):
            if isinstance(case.get("like"), str) and case["like"] in names:
                case["base"] = names[case["like"]]
            names[case["name"]] = case
    if problems:
        raise SourceError(*problems)
    return found


def _malformed(case: object, names: Mapping[str, object]) -> tuple[str, str]:
    """What is wrong with the form of a case, and a hint; nothing when it can be run."""
    if not isinstance(case, dict) or not isinstance(case.get("name"), str):
        return "each case has a `name`, a sentence", ""
    for key in case:
        if key not in _CASE_KEYS:
            return f"unknown key `{key}`", nearest(str(key), _CASE_KEYS)
    for key in ("and", "and not", *MANY):
        if not isinstance(case.get(key) or [], list):
            return f"`{key}` takes a list of phrases", ""
    for key in ("like", "scenario"):
        if key in case and not isinstance(case[key], str):
            return f"`{key}` takes one name", ""
    if stated := [key for key in MANY if key in case and ("like" in case or "scenario" in case)]:
        return f"`{stated[0]}` beside another scenario", "change it by `and` and `and not`"
    if case["name"] in names:
        return f"two cases are called `{case['name']}`", ""
    if "like" in case and case["like"] not in names:
        return f"no earlier case is called `{case['like']}`", nearest(case["like"], names)
    if not isinstance(case.get("expect"), list) or not case["expect"]:
        return "a case says in a list what to `expect`", ""
    if wrong := next(filter(None, map(malformed, case["expect"])), ""):
        return wrong, ""
    return decided.misstated(case)


def _dated(scenario: Scenario, case: Mapping[str, Any]) -> Scenario:
    day = case.get("date") or scenario.as_of or DEFAULT_DATE
    if not isinstance(day, date):
        raise ScenarioError(Problem(f"`{day}` is not a date", case["name"], "write it as 2026-11-22"))
    return replace(scenario, as_of=day)


@cache
def _law(code: str, folders: tuple[Path, ...]) -> KnowledgeBase:
    return KnowledgeBase.open(code, folders=folders)


def _scenario_text(file: Path, case: Mapping[str, Any]) -> tuple[Path | str, str | None]:
    named: dict[str, Any] = {}
    while "base" in case:
        named = {**_named(case), **named}
        case = case["base"]
    if "scenario" in case:
        path = folder("kb") / "scenarios" / f"{case['scenario']}.yaml"
        named = {**_named(case), **named}
        if not named:
            return path, None
        own, _ = _yaml(path)
    else:
        own = {key: value for key, value in case.items() if key in (*SINGLE, *MANY)}
    whole = {key: value for key, value in {**own, **named}.items() if value is not None}
    return f"{file} @ {case['name']}.yaml", yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)


def _named(case: Mapping[str, Any]) -> dict[str, Any]:
    """What a variant says of the people and the proceeding in place of its base; nothing takes a line away."""
    return {key: value for key, value in case.items() if key in SINGLE}


def _changes(case: Mapping[str, Any]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    if "base" in case:
        yield from _changes(case["base"])
    if case.get("and") or case.get("and not"):
        yield case.get("and") or (), case.get("and not") or ()


def summary(report: Report, *, uncovered: bool = False) -> str:
    """The report as text."""
    lines = [str(failure) for failure in report.failures]
    failed = len({(failure.where, failure.case) for failure in report.failures})
    lines.append(f"{report.cases - failed} of {report.cases} cases came out as written")
    if report.verdicts:
        return "\n".join([*lines, *decided.table(report.verdicts)]) + "\n"
    lines += _table(report.coverage)
    missing = report.uncovered()
    if uncovered:
        lines += [f"  {v.shorten(norm.iri)}: {reason}" for norm, reasons in missing for reason in reasons]
    elif missing:
        lines.append("add --uncovered for what is not covered, and why")
    return "\n".join(lines) + "\n"


def _table(coverage: Coverage) -> list[str]:
    """For each provision how much of its norms, of its exceptions both ways and of their operands the cases show."""
    found = list(coverage.by_provision())
    nothing = Count(0, 0)
    total = Provision(
        "all",
        sum((row.norms for row in found), nothing),
        sum((row.exceptions for row in found), nothing),
        sum((row.operands for row in found), nothing),
    )
    width = max(len(v.shorten(row.source)) for row in [total, *found])
    heading = f"{'provision':<{width}}  {'norms':>11}  {'exceptions both ways':>20}  {'operands flipped':>16}"
    return [heading] + [
        f"{v.shorten(row.source):<{width}}  {row.norms!s:>11}  {row.exceptions!s:>20}  {row.operands!s:>16}"
        for row in [*found, total]
    ]
