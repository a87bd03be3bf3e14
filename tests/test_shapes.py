"""The shapes of scenarios speak to whoever asks; each file in `tests/cases/bad/scenario-shapes/` is one mistake."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from tacenda.resources import folder
from tacenda.shapes import violations
from tacenda.turtle import read_turtle

BAD = Path(__file__).parent / "cases" / "bad" / "scenario-shapes"

GOOD = """
    @prefix fact: <https://w3id.org/tacenda/fact/> .
    @prefix jurisdiction: <https://w3id.org/tacenda/jurisdiction/> .
    @prefix prof: <https://w3id.org/tacenda/profession/> .
    @prefix tac: <https://w3id.org/tacenda/> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    <urn:question> a tac:Scenario , fact:ClientRelationship ;
        tac:jurisdiction jurisdiction:us-ma ; tac:asOf "2026-11-22"^^xsd:date  ; tac:closed true ;
        tac:context tac:Court ; tac:professional <urn:her> ; tac:excludes fact:Communication .
    <urn:her> a prof:LicensedClinicalSocialWorker .
"""


@cache
def vocabulary() -> list[ox.Triple]:
    """The ontology and the packs, without the shapes."""
    paths = [*folder("ontology").glob("*.ttl"), *folder("ontology").glob("facts/*.ttl"), *folder("kb").glob("*/*.ttl")]
    return [triple for path in sorted(paths) for triple in read_turtle(path, f"{path.parent.name}/{path.stem}")]


@pytest.mark.parametrize("path", sorted(BAD.glob("*.ttl")), ids=lambda path: path.stem)
def test_bad_scenario(path: Path, golden: Callable[[str, str], None]) -> None:
    problems = violations(read_turtle(path, path.stem), "scenario", context=vocabulary())
    assert problems
    golden(f"scenario-shapes/{path.stem}.txt", "".join(f"{problem}\n" for problem in problems))


def test_a_good_scenario_has_no_problem() -> None:
    quads = ox.parse(GOOD, format=ox.RdfFormat.TURTLE)
    assert violations((quad.triple for quad in quads), "scenario", context=vocabulary()) == []


def test_the_vocabulary_is_not_told_of() -> None:
    assert violations([], "scenario", context=vocabulary()) == []
