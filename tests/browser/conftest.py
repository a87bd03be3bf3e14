"""The desk as people meet it: `tacenda serve` in a process of its own, and Chromium before it.

Every page is watched: whatever it says on the console, cannot fetch, or fetches from elsewhere, is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from serving import serving

CHROMIUM = os.environ.get("TACENDA_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
_PATIENCE = 30_000
"""How many milliseconds something may take on a busy machine; nothing is waited for longer than it takes."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser these tests cannot be run; where everything must hold, there is one."""
    if CHROMIUM is None and not os.environ.get("TACENDA_CI"):
        reason = "drives Chromium, which is not installed here: name it in TACENDA_CHROMIUM"
        for item in items:
            if item.path.parent.name == "browser":
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def desk() -> Iterator[str]:
    """The address of a desk that is served."""
    with serving() as server:
        yield server.address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=list(_QUIET))
        yield running
        running.close()


@pytest.fixture
def reader(chromium: Any, desk: str) -> Iterator[Callable[..., Any]]:
    """Someone at a browser: `reader(width=390, color_scheme="dark")` opens a page that is watched."""
    told: list[str] = []
    opened: list[Any] = []

    def open_page(width: int = 1280, height: int = 900, expected: tuple[int, ...] = (), **settings: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, base_url=desk, **settings)
        context.set_default_timeout(_PATIENCE)
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda message: _console(message, expected))
        page.on("pageerror", lambda error: told.append(f"script: {error}"))
        page.on("requestfailed", lambda request: _failed(request))
        page.on("response", lambda response: _answered(response, expected))
        return page

    def _console(message: Any, expected: tuple[int, ...]) -> None:
        is_expected = any(f"status of {status}" in message.text for status in expected)
        if message.type in ("error", "warning") and not is_expected:
            told.append(f"console: {message.text}")

    def _failed(request: Any) -> None:
        # a page that is left, or a search that is typed on, takes back what it had asked for; a download is no page
        if request.failure != "net::ERR_ABORTED":
            told.append(f"not fetched: {request.url} ({request.failure})")

    def _answered(response: Any, expected: tuple[int, ...]) -> None:
        if not response.url.startswith("data:") and urlsplit(response.url).netloc != urlsplit(desk).netloc:
            told.append(f"from elsewhere: {response.url}")
        if response.status >= 400 and response.status not in expected:
            told.append(f"{response.status}: {response.url}")

    yield open_page
    for context in opened:
        context.close()
    assert told == []


@pytest.fixture
def page(reader: Callable[..., Any]) -> Any:
    """A page at a desk, in light colours."""
    return reader()
