"""Rule graphs as pictures and pages: whole, accessible, safe whatever the law says, and drawn by `tacenda graph`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
import yaml

from commands import COMMAND, OURS, Result, process, tacenda, terminal
from tacenda import vocabulary as v
from tacenda.graph import appearance, elements, ladder, rule_graph
from tacenda.graph.page import STATIC
from tacenda.graph.states import STATES
from tacenda.knowledge import KnowledgeBase
from test_graph import child, law, made_up

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</script><script>alert(1)</script> "]; \\N \\"evil\\" -> {x|y} & %% `end` \u2028 <B>bold</B> javascript:x'


def page(iri: str) -> str | None:
    """The address of a norm."""
    return f"/law?iri={iri}&x=<1>" if "/us-zz/" in iri else None


def parts(svg: str, kind: str) -> Iterator[Xml.Element]:
    for group in Xml.fromstring(svg).iter(f"{SVG}g"):
        if group.get("class", "").split(" ")[0] == kind:
            yield group


def test_a_picture_says_in_words_what_it_shows() -> None:
    graph = made_up("provision", told=True)
    root = Xml.fromstring(graph.to_svg())
    labels = root.get("aria-labelledby", "").split()
    spoken = [element.text for name in labels for element in root if element.get("id") == name]
    assert spoken == [graph.title, graph.description]
    assert spoken == [
        "Z.C. § 1: silence and privilege of social workers",
        "Scenario: A client tells her social worker that her brother beats his son · law of 2026-11-22 · "
        "in practice and in court. Research, not legal advice.",
    ]
    titles = {group.get("data-of"): group.findtext(f"{SVG}title") for group in parts(graph.to_svg(), "node")}
    assert titles["us-zz:s1.consent"] == (
        "Exception, Z.C. § 1(b): the client consents in writing. “unless the client consents in writing”. "
        "✗ does not hold"
    )
    assert titles["fact:WrittenConsent"] == "Fact: client consents in writing. ✗ false (denied)"
    lines = [group.findtext(f"{SVG}title") for group in parts(graph.to_svg(), "edge")]
    assert (
        "the client consents in writing defeats a social worker must not disclose what was learned from a client"
        in lines
    )


def test_nodes_lead_to_the_pages_that_are_given() -> None:
    graph = rule_graph(law("us-zz"), pack="us-zz", provision="s1")
    found = {
        group.get("data-of"): [a.get("href") for a in group.iter(f"{SVG}a")]
        for group in parts(graph.to_svg(page), "node")
    }
    linked = {
        name: [page(graph.network.nodes[name]["iri"])] if name.startswith("us-zz:") else [] for name in found if name
    }
    assert {name: links for name, links in found.items() if name} == linked
    assert linked["us-zz:s1.consent"] == [f"/law?iri={v.expand('us-zz:s1.consent')}&x=<1>"]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """A law whose every text tries to be something else."""
    home = tmp_path_factory.mktemp("packs") / "us-zz"
    home.mkdir()
    source = (Path(__file__).parent / "cases/good/law/us-zz").glob("*.ttl")
    quoted = json.dumps(HOSTILE)
    for path in source:
        text = path.read_text("utf-8")
        if path.stem != "jurisdiction":
            text = re.sub(
                r'(rdfs:label|tac:words|tac:citation|tac:pinpoint)(\s+)"[^"]*"', rf"\1\2{re.escape('@@')}", text
            )
            text = text.replace(re.escape("@@"), "@@").replace("@@", quoted)
        (home / path.name).write_text(text, "utf-8")
    return KnowledgeBase.open("us-zz", folders=[home.parent])


@pytest.mark.parametrize("picture", ["graph", "ladder"])
def test_no_text_is_more_than_text(hostile: KnowledgeBase, picture: str) -> None:
    graph = (
        rule_graph(hostile, pack="us-zz", provision="s1") if picture == "graph" else ladder(hostile, "us-zz:s1.silence")
    )
    assert graph.network.nodes["us-zz:s1.silence"]["label"] == HOSTILE
    svg = graph.to_svg()
    root = Xml.fromstring(svg)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "g", "title", "desc", "path", "polygon", "polyline", "ellipse", "text",
    }  # fmt: skip
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    drawn = "".join(text.text or "" for text in root.iter(f"{SVG}text"))
    assert "alert(1)" in drawn
    html = graph.to_html()
    assert "<script>alert" not in html
    assert len(re.findall(r"<script", html)) == 3
    assert len(re.findall(r"</script", html)) == 3
    data = re.search(r'<script type="application/json">(.*?)</script>', html, re.S)
    assert data is not None
    assert json.loads(data[1])["nodes"]["us-zz:s1.silence"]["label"] == HOSTILE
    assert not re.search(
        r'["<>`{}|&;\\]', re.sub(r"#\d+;|<br/>|n\d+\S\S?\"|\"\S\S?$", "", mermaid_labels(graph.to_mermaid()))
    )
    assert Xml.fromstring(graph.to_graphml()) is not None
    assert yaml.safe_load(graph.to_mermaid().split("---\n")[1]) == {"title": " ".join(graph.title.split())}


def mermaid_labels(text: str) -> str:
    """What is written into the nodes."""
    return "\n".join(found for found in re.findall(r'^    n\d+\S{1,2}"(.*)"\S{1,2}$', text, re.M))


def test_a_page_of_its_own_needs_nothing_else() -> None:
    html = made_up("provision", told=True).to_html()
    assert not re.search(r"(?:src|href)=", html.replace("xlink:href", ""))
    assert "default-src 'none'" in html
    for name in ("vendored/zoom.js", "graph.js", "graph.css"):
        assert (STATIC / name).read_text("utf-8") in html


def test_the_fragment_runs_nothing_itself() -> None:
    fragment = made_up("provision", told=True).to_fragment()
    assert re.findall(r"<script[^>]*>", fragment) == ['<script type="application/json">']
    assert not re.search(r"\son\w+=|\sstyle=", fragment)


def test_every_kind_state_and_relation_has_its_look() -> None:
    assert set(appearance.SHAPES) == set(elements.KINDS) == {*v.NORM_KINDS} | set(elements.KINDS)
    assert set(appearance.LINES) == set(elements.RELATIONS) == set(elements.INVERSES)
    assert set(STATES) <= set(appearance.STATE_TINTS)
    style = (STATIC / "graph.css").read_text("utf-8")
    for name, color in [
        *((appearance.css_name(kind), tint) for kind, tint in appearance.TINTS.items()),
        *((f"state-{appearance.css_name(state)}", tint) for state, tint in appearance.STATE_TINTS.items()),
    ]:
        assert re.search(rf"g\.node\.{name} .*fill: light-dark\({color}, #", style), name


def test_no_two_states_of_a_norm_or_a_fact_are_told_apart_by_colour_alone() -> None:
    for kind, states in (("Exception", list(STATES)[:5]), ("Fact", list(STATES)[5:])):
        looks = {(appearance.mark(state), appearance.outline(kind, state)) for state in states}
        assert len({mark for mark, _ in looks}) == len(states)
        assert len({outline for _, outline in looks}) == len(states)


def test_a_notebook_shows_the_picture() -> None:
    graph = made_up("proof", told=True)
    shown = graph._repr_html_()
    drawing = graph.to_svg()
    assert drawing[drawing.index("viewBox") :] in shown
    assert "<script" not in shown


# ── tacenda graph ─────────────────────────────────────────────────────────────────────────────────────

CHILD = "tests/cases/good/scenarios/child.yaml"


def draw(*arguments: str) -> Result:
    return tacenda("graph", *arguments, *OURS)


def test_the_ending_says_the_format(tmp_path: Path) -> None:
    starts = {
        "svg": b"<svg ", "png": b"\x89PNG", "html": b"<!doctype html>", "htm": b"<!doctype html>", "dot": b"// Z.C. ",
        "gv": b"// Z.C. ", "graphml": b"<?xml", "gexf": b"<gexf", "mermaid": b"---\n", "mmd": b"---\n", "json": b"{\n",
    }  # fmt: skip
    for ending, start in starts.items():
        path = tmp_path / f"rules.{ending}"
        assert draw("us-zz", "s1", "-o", str(path)) == Result(0, "", "")
        assert path.read_bytes().startswith(start), ending


def test_a_pipe_gets_svg_unless_it_asks() -> None:
    svg = draw("us-zz", "s1")
    assert (svg.code, svg.err) == (0, "")
    assert svg.out == rule_graph(law("us-zz"), pack="us-zz", provision="s1").to_svg() + "\n"
    told = draw("--scenario", CHILD, "us-zz", "s1", "--format", "mermaid")
    assert told.out == made_up("provision", told=True).to_mermaid()
    assert (
        draw("--scenario", CHILD, "--proof", "ReportToChildProtection", "--format", "dot").out
        == made_up("proof", told=True).to_dot()
    )
    assert (
        draw("us-zz", "--ladder", "s1.silence", "--format", "dot").out
        == ladder(law("us-zz"), "us-zz:s1.silence").to_dot()
    )
    around = draw("us-zz", "--norm", "s2.report", "--distance", "0", "--format", "json")
    assert json.loads(around.out) == rule_graph(law("us-zz"), norm="us-zz:s2.report", distance=0).to_cytoscape()


def test_nothing_but_the_picture_is_put_out() -> None:
    """Not even what the libraries that draw have to say about the fonts of the machine."""
    result = process("graph", "us-zz", "s1", *OURS)
    assert (result.code, result.err) == (0, "")
    assert [result.out.startswith("<svg "), result.out.endswith("</svg>\n")] == [True, True]


def test_a_terminal_is_told_where_pictures_go() -> None:
    result = terminal(*COMMAND, "graph", "us-zz", *OURS)
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "tacenda graph: invalid value for -o: a terminal shows no pictures · "
        "write -o rules.html, .svg or .png, or ask for --format mermaid\n"
    )
    text = terminal(*COMMAND, "graph", "us-zz", "s1", "--format", "mermaid", *OURS)
    assert (text.code, text.err) == (0, "")
    assert text.out == rule_graph(law("us-zz"), pack="us-zz", provision="s1").to_mermaid()


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        ([], 2, "invalid value for JURISDICTION: say of which law, such as us-ma · or add --scenario"),
        (
            ["us-zz", "-o", "x.svgg"],
            2,
            "invalid value for -o: `x.svgg` ends like no format that is known · did you mean `.svg`?",
        ),
        (
            ["us-zz", "--format", "htlm"],
            2,
            "invalid value for --format: `htlm` is none of svg, png, html, dot, graphml, gexf, mermaid, json"
            " · did you mean `html`?",
        ),
        (
            ["us-zz", "s1", "--norm", "s1.silence"],
            2,
            "invalid value for --norm: one picture is of one thing: leave out PROVISION or --norm",
        ),
        (
            ["us-zz", "--proof", "act:Disclose"],
            2,
            "invalid value for --proof: an answer is proved in a scenario · add --scenario",
        ),
        (
            ["us-zz", "--context", "court"],
            2,
            "invalid value for --context: only a scenario has a context · add --scenario",
        ),
        (
            ["--scenario", CHILD, "--context", "curt"],
            2,
            "invalid value for --context: `curt` is not known · did you mean `court`?",
        ),
        (
            ["us-zz", "--distance", "2"],
            2,
            "invalid value for --distance: it is counted from --norm or --about · add one of them",
        ),
        (
            ["us-zz", "--norm", "s1.silence", "--distance", "10"],
            2,
            "invalid value for --distance: `10` is not between 0 and 9",
        ),
        (["us-zy"], 3, "unknown jurisdiction `us-zy` · did you mean `us-zz`?"),
        (["us-zz", "s22"], 3, "no provision of `us-zz` is called `s22` · did you mean `s2`?"),
        (
            ["us-zz", "--norm", "s1.silense"],
            3,
            "no norm is called `us-zz:s1.silense` · did you mean `us-zz:s1.silence`?",
        ),
        (
            ["us-zz", "--ladder", "us-zz:s1.silense"],
            3,
            "no norm is called `us-zz:s1.silense` · did you mean `us-zz:s1.silence`?",
        ),
        (
            ["us-zz", "--about", "client consents in writting"],
            3,
            "no fact, act or person is called `client consents in writting`"
            " · did you mean `client consents in writing`?",
        ),
        (
            ["us-zz", "--about", "fact:CourtOrder"],
            3,
            "no fact, act or person is called `fact:CourtOrder` · did you mean `act:ObeyCourtOrder`?",
        ),
        (
            ["--scenario", CHILD, "--proof", "act:FindForDisclosure"],
            3,
            "the law takes no position on `act:FindForDisclosure` in practice or court · did you mean `act:Disclose`?",
        ),
        (["us-zz", "s1", "-o", "nowhere/x.svg"], 3, "nowhere/x.svg: cannot be written: no such file or directory"),
        (["--scenario", "childd"], 3, "no file and no scenario that comes with tacenda is called `childd`"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_cannot_be_drawn_is_said(arguments: list[str], code: int, error: str) -> None:
    result = draw(*arguments)
    prefix, suffix = (
        ("tacenda graph: ", "" if " · " in error else " · see `tacenda graph --help`") if code == 2 else ("", "")
    )
    assert result == Result(code, "", f"{prefix}{error}{suffix}\n")


def test_without_pygraphviz_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    assert draw("us-zz", "s1") == Result(3, "", "pictures need pygraphviz · pip install 'tacenda[graph]'\n")
    assert draw("us-zz", "s1", "--format", "dot").code == 0


def test_the_assessment_itself_is_not_touched() -> None:
    before = child().to_dict()
    made_up("proof", told=True).to_svg()
    assert child().to_dict() == before
