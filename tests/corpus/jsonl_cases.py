"""Text: JSON lines."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

from tests.corpus.case import Case, bad, good, rows
from tests.corpus.oracle import ce, mae, mse

MSE = "eval a.jsonl -l mse -b"
LINES = ('{"x": 9, "pred": 1, "target": 2}', '{"target": 0.5, "pred": 2.5}', '{"pred": 4, "target": 7, "y2": null}')
VALUE = mse((1, 2.5, 4), (2, 0.5, 7))
BROKEN = {
    "text for a number": '{"pred": "2.5", "target": 0.5}',
    "a word": '{"pred": "x", "target": 0.5}',
    "a boolean prediction": '{"pred": true, "target": 0.5}',
    "an object": '{"pred": {"a": 1}, "target": 0.5}',
    "a list among numbers": '{"pred": [2.5], "target": 0.5}',
    "infinite": '{"pred": Infinity, "target": 0.5}',
    "overflow": '{"pred": 1e400, "target": 0.5}',
    "a key twice": '{"pred": 2.5, "pred": 3, "target": 0.5}',
    "underscore": '{"pred": 2_5, "target": 0.5}',
    "leading zero": '{"pred": 02.5, "target": 0.5}',
    "single quotes": "{'pred': 2.5, 'target': 0.5}",
    "cut short": '{"pred": 2.5, "target"',
    "two objects": '{"pred": 2.5, "target": 0.5} {"pred": 1, "target": 2}',
    "a trailing comma": '{"pred": 2.5, "target": 0.5,}',
    "a list": "[2.5, 0.5]",
    "a number": "2.5",
    "a comment": "# by hand",
    "NUL": '{"pred": 2\x005, "target": 0.5}',
}


def cases() -> Iterator[Case]:
    """All cases of this module."""
    yield from good_lines()
    deep = '{"pred": 2.5, "target": 0.5, "x": ' + "[" * 100_000 + "]" * 100_000 + "}"  # beside what is used
    yield good("Text/jsonl nested deep", {"a.jsonl": rows(LINES[0], deep, LINES[2])}, MSE, VALUE, or_refused=True)
    for name, line in BROKEN.items():
        yield bad(f"Text/jsonl {name}", {"a.jsonl": rows(LINES[0], line, LINES[2])}, MSE, "a.jsonl line 2")
    for name, line in (
        ("null", '{"pred": null, "target": 0.5}'),
        ("no key", '{"target": 0.5}'),
        ("NaN", '{"pred": NaN, "target": 0.5}'),
    ):
        data = {"a.jsonl": rows(LINES[0], line, LINES[2])}
        yield bad(f"Text/jsonl {name}", data, MSE, "a.jsonl line 2", "'pred'", "--nan drop")
        facts = {"runs.0.dropped.nan": 1, "runs.0.rows": 3}
        drop = "eval a.jsonl -l mse --nan drop --json"
        yield good(f"Text/jsonl {name} dropped", data, drop, mse((1, 4), (2, 7)), facts=facts)
    for name, text in (("nothing", ""), ("empty lines", "\n\n"), ("a byte order mark", "\ufeff")):
        yield bad(f"Text/jsonl of {name}", {"a.jsonl": text}, MSE, "a.jsonl", "no rows")
    yield bad("Text/jsonl without the column", {"a.jsonl": rows(*LINES)}, f"{MSE} -p predd", "a.jsonl", "'predd'", "pred")
    yield bad("Text/jsonl that is one JSON array", {"a.jsonl": "[\n" + ",\n".join(LINES) + "\n]\n"}, MSE, "a.jsonl")
    yield bad(
        "Text/jsonl that is not UTF-8", {"a.jsonl": b'{"pred": 1, "target": 2, "x": "\xff"}\n'}, MSE, "a.jsonl", "not UTF-8"
    )
    lists = rows('{"p": [0.2, 0.5, 0.3], "label": 1}', '{"p": [0.6, 0.4], "label": 0}')
    yield bad("Text/jsonl lists of two lengths", {"a.jsonl": lists}, "eval a.jsonl -l ce -p p -b", "a.jsonl line 2", "'p'")


def good_lines() -> Iterator[Case]:
    """Keys in any order, other keys of any kind."""
    plain = rows(*LINES)
    for name, text in (
        ("plain", plain),
        ("no final newline", plain.rstrip()),
        ("CRLF", plain.replace("\n", "\r\n")),
        ("byte order mark", "\ufeff" + plain),
        ("empty lines at the end", plain + "\n\n"),
        ("blanks", plain.replace("{", " {\t").replace("}", "  }  ")),
        ("escaped key", plain.replace('"pred"', '"pr\\u0065d"')),
        ("other keys of any kind", plain.replace('"x": 9', '"x": {"a": [1, "\\ud83d\\ude00", {}]}, "z": [null]')),
        ("a key in other columns twice", plain.replace('"x": 9', '"x": 9, "x": "nine"')),
    ):
        may = name in ("byte order mark", "a key in other columns twice")
        yield good(f"Text/jsonl {name}", {"a.jsonl": text}, MSE, VALUE, or_refused=may)
    yield good("Text/jsonl named ndjson", {"a.ndjson": plain}, "eval a.ndjson -l mse -b", VALUE)
    yield good("Text/jsonl compressed", {"a.jsonl.gz": gzip.compress(plain.encode())}, "eval a.jsonl.gz -l mse -b", VALUE)
    yield good("Text/jsonl from stdin", {}, "eval - --input-format jsonl -l mse -b", VALUE, stdin=plain)
    lists = rows('{"p": [0.2, 0.5, 0.3], "label": 1}', '{"label": 0, "p": [0.6, 0.3, 0.1]}')
    yield good("Text/jsonl lists are vectors", {"a.jsonl": lists}, "eval a.jsonl -l ce -p p -b", ce(0.5, 0.6))
    logic = rows('{"prob": 0.25, "label": true}', '{"prob": 0.125, "label": false}')
    yield good("Text/jsonl boolean labels", {"a.jsonl": logic}, "eval a.jsonl -l ce -b", ce(0.25, 0.875))
    names = rows('{"p_dog": 0.2, "p_cat": 0.8, "label": "cat"}', '{"p_cat": 0.3, "p_dog": 0.7, "label": "dog"}')
    yield good("Text/jsonl labels of text", {"a.jsonl": names}, "eval a.jsonl -l ce -p p_* -b", ce(0.8, 0.7))
    big = rows('{"pred": 9007199254740993, "target": 9007199254740992}', '{"pred": 18446744073709551617, "target": 0}')
    exact = mae((0, 2.0**64), (0, 0))
    yield good("Text/jsonl integers above 2**64", {"a.jsonl": big}, "eval a.jsonl -l mae -b", exact)
    half = rows('{"pred": 1, "target": 2}', '{"pred": 2.5, "target": 0.5}', '{"pred": 4e0, "target": 7E+0}')
    yield good("Text/jsonl integers and fractions in one column", {"a.jsonl": half}, MSE, VALUE)
    late = rows(*['{"pred": 1, "target": 2}'] * 100_000, '{"pred": 1.5, "target": 2}')
    yield good("Text/jsonl a fraction after 100,000 integers", {"a.jsonl": late}, MSE, (100_000 + 0.25) / 100_001)
