"""`/api`: what programs may ask for, on a page that is written from `/openapi.json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)


@router.get("/api")
async def api_page(request: Request) -> Response:
    """Every operation, with its parameters and an example."""
    operations = list(_operations(request.app.openapi()))
    return HTMLResponse(request.app.state.desk.render("api.html", title="For programs", operations=operations))


def _operations(description: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            yield {
                "id": operation["operationId"],
                "method": method.upper(),
                "path": path,
                "summary": operation["summary"],
                "description": operation.get("description", ""),
                "parameters": [
                    {"name": one["name"], "description": one.get("description", "")}
                    for one in operation.get("parameters", ())
                ],
                "example": next((one["example"] for one in content.values() if "example" in one), ""),
            }
