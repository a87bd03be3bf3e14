"""The SPARQL 1.1 Protocol, request by request, against a server that runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from serving import Server, serving

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "protocol.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{number}-{case['case']}") for number, case in enumerate(CASES)]
)
def test_a_request(case: dict[str, Any], server: Server) -> None:
    headers = {"Content-Type": case["type"]} if "type" in case else {}
    if "accept" in case:
        headers["Accept"] = case["accept"]
    sent: dict[str, Any] = {"data": case["form"]} if "form" in case else {}
    if "text" in case:
        sent = {"content": case["text"].encode(case.get("encoding", "utf-8"))}
    method = case.get("method", "POST" if sent else "GET")
    answer = server.request(method, "/sparql", params=case.get("search"), headers=headers, **sent)
    assert answer.status_code == case["status"], answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    if "media" in case:
        assert answer.headers["content-type"] == case["media"]
    if "says" in case:
        assert answer.text == case["says"]
    if "answer" in case:
        assert answer.json() == {"head": {}, "boolean": case["answer"]}
    if "json" in case:
        assert answer.json() == case["json"]
    for name, value in case.get("header", {}).items():
        assert answer.headers[name] == value
