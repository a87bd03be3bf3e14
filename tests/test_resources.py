"""The ontology, the law base and the queries are found by one function."""

from __future__ import annotations

import pytest

from tacenda.errors import SourceError
from tacenda.resources import folder


def test_the_folders_of_data_are_found_and_no_other() -> None:
    assert [folder(name).name for name in ("ontology", "kb", "queries")] == ["ontology", "kb", "queries"]
    with pytest.raises(SourceError, match="`nonsense` is missing"):
        folder("nonsense")
