"""The law as one three-valued SQL query for DuckDB: `AND`, `OR` and `NOT` of SQL are Kleene's, `NULL` is unknown.

Each layer of definitions is a common table expression with a column for each of them, so that nothing is computed
twice; only what later layers still need is carried on.
"""

from __future__ import annotations

from typing import Any

from answers import Answers
from definitions import Definition, Definitions, Every, Evidence, Given, Known, Some, rests_on
from rows import Rows
from rules import read

TABLE = "scenarios"


def query(definitions: Definitions) -> str:
    """The query: a column for each definition that is asked for."""
    layers = definitions.layers()
    last_use = list(layers)
    for number, node in enumerate(definitions.nodes):
        for other in rests_on(node):
            last_use[other] = max(last_use[other], layers[number])
    depth = max(layers, default=0) + 1
    for number in definitions.asked:
        last_use[number] = depth
    steps = []
    for layer in range(1, depth):
        kept = [f"c{number}" for number, own in enumerate(layers) if own < layer < last_use[number]]
        made = [
            f"{expression(node)} AS c{number}"
            for number, node in enumerate(definitions.nodes)
            if layers[number] == layer
        ]
        above = TABLE if layer == 1 else f"layer{layer - 1}"
        steps.append(f"layer{layer} AS (SELECT {', '.join([*kept, *made])} FROM {above})")
    asked = ", ".join(f"c{number}" for number in definitions.asked)
    head = f"WITH {', '.join(steps)} " if steps else ""
    return f"{head}SELECT {asked} FROM {f'layer{depth - 1}' if steps else TABLE}"


def expression(node: Definition) -> str:
    """A definition over the columns of those that it rests on."""
    if isinstance(node, Evidence):
        true = " OR ".join(f"c{one}" for one in node.affirming)
        false = " OR ".join([*(f"NOT c{one}" for one in node.denying), *(f"c{one}" for one in node.excluding)])
        cases = [f"WHEN {test} THEN {value}" for test, value in ((true, "TRUE"), (false, "FALSE")) if test]
        return f"CASE {' '.join(cases)} END"
    if isinstance(node, Every | Some):
        sign = " AND " if isinstance(node, Every) else " OR "
        return f"({sign.join(f'c{number}' if kept else f'(NOT c{number})' for number, kept in node.members)})"
    if isinstance(node, Known):
        return f"COALESCE(c{node.members[0]}, c{node.members[1]})"
    raise TypeError(f"{node} is a column of the table")


def table(definitions: Definitions, rows: Rows) -> Any:
    """The scenarios as an Arrow table: a nullable Boolean column for each input."""
    import pyarrow as pa

    columns = {}
    for number, node in enumerate(definitions.nodes):
        if isinstance(node, Given):
            columns[f"c{number}"] = column(*rows.truth(node.name), rows.count)
    return pa.table(columns)


def column(true: int, false: int, rows: int) -> Any:
    """A nullable Boolean column out of where it is true and where it is false."""
    import pyarrow as pa

    size = -(-rows // 8)
    buffers = [pa.py_buffer((true | false).to_bytes(size, "little")), pa.py_buffer(true.to_bytes(size, "little"))]
    return pa.Array.from_buffers(pa.bool_(), rows, buffers)


def planes(array: Any) -> tuple[int, int]:
    """Where a nullable Boolean column is true, and where it is false."""
    import numpy as np

    known, true = np.array(array.is_valid()), np.array(array.fill_null(False))
    bits = [int.from_bytes(np.packbits(one, bitorder="little").tobytes(), "little") for one in (true, known & ~true)]
    return bits[0], bits[1]


def read_table(definitions: Definitions, found: Any) -> Answers:
    """The answers in the table that the query gives."""
    return read(definitions, [planes(column) for column in found.columns], found.num_rows)


def prepared(definitions: Definitions, found: Any) -> Any:
    """DuckDB in memory with the scenarios in a table of its own and the query planned, as fast as it can be had.

    The optimizer is off: over thousands of columns it costs more than it saves.
    """
    import duckdb

    connection = duckdb.connect()
    connection.execute("PRAGMA disable_optimizer")
    connection.register("given", found)
    connection.execute(f"CREATE TABLE {TABLE} AS SELECT * FROM given")
    connection.unregister("given")
    connection.execute(f"PREPARE law AS {query(definitions)}")
    return connection


def execute(connection: Any) -> Any:
    """The answers as an Arrow table."""
    return connection.sql("EXECUTE law").to_arrow_table()
