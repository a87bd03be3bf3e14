"""What rule graphs are made of: the kinds of node, the relations between them, and the attributes of both.

Every attribute is a string, so that every format can carry it; one that says nothing is empty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tacenda import vocabulary as v

Network = Any
"""A `networkx.MultiDiGraph`; networkx has no types of its own."""

Link = Callable[[str], str | None]
"""The address of the page about an IRI, if there is one."""

NEEDS = "needs"
NEEDS_ANY_OF = "needs any of"
FAILS_IF = "fails if"
DEFEATS = "defeats"
LIFTS = "lifts"
DISPLACES = "displaces every"
RESTS_ON = "rests on"
ABOUT = "about act"
FULFILLED_BY = "fulfilled by"
KIND_OF = "is a kind of"
BINDS = "binds"
PEOPLE = {
    "holder": "held by",
    "bearer": "borne by",
    "asserted_by": "asserted by",
    "waived_by": "waived by",
    "recipient": "made to",
}
"""How a norm relates to people, by the name of the field."""

SPEAKS, MAY_SPEAK, LIMITS = "says so", "may say so", "limits it"
FREED, SILENT = "is lifted from it", "says nothing of it here"
ANSWERS = (SPEAKS, MAY_SPEAK, LIMITS, FREED, SILENT)
"""How a norm relates to what the law says of an act in a scenario."""

CONDITIONS = (NEEDS, NEEDS_ANY_OF, FAILS_IF)
AGAINST = (DEFEATS, LIFTS, DISPLACES)

RELATIONS: dict[str, str] = {
    NEEDS: "the norm holds only if this is true",
    NEEDS_ANY_OF: "one of these must be true",
    FAILS_IF: "the norm fails where this is true",
    DEFEATS: "while this holds, that does not hold at all",
    LIFTS: "while this holds, that does not reach this norm's act",
    DISPLACES: "while this holds, no norm of that kind under narrower law holds",
    ABOUT: "what must, must not or may be done",
    FULFILLED_BY: "what fulfils the duty",
    BINDS: "the professions bound",
    PEOPLE["holder"]: "whose right, privilege or claim it is",
    PEOPLE["bearer"]: "who owes it",
    PEOPLE["asserted_by"]: "who may assert the privilege",
    PEOPLE["waived_by"]: "who may waive it",
    PEOPLE["recipient"]: "to whom it is done",
    RESTS_ON: "the provision that says so",
    KIND_OF: "a narrower fact or act",
    SPEAKS: "the answer rests on this norm",
    MAY_SPEAK: "the answer turns on this norm, which is open",
    LIMITS: "no more than this norm lets may be done",
    FREED: "the norm would reach the act, were it not lifted",
    SILENT: "the norm might have reached the act, and does not",
}
"""Every relation with what it means, in the order of the legend."""

INVERSES: dict[str, str] = {
    NEEDS: "is needed by",
    NEEDS_ANY_OF: "is one of what is needed by",
    FAILS_IF: "makes fail",
    DEFEATS: "is defeated by",
    LIFTS: "is lifted by",
    DISPLACES: "is displaced by",
    ABOUT: "is the act of",
    FULFILLED_BY: "fulfils",
    BINDS: "is bound by",
    PEOPLE["holder"]: "holds",
    PEOPLE["bearer"]: "bears",
    PEOPLE["asserted_by"]: "may assert",
    PEOPLE["waived_by"]: "may waive",
    PEOPLE["recipient"]: "is the recipient of",
    RESTS_ON: "says",
    KIND_OF: "has these kinds",
    SPEAKS: "rests on",
    MAY_SPEAK: "turns on",
    LIMITS: "is limited by",
    FREED: "is freed from",
    SILENT: "is not reached by",
}
"""Every relation as its target tells it."""

KINDS: dict[str, str] = {
    "Obligation": "must be done",
    "Prohibition": "must not be done",
    "Limitation": "no more than so much may be done",
    "Permission": "may be done",
    "Privilege": "the right to keep it out of court",
    "Right": "a claim of its holder",
    "Power": "may change what the law is between people",
    "Immunity": "cannot be held liable",
    "Exception": "defeats or lifts another norm",
    "Fact": "a statement about the scenario, yes or no",
    "Open question": "a question of law on which courts differ",
    "Condition": "a group of facts",
    "Some norm": "some norm of a kind holds",
    "Act": "a kind of conduct",
    "Profession": "who is bound",
    "Person": "who holds, owes, asserts or waives",
    "Provision": "a section, rule or decision",
    "Position": "what the law says of the act",
}
"""Every kind of node with what it means, in the order of the legend."""

NORMS = v.NORM_KINDS

NODE_ATTRIBUTES = (
    "kind",
    "iri",
    "label",
    "citation",
    "words",
    "review",
    "in_force_from",
    "in_force_until",
    "provision",
    "note",
    "detail",
    "beyond",
    "state",
    "state_note",
)
"""What every node has. `note` is a definition or a scope; `detail` is `named` for a norm beyond the edge, shown without
its conditions; `beyond` counts what is related to a norm and not shown; the last two need a scenario."""


def add_node(network: Network, name: str, kind: str, **attributes: str) -> str:
    """Put a node in, unless it is there, with every attribute set; gives its name."""
    if name not in network:
        network.add_node(name, **dict.fromkeys(NODE_ATTRIBUTES, "") | {"kind": kind} | attributes)
    return name


def add_edge(network: Network, source: str, target: str, relation: str) -> None:
    """Relate two nodes, once."""
    network.add_edge(source, target, key=relation, relation=relation)
