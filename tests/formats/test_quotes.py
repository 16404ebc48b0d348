"""Records told apart by counting quotes are those of the csv module."""

from __future__ import annotations

import csv
import random

import pytest

from lossctl.formats.syntax import TableSyntax
from lossctl.formats.text import quotes
from lossctl.formats.text.cells import UnclosedQuote, records
from lossctl.formats.text.quotes import Cut, cut_records

PIECES = ["a", "1.5", ",", ",", "\n", "\n", "\r\n", '"', '"', '""', '"x"', '"a\nb"', '"a,b"', '"say ""hi"""', '"",', " "]


def by_the_csv_module(text: str, most: int | None) -> Cut | None:
    """The same, record by record; None where none is complete."""
    count = lines = 0
    try:
        for record in records(text, TableSyntax(","), "a.csv", 1):
            count, lines = count + 1, record.end - 1
            if count == most:
                break
    except UnclosedQuote:
        pass
    return Cut(len("".join(text.splitlines(keepends=True)[:lines]).encode()), count, lines) if count else None


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 2000, 200))
def test_where_quotes_stand_around_cells_the_records_are_those_of_the_csv_module(first: int) -> None:
    for seed in range(first, first + 200):
        chance = random.Random(seed)
        text = "".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 14))) + "\n"
        most = chance.choice([None, 1, 2])
        found = cut_records(text.encode(), ",", most)
        if found is not None:
            assert found == by_the_csv_module(text, most), text


@pytest.mark.slow
@pytest.mark.parametrize("chunk", [64, quotes._CHUNK])
def test_records_of_long_texts_are_told_wherever_signs_fall_in_words(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotes, "_CHUNK", chunk)
    cells = ['"x"', "1.5", '"a\nb"', "", '"say ""hi"""', '""', '"a,b"', '","', '"\n"']
    for seed in range(300):
        chance = random.Random(seed)
        rows = [",".join(chance.choices(cells, k=2)) + chance.choice(["\n", "\r\n"]) for _ in range(chance.randrange(1, 70))]
        text = "".join(rows) + chance.choice(["", '1,"no end\n', '1,"no end\n2,3\n'])
        for most in (None, 1, len(rows) // 2 + 1, 500):
            found = cut_records(text.encode(), ",", most)
            count = min(most or 500, len(rows))
            assert (
                found
                == by_the_csv_module(text, most)
                == Cut(len("".join(rows[:count])), count, "".join(rows[:count]).count("\n"))
            )


def test_a_plain_quoted_table_needs_no_csv_module() -> None:
    table = '"a","b"\n1,"x\ny"\n"",""""\r\n'
    assert len(list(csv.reader(table.splitlines(keepends=True)))) == 3
    assert cut_records(table.encode(), ",", None) == Cut(len(table), 3, 4)
    assert cut_records(table.encode(), ",", 2) == Cut(table.index('"",'), 2, 3)


@pytest.mark.parametrize("text", ['a"b",c\n', '"a"b,c\n', '"a,b\n', ' "a",b\n'])
def test_quotes_in_odd_places_are_left_to_the_csv_module(text: str) -> None:
    assert cut_records(text.encode(), ",", None) is None
