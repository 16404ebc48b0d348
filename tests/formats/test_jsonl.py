"""JSON lines: the bits of the same data as CSV, by both readers, and words for what is no object or value."""

from __future__ import annotations

import gzip
import itertools
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossctl.formats.jsonl import jsonl
from lossctl.formats.jsonl.json_cells import JsonColumns
from tests.conftest import Command

RANDOM = np.random.default_rng(13)


@pytest.fixture(params=["fast", "careful"], autouse=True)
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every test runs with the fast reader, which may hand over to the careful one, and with the careful one alone."""
    if request.param == "careful":
        monkeypatch.setattr(jsonl, "read_fast", lambda *_: None)
    else:
        monkeypatch.setattr(jsonl, "FEW", 0)
    return str(request.param)


def write(name: str, *lines: str) -> str:
    Path(name).write_text("".join(f"{line}\n" for line in lines))
    return name


@pytest.mark.slow
def test_it_gives_the_bits_of_csv(lossctl: Command) -> None:
    rows = RANDOM.normal(size=(20_000, 3)).tolist()
    Path("a.csv").write_text("y_true,y_pred,w\n" + "".join(",".join(map(repr, map(abs, row))) + "\n" for row in rows))
    lines = [json.dumps({"w": abs(w), "name": "x,y", "y_true": abs(y), "y_pred": abs(p)}) for y, p, w in rows]
    write("a.jsonl", *lines)
    Path("a.ndjson.gz").write_bytes(gzip.compress("\r\n".join(lines).encode()))
    expected = lossctl("eval", "a.csv", "-l", "mse,mae", "-w", "w", "-b").out
    assert lossctl("eval", "a.jsonl", "-l", "mse,mae", "-w", "w", "-b").out == expected
    assert lossctl("eval", "a.ndjson.gz", "-l", "mse,mae", "-w", "w", "-b", "-j", "2").out == expected


def test_the_fast_reader_reads_plain_data_by_itself(lossctl: Command, reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("read carefully")

    if reader == "fast":
        monkeypatch.setattr(jsonl, "read_objects", refuse)
    write(
        "a.jsonl",
        '{"y": true, "p": 0.9, "emb": [1, 2.5], "s": "a\\n\\u00e9"}',
        '{"p": 1e-3, "y": false, "s": null, "emb": [3, null]}',
        '{"p": 0.5, "emb": null}',
    )
    done = lossctl("eval", "a.jsonl", "-p", "p", "-t", "y", "-l", "ce", "--by", "s", "--nan", "drop", "-b")
    assert [float(line) for line in done.out.split()] == [
        pytest.approx((-math.log(0.9) - math.log1p(-1e-3)) / 2, rel=1e-15),
        pytest.approx(-math.log1p(-1e-3)),  # the empty group, which sorts first
        -math.log(0.9),
    ]
    assert lossctl("eval", "a.jsonl", "-p", "emb", "-t", "emb", "-l", "mse", "--nan", "drop", "--json").out.count('"n": 1') == 1


def test_members_may_come_in_another_order_and_others_may_be_there(lossctl: Command) -> None:
    write("a.jsonl", '{"y_true": 1, "y_pred": 2}', '{"y_pred": 5, "z": [{"y_pred": 7}], "y_true": 3}')
    assert lossctl("eval", "a.jsonl", "-l", "mse", "-b").value == 2.5


@pytest.mark.parametrize("line", ['{"y_true": 1}', '{"y_true": 1, "y_pred": null}', '{"y_true": 1, "y_pred": NaN}', "{}"])
def test_a_missing_member_null_and_nan_are_missing_values(lossctl: Command, line: str) -> None:
    write("a.jsonl", '{"y_true": 1, "y_pred": 2}', line)
    done = lossctl("eval", "a.jsonl", "-p", "y_pred", "-t", "y_true", "-l", "mse")
    assert done.code == 3
    assert line == "{}" or done.err.startswith("lossctl: error: a.jsonl line 2, column 'y_pred'")
    assert done.err.endswith(": a value is missing (empty or NaN)\nhint: leave such rows out: --nan drop\n")
    assert lossctl("eval", "a.jsonl", "-l", "mse", "-b", "--nan", "drop").value == 1


def test_numbers_are_those_of_python(lossctl: Command) -> None:
    texts = [
        "-0",
        "1E5",
        "9007199254740993",
        "18446744073709551615",
        "123456789012345678901234567890",
        "0.1",
        "5e-324",
        "-1.5e+3",
    ]
    write("a.jsonl", *(f'{{"y_pred": {text}, "y_true": 0}}' for text in texts))
    done = lossctl("eval", "a.jsonl", "-l", "mae", "--json", "--per-sample")
    assert json.loads(done.out)["runs"][0]["samples"]["values"]["mae"] == [abs(float(text)) for text in texts]


def test_infinity_is_read_where_it_may_be(lossctl: Command) -> None:
    write("a.jsonl", '{"y": 0, "x": [1.5, -Infinity]}')
    assert lossctl("eval", "a.jsonl", "-p", "x", "-t", "y", "-l", "ce", "--from", "logits", "-b").value == 0
    write("b.jsonl", '{"y_true": 0, "y_pred": Inf}')
    assert lossctl("eval", "b.jsonl", "-l", "mse").err == (
        "lossctl: error: b.jsonl line 1: not JSON: expecting value at character 25\n"
    )


BAD: list[tuple[str, str]] = [
    ('{"y_true": 1, "y_pred": "2"}', "line 2, column 'y_pred': '2' is text, not a number"),
    ('{"y_true": 1, "y_pred": ""}', "line 2, column 'y_pred': '' is text, not a number"),
    (
        '{"y_true": 1, "y_pred": true}',
        "line 2, column 'y_pred': true is not a number\nhint: booleans are labels, not predictions",
    ),
    ('{"y_true": 1, "y_pred": {"a": 1}}', "line 2, column 'y_pred': an object, not a number"),
    ('{"y_true": 1, "y_pred": [1]}', "line 2, column 'y_pred': a list, not a number"),
    ('{"y_true": 1, "y_pred": 1e400}', "line 2, column 'y_pred': '1e400' overflows: beyond 1.8e308"),
    (f'{{"y_true": 1, "y_pred": {"9" * 400}}}', f"line 2, column 'y_pred': '{'9' * 51}...{'9' * 26}' overflows: beyond 1.8e308"),
    ('{"y_true": 1, "y_pred": 2, "y_pred": 3}', "line 2: column 'y_pred' is there more than once"),
    ('{"y_true": 1, "y_pred": 2, "y_\\u0070red": 3}', "line 2: column 'y_pred' is there more than once"),
    ('{"y_true": 1, "y_pred": 2', "line 2: not JSON: expecting ',' delimiter at character 26"),
    ('{"y_true": 1, "y_pred": 2,}', "line 2: not JSON: illegal trailing comma before end of object at character 26"),
    ('{"y_true": 1, "y_pred": 02}', "line 2: not JSON: expecting ',' delimiter at character 26"),
    ('{"y_true": 1, "y_pred": 2}{"y_true": 1, "y_pred": 2}', "line 2: not JSON: extra data at character 27"),
    ("7", "line 2: a number where an object should be"),
    ("null", "line 2: null where an object should be"),
    ('{"y_true": 1, "y_pred": 2}\0', "line 2: not JSON: extra data at character 27"),
]


@pytest.mark.parametrize(("line", "said"), BAD)
def test_what_is_wrong_is_said_with_its_line(lossctl: Command, line: str, said: str) -> None:
    write("a.jsonl", '{"y_true": 1, "y_pred": 2}', line, '{"y_true": 1, "y_pred": 2}')
    done = lossctl("eval", "a.jsonl", "-l", "mse")
    if "trailing comma" in said:  # worded so from Python 3.13 on
        assert done.err in (
            f"lossctl: error: a.jsonl {said}\n",
            "lossctl: error: a.jsonl line 2: not JSON: expecting property name enclosed in double quotes at character 27\n",
        )
    else:
        assert (done.code, done.err) == (3, f"lossctl: error: a.jsonl {said}\n")


def test_objects_spread_over_lines_are_refused_even_where_their_number_fits(lossctl: Command) -> None:
    write("a.jsonl", '{"y_true": 1, "y_pred": 2}', '{"y_true": 1,', '"y_pred": 3} {"y_true": 1, "y_pred": 4}')
    done = lossctl("eval", "a.jsonl", "-l", "mse")
    assert done.code == 3
    assert done.err.startswith("lossctl: error: a.jsonl line 2: not JSON: expecting property name")


def test_a_document_of_many_lines_is_told_from_lines(lossctl: Command) -> None:
    for text in ('[{"y_true": 1, "y_pred": 2}]', "[", "{"):
        write("a.jsonl", text)
        assert lossctl("eval", "a.jsonl", "-l", "mse").err.endswith(
            "\nhint: JSON lines have one whole object on each line; for an array of objects: --input-format json\n"
        )


def test_what_is_not_used_does_no_harm(lossctl: Command) -> None:
    write(
        "a.jsonl", f'{{"y_true": 1, "y_pred": 2, "x": "q", "x": 3, "n": {"9" * 6000}}}', '{"y_true": 1, "y_pred": 3, "x": [[]]}'
    )
    assert lossctl("eval", "a.jsonl", "-l", "mse", "-b").value == 2.5
    done = lossctl("eval", "a.jsonl", "-p", "x", "-l", "mse")
    assert (done.code, done.err) == (3, "lossctl: error: a.jsonl: column 'x' is there more than once\n")


def test_strings_are_labels_by_name_and_keys(lossctl: Command) -> None:
    write("a.jsonl", '{"label": "spam", "score": 0.9, "id": "b"}', '{"label": "ham", "score": 0.3, "id": "a"}')
    expected = -math.log(0.9) - math.log1p(-0.3)
    found = lossctl("eval", "a.jsonl", "-l", "ce", "--positive", "spam", "--reduction", "sum", "-b")
    assert found.value == pytest.approx(expected, rel=1e-15)
    done = lossctl("eval", "a.jsonl", "-l", "ce")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: a.jsonl line 1, column 'label': 'spam' is text, not a number\n"
        "hint: labels that are words: --positive LABEL for two classes, --classes A,B,... in column order\n",
    )
    Path("t.csv").write_text("id,label\na,0\nb,1\n")
    assert (
        lossctl("eval", "a.jsonl", "-t", "t.csv:label", "--id", "id", "-l", "ce", "--reduction", "sum", "-b").value == found.value
    )


@pytest.mark.parametrize(
    ("key", "text"), [("7", "7"), ("7.0", "7"), ("0.5", "0.5"), ("12345678901234567890", "12345678901234567890")]
)
def test_numbers_are_keys_as_other_formats_write_them(lossctl: Command, key: str, text: str) -> None:
    write("a.jsonl", f'{{"id": {key}, "y_pred": 1}}', '{"id": -3, "y_pred": 2}')
    Path("t.csv").write_text(f"id,y_true\n-3,2\n{text},0\n")
    assert lossctl("eval", "a.jsonl", "-t", "t.csv:y_true", "--id", "id", "-l", "mse", "-b").value == 0.5


def test_lists_are_vectors_of_the_first_lines_length(lossctl: Command) -> None:
    write("a.jsonl", '{"y": 1, "emb": [0.5, 2]}', '{"y": 0, "emb": [1, 3]}')
    np.save("p.npy", np.array([[0.5, 2], [1, 3]]))
    np.save("t.npy", np.array([1, 0]))
    expected = lossctl("eval", "p.npy", "-t", "t.npy", "-l", "ce", "--from", "logits", "-b").out
    options = ["-p", "emb", "-t", "y", "-l", "ce", "--from", "logits"]
    assert lossctl("eval", "a.jsonl", *options, "-b").out == expected
    for value, said in (
        ("[1, 2, 3]", ": a list of 3 numbers; the first line's has 2"),
        ("[]", ": a list of 0 numbers; the first line's has 2"),
        ("4", ": a number; the first line has a list"),
        ('[1, "x"]', ": 'x' is text, not a number"),
        ("[1, true]", ": true is not a number\nhint: booleans are labels, not predictions"),
        ("[1, null]", ", element 1: a value is missing (empty or NaN)\nhint: leave such rows out: --nan drop"),
        ("[[1], 2]", ": a list, not a number"),
    ):
        write("b.jsonl", '{"y": 1, "emb": [0.5, 2]}', f'{{"y": 0, "emb": {value}}}')
        done = lossctl("eval", "b.jsonl", *options)
        assert (done.code, done.err) == (3, f"lossctl: error: b.jsonl line 2, column 'emb'{said}\n")


def test_columns_side_by_side_are_a_vector(lossctl: Command) -> None:
    write("a.jsonl", '{"p_1": 0.2, "y": 1, "p_0": 0.8}')
    assert lossctl("eval", "a.jsonl", "-p", "p_*", "-t", "y", "-l", "ce", "-b").value == -math.log(0.2)


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_a_file_without_rows_has_none(lossctl: Command, content: str) -> None:
    Path("a.jsonl").write_text(content)
    done = lossctl("eval", "a.jsonl", "-l", "mse")
    assert (done.code, done.err) == (3, "lossctl: error: a.jsonl: no rows: the file is empty\n")


def test_blank_lines_at_the_end_and_a_byte_order_mark_are_nothing(lossctl: Command) -> None:
    Path("a.jsonl").write_text('\ufeff{"y_true": 1, "y_pred": 2}\r\n{"y_true": 1, "y_pred": 3}\r\n\r\n\n')
    assert lossctl("eval", "a.jsonl", "-l", "mse", "-b").value == 2.5


def test_a_column_that_is_not_there_is_said(lossctl: Command) -> None:
    write("a.jsonl", '{"y_true": 1, "y_pred": 2}', '{"y_true": 1, "y_pred": 2, "late": 3}')
    done = lossctl("eval", "a.jsonl", "-p", "late", "-l", "mse")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: a.jsonl: column 'late' not found; there are y_true, y_pred\n"
        "hint: a column of another file is FILE:COLUMN: -p FILE:late\n",
    )


def test_another_extension_is_read_by_input_format_and_json_has_a_hint(lossctl: Command) -> None:
    write("a.json", '{"y_true": 1, "y_pred": 2}')
    assert lossctl("eval", "a.json", "--input-format", "jsonl", "-l", "mse", "-b").value == 1
    done = lossctl("eval", "a.json", "-l", "mse")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: a.json: an object that is no table; expected an array of objects, or pandas' columns, records or split\n"
        "hint: if it has one object a line: --input-format jsonl, or a name ending in .jsonl\n",
    )


def test_lines_are_counted_over_all_pieces(lossctl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lossctl.files.lines._READ", 1_000)
    good = '{"y_true": 1, "y_pred": 2}'
    write("a.jsonl", *[good] * 500, '{"y_true": 1, "y_pred": "x"}')
    done = lossctl("eval", "a.jsonl", "-l", "mse", "-j", "2")
    assert (done.code, done.err) == (3, "lossctl: error: a.jsonl line 501, column 'y_pred': 'x' is text, not a number\n")


def test_deep_nesting_is_no_crash(lossctl: Command) -> None:
    deep: Callable[[str, str], str] = lambda opening, closing: opening * 200_000 + closing * 200_000  # noqa: E731
    write("a.jsonl", '{"y_true": 1, "y_pred": 2}', f'{{"y_true": 1, "y_pred": {deep("[", "]")}}}')
    done = lossctl("eval", "a.jsonl", "-l", "mse")
    assert (done.code, done.err) == (3, "lossctl: error: a.jsonl line 2: not read: nested too deeply\n")


@pytest.mark.parametrize("chunk", [1, 2, 3, 4])
def test_lines_that_are_no_objects_are_seen_wherever_they_are_looked_at_from(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "_CHUNK", chunk)
    columns = JsonColumns("x", (("a",),), {}, frozenset())
    for signs in itertools.product("{}\n\r1", repeat=5):
        data = "".join(signs).encode() + b"\n"
        lines = data.split(b"\n")[:-1]
        objects = all(line.startswith(b"{") and line.removesuffix(b"\r").endswith(b"}") for line in lines)
        assert jsonl._one_object_a_line(jsonl.JsonPiece(columns, data, len(lines), 1)) is objects, data
