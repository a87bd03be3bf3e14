"""What is installed is whole: the wheel has the law in it, and answers far from the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

import tacenda
from commands import GOOD, LAW, ROOT

_SHIPPED = ("reasoner", "ontology", "kb", "queries", "pyproject.toml", "README.md", "LICENSE", "LICENSE-LAW")
_PIP_OFFLINE = ("No matching distribution found", "Could not find a version", "Failed to establish a new connection")


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command in a bare environment, as on another machine."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=keep, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode and any(sign in done.stderr for sign in _PIP_OFFLINE) and "TACENDA_CI" not in os.environ:
        pytest.skip("pip reaches no package index, from which the dependencies would come")
    return done


def checkout(place: Path) -> Path:
    """A copy of what is shipped, so that building leaves no trace in the checkout."""
    for name in _SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(source, place / name)
    return place


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("build")
    copy = home / "checkout"
    copy.mkdir()
    built = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", home, checkout(copy), cwd=home)
    assert built.returncode == 0, built.stderr
    (found,) = home.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment that has the wheel and nothing else of ours.

    What it depends on is borrowed from the environment of the tests; that all of it is declared is shown by the
    README's first command, which installs everything.
    """
    home = tmp_path_factory.mktemp("elsewhere")
    venv.create(home / "env", with_pip=True)
    commands = home / "env" / ("Scripts" if sys.platform == "win32" else "bin")
    done = run(commands / "python", "-m", "pip", "install", "--quiet", "--no-deps", wheel, cwd=home)
    assert done.returncode == 0, done.stderr
    places = run(commands / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home)
    # a path in a .pth file is searched, but what .pth files there say, such as where the checkout is, is not read
    Path(places.stdout.strip(), "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return commands


def test_the_wheel_holds_the_package_the_law_and_nothing_else(wheel: Path) -> None:
    version = tacenda.__version__
    info = f"tacenda-{version}.dist-info"
    expected = {f"{info}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt")}
    expected |= {f"{info}/licenses/{name}" for name in ("LICENSE", "LICENSE-LAW")}
    for folder, inside in (("reasoner/tacenda", ""), ("ontology", "ontology/"), ("kb", "kb/"), ("queries", "queries/")):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                expected.add(f"tacenda/{inside}{path.relative_to(ROOT / folder).as_posix()}")
    with zipfile.ZipFile(wheel) as archive:
        assert set(archive.namelist()) == expected
        metadata = archive.read(f"{info}/METADATA").decode()
    assert wheel.name == f"tacenda-{version}-py3-none-any.whl"
    assert "License-Expression: Apache-2.0 AND CC-BY-4.0\n" in metadata


def test_a_question_is_answered_far_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    done = run(installed / "tacenda", "ask", "suspected-child-abuse", "--format", "json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    positions = json.loads(done.stdout)["contexts"][0]["positions"]
    found = {p["act"]: p["status"] for p in positions}
    assert found["act:ReportToChildProtection"] == "required"
    own = run(installed / "tacenda", "ask", GOOD / "child.yaml", "--kb", LAW, "--format", "json", cwd=tmp_path)
    assert (own.returncode, own.stderr) == (0, "")
    assert json.loads(own.stdout)["jurisdictions"] == ["us-zz"]


def test_the_queries_are_there(installed: Path, tmp_path: Path) -> None:
    done = run(installed / "tacenda", "query", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert [query["name"] for query in json.loads(done.stdout)] == sorted(
        p.stem for p in (ROOT / "queries").glob("*.rq")
    )


def test_it_is_the_installed_package_that_answers(installed: Path, tmp_path: Path) -> None:
    code = "import tacenda, tacenda.resources as r; print(tacenda.__file__); print(r.folder('kb'))"
    done = run(installed / "python", "-c", code, cwd=tmp_path)
    package, kb = map(Path, done.stdout.split("\n")[:2])
    assert installed.parent in package.parents
    assert kb == package.resolve().parent / "kb"


@pytest.mark.skipif(sys.platform == "win32", reason="the README's first command is for a POSIX shell")
def test_the_first_command_of_the_readme_sets_everything_up(tmp_path: Path) -> None:
    from test_docs import blocks

    command = blocks("sh")[0].strip().replace("python3 ", f"{sys.executable} ", 1)
    done = run("/bin/sh", "-c", command, cwd=checkout(tmp_path))
    assert done.returncode == 0, done.stderr
    assert '"act:ReportToChildProtection"' in done.stdout
