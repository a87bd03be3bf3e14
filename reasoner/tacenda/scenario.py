"""Scenarios understood: phrases become terms, and contradictions are named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from tacenda import vocabulary as v
from tacenda.consistency import contradictions
from tacenda.draft import Draft, Entry, refuse
from tacenda.errors import Problem, ScenarioError, nearest
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario
from tacenda.reading import read_draft
from tacenda.taxonomy import Taxonomy, Term

LONGEST = 120
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NOUNS = {
    "professional": "profession",
    "client": "kind of client",
    "proceeding": "kind of proceeding",
    "court": "kind of court",
    "process": "kind of subpoena, order or request",
}


def read_scenario(
    path: Path | str, text: str | None = None, *, folders: tuple[Path, ...] = (), jurisdiction: str | None = None
) -> tuple[Scenario, KnowledgeBase]:
    """The scenario in a file (or in *text*, with *path* as its name), and the law that its jurisdiction comes under.

    *jurisdiction* takes the place of the one in the file.

    Raises `SourceError` when the file cannot be read and `ScenarioError`, with all problems at once, when it
    cannot be understood or contradicts itself.
    """
    draft = read_draft(path, text)
    if jurisdiction:
        for key in v.PLACES:
            draft.single.pop(key, None)
        draft.single["jurisdiction"] = Entry(jurisdiction, "--in")
    named = {key: draft.text(key) for key in ("jurisdiction", *v.PLACES) if draft.text(key)}
    try:
        kb = KnowledgeBase.open(*dict.fromkeys(named.values()), folders=folders)
    except ScenarioError as error:
        for problem in error.problems:
            places = [draft.single[key].where for key, code in named.items() if f"`{code}`" in problem.message]
            draft.problems.append(Problem(problem.message, next(iter(places), draft.where), problem.hint))
        kb = KnowledgeBase.open(folders=folders)
    return understand(draft, kb), kb


def understand(draft: Draft, kb: KnowledgeBase, *, may_be_blank: bool = False) -> Scenario:
    """The scenario that a draft means under the vocabulary of *kb*; raises `ScenarioError` with all problems.

    One that states nothing is a mistake, unless it *may be blank*, as a form is before it is filled in.
    """
    problems = draft.problems
    places = {key: draft.text(key) for key in v.PLACES if draft.text(key)}
    if places and "jurisdiction" not in draft.single:
        draft.single["jurisdiction"] = draft.single[next(iter(places))]
    if not draft.text("jurisdiction"):
        problems.append(Problem("say which state's law is asked about: `jurisdiction: us-ma`", draft.where))
    context = draft.text("context") or None
    if context and context not in v.CONTEXTS:
        place = draft.single["context"].where
        problems.append(
            Problem(f"unknown context `{context}`", place, nearest(context, v.CONTEXTS) or "practice or court")
        )
    facts = list(_facts(draft.many["facts"], kb.taxonomy, problems))
    excluded = list(_facts(draft.many["not"], kb.taxonomy, problems))
    roles = {}
    for role, root in v.ROLES.items():
        if role in draft.single:
            known = list(kb.taxonomy.kinds_of(root))
            names = {term.label.casefold(): term.iri for term in reversed(known)}
            found = _lookup(draft.single[role], names, known, _NOUNS[role], problems)
            if found:
                roles[role] = found
    if "court" not in draft.single and _is_in_state(kb, draft.text("jurisdiction")):
        implied = {wide for fact, _ in facts for wide in kb.taxonomy.wider(fact)}
        if not any(
            role == v.ROLE_PROPERTIES["court"] for iri, (role, _) in kb.taxonomy.by_role.items() if iri in implied
        ):
            roles["court"] = v.STATE_COURT
    scenario = Scenario(
        jurisdiction=draft.text("jurisdiction"),
        title=draft.text("title"),
        as_of=_date(draft.single.get("as_of"), problems),
        context=context,
        professional=roles.pop("professional", None),
        roles=roles,
        facts=tuple(dict.fromkeys(iri for iri, _ in facts)),
        excluded=tuple(dict.fromkeys(iri for iri, _ in excluded)),
        closed=_truth(draft.single.get("closed"), problems),
        places=places,
        where=draft.where,
    )
    if not (problems or may_be_blank or scenario.facts or scenario.excluded or scenario.role_values()):
        problems.append(Problem("the scenario states nothing: add `professional:` and `facts:`", draft.where))
    written = {
        **{("facts", iri): entry.where for iri, entry in facts},
        **{("not", iri): entry.where for iri, entry in excluded},
        **{
            (role, iri): draft.single[role].where
            for role, iri in scenario.role_values().items()
            if role in draft.single
        },
    }
    problems.extend(contradictions(kb.taxonomy, scenario, written))
    refuse(problems)
    return scenario


def _is_in_state(kb: KnowledgeBase, code: str) -> bool:
    return any(pack.code == code and pack.within for pack in kb.packs)


def refuse_contradictions(taxonomy: Taxonomy, scenario: Scenario) -> None:
    """Raise `ScenarioError` when two statements of the scenario cannot both be true."""
    refuse(contradictions(taxonomy, scenario))


def suppose(kb: KnowledgeBase, scenario: Scenario, true: Iterable[str] = (), false: Iterable[str] = ()) -> Scenario:
    """The scenario with facts changed, each given as a phrase: what is now true, what is now false.

    What the scenario said to the contrary gives way, and no more: of a phrase that says several things at once the
    others stay. Raises `ScenarioError` for an unknown phrase.
    """
    problems: list[Problem] = []
    added = [iri for iri, _ in _facts([Entry(phrase, "suppose") for phrase in true], kb.taxonomy, problems)]
    denied = [iri for iri, _ in _facts([Entry(phrase, "suppose not") for phrase in false], kb.taxonomy, problems)]
    refuse(problems)
    taxonomy = kb.taxonomy
    implied = frozenset().union(*(taxonomy.wider(iri) for iri in added))
    apart = frozenset().union(*(taxonomy.disjoint_with(iri) for iri in added))
    gone = apart.union(*(taxonomy.kinds(iri) for iri in denied))
    kept = [rest for fact in scenario.facts for rest in _remainder(taxonomy, fact, gone)]
    out = [f for f in scenario.excluded if f not in implied]
    changed = {
        role for iri in implied | frozenset(denied) if iri in taxonomy.by_role for role in [taxonomy.by_role[iri][0]]
    }
    roles = {r: value for r, value in scenario.roles.items() if v.ROLE_PROPERTIES[r] not in changed}
    supposed = replace(
        scenario,
        facts=tuple(dict.fromkeys([*kept, *added])),
        excluded=tuple(dict.fromkeys([*out, *denied])),
        roles=roles,
    )
    refuse_contradictions(taxonomy, supposed)
    return supposed


def brought_under(kb: KnowledgeBase, scenario: Scenario, code: str) -> tuple[Scenario, dict[str, str]]:
    """The scenario as one of the jurisdiction called *code*, and the words that were read as wider ones.

    *kb* holds the law of both. What is a word of another state's law is read as the nearest wider word that all
    share; to deny it says nothing of that wider word, so such a denial is left out.
    """
    pack = kb.pack(code)
    ours = tuple(f"{v.BASE}{one}/" for one in (code, *pack.within))
    theirs = tuple(f"{v.BASE}{one.code}/" for one in kb.packs)
    readings: dict[str, str] = {}

    def is_foreign(iri: str) -> bool:
        return iri.startswith(theirs) and not iri.startswith(ours)

    def shared(iri: str) -> list[str]:
        if not is_foreign(iri):
            return [iri]
        wider = [one for one in kb.taxonomy.wider(iri) - {iri} if not is_foreign(one)]
        nearest = [one for one in wider if not any(one != other and kb.taxonomy.is_a(other, one) for other in wider)]
        found = sorted(one for one in nearest if one != v.tac("Scenario"))
        readings[iri] = " and ".join(map(kb.label, found)) or "nothing that its law speaks of"
        return found

    roles = {role: found[0] for role, value in scenario.role_values().items() if (found := shared(value))}
    if not pack.within and roles.get("court") == v.STATE_COURT:
        del roles["court"]
    brought = replace(
        scenario,
        jurisdiction=code,
        professional=roles.pop("professional", None),
        roles=roles,
        facts=tuple(dict.fromkeys(one for fact in scenario.facts for one in shared(fact))),
        excluded=tuple(fact for fact in scenario.excluded if not is_foreign(fact)),
    )
    return brought, readings


def _remainder(taxonomy: Taxonomy, fact: str, gone: frozenset[str]) -> list[str]:
    """What a stated fact still says when the facts *gone* are no longer true: itself, or the rest of it."""
    if fact not in gone:
        return [fact]
    wider = taxonomy.wider(fact)
    lost = {
        part
        for whole in wider & gone & taxonomy.composites.keys()
        for part in taxonomy.composites[whole]
        if not gone.intersection(taxonomy.composites[whole])
    }
    left = [
        term.iri
        for term in taxonomy.facts()
        if term.iri in wider and term.iri not in gone and not any(taxonomy.is_a(term.iri, part) for part in lost)
    ]
    return [iri for iri in left if not any(iri != other and taxonomy.is_a(other, iri) for other in left)]


def _facts(entries: Iterable[Entry], taxonomy: Taxonomy, problems: list[Problem]) -> Iterator[tuple[str, Entry]]:
    for entry in entries:
        iri = _lookup(entry, taxonomy.fact_names, taxonomy.facts(), "fact", problems)
        if iri:
            yield iri, entry


def _lookup(
    entry: Entry, names: Mapping[str, str], known: Sequence[Term], what: str, problems: list[Problem]
) -> str | None:
    """The term that an entry means: by its name in lower case, or by its IRI."""
    if found := names.get(" ".join(entry.value.split()).casefold()):
        return found
    iri = v.expand(entry.value)
    if any(term.iri == iri for term in known):
        return iri
    shown = v.shorten(iri)
    near = (
        (term.label for term in known) if iri == entry.value and "://" not in iri else (v.shorten(t.iri) for t in known)
    )
    if len(shown) > LONGEST:
        problems.append(Problem(f"unknown {what} `{shown[:LONGEST]}…`", entry.where))
    else:
        problems.append(Problem(f"unknown {what} `{shown}`", entry.where, nearest(shown, near)))
    return None


def _date(entry: Entry | None, problems: list[Problem]) -> date | None:
    if entry is None:
        return None
    try:
        return parse_day(entry.value)
    except ValueError:
        problems.append(Problem(f"`{entry.value}` is not a date", entry.where, "write it as 2026-11-22"))
        return None


def parse_day(text: str) -> date:
    """A day written as year-month-day, and in no other way; raises `ValueError` otherwise.

    >>> parse_day("2026-11-22")
    datetime.date(2026, 11, 22)
    """
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _truth(entry: Entry | None, problems: list[Problem]) -> bool:
    if entry is None:
        return False
    value = entry.value.casefold()
    if value not in ("true", "false", "yes", "no"):
        problems.append(Problem(f"`closed` is true or false, not `{entry.value}`", entry.where))
    return value in ("true", "yes")
