"""The house is built one way up: a module imports only from the floors under its own, and opens no heavy door early."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import tacenda

PACKAGE = Path(tacenda.__file__).parent

FLOORS = (
    {"errors", "vocabulary", "model", "boolean", "terms", "states", "batch"},
    {"markup", "resources", "textfile", "querytext", "tree", "turtle", "cache", "families"},
    {"queries", "taxonomy", "shapes", "draft", "closure", "batch.session"},
    {"network", "consistency", "draft_rdf", "program"},
    {"snapshot", "lint"},
    {"knowledge", "reading", "checking"},
    {"comparison.correspondence", "comparison.tiles", "scenario", "topics", "writing", "reach", "fact_gates"},
    {"inference", "validation", "compiler"},
    {"compiled", "formula", "kernel"},
    {"drawing", "satisfiability", "lanes", "batch.naming", "batch.bits"},
    {"analysis", "authority", "comparison.search", "operands", "survey", "batch.columns", "batch.summary"},
    {"assessment", "batch.rows"},
    {"counterfactual_search", "batch.groups", "batch.roles", "batch.plan"},
    {"batch.judged"},
    {
        "explanation",
        "passage",
        "proof",
        "questions",
        "asking",
        "comparison.alike",
        "next_question",
        "batch.audit",
        "batch.scenarios",
    },
    {
        "counterfactual",
        "interview",
        "report",
        "outline",
        "sparql",
        "contract",
        "coverage",
        "scaffold",
        "batch.tables",
        "comparison.law",
        "comparison.reasons",
        "comparison.revision",
    },
    {"comparison.positions"},
    {"comparison", "comparison.contract"},
    {"comparison.report"},
    {"comparison.page"},
    {
        "expectation",
        "notebook",
        "otherwise",
        "querying",
        "graph.elements",
        "graph.layout",
        "graph.scope",
        "graph.states",
    },
    {"graph.appearance", "graph.building", "graph.drawn"},
    {"graph.circuit", "graph.dot", "graph.exchange", "graph.proof"},
    {"graph.picture"},
    {"graph.ladder", "graph.page"},
    {"graph"},
    {
        "decided",
        "batch.memory",
        "batch.run",
        "batch.template",
        "batch.pieces",
        "desk",
        "desk.descriptions",
        "desk.law_outline",
        "desk.law_relations",
        "desk.linked_data",
        "desk.links",
        "desk.question",
        "desk.vocabulary",
        "remote",
        "remote.place",
        "server",
    },
    {"desk.law_words", "remote.connection", "remote.graphs"},
    {"remote.answers"},
    {"remote.holdings", "remote.rules"},
    {"remote.push"},
    {"desk.desk", "server.answering", "server.negotiation", "server.protocol"},
    {
        "desk.addresses",
        "desk.ask",
        "desk.compare_page",
        "desk.graph_page",
        "server.description",
        "server.preloaded",
        "server.proving",
        "server.replies",
    },
    {"desk.results", "desk.vocabulary_pages", "server.shelf", "server.workers"},
    {"desk.gallery", "desk.law_pages", "server.asking"},
    {"desk.site", "server.api_routes", "server.law_routes", "server.sparql_routes"},
    {"server.ask_routes", "server.graph_routes", "server.query_routes", "server.scenario_routes"},
    {"server.compare_routes"},
    {"lawtest", "cli.options", "batch.spark", "server.app"},
    {"cli.guidance", "cli.progress", "cli.remote"},
    {
        "cli.ask",
        "cli.audit",
        "cli.check",
        "cli.compare",
        "cli.compile",
        "cli.docs",
        "cli.graph",
        "cli.interview",
        "cli.new",
        "cli.packs",
        "cli.push",
        "cli.query",
        "cli.serve",
        "cli.show",
        "cli.test",
        "cli.validate",
    },
    {"cli.diff"},
    {"cli"},
    {"__main__", "__init__"},
)
"""From the ground up. Rooms on one floor do not know of each other."""

SHOWN_BY = {
    *(("assessment", shower) for shower in ("contract", "notebook", "proof", "report")),
    *(
        (f"comparison.{shown}", f"comparison.{shower}")
        for shown in ("law", "positions", "revision")
        for shower in ("contract", "page", "report")
    ),
}
"""An answer shows itself: `print(answer)`, `answer.to_dict()`. These alone look up, and only when they are called."""

HEAVY = (
    "rdflib",
    "owlrl",
    "pyshacl",
    "networkx",
    "typer",
    "rich",
    "pysat",
    "numpy",
    "pyarrow",
    "pyspark",
    "duckdb",
    "fastapi",
    "uvicorn",
    "jinja2",
    "pygraphviz",
    "httpx",
)


def modules() -> dict[str, ast.Module]:
    """Each module of the package by its name inside it."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        found[name] = ast.parse(path.read_text("utf-8"))
    return found


def imported(tree: ast.AST) -> Iterator[str]:
    """The modules of the package that a tree imports, at its head or inside a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tacenda":
            home = (node.module or "").removeprefix("tacenda").removeprefix(".")
            for alias in node.names:
                inner = f"{home}.{alias.name}".removeprefix(".")
                yield inner if (PACKAGE / f"{inner.replace('.', '/')}.py").is_file() else home or "__init__"
        elif isinstance(node, ast.Import):
            yield from (name.name.removeprefix("tacenda.") for name in node.names if name.name.startswith("tacenda."))


def relative_imports(tree: ast.AST) -> list[int]:
    """The lines with an import relative to the module, which the reading above would miss."""
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]


def floor_of(name: str) -> int:
    """The floor on which a module lives."""
    return next((number for number, floor in enumerate(FLOORS) if name in floor), -1)


def test_every_module_lives_on_one_floor() -> None:
    placed = [name for floor in FLOORS for name in floor]
    assert sorted(placed) == sorted(modules())


def test_no_module_imports_upward() -> None:
    """An import of a module on the same floor, or on one above, is named."""
    upward = {
        (name, other)
        for name, tree in modules().items()
        for other in imported(tree)
        if name != "__init__" and other != "__init__" and floor_of(other) >= floor_of(name)
    }
    assert upward == SHOWN_BY


def test_an_answer_looks_up_only_when_it_is_shown() -> None:
    head = [node for node in modules()["assessment"].body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert {other for node in head for other in imported(node)}.isdisjoint(other for _, other in SHOWN_BY)


def test_imports_name_their_module_in_full() -> None:
    assert {name: lines for name, tree in modules().items() if (lines := relative_imports(tree))} == {}


def loaded(code: str, **environment: str) -> set[str]:
    """The heavy libraries that are loaded after *code* has run in a fresh interpreter."""
    report = (
        f"\nimport sys, json; print(json.dumps([name for name in {HEAVY} if name in sys.modules]), file=sys.stderr)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code + report],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent), **environment},
    )
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stderr.splitlines()[-1]))


def test_importing_tacenda_loads_no_heavy_library() -> None:
    assert loaded("import tacenda") == set()


ASKING = """
import sys
from tacenda.cli import main
sys.argv = ["tacenda", "ask", {!r}, "--format", "json"]
try:
    main()
except SystemExit as stop:
    assert not stop.code
"""


def test_a_question_loads_no_slow_reasoner(tmp_path: Path) -> None:
    """Neither the first, with an empty cache, nor the next; the solver is light, and comes for broad questions only."""
    question = tmp_path / "question.yaml"
    question.write_text("jurisdiction: us\nas_of: 2026-11-22\nprofessional: psychologist\n", encoding="utf-8")
    code = ASKING.format(str(question))
    for _ in range(2):
        assert loaded(code, XDG_CACHE_HOME=str(tmp_path)) <= {"typer", "rich", "pysat"}
