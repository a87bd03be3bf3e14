"""What the text of a query says before it runs: whether it stays inside, which variables it has, where it is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tacenda.errors import Problem, QueryError, nearest

_TOKEN = re.compile(
    r'(?P<string>"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\r\n]|\\.)*"'
    r"|'(?:[^'\\\r\n]|\\.)*')"
    r"|(?P<iri><(?:[^<>\"{}|^`\\\s]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)"
    r"|(?P<comment>#[^\r\n]*)"
    r"|(?P<variable>[?$]\w+)"
    r"|(?P<language>@[A-Za-z][\w-]*)"
    r"|(?P<name>(?:[^\W\d][\w.-]*)?:(?:[\w.:%-]|\\.)*)"
    r"|(?P<word>[^\W\d]+)"
    r"|(?P<other>\\.|.)",
    re.DOTALL,
)
_PLAIN_IRI = re.compile(r"<(?:[A-Za-z][\w+.-]*://[^']*)?>")
_UPDATES = {"LOAD", "INSERT", "DELETE", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD"}
_CLAUSES = {"SELECT", "WHERE", "FROM", "BY", "HAVING", "LIMIT", "OFFSET"}


def refuse_outside(text: str) -> None:
    """Raise `QueryError` for a query that would reach out of the store or change it.

    `SERVICE` would send the query to another machine, so whatever might be that keyword is refused, however it is
    hidden: the parser accepts it glued to what stands before and after it, and a `<` may open an IRI or compare.

    >>> refuse_outside("SELECT * { ?service ex:service <http://x/LOAD> ; a 'SERVICE' } # INSERT")
    """
    doubtful = False
    for match in _TOKEN.finditer(text):
        kind, written = match.lastgroup, match.group().upper()
        if kind == "word":
            if "SERVICE" in written:
                raise _refused("SERVICE", "queries stay in the local store")
            if written in _UPDATES:
                why = (
                    "queries stay in the local store"
                    if written == "LOAD"
                    else "only queries are answered, never updates"
                )
                raise _refused(written, why)
        elif kind == "name" and "SERVICE" in written.partition(":")[0]:
            raise _refused("SERVICE", "queries stay in the local store", "call the prefix something else")
        doubtful = doubtful or (kind == "iri" and not _PLAIN_IRI.fullmatch(match.group()))
    if doubtful and "SERVICE" in text.upper():
        raise _refused(
            "SERVICE", "queries stay in the local store", "write IRIs as prefixed names, and spaces around <"
        )


def _refused(word: str, why: str, hint: str = "") -> QueryError:
    return QueryError(Problem(f"`{word}` is refused: {why}", hint=hint))


def variables(text: str) -> set[str]:
    """The names of the variables in a query.

    >>> sorted(variables("SELECT ?a { ?a ?b '?c' } # ?d"))
    ['a', 'b']
    """
    return {match.group()[1:] for match in _TOKEN.finditer(text) if match.lastgroup == "variable"}


def names_graphs(text: str) -> bool:
    """Whether a query says itself which graphs it is about.

    >>> names_graphs("SELECT * FROM <x:y> { ?s ?p 'FROM' }"), names_graphs("SELECT * { ?s ?p 'FROM' } # FROM")
    (True, False)
    """
    return any(match.lastgroup == "word" and match.group().upper() == "FROM" for match in _TOKEN.finditer(text))


def ranges_over_graphs(text: str) -> bool:
    """Whether a query asks of whatever graphs there are, and not only of those that it names.

    >>> ranges_over_graphs("ASK { GRAPH # any\\n ?g {} }"), ranges_over_graphs("ASK { GRAPH <x:y> { ?g ?p 1 } }")
    (True, False)
    """
    before = ""
    for match in _TOKEN.finditer(text):
        kind, written = match.lastgroup, match.group()
        if kind == "variable" and before.endswith("GRAPH"):
            return True
        if kind != "comment" and not written.isspace():
            before = written.upper() if kind == "word" else ""
    return False


def declared(text: str, prefixes: Mapping[str, str]) -> str:
    """The query with those *prefixes* declared that it uses and does not declare itself.

    >>> declared("PREFIX a: <x:> SELECT * { a:b c:d 'e:f' }", {"a": "y:", "c": "z:", "e": "w:"})
    "PREFIX c: <z:> PREFIX a: <x:> SELECT * { a:b c:d 'e:f' }"
    """
    used, own, word = dict[str, None](), set[str](), ""
    for match in _TOKEN.finditer(text):
        kind, written = match.lastgroup, match.group()
        if kind == "name":
            (own.add if word == "PREFIX" else used.setdefault)(written.partition(":")[0])
        if kind in ("word", "name"):
            word = written.upper()
    heading = "".join(f"PREFIX {name}: <{prefixes[name]}> " for name in used if name in prefixes and name not in own)
    return heading + text


def fill(text: str, values: Mapping[str, str]) -> str:
    """The query with terms in the place of variables, wherever they stand, in subqueries too.

    A variable that is selected keeps its column.

    >>> fill("SELECT ?a ?b { ?a ?b '?b' } ORDER BY ?b", {"b": "<x:y>"})
    "SELECT ?a (<x:y> AS ?b) { ?a <x:y> '?b' } ORDER BY (<x:y>)"
    """
    parts: list[str] = []
    clause, depth = "", 0
    for match in _TOKEN.finditer(text):
        kind, written = match.lastgroup, match.group()
        if kind == "word" and written.upper() in _CLAUSES:
            clause, depth = written.upper(), 0
        elif kind == "other":
            clause = "" if written in "{}" else clause
            depth += {"(": 1, ")": -1}.get(written, 0)
        value = values.get(written[1:]) if kind == "variable" else None
        if value is None:
            parts.append(written)
        elif clause == "SELECT" and depth == 0:
            parts.append(f"({value} AS ?{written[1:]})")
        else:
            parts.append(f"({value})" if clause == "BY" and depth == 0 else value)
    return "".join(parts)


def syntax_problem(error: SyntaxError, name: str, text: str, prefixes: dict[str, str]) -> Problem:
    """Where a query is wrong, and as far as one can tell why."""
    message = str(error)
    place = re.search(r"at (\d+):(\d+)", message)
    lines = text.splitlines()
    if not place or int(place.group(1)) > len(lines):
        return Problem("not a SPARQL query" if text.strip() else "the query is empty", name)
    row, column = int(place.group(1)), int(place.group(2))
    where = f"{name}:{row}:{column}"
    line = lines[row - 1]
    if "Prefix not found" in message:
        written = [match for match in _TOKEN.finditer(line) if match.lastgroup == "name" and match.start() < column]
        if written:
            prefix = written[-1].group().partition(":")[0]
            where = f"{name}:{row}:{written[-1].start() + 1}"
            return Problem(
                f"the prefix `{prefix}:` is not declared", where, nearest(prefix, prefixes, "did you mean `{}:`?")
            )
    rest = line[column - 1 :].strip()
    if rest:
        return Problem(f"not a SPARQL query near `{rest[:60]}`", where)
    return Problem(f"not a SPARQL query, at or before the end of `{line.strip()[-60:]}`", where)
