"""Text: what is a number, and what is none."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tests.corpus.case import Case, bad, good
from tests.corpus.oracle import mae, mse

MAE = "eval a.csv -l mae -b"
GOOD_CELLS = {
    "plus sign": ("+1.5", 1.5),
    "exponent": ("1.5E+1", 15),
    "exponent with zeros": ("15e-001", 1.5),
    "no integer part": (".5", 0.5),
    "no fraction": ("5.", 5),
    "leading zeros": ("007", 7),
    "blanks around": ("  1.5 ", 1.5),
    "tabs around": ("\t1.5\t", 1.5),
    "below the least double": ("1e-400", 0),
    "minus zero": ("-0", 0),
    "a subnormal": ("5e-324", 5e-324),
    "the greatest double": ("1.7976931348623157e308", 1.7976931348623157e308),
    "a long fraction": ("0.1" + "0" * 400 + "1", 0.1),
    "above 2**53": ("9007199254740993", 9007199254740992),
    "above 2**64": ("18446744073709551617", 2.0**64),
    "a 300-digit integer": ("1" + "0" * 299, 1e299),
    "quoted": ('"1.5"', 1.5),
}
BAD_CELLS = {
    "underscore": "1_000",
    "hexadecimal": "0x10",
    "hexadecimal float": "0x1p3",
    "full-width digits": "\uff11\uff12",
    "arabic digits": "\u0661\u0662",
    "minus sign of typography": "\u22125",
    "no-break space": "\u00a05",
    "zero-width space": "\u200b5",
    "right-to-left override": "\u202e5",
    "superscript": "5\u00b2",
    "thousands apostrophe": "1'000",
    "thousands blank": "1 000",
    "word": "abc",
    "letter behind": "1.5f",
    "two points": "1.2.3",
    "two signs": "--1",
    "fortran exponent": "1.5d0",
    "exponent cut short": "1e",
    "exponent alone": "e5",
    "point alone": ".",
    "sign alone": "-",
    "sign apart": "- 5",
    "percent": "5%",
    "currency": "$5",
    "fraction": "1/2",
    "formula": "=1+1",
    "apostrophe of Excel": "'5",
    "error of Excel": "#N/A",
    "old Microsoft infinity": "1.#INF",
    "nan with payload": "nan(123)",
    "complex": "1+0j",
    "date": "2024-01-01",
    "boolean as prediction": "True",
    "false as prediction": "false",
    "list": "[1.5]",
    "bracketed": "(5)",
    "escaped newline": "5\\n",
    "bytes literal": "b'5'",
    "null byte inside": "1\x005",
    "control Z": "5\x1a",
    "escape": "\x1b[31m5",
    "delete": "5\x7f",
    "next line": "5\u0085",
    "vertical tab inside": "1\x0b5",
    "infinite": "inf",
    "infinity": "Infinity",
    "minus infinity": "-inf",
    "overflow": "1e400",
    "negative overflow": "-1e309",
    "a 5000-digit integer": "9" * 5000,
}
MISSING = ("nan", "NaN", "NA", "na", "N/A", "null", "NULL", "None", "", "  ", '""', "+nan", "-NaN")


def cases() -> Iterator[Case]:
    """All cases of this module."""
    for name, (cell, value) in GOOD_CELLS.items():
        table = f"pred,target,x\n1,3,9\n{cell},0,8\n2,4,7\n"
        yield good(f"Text/number {name}", table, MAE, mae((1, value, 2), (3, 0, 4)))
    for name, cell in BAD_CELLS.items():
        yield bad(f"Text/not a number {name}", f"pred,target\n1,2\n{cell},0.5\n", MAE, "a.csv line 3", "'pred'")
    for cell in MISSING:
        table = f"pred,target,x\n1,2,1\n{cell},0.5,2\n4,7,3\n5,5.5,4\n"
        label = cell.replace(" ", "blank").replace("/", "_") or "empty"
        yield bad(f"Text/missing {label!r}", table, MAE, "a.csv line 3", "'pred'", "--nan drop")
        drop = "eval a.csv -l mae --nan drop --json"
        facts = {"runs.0.rows": 4, "runs.0.used": 3, "runs.0.dropped.nan": 1}
        yield good(f"Text/missing dropped {label!r}", table, drop, mae((1, 4, 5), (2, 7, 5.5)), facts=facts)
    yield from limits()
    yield from decimal_sign()


def limits() -> Iterator[Case]:
    """Numbers at the edges of what float64 holds."""
    drop = "eval a.csv -l mae --nan drop -b"
    yield bad("Text/inf is not dropped with nan", "pred,target\n1,2\nnan,1\n-inf,0.5\n", drop, "a.csv line 4", "'pred'")
    yield bad("Text/overflow is not dropped with nan", "pred,target\n1,2\n1e999,1\n", drop, "a.csv line 3", "overflow")
    yield bad("Text/overflow is said", "pred,target\n1,2\n1e400,1\n", MAE, "1e400", "overflow")
    yield bad("Text/inf in the target", "pred,target\n1,2\n1,inf\n", MAE, "a.csv line 3", "'target'")
    pairs = "pred,target\n9007199254740995,9007199254740992\n18446744073709555713,18446744073709551616\n"
    yield good("Text/integers above 2**53 round to the nearest", pairs, "eval a.csv -l mae -b", mae((4, 4096), (0, 0)))
    halfway = f"pred,target\n9007199254740993.{'0' * 50}1,9007199254740992\n"
    yield good("Text/a decimal just above halfway rounds up", halfway, "eval a.csv -l mse -b", 4.0)
    below = f"pred,target\n9007199254740992.{'9' * 60},9007199254740992\n2,1\n"
    yield good("Text/a decimal just below halfway rounds down", below, "eval a.csv -l mse -b", 0.5)
    third = "pred,target\n0.30000000000000004,0\n0.1,0\n"
    yield good("Text/seventeen digits are kept", third, "eval a.csv -l mae --reduction max -b", 0.1 + 0.2)
    long_zero = "pred,target\n" + "0" * 300_000 + "5,2\n1,2\n"
    yield good("Text/a cell of 300,000 digits", long_zero, MAE, mae((5, 1), (2, 2)), or_refused=True)
    square = "pred,target\n1e200,-1e200\n1,2\n"
    yield good("Text/a square that overflows is inf with a warning", square, "eval a.csv -l mse -b", math.inf, says=("inf",))
    yield good(
        "Text/another loss is still right then", square, "eval a.csv -l mse,mae -b", math.inf, mae((1e200, 1), (-1e200, 2))
    )


def decimal_sign() -> Iterator[Case]:
    """--decimal and what goes wrong without it."""
    german = "pred;target\n1,5;2\n0,25;1,25\n"
    options = "eval a.csv -l mse -b --delimiter ';'"
    yield good("Text/decimal comma", german, f"{options} --decimal ,", mse((1.5, 0.25), (2, 1.25)))
    yield bad("Text/decimal comma without the option", german, options, "a.csv line 2", "'1,5'", "--decimal ,")
    yield bad("Text/decimal comma in a quoted cell", 'pred,target\n"1,5",2\n', MAE, "a.csv line 2", "'1,5'", "--decimal ,")
    mixed = "pred;target\n1,5;2\n1.250;1\n"
    yield bad("Text/decimal point where the comma was chosen", mixed, f"{options} --decimal ,", "a.csv line 3", "'1.250'")
    thousands = "pred;target\n1,5;2\n1.250,5;1\n"
    yield bad("Text/thousands point", thousands, f"{options} --decimal ,", "a.csv line 3", "'1.250,5'")
    american = 'pred,target\n"1,250.5",2\n'
    yield bad("Text/thousands comma", american, MAE, "a.csv line 2", "'1,250.5'")
    yield bad("Text/decimal comma is the delimiter", german, "eval a.csv -l mse --decimal ,", codes=(2, 3))
    yield bad("Text/decimal sign of two characters", german, f"{options} --decimal ,,", "--decimal", codes=(2,))
    yield bad("Text/decimal sign that is a digit", german, f"{options} --decimal 1", "--decimal", codes=(2,))
    spaces = "pred;target\n 1,5 ; 2 \n"
    yield good("Text/decimal comma with blanks", spaces, f"{options} --decimal ,", 0.25)
    exponent = "pred;target\n1,5e1;2\n,5;1\n5,;1\n"
    exact = mse((15, 0.5, 5), (2, 1, 1))
    yield good("Text/decimal comma with exponent or at an end", exponent, f"{options} --decimal ,", exact)
