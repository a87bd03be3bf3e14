"""How nodes and relations look: always by shape, line and words as well as by colour.

The colours are tints after Okabe and Ito, told apart by the colour-blind; in grey the shapes, the lines and the marks
remain.
"""

from __future__ import annotations

from tacenda.graph import elements as e
from tacenda.graph import states as s

INK, QUIET, PAPER = "#1a1a1a", "#5c5c5c", "#ffffff"
FONT = "Helvetica,Arial,sans-serif"

SHAPES: dict[str, str] = {
    "Obligation": "box",
    "Prohibition": "octagon",
    "Limitation": "tab",
    "Permission": "box",
    "Privilege": "folder",
    "Right": "folder",
    "Power": "box3d",
    "Immunity": "component",
    "Exception": "note",
    "Fact": "box",
    "Open question": "box",
    "Condition": "ellipse",
    "Some norm": "box",
    "Act": "hexagon",
    "Profession": "underline",
    "Person": "underline",
    "Provision": "plain",
    "Position": "box",
}
"""The Graphviz shape of each kind of node."""

STYLES: dict[str, str] = {
    "Permission": "rounded",
    "Fact": "rounded",
    "Open question": "rounded,dashed",
    "Some norm": "dashed",
}

TINTS: dict[str, str] = {
    "Obligation": "#f6d5c3",
    "Prohibition": "#f9dfa8",
    "Limitation": "#fbeccb",
    "Permission": "#c9ebdd",
    "Privilege": "#e6cfe0",
    "Right": "#f0e0ec",
    "Power": "#cfe6f7",
    "Immunity": "#dcefe8",
    "Exception": "#fbf7c5",
    "Act": "#e4e4e4",
    "Position": "#e4e4e4",
}
"""The fill of each kind where there is no scenario."""

STATE_TINTS: dict[str, str] = {
    s.HOLDS: "#b5daf2",
    s.DEFEATED: "#f4c4a6",
    s.FAILS: "#ececec",
    s.OPEN: "#fbf2a9",
    s.OUT: "#ffffff",
    "true": "#d5eaf8",
    "false": "#ececec",
    "unknown": "#fdf8d0",
    "required": "#f6d5c3",
    "conflict": "#f6d5c3",
    "forbidden": "#f9dfa8",
    "privileged": "#e6cfe0",
    "permitted": "#c9ebdd",
    "unsettled": "#fbf2a9",
}
"""The fill of each state, which takes the place of the kind's."""

STATE_LINES: dict[str, tuple[str, float]] = {
    s.HOLDS: ("solid", 2.4),
    s.DEFEATED: ("solid", 1.0),
    s.FAILS: ("solid", 0.7),
    s.OPEN: ("dashed", 1.6),
    s.OUT: ("dotted", 0.7),
    "true": ("solid", 1.8),
    "false": ("solid", 0.7),
    "unknown": ("dashed", 1.2),
    "unsettled": ("dashed", 1.6),
}
"""The outline of each state: its line and its weight."""

LINES: dict[str, dict[str, str]] = {
    e.NEEDS: {"arrowhead": "none"},
    e.NEEDS_ANY_OF: {"arrowhead": "none", "style": "dashed"},
    e.FAILS_IF: {"arrowhead": "odot"},
    e.DEFEATS: {"arrowhead": "tee", "penwidth": "2"},
    e.LIFTS: {"arrowhead": "tee", "style": "dashed", "penwidth": "1.6"},
    e.DISPLACES: {"arrowhead": "tee", "penwidth": "2"},
    e.RESTS_ON: {"arrowhead": "none", "style": "dotted"},
    e.ABOUT: {"arrowhead": "vee"},
    e.FULFILLED_BY: {"arrowhead": "vee", "style": "dashed"},
    e.KIND_OF: {"arrowhead": "onormal", "style": "dotted"},
    e.BINDS: {"arrowhead": "none", "style": "dotted"},
    **{relation: {"arrowhead": "none", "style": "dotted"} for relation in e.PEOPLE.values()},
    e.SPEAKS: {"arrowhead": "normal", "penwidth": "2.4"},
    e.MAY_SPEAK: {"arrowhead": "normal", "style": "dashed", "penwidth": "1.6"},
    e.LIMITS: {"arrowhead": "normal", "style": "dashed"},
    e.FREED: {"arrowhead": "odot", "style": "dashed"},
    e.SILENT: {"arrowhead": "odot", "style": "dotted"},
}
"""The line of each relation."""

UNLABELLED = (e.NEEDS, e.NEEDS_ANY_OF, e.ABOUT)
"""Relations so common that their line alone tells them."""


def mark(state: str) -> str:
    """The sign and the words of a state.

    >>> mark("holds"), mark("required"), mark("")
    ('✓ holds', 'REQUIRED', '')
    """
    sign = s.STATES[state][0] + " " if state in s.STATES else ""
    return f"{sign}{state}" if sign else state.upper()


def fill(kind: str, state: str) -> str:
    """The colour that a node is filled with."""
    return STATE_TINTS.get(state) or TINTS.get(kind, PAPER)


def outline(kind: str, state: str) -> tuple[str, float]:
    """The style and the weight of a node's outline."""
    line, weight = STATE_LINES.get(state, ("solid", 1.0))
    styles = [part for part in ("filled", STYLES.get(kind, ""), line if line != "solid" else "") if part]
    return ",".join(dict.fromkeys(",".join(styles).split(","))), weight


def css_name(word: str) -> str:
    """A kind, state or relation as the name of a class.

    >>> css_name("needs any of")
    'needs-any-of'
    """
    return word.lower().replace(" ", "-")
