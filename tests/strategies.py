"""Random law bases, as Turtle and as the values that the Turtle should mean, and random scenarios for them.

A law base is fixed by its seed, so that the few that there are can be closed once and asked many times; scenarios
are drawn by Hypothesis and shrink. Every law base has two jurisdictions, one within the other, a vocabulary of
its own, exceptions to exceptions, and every kind of condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from graphlib import CycleError, TopologicalSorter
from random import Random

from hypothesis import strategies as st

from oracle import KINDS_BELOW, Law, Oracle, Words
from packs import NARROW, WIDE, opened, own
from tacenda import vocabulary as v
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Condition, Deadline, KindHolds, Norm, Operand, Scenario, Source

LAWS = 8
"""How many random law bases there are."""

_ROLES = ("professional", "proceeding", "client")
_WITH_ACT = ("Obligation", "Prohibition", "Limitation", "Permission", "Privilege")
_LIFTABLE = ("Prohibition", "Privilege", "Limitation")
_DAYS = [date(year, 7, 1) for year in (1990, 2000, 2010, 2020)]


# Law bases


@cache
def law(seed: int) -> Law:
    """The random law base with this number."""
    random = Random(seed)
    words = _words(random)
    sources = {}
    for number, code in enumerate((WIDE, WIDE, NARROW, NARROW, NARROW)):
        iri = own(f"s{number}", code)
        first, last = _span(random)
        since, until = (day.isoformat() if day else "" for day in (first, last))
        sources[iri] = Source(
            iri, "Statute", f"X.L. § {number}", f"section {number}", code, first, last, since=since, until=until
        )
    norms: dict[str, Norm] = {}
    while len(norms) < 18:
        norm = _norm(random, len(norms), words, sources, norms)
        if _is_acyclic(Law(words, sources, norms | {norm.iri: norm}, {WIDE: (), NARROW: (WIDE,)})):
            norms[norm.iri] = norm
    return Law(words, sources, norms, {WIDE: (), NARROW: (WIDE,)})


def _words(random: Random) -> Words:
    parents: dict[str, tuple[str, ...]] = {v.tac("Scenario"): (), v.tac("Act"): ()}
    roots = {role: v.ROLES[role] for role in _ROLES}
    parents |= dict.fromkeys(roots.values(), ())

    def grow(stem: str, count: int, root: str) -> tuple[str, ...]:
        names: list[str] = []
        for number in range(count):
            name = own(f"{stem}{number}", WIDE)
            above = tuple(sorted(random.sample(names, k=min(len(names), random.choice((0, 0, 1, 1, 2))))))
            parents[name] = above or (root,)
            names.append(name)
        return tuple(names)

    facts = grow("Fact", 11, v.tac("Scenario"))
    facts += tuple(name for name in grow("WideFact", 3, v.tac("Scenario")))
    acts = grow("Act", 6, v.tac("Act"))
    by_role: dict[str, tuple[str, str]] = {}
    for role, root in roots.items():
        kinds = grow(role.title(), 5, root)
        for kind in random.sample(kinds, k=2):
            fact = own(f"Is{kind.rsplit('/')[-1]}", WIDE)
            parents[fact] = (random.choice((v.tac("Scenario"), facts[0], facts[3])),)
            by_role[fact] = (role, kind)
    parents[own("Detail", WIDE)] = (next(iter(by_role)),)
    facts += (*by_role, own("Detail", WIDE))
    wholes = {
        own(f"Whole{number}", WIDE): tuple(sorted(random.sample(facts[:14], k=2 + number))) for number in range(2)
    }
    parents |= wholes
    facts += tuple(wholes)
    plain = Words(parents, facts, acts, (), by_role, roots)
    pairs = [
        (a, b) for a in facts for b in facts if a < b and not plain.kinds(a) & plain.kinds(b) and not {a, b} & {*wholes}
    ]
    disjoint = tuple(random.sample(pairs, k=2))
    return Words(parents, facts, acts, disjoint, by_role, roots, frozenset(random.sample(facts[:11], k=2)), wholes)


def _span(random: Random) -> tuple[date | None, date | None]:
    first, last = sorted(random.sample(_DAYS, k=2))
    return random.choice(((None, None), (None, None), (first, None), (None, last), (first, last)))


def _norm(random: Random, number: int, words: Words, sources: Mapping[str, Source], norms: Mapping[str, Norm]) -> Norm:
    kinds = ("Obligation", "Prohibition", "Prohibition", "Limitation", "Permission", "Privilege", "Power", "Exception")
    source = sources[random.choice(list(sources))]
    known = [norm for norm in norms.values() if source.jurisdiction in (NARROW, sources[norm.source].jurisdiction)]
    kind = random.choice(kinds[:6] if len(known) < 5 else (*kinds, "Exception", "Exception", "Exception"))
    iri = own(f"n{number}", source.jurisdiction)
    if source.jurisdiction == WIDE:  # the wider law does not know that of those within it
        norms = {name: norm for name, norm in norms.items() if sources[norm.source].jurisdiction == WIDE}
    act = random.choice(words.acts) if kind in _WITH_ACT else None
    defeats: tuple[str, ...] = ()
    lifts: tuple[str, ...] = ()
    displaces: tuple[str, ...] = ()
    if kind == "Exception":
        if source.jurisdiction == WIDE and random.random() < 0.2:
            displaces = (v.tac(random.choice(("Obligation", "Permission", "Privilege"))),)
            act = random.choice((None, *words.acts))
        elif random.random() < 0.55:
            defeats = tuple(random.sample(list(norms), k=random.choice((1, 1, 2))))
        else:
            lifts = _lifted(random, norms)
            act = random.choice(words.acts)
    elif kind in ("Permission", "Obligation"):
        lifts = _lifted(random, norms) if random.random() < 0.5 else ()
        if source.jurisdiction == WIDE and random.random() < 0.3:
            displaces = (v.tac(random.choice(("Permission", "Privilege"))),)
    states_guards = kind != "Exception" or bool(displaces) or random.random() < 0.4
    professions = [name for name in words.parents if "/Professional" in name and name != v.ROLES["professional"]]
    first, last = _span(random) if random.random() < 0.3 else (None, None)
    has_duty = kind in ("Obligation", "Privilege")
    return Norm(
        iri=iri,
        kind=kind,
        label=f"norm {number}",
        source=source.iri,
        pinpoint=random.choice(("(a)", "par. 2")),
        status=random.choice(v.REVIEW),
        words="a few words" if random.random() < 0.5 else "",
        condition=_condition(random, words, norms, depth=0, act=act),
        act=act,
        binds=tuple(random.sample(professions, k=random.choice((0, 1, 2)))) if states_guards else (),
        contexts=tuple(random.choice((list(v.CONTEXTS.values()), [random.choice(list(v.CONTEXTS.values()))])))
        if states_guards
        else (),
        defeats=defeats,
        lifts=lifts,
        displaces=displaces,
        holder=(v.PREFIXES["role"] + "Client",) if has_duty else (),
        bearer=(v.PREFIXES["role"] + "Therapist",) if has_duty else (),
        deadlines=(Deadline("written", "PT48H", "the oral report"),) if kind == "Obligation" else (),
        discharge=Condition("", any_of=tuple(words.acts[:2]))
        if kind == "Obligation" and random.random() < 0.5
        else None,
        scope="no more than is needed" if kind == "Limitation" else "",
        in_force_from=first,
        in_force_until=last,
    )


def _lifted(random: Random, norms: Mapping[str, Norm]) -> tuple[str, ...]:
    candidates = [norm.iri for norm in norms.values() if norm.kind in _LIFTABLE or norm.lifts]
    return tuple(random.sample(candidates, k=min(len(candidates), random.choice((1, 1, 2)))))


def _condition(
    random: Random, words: Words, norms: Mapping[str, Norm], *, depth: int, act: str | None = None
) -> Condition:
    def member() -> Operand:
        kind = random.random()
        if kind < 0.15 and depth < 2:
            return _condition(random, words, norms, depth=depth + 1)
        if kind < 0.22 and norms:
            return random.choice(list(norms))
        if kind < 0.32:
            return KindHolds("", random.choice(("Obligation", "Duty", "Right")), random.choice(words.acts))
        if kind < 0.40 and depth == 0 and act:
            return KindHolds("", random.choice(("Obligation", "Prohibition")))
        return random.choice(words.facts)

    def members(most: int) -> tuple[Operand, ...]:
        found: list[Operand] = []
        for _ in range(random.randint(0, most)):
            new = member()
            if new not in found:
                found.append(new)
        return tuple(found)

    def without_bare(found: Iterable[Operand]) -> tuple[Operand, ...]:
        return tuple(one for one in found if not (isinstance(one, KindHolds) and one.act is None))

    all_of = members(2)
    if random.random() < 0.2:
        all_of = tuple(dict.fromkeys([*random.choice(list(words.wholes.values())), *all_of]))
    lists = all_of, without_bare(members(2)), without_bare(members(1))
    if depth and not any(lists):
        lists = ((random.choice(words.facts),), (), ())
    return Condition("", *lists)


def rests_on(law: Law, norm: Norm) -> Iterator[str]:
    """The norms on which the truth of a norm, or of its application, may turn directly."""
    for leaf in norm.condition.leaves():
        if isinstance(leaf, KindHolds):
            kinds = KINDS_BELOW.get(leaf.kind, {leaf.kind})
            yield from (other.iri for other in law.norms.values() if other.kind in kinds)
        elif leaf in law.norms:
            yield leaf
    yield from (other.iri for other in Oracle(law, Scenario(NARROW), "").against(norm))
    yield from (other.iri for other in law.norms.values() if norm.iri in other.lifts)


def _is_acyclic(law: Law) -> bool:
    try:
        TopologicalSorter({iri: set(rests_on(law, norm)) for iri, norm in law.norms.items()}).prepare()
    except CycleError:
        return False
    return True


@cache
def knowledge_base(seed: int) -> KnowledgeBase:
    """The random law base with this number, closed once."""
    return opened(law(seed))


# Scenarios


@st.composite
def scenarios(draw: st.DrawFn, law: Law, *, consistent: bool = True) -> Scenario:
    """A scenario for a law base: some facts true, some false, roles at various widths, open or closed."""
    words = law.words
    said = draw(st.dictionaries(st.sampled_from(words.facts), st.booleans(), max_size=9))
    roles = {role: draw(st.none() | st.sampled_from(sorted(words.kinds(root)))) for role, root in words.roots.items()}
    given = {role: kind for role, kind in roles.items() if kind}

    def scenario(said: Mapping[str, bool], roles: Mapping[str, str]) -> Scenario:
        return Scenario(
            jurisdiction=place,
            as_of=day,
            context=context,
            professional=roles.get("professional"),
            roles={role: kind for role, kind in roles.items() if role != "professional"},
            facts=tuple(fact for fact, value in said.items() if value),
            excluded=tuple(fact for fact, value in said.items() if not value),
            closed=closed,
        )

    place = draw(st.sampled_from([NARROW, NARROW, WIDE]))
    day = draw(st.sampled_from([date(1985, 1, 1), *_DAYS, date(2026, 11, 22)]))
    context = draw(st.sampled_from([None, None, *v.CONTEXTS]))
    closed = draw(st.booleans()) and draw(st.booleans())
    if not consistent:
        return scenario(said, given)
    while Oracle(law, scenario({}, given), "").contradictory():
        given.popitem()
    kept: dict[str, bool] = {}
    for fact, value in said.items():
        if not Oracle(law, scenario(kept | {fact: value}, given), "").contradictory():
            kept[fact] = value
    return scenario(kept, given)
