"""Decided cases: what a court held beside what the law base says, class by class of outcome."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tacenda.assessment import Assessment
from tacenda.errors import nearest
from tacenda.expectation import differences, malformed
from tacenda.model import Status

KEYS = {"decision", "decided by", "question", "outcome", "held", "differs"}
"""What a case says of the decision that it is taken from."""

OUTCOMES = (
    "privilege-holds",
    "privilege-does-not-apply",
    "exception-applies",
    "privilege-waived",
    "in-camera-review",
    "disclosure-required",
    "disclosure-permitted",
    "disclosure-prohibited",
    "duty-existed",
    "no-duty",
    "remanded-other",
)
WIDTH = 120
AGREEMENTS = ("agreed", "disagreed", "unsettled")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the law base's answer to a decided case stands to the court's."""

    case: str
    decision: str
    outcome: str
    agreement: str
    differs: str = ""

    def complaint(self) -> str:
        """What is wrong when the case does not say why it comes out otherwise, or says so without need."""
        if self.agreement == "agreed" and self.differs:
            return "it comes out as the court held: drop `differs`"
        if self.agreement != "agreed" and not self.differs:
            return f"it comes out {self.agreement} beside what the court held: say why under `differs`"
        return ""


def misstated(case: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong with what a case says of its decision, and a hint; nothing for a case without one."""
    said = KEYS & set(case)
    if not said:
        return "", ""
    if missing := sorted({"decision", "decided by", "question", "outcome", "held", "date"} - set(case)):
        return f"a decided case says its `{missing[0]}`", ""
    if case["outcome"] not in OUTCOMES:
        return f"unknown outcome `{case['outcome']}`", nearest(str(case["outcome"]), OUTCOMES)
    if not isinstance(case["held"], list) or not case["held"]:
        return "what was `held` is a list, as under `expect`", ""
    return next(filter(None, map(malformed, case["held"])), ""), ""


def verdict(case: Mapping[str, Any], answer: Assessment) -> Verdict | None:
    """The verdict on a case, or nothing when it is not a decided one."""
    if "held" not in case:
        return None
    off = [held for held in case["held"] if next(differences(answer, held), None) is not None]
    agreement = "agreed" if not off else "unsettled" if all(_is_open(answer, held) for held in off) else "disagreed"
    return Verdict(case["name"], case["decision"], case["outcome"], agreement, case.get("differs", ""))


def _is_open(answer: Assessment, held: Mapping[str, Any]) -> bool:
    """Whether the law base leaves open what the court decided."""
    where = {key: held[key] for key in ("norm", "act", "in") if key in held}
    unsettled = {**where, "holds": "unknown"} if "norm" in held else {**where, "is": str(Status.UNSETTLED)}
    return next(differences(answer, unsettled), None) is None


def table(verdicts: Iterable[Verdict]) -> list[str]:
    """By class of outcome, how many cases came out as the court held, otherwise, or unsettled."""
    found = list(verdicts)
    classes = [outcome for outcome in OUTCOMES if any(one.outcome == outcome for one in found)]
    width = max(map(len, [*classes, "outcome in court"]))
    lines = [f"{'outcome in court':<{width}}" + "".join(f"  {name:>9}" for name in AGREEMENTS)]
    for outcome in [*classes, "all"]:
        own = [one.agreement for one in found if outcome in ("all", one.outcome)]
        lines.append(f"{outcome:<{width}}" + "".join(f"  {own.count(name):>9}" for name in AGREEMENTS))
    for one in found:
        if one.differs:
            said = f"{one.agreement}: {one.case}: {one.differs}"
            lines += textwrap.wrap(said, WIDTH, initial_indent="  ", subsequent_indent="    ")
    return lines
