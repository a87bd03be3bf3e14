"""The roles of many scenarios as planes: who the professional is, before which court."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from tacenda import vocabulary as v
from tacenda.batch.bits import packed
from tacenda.batch.rows import NONE, Codes
from tacenda.compiled import role_inputs
from tacenda.kernel import Bitmaps, Words
from tacenda.knowledge import KnowledgeBase

Roles = Mapping[str, tuple[Codes, tuple[str, ...]]]
"""For a role the code of each row's value, and the values."""


def role_planes(
    kb: KnowledgeBase, code: str, roles: Roles, rows: int, facts: Mapping[str, Bitmaps]
) -> dict[str, Words]:
    """The inputs of a program that the roles set, each with where it is set, for rows of one jurisdiction.

    A scenario of a state is read as being before a court of the state, unless it names a court or states a fact that
    implies one: as scenario files are read.
    """
    found: dict[str, Words] = {}
    for role in dict.fromkeys([*roles, "court"]):
        codes, values = roles.get(role, (np.full(rows, NONE, dtype=np.int32), ()))
        where = {values[one]: packed(codes == one) for one in np.unique(codes).tolist() if one >= 0}
        if role == "court" and kb.pack(code).within:
            usual = packed(codes < 0)
            for fact in implying_a_court(kb) & facts.keys():
                column = facts[fact]
                usual &= ~(column.values if column.valid is None else column.values & column.valid)
            where[v.STATE_COURT] = where[v.STATE_COURT] | usual if v.STATE_COURT in where else usual
        found |= _planes(kb, role, where)
    return found


def _planes(kb: KnowledgeBase, role: str, where: Mapping[str, Words]) -> dict[str, Words]:
    """The inputs that a role sets, from where it has each value; those that are alike are one plane."""
    values: dict[str, list[str]] = {}
    for value in where:
        for name in role_inputs(kb, role, value):
            values.setdefault(name, []).append(value)
    made: dict[tuple[str, ...], Words] = {(value,): plane for value, plane in where.items()}
    for several in map(tuple, values.values()):
        if several not in made:
            made[several] = np.bitwise_or.reduce([where[value] for value in several])
    return {name: made[tuple(several)] for name, several in values.items()}


@lru_cache(maxsize=64)
def implying_a_court(kb: KnowledgeBase) -> frozenset[str]:
    """The facts that say before which court the matter is."""
    property_ = v.ROLE_PROPERTIES["court"]
    defined = {fact for fact, (role, _) in kb.taxonomy.by_role.items() if role == property_}
    return frozenset().union(*map(kb.taxonomy.kinds, defined))
