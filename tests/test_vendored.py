"""What others wrote for the browser ships as single files, each of which says whose it is and on which terms."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tacenda.desk.desk import STATIC

BROWSER = Path(__file__).parents[1] / "reasoner" / "browser"
LICENCES = {"MIT", "ISC", "BSD-3-Clause"}


@pytest.mark.parametrize("path", sorted((STATIC / "vendored").glob("*.js")), ids=lambda path: path.stem)
def test_a_vendored_file_names_what_is_in_it_as_it_is_locked(path: Path) -> None:
    first, rest = path.read_text(encoding="utf-8").split("\n", 1)
    named = re.findall(r"(\S+) (\d[\w.-]*) \(([\w.-]+)\)", first)
    locked = json.loads((BROWSER / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert named
    assert {(name, version) for name, version, _ in named} == {
        (name, locked[f"node_modules/{name}"]["version"]) for name, _, _ in named
    }
    assert {licence for _, _, licence in named} <= LICENCES
    assert "Permission" in rest or "permission is hereby granted" in rest


def test_what_is_locked_names_no_address() -> None:
    locked = (BROWSER / "package-lock.json").read_text(encoding="utf-8")
    assert re.findall(r'"resolved"|https?://registry', locked) == []
