"""The values that the law is reasoned about in: frozen, free of RDF.

IRIs are plain strings. A truth value is `True`, `False`, or `None` for unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

Truth = bool | None


@dataclass(frozen=True, slots=True)
class Source:
    """A legal text that can be cited on its own, for example G.L. c. 112, § 135B."""

    iri: str
    kind: str
    citation: str
    label: str
    jurisdiction: str
    in_force_from: date | None = None
    in_force_until: date | None = None
    since: str = ""
    """The day or year from which it is law, as precisely as the law file knows it."""
    until: str = ""
    read_at: tuple[str, ...] = ()
    read_on: date | None = None
    authority: str = "InForce"
    ended_by: tuple[str, ...] = ()
    """The sources that took its force from it."""
    compliance_from: date | None = None
    """The first day on which it must be obeyed, where that is later than the day on which it is law."""
    omits: tuple[str, ...] = ()
    where: str = ""

    def cite(self, pinpoint: str) -> str:
        """The citation with a pinpoint, as a lawyer writes it.

        >>> Source("x", "Statute", "G.L. c. 119, § 51A", "", "us-ma").cite("(a)")
        'G.L. c. 119, § 51A(a)'
        >>> Source("x", "Decision", "402 Mass. 664 (1988)", "", "us-ma").cite("666-669")
        '402 Mass. 664 (1988), at 666-669'
        >>> Source("x", "Decision", "402 Mass. 664 (1988)", "", "us-ma").cite("holding")
        '402 Mass. 664 (1988), holding'
        """
        if not pinpoint:
            return self.citation
        if pinpoint.startswith("("):
            return self.citation + pinpoint
        is_page = self.kind == "Decision" and pinpoint[0].isdigit()
        return f"{self.citation}, at {pinpoint}" if is_page else f"{self.citation}, {pinpoint}"


@dataclass(frozen=True, slots=True)
class Condition:
    """`all_of` and some of `any_of` and none of `none_of`; absent lists ask for nothing.

    A member is the IRI of a fact or of a norm, a `KindHolds`, or a smaller condition.
    """

    iri: str
    all_of: tuple[Operand, ...] = ()
    any_of: tuple[Operand, ...] = ()
    none_of: tuple[Operand, ...] = ()

    def members(self) -> Iterator[Operand]:
        """Every member, in reading order."""
        yield from self.all_of
        yield from self.any_of
        yield from self.none_of

    def leaves(self) -> Iterator[str | KindHolds]:
        """Every fact, norm or kind that the condition turns on, in reading order."""
        for member in self.members():
            if isinstance(member, Condition):
                yield from member.leaves()
            else:
                yield member


@dataclass(frozen=True, slots=True)
class KindHolds:
    """Some norm of a kind holds: about `act` or a narrower act, or, without one, about the very act in question."""

    iri: str
    kind: str
    act: str | None = None


Operand = str | KindHolds | Condition


@dataclass(frozen=True, slots=True)
class Deadline:
    """When an act is due, in one manner: `Deadline("written", "PT48H", "the oral report")`."""

    manner: str
    within: str
    runs_from: str = ""


@dataclass(frozen=True, slots=True)
class Norm:
    """One thing that one provision says.

    `binds`, `contexts`, `in_force_from` and `in_force_until` are the guards as stated on the norm itself;
    `KnowledgeBase` fills in those that an exception takes from what it defeats or lifts.
    """

    iri: str
    kind: str
    label: str
    source: str
    pinpoint: str
    status: str
    where: str = ""
    words: str = ""
    condition: Condition = field(default_factory=lambda: Condition(""))
    act: str | None = None
    binds: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    defeats: tuple[str, ...] = ()
    lifts: tuple[str, ...] = ()
    displaces: tuple[str, ...] = ()
    holder: tuple[str, ...] = ()
    bearer: tuple[str, ...] = ()
    asserted_by: tuple[str, ...] = ()
    waived_by: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    discharge: Condition | None = None
    standard: str = ""
    scope: str = ""
    consequence: str = ""
    in_force_from: date | None = None
    in_force_until: date | None = None
    compliance_from: date | None = None

    def in_force(self, source: Source) -> tuple[date | None, date | None]:
        """The first day of the norm and the first day after its last, its own or those of its *source*."""
        return self.in_force_from or source.in_force_from, self.in_force_until or source.in_force_until


@dataclass(frozen=True, slots=True)
class Scenario:
    """The facts put to the law. Everything that is neither stated nor implied is unknown.

    >>> Scenario(jurisdiction="us-ma", professional="https://w3id.org/tacenda/profession/Psychologist").closed
    False
    """

    jurisdiction: str
    title: str = ""
    as_of: date | None = None
    context: str | None = None
    professional: str | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    closed: bool = False
    places: Mapping[str, str] = field(default_factory=dict)
    """Further jurisdictions that it touches: where the client is, where the professional is licensed, whose court."""
    iri: str = "urn:tacenda:scenario"
    where: str = ""

    def touched(self) -> dict[str, list[str]]:
        """Every jurisdiction that it touches, each with the keys of the places that name it."""
        found: dict[str, list[str]] = {}
        for key, code in self.places.items():
            found.setdefault(code, []).append(key)
        return found if self.jurisdiction in found else {self.jurisdiction: [], **found}

    def role_values(self) -> dict[str, str]:
        """The class given for each role that has one, the professional's first."""
        values = {"professional": self.professional} if self.professional else {}
        return values | dict(self.roles)


class Status(StrEnum):
    """What the law says of an act."""

    CONFLICT = "conflict"
    REQUIRED = "required"
    UNSETTLED = "unsettled"
    FORBIDDEN = "forbidden"
    PRIVILEGED = "privileged"
    PERMITTED = "permitted"


WEIGHTIEST_FIRST = (
    Status.CONFLICT,
    Status.REQUIRED,
    Status.FORBIDDEN,
    Status.PRIVILEGED,
    Status.PERMITTED,
    Status.UNSETTLED,
)
"""The order in which people want to hear of statuses."""


def status_of(required: Truth, forbidden: Truth, privileged: Truth) -> Status:
    """The headline for three flags, first that fits.

    >>> status_of(True, None, False), status_of(False, False, None), status_of(False, True, True)
    (<Status.REQUIRED: 'required'>, <Status.UNSETTLED: 'unsettled'>, <Status.FORBIDDEN: 'forbidden'>)
    """
    if required and forbidden:
        return Status.CONFLICT
    if required:
        return Status.REQUIRED
    if required is None or forbidden is None or (forbidden is False and privileged is None):
        return Status.UNSETTLED
    if forbidden:
        return Status.FORBIDDEN
    return Status.PRIVILEGED if privileged else Status.PERMITTED
