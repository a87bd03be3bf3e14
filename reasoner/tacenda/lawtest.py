"""Law tests: cases that a lawyer writes in YAML, with the statuses and the reasons that must come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tacenda import vocabulary as v
from tacenda.assessment import Assessment, Position, assess
from tacenda.draft import MANY, SINGLE
from tacenda.errors import LawError, Problem, ScenarioError, SourceError, TacendaError, nearest
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Norm, Truth
from tacenda.resources import folder
from tacenda.scenario import read_scenario, suppose

DEFAULT_DATE = date(2026, 11, 22)
_CASE_KEYS = {"name", "scenario", "like", "and", "and not", "date", "expect", *SINGLE, *MANY}
_TRUTHS: dict[Any, Truth] = {True: True, False: False, "unknown": None}


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
    """The outcome of a run: the cases, the failures, and what each norm came out as in the cases."""

    cases: int = 0
    failures: list[Failure] = field(default_factory=list)
    seen: dict[str, set[Truth]] = field(default_factory=dict)
    decided: set[str] = field(default_factory=set)
    norms: dict[str, Norm] = field(default_factory=dict)

    def uncovered(self) -> list[tuple[Norm, str]]:
        """Every norm that no case decides, or exception that no case shows both ways, with the reason."""
        found = []
        for iri, norm in self.norms.items():
            truths = self.seen.get(iri, set())
            if not truths:
                found.append((norm, "no case reaches it"))
            elif True not in truths:
                found.append((norm, "it holds in no case"))
            elif norm.kind == "Exception" and False not in truths:
                found.append((norm, "no case shows it failing"))
        return found

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON."""
        return {
            "cases": self.cases,
            "failures": [{"where": f.where, "case": f.case, "message": f.message} for f in self.failures],
            "norms": len(self.norms),
            "uncovered": [{"norm": v.shorten(norm.iri), "why": why} for norm, why in self.uncovered()],
        }


def run(paths: Iterable[Path], folders: tuple[Path, ...] = ()) -> Report:
    """Run the law tests in files, or in folders of them; raises `SourceError` for a file that is not one."""
    files = [file for path in paths for file in (sorted(path.rglob("*.yaml")) if path.is_dir() else [path])]
    if not files:
        raise SourceError(Problem("no law tests there", ", ".join(map(str, paths)), "a law test is a .yaml file"))
    report = Report()
    for file in files:
        for case in _read(file):
            report.cases += 1
            _run_case(report, file, case, folders)
    return report


def cases(path: Path) -> list[dict[str, Any]]:
    """The cases of one file, for a test runner of your own."""
    return _read(path)


def check_case(file: Path, case: Mapping[str, Any], folders: tuple[Path, ...] = ()) -> tuple[Assessment, list[str]]:
    """The answer to one case, and everything in it that differs from what the case expects."""
    answer = _assess(file, case, folders)
    return answer, [message for expected in case["expect"] for message in _compare(answer, expected)]


def _run_case(report: Report, file: Path, case: dict[str, Any], folders: tuple[Path, ...]) -> None:
    try:
        answer, messages = check_case(file, case, folders)
    except TacendaError as error:
        report.failures += [Failure(str(file), case["name"], str(problem)) for problem in error.problems]
        return
    report.failures += [Failure(str(file), case["name"], message) for message in messages]
    report.norms |= answer.kb.norms
    for context in answer.contexts:
        for norm, truth in context.norms:
            report.seen.setdefault(norm.iri, set()).add(truth)


def _yaml(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(Problem("cannot be read", str(file))) from error
    except yaml.YAMLError as error:
        raise SourceError(Problem(f"not YAML: {error}", str(file))) from error


def _read(file: Path) -> list[dict[str, Any]]:
    data = _yaml(file)
    found = data.get("cases") if isinstance(data, dict) else None
    if not isinstance(found, list):
        raise SourceError(Problem("a law test is a mapping with a list `cases`", str(file)))
    names: dict[str, dict[str, Any]] = {}
    for number, case in enumerate(found):
        where = f"{file} @ cases[{number}]"
        if not isinstance(case, dict) or not isinstance(case.get("name"), str):
            raise SourceError(Problem("each case has a `name`, a sentence", where))
        for key in case:
            if key not in _CASE_KEYS:
                raise SourceError(Problem(f"unknown key `{key}`", where, nearest(str(key), _CASE_KEYS)))
        if stated := [key for key in MANY if key in case and ("like" in case or "scenario" in case)]:
            raise SourceError(Problem(f"`{stated[0]}` beside another scenario", where, "change it by `and` and `and not`"))
        if case["name"] in names:
            raise SourceError(Problem(f"two cases are called `{case['name']}`", where))
        if not case.get("expect"):
            raise SourceError(Problem("a case says what to `expect`", where))
        if "like" in case:
            if case["like"] not in names:
                raise SourceError(Problem(f"no earlier case is called `{case['like']}`", where, nearest(case["like"], names)))
            case["base"] = names[case["like"]]
        names[case["name"]] = case
    return found


def _assess(file: Path, case: Mapping[str, Any], folders: tuple[Path, ...]) -> Assessment:
    name, text = _scenario_text(file, case)
    scenario, _ = read_scenario(name, text, folders=folders)
    kb = _law(scenario.jurisdiction, folders)
    changes = list(_changes(case))
    for true, false in changes:
        scenario = suppose(kb, scenario, true, false)
    return assess(kb, _dated(scenario, case))


def _dated(scenario: Any, case: Mapping[str, Any]) -> Any:
    from dataclasses import replace

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
        own = _yaml(path)
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


def _compare(answer: Assessment, expected: Mapping[str, Any]) -> Iterator[str]:
    if "norm" in expected:
        yield from _compare_norm(answer, expected)
        return
    wanted = expected.get("act")
    kb = answer.kb
    acts = {term.label: term.iri for term in kb.taxonomy.kinds_of(v.tac("Act"))}
    iri = acts.get(str(wanted), v.expand(str(wanted)))
    if iri not in acts.values():
        yield f"unknown act `{wanted}`" + (f" · {hint}" if (hint := nearest(str(wanted), acts)) else "")
        return
    try:
        position = answer.position(str(expected.get("in")), iri)
    except KeyError as error:
        yield str(error.args[0])
        return
    for key, value in expected.items():
        if key in ("act", "in"):
            continue
        if key not in _CHECKS:
            yield f"unknown key `{key}`" + (f" · {hint}" if (hint := nearest(key, _CHECKS)) else "")
            continue
        found = _CHECKS[key](answer, position)
        want = sorted(value) if isinstance(value, list) else value
        if found != want:
            yield f"{wanted} in {expected.get('in')}: `{key}` is {found}, not {want}"


def _compare_norm(answer: Assessment, expected: Mapping[str, Any]) -> Iterator[str]:
    try:
        norm = answer.kb.norm(str(expected["norm"]))
    except LawError as error:
        yield str(error)
        return
    contexts = [expected["in"]] if "in" in expected else [context.context for context in answer.contexts]
    for name in contexts:
        context = answer.context(name)
        if norm.iri not in context.view.reached:
            if "in" in expected and expected.get("holds") != "out of reach":
                yield f"{expected['norm']} does not reach the scenario in {name}"
            continue
        found = context.view.truth(norm.iri)
        if found is not _TRUTHS.get(expected.get("holds"), ...):
            shown = "unknown" if found is None else str(found).lower()
            yield f"{expected['norm']} in {name}: holds is {shown}, not {str(expected.get('holds')).lower()}"


def _norm_names(norms: Iterable[Norm]) -> list[str]:
    return sorted(v.shorten(norm.iri) for norm in norms)


_CHECKS: dict[str, Callable[[Assessment, Position], Any]] = {
    "is": lambda _, p: str(p.status),
    "because": lambda _, p: _norm_names(p.because),
    "freed by": lambda _, p: _norm_names({norm for lift in p.lifted for norm in lift.by}),
    "limited by": lambda _, p: _norm_names(p.limited_by),
    "depends on": lambda a, p: sorted(a.kb.label(iri) for iri in p.depends_on),
    "privileged": lambda _, p: p.privileged,
    "forbidden": lambda _, p: p.forbidden,
    "required": lambda _, p: p.required,
    "deadline": lambda _, p: {d.manner: d.within for norm in p.because for d in norm.deadlines},
    "discharged by": lambda a, p: sorted(
        a.kb.label(str(leaf)) for norm in p.because if norm.discharge for leaf in norm.discharge.leaves()
    ),
    "asserted by": lambda a, p: sorted({a.kb.label(iri) for norm in p.because for iri in norm.asserted_by}),
    "waived by": lambda a, p: sorted({a.kb.label(iri) for norm in p.because for iri in norm.waived_by}),
    "held by": lambda a, p: sorted({a.kb.label(iri) for norm in p.because for iri in norm.holder}),
    "binds": lambda a, p: sorted({a.kb.label(iri) for norm in p.because for iri in norm.bearer}),
    "to": lambda a, p: sorted({a.kb.label(iri) for norm in p.because for iri in norm.recipient}),
    "would be": lambda a, p: _would_be(a, p),
}


def _would_be(answer: Assessment, position: Position) -> dict[str, list[list[str]]]:
    from tacenda.explanation import fact_phrase

    sets = position.outlook.would_be.items() if position.outlook else ()
    return {
        str(status): [[fact_phrase(answer.kb, iri, value) for iri, value in found.items()] for found in choices]
        for status, choices in sets
    }


def summary(report: Report, *, uncovered: bool = False) -> str:
    """The report as text."""
    lines = [str(failure) for failure in report.failures]
    failed = len({(failure.where, failure.case) for failure in report.failures})
    missing = report.uncovered()
    lines.append(f"{report.cases - failed} of {report.cases} cases came out as written")
    lines.append(f"{len(report.norms) - len(missing)} of {len(report.norms)} norms are covered, exceptions both ways")
    if uncovered:
        lines += [f"  {v.shorten(norm.iri)}: {why}" for norm, why in missing]
    elif missing:
        lines.append("add --uncovered for the list of the others")
    return "\n".join(lines) + "\n"
