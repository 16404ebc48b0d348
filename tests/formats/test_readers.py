"""The fast readers of text on random tables: what they accept they read as the careful one does."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from lossctl.columns.column import Column
from lossctl.columns.words import Words
from lossctl.errors import DataError
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import Kind, Selection
from lossctl.formats.text import text_fast
from lossctl.formats.text.cells import Dialect, UnclosedQuote, read_carefully, records
from lossctl.formats.text.text_numpy import read_numbers

pytestmark = pytest.mark.slow
PLAIN = ["1", "2.5", "-3e2", "0", "", "7.25", "nan"]
ODD = [
    *(" 1", "1 ", "\t2", "+4", ".5", "5.", "-0", "NA", "NaN", "null", "None", "n/a", "inf", "-inf", "Infinity", "iNf", "nan(1)"),
    *("1e400", "-1e999", "1e-400", "4.9e-324", "12345678901234567890123", "9007199254740993", "179769313486231580793e289"),
    *("True", "false", "0x10", "1_0", "1,5", "1;2", "abc", "--1", "1e", "1d5", "1f", "#1", "\uff11", "\ufeff1", "\xa01"),
    *('"1"', '"1', '1"', '""', '" 2"', '"1,2"', '"1\n2"', '"a""b"', '"', "\r", "1\r", "\x00", "1\x00", "1\x0b", "\\"),
]


def table(chance: random.Random, width: int, delimiter: str, decimal: str) -> str:
    """Some rows, most of them sound."""
    lines = []
    for _ in range(chance.randint(1, 6)):
        cells = width if chance.random() < 0.93 else chance.randint(0, width + 1)
        odd = 0.2 if chance.random() < 0.5 else 0.0
        row = [chance.choice(ODD if chance.random() < odd else PLAIN) for _ in range(cells)]
        lines.append(delimiter.join(row).replace(".", decimal))
        lines += chance.choices([[], [""], ["\r"], [" "]], [0.94, 0.02, 0.02, 0.02])[0]
    end = chance.choice(["\n", "\n", "\r\n"])
    text = "".join(line + (end if chance.random() < 0.97 else chance.choice(["\n", "\r\n", "\r"])) for line in lines)
    return text if text.endswith("\n") else text + "\n"


def selections(chance: random.Random, width: int) -> list[Selection]:
    if width > 1 and chance.random() < 0.3:
        return [Selection(tuple(range(width)), Kind.NUMBER, True)]
    return [
        Selection((column,), chance.choice([Kind.NUMBER, Kind.NUMBER, Kind.LABEL, Kind.TEXT]), False) for column in range(width)
    ]


def careful(text: str, dialect: Dialect, wanted: Sequence[Selection]) -> list[Column] | None:
    try:
        return read_carefully(text, dialect, 1, wanted)
    except (DataError, UnclosedQuote):
        return None


def alike(one: Column, other: Column) -> bool:
    if isinstance(one, Words) and isinstance(other, Words):
        return one.tolist() == other.tolist()
    return bits(one) == bits(other)


def bits(values: Any) -> bytes:
    """The bytes of float64 values, of every NaN alike."""
    return np.where(np.isnan(values), np.nan, values).tobytes()


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("reader", ["numpy", "fast", "wide"])
@pytest.mark.parametrize("seed", range(4))
def test_what_the_fast_readers_accept_is_what_the_careful_one_reads(
    monkeypatch: pytest.MonkeyPatch, seed: int, reader: str
) -> None:
    monkeypatch.setattr(text_fast, "WIDE", 0 if reader == "wide" else 10**9)
    chance, accepted = random.Random(seed), 0
    for _ in range(1_000):
        width, delimiter = chance.randint(1, 4), chance.choice([",", ",", ";", "\t", " "])
        decimal = "." if delimiter == "," else chance.choice([".", ".", ","])
        text = table(chance, width, delimiter, decimal)
        wanted = selections(chance, width)
        syntax = TableSyntax(
            delimiter,
            decimal,
            quotes=chance.random() < 0.9,
            thousands=chance.choices([None, "'"], [0.98, 0.02])[0],
            missing=chance.choice([(), (), ("2.5", "abc", "iNf")]),
        )
        dialect = Dialect("a", tuple(map(str, range(width))), syntax)
        quotes = syntax.quotes and '"' in text
        try:
            rows = sum(1 for _ in records(text, syntax, "a", 1)) if quotes else text.count("\n")
        except (DataError, UnclosedQuote):
            continue
        if reader != "numpy":
            fast = text_fast.read_fast(text.encode(), rows, dialect, wanted, quotes=quotes)
        else:
            fast = None if quotes else read_numbers(text.encode(), rows, dialect, wanted)
        if fast is None:
            continue
        accepted += 1
        slow = careful(text, dialect, wanted)
        assert slow is not None, (text, wanted)
        assert all(map(alike, fast, slow)), (text, wanted)
    assert accepted > (40 if reader == "numpy" else 250)


def test_a_byte_order_mark_within_a_file_is_part_of_a_cell() -> None:
    dialect, wanted = Dialect("a", ("x", "y"), TableSyntax(",")), [Selection((0,), Kind.NUMBER, False)]
    assert text_fast.read_fast("\ufeff1,2\n".encode(), 1, dialect, wanted, quotes=False) is None
