"""Arrow's bitmaps and the words of the kernel: the same bits, without a copy wherever they begin at a whole word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tacenda.kernel import Bitmaps, Words

WORD = 64
_SPREAD = np.array([sum((byte >> bit & 1) << 8 * bit for bit in range(8)) for byte in range(256)], dtype="<u8")
"""For each byte its eight bits as eight bytes."""


def word_count(rows: int) -> int:
    """How many words hold so many bits."""
    return -(-rows // WORD)


def bitmaps(column: pa.BooleanArray) -> Bitmaps:
    """The two bitmaps of a nullable Boolean column.

    >>> found = bitmaps(pa.array([True, None, False]))
    >>> int(found.values[0]) & 0b101, found.valid is not None and int(found.valid[0]) & 0b111
    (1, 5)
    """
    valid, values = column.buffers()
    rows = len(column)
    without = valid is None or column.null_count == 0
    return Bitmaps(None if without else _words(valid, column.offset, rows), _words(values, column.offset, rows))


def _words(buffer: pa.Buffer, offset: int, rows: int) -> Words:
    """The bits of a buffer from *offset* on, as words; those beyond the last row mean nothing."""
    count = word_count(rows)
    first, shift = divmod(offset, 8)
    if offset % WORD == 0 and buffer.size >= first + 8 * count and (buffer.address + first) % 8 == 0:
        shared = np.frombuffer(buffer, dtype=np.uint64, count=count, offset=first)
        shared.flags.writeable = False
        return shared
    found = np.zeros(8 * count + 8, dtype=np.uint8)
    taken = min(buffer.size - first, len(found))
    found[:taken] = np.frombuffer(buffer, dtype=np.uint8, count=taken, offset=first)
    words = found.view("<u8")
    if shift:
        words = words[:-1] >> np.uint64(shift) | words[1:] << np.uint64(WORD - shift)
    return words[:count].astype(np.uint64, copy=False)


def packed(marked: npt.NDArray[np.bool_]) -> Words:
    """A row of truth values as words, clear beyond the last."""
    found = np.zeros(8 * word_count(len(marked)), dtype=np.uint8)
    found[: -(-len(marked) // 8)] = np.packbits(marked, bitorder="little")
    return found.view(np.uint64)


def unpacked(words: Words, rows: int) -> npt.NDArray[np.bool_]:
    """Words as a row of truth values."""
    return np.unpackbits(words.view(np.uint8), count=rows, bitorder="little").view(np.bool_)


def gathered(words: Words, places: npt.NDArray[np.int64]) -> Words:
    """The bits at some places, one after the other.

    >>> bin(gathered(np.array([0b100], dtype=np.uint64), np.array([2, 0, 2]))[0])
    '0b101'
    """
    return packed(np.unpackbits(words.view(np.uint8), bitorder="little")[places].view(np.bool_))


def boolean_column(valid: Words, values: Words, rows: int) -> pa.BooleanArray:
    """A nullable Boolean column from its bitmaps."""
    return pa.Array.from_buffers(pa.bool_(), rows, [pa.py_buffer(valid), pa.py_buffer(values)])


def numbers(planes: Sequence[Words]) -> npt.NDArray[np.int8]:
    """The number that three planes spell in each row, lowest bit first.

    >>> numbers(tuple(np.array([bits], dtype=np.uint64) for bits in (0b101, 0b100, 0b010)))[:3].tolist()
    [1, 4, 3]
    """
    low, middle, high = (_SPREAD[plane.view(np.uint8)] for plane in planes)
    middle <<= np.uint64(1)
    high <<= np.uint64(2)
    low |= middle
    low |= high
    return low.view(np.int8)


def count(words: Words) -> int:
    """How many bits are set."""
    return int(np.bitwise_count(words).sum(dtype=np.int64))
