"""The wheel, installed into an empty environment far from the checkout, answers a question."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    (found,) = out.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment into which nothing but the wheel and what it asks for was installed."""
    home = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, timeout=300)
    pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)]
    subprocess.run(pip, check=True, capture_output=True, timeout=600)
    return home / "bin"


def run(installed: Path, cwd: Path, *arguments: str) -> str:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    env["XDG_CACHE_HOME"] = str(cwd / "cache")
    done = subprocess.run(
        [str(installed / "tacenda"), *arguments], cwd=cwd, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_it_asks_a_question(installed: Path, tmp_path: Path) -> None:
    answer = json.loads(run(installed, tmp_path, "ask", "suspected-child-abuse", "--format", "json"))
    practice = next(found for found in answer["contexts"] if found["context"] == "practice")
    report = next(found for found in practice["positions"] if found["act"] == "act:ReportToChildProtection")
    assert (report["status"], report["because"]) == ("required", ["us-ma:c119-s51A.report"])


def test_it_has_the_queries_and_the_law(installed: Path, tmp_path: Path) -> None:
    listed = {found["name"] for found in json.loads(run(installed, tmp_path, "query", "--format", "json"))}
    assert listed == {path.stem for path in (ROOT / "queries").glob("*.rq")}
    assert run(installed, tmp_path, "show", "us-ma", "c112-s135B").startswith("G.L. c. 112, § 135B")


def test_it_holds_what_it_needs_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    package = ROOT / "reasoner" / "tacenda"
    expected = {
        f"tacenda/{path.relative_to(package)}"
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    for folder in ("ontology", "kb", "queries"):
        files = (path for path in (ROOT / folder).rglob("*") if path.is_file())
        expected |= {f"tacenda/{path.relative_to(ROOT)}" for path in files}
    assert names == expected
