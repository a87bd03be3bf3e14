"""Walking the network comes to the same as applying the rules, to the last truth of every fact, norm and act.

Here on the law as it is; on random law `test_inference.py` holds both beside the oracle.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tacenda.evaluation import evaluate
from tacenda.inference import Conclusions, View, infer
from tacenda.knowledge import KnowledgeBase
from tacenda.lawtest import cases, scenario_of
from tacenda.model import Scenario

HERE = Path(__file__).parent
LAW = sorted([*(HERE / "law").rglob("*.yaml"), *(HERE / "decided").rglob("*.yaml")])


def truths(kb: KnowledgeBase, view: View) -> dict[str, object]:
    """What a view says of everything that may be asked of it."""
    names = [*kb.norms, *(term.iri for term in kb.taxonomy.facts()), *kb.network.applications.values()]
    return {"reached": view.reached, "verdicts": dict(view.verdicts), **{iri: view.truth(iri) for iri in names}}


def differences(kb: KnowledgeBase, scenario: Scenario) -> list[tuple[str, str]]:
    """Each thing that the two engines see differently, with the context."""
    ours: Conclusions = evaluate(kb, scenario)
    theirs: Conclusions = infer(kb, scenario)
    assert [view.context for view in ours.views] == [view.context for view in theirs.views]
    found = []
    for one, other in zip(ours.views, theirs.views, strict=True):
        left, right = truths(kb, one), truths(kb, other)
        found += [(one.context, name) for name in right if left[name] != right[name]]
    return found


@pytest.mark.parametrize("file", LAW, ids=lambda file: file.relative_to(HERE).with_suffix("").as_posix())
def test_the_first_case_of_every_law_test_and_every_decided_case(file: Path) -> None:
    found = cases(file)
    for case in found if "decided" in file.parts else found[:1]:
        kb, scenario = scenario_of(file, case)
        assert differences(kb, scenario) == []
