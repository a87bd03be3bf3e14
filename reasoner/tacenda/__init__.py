"""tacenda: what a therapist must keep silent, must say, and who can stop whom from saying it in court.

    >>> import tacenda
    >>> answer = tacenda.ask("suspected-child-abuse")
    >>> answer.position("practice", "act:ReportToChildProtection").status.value
    'required'

Research, not legal advice.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from tacenda.asking import ask
    from tacenda.assessment import Assessment, Position, assess
    from tacenda.errors import Problem, TacendaError
    from tacenda.explanation import explain
    from tacenda.knowledge import KnowledgeBase
    from tacenda.model import Scenario, Status
    from tacenda.querying import query
    from tacenda.scenario import read_scenario, suppose

_HOMES = {
    "Assessment": "assessment",
    "KnowledgeBase": "knowledge",
    "Position": "assessment",
    "Problem": "errors",
    "Scenario": "model",
    "Status": "model",
    "TacendaError": "errors",
    "ask": "asking",
    "assess": "assessment",
    "explain": "explanation",
    "query": "querying",
    "read_scenario": "scenario",
    "suppose": "scenario",
}

__all__ = [
    "Assessment",
    "KnowledgeBase",
    "Position",
    "Problem",
    "Scenario",
    "Status",
    "TacendaError",
    "__version__",
    "ask",
    "assess",
    "explain",
    "query",
    "read_scenario",
    "suppose",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"tacenda.{_HOMES[name]}"), name)
    raise AttributeError(f"module `tacenda` has no attribute `{name}`")


def __dir__() -> list[str]:
    return sorted(__all__)
