"""What holds of every page: at any width, on light and dark paper, for those who see it and those who hear it."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from test_asking_in_a_browser import ADDRESS

PAGES = (
    "/",
    ADDRESS,
    ADDRESS.replace("/ask?", "/ask/memo?"),
    ADDRESS.replace("/ask?", "/ask/why?") + "&act=act%3AReportToChildProtection&of=practice",
    "/law",
    "/law/us-ma",
    "/law/us-ma/c112-s135B",
    "/law/us-ma/c112-s135B.privilege",
    "/vocabulary",
    "/vocabulary/proceeding",
    "/vocabulary/fact/WrittenConsent",
    "/graph?pack=us-ma&provision=c112-s135B",
    "/compare?topic=duty-to-protect",
    "/compare?scenario=suspected-child-abuse&among=us-ma,us",
    "/queries",
    "/queries/who-may-assert-each-privilege",
    "/query?query=SELECT%20%3Flabel%20%7B%20us-ma%3Ac112-s135B.privilege%20rdfs%3Alabel%20%3Flabel%20%7D",
)
_GRAVE = """async (rules) => {
    const found = await axe.run({ resultTypes: ["violations"], ...(rules && { runOnly: rules }) });
    return found.violations.filter((one) => ["serious", "critical"].includes(one.impact))
        .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)}`));
}"""
_INLINE = "script:not([src]):not([type='application/json']), [onclick], [onload], [onerror], [onchange]"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_for_everyone(path: str, reader: Callable[..., Any]) -> None:
    """On a telephone in the dark nothing is wider than the screen; a judge of accessibility finds nothing grave.

    And it runs no script but those of the desk.
    """
    page = reader(width=390, height=844, color_scheme="dark")
    policy = page.goto(path).headers["content-security-policy"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    assert page.evaluate(_GRAVE) == []
    page.emulate_media(color_scheme="light")
    assert page.evaluate(_GRAVE, ["color-contrast"]) == []
    assert "default-src 'self'" in policy
    assert "'unsafe-eval'" not in policy
    assert page.locator(_INLINE).count() == 0
    assert page.locator("h1").count() == 1
    assert page.title().endswith("tacenda")
