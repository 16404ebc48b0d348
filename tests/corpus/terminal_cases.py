"""Terminal and reports: every text from a file is hostile."""

from __future__ import annotations

import os
from collections.abc import Iterator

from tests.corpus.case import Case, bad, good, rows
from tests.corpus.oracle import mse

VALUE = mse((1, 4), (2, 7))
HOSTILE = {
    "escape sequence": "\x1b[31mred\x1b[0m",
    "window title": "\x1b]0;evil\x07",
    "bell": "ding\x07",
    "backspace": "abc\x08\x08\x08",
    "carriage return": "a\rb",
    "newline": "a\nlossctl: all well",
    "tab": "a\tb",
    "delete": "a\x7fb",
    "C1 sequence": "\x9b31mred",
    "next line": "a\x85b",
    "right-to-left override": "a\u202eb",
    "isolate": "a\u2066b",
    "zero-width space": "a\u200bb",
    "zero-width joiner": "a\u200db",
    "word joiner": "a\u2060b",
    "line separator": "a\u2028b",
    "byte order mark": "a\ufeffb",
    "closing markup": "[/x]",
    "opening markup": "[bold red]x",
    "link markup": "[link=http://example.org]x[/link]",
    "emoji code": ":warning: :x:",
    "backslash before markup": "\\[/x]",
    "format braces": "{0} {x!r} %s %(x)s",
}
INERT = ("closing markup", "opening markup", "link markup", "emoji code", "backslash before markup", "format braces")


def quoted(text: str) -> str:
    """A cell of CSV."""
    return '"' + text.replace('"', '""') + '"'


def cases() -> Iterator[Case]:
    """All cases of this module."""
    yield from names_and_values()
    yield from command_line()
    yield from file_names()
    yield from formulas()
    yield from widths()


def names_and_values() -> Iterator[Case]:
    """Hostile column names, groups, labels and cells, in every format."""
    for name, text in HOSTILE.items():
        shown = (text,) if name in INERT else ()
        column = {"a.csv": f"{quoted(text)},target\n1,2\n4,7\n"}
        run = ["eval", "a.csv", "-l", "mse", "-p", f"col:{text}"]
        yield good(f"Terminal/column name with {name}", column, [*run, "-f", "table"], says=shown)
        cell = {"a.csv": f"pred,target\n1,2\n{quoted(text)},7\n"}
        yield bad(f"Terminal/cell with {name}", cell, "eval a.csv -l mse", "a.csv line 3", "'pred'", *shown)
        label = {"a.csv": f"p_0,p_1,label\n0.5,0.5,{quoted(text)}\n"}
        yield bad(f"Terminal/label with {name}", label, "eval a.csv -l ce --classes a,b", "a.csv line 2", *shown)
        group = {"a.csv": f"pred,target,g\n1,2,{quoted(text)}\n4,7,x\n"}
        for style in ("table", "md", "tsv", "csv"):
            plain = shown if style in ("table", "tsv") or name == "emoji code" else ()
            yield good(f"Terminal/group with {name} as {style}", group, f"eval a.csv -l mse --by g -f {style}", shows=plain)
        place = 1 + (text > "x")
        values = (VALUE, 1.0, 9.0) if place == 1 else (VALUE, 9.0, 1.0)
        kept = {f"runs.0.results.{place}.by": {"g": text}}
        yield good(f"Terminal/group with {name} as json", group, "eval a.csv -l mse --by g --json", *values, facts=kept)
    missing = {"a.csv": quoted("\x1b[2J\nx") + ",b\n1,2\n"}
    yield bad("Terminal/hostile names in a list of columns", missing, "eval a.csv -l mse", "a.csv")
    bar = {"a.csv": "pred,target,g\n1,2,a|b\n4,7,x\n"}
    yield good("Terminal/a bar in Markdown is escaped", bar, "eval a.csv -l mse --by g -f md", shows=("a\\|b",))
    html = {"a.csv": "pred,target,g\n1,2,<script>alert(1)</script>\n4,7,x\n"}
    yield good("Terminal/HTML in Markdown is escaped", html, "eval a.csv -l mse --by g -f md", hides=("<script>",))


def command_line() -> Iterator[Case]:
    """What the command line holds is shown the same way."""
    table = {"a.csv": "pred,target\n1,2\n4,7\n"}
    evil = "\x1b[31mx\u202e"
    for option in ("-l", "-p", "-t", "--by", "--from", "--nan", "--encoding", "--input-format", "--reduction", "--classes", "-j"):
        command = ["eval", "a.csv", "-l", "mse", option, evil]
        yield bad(f"Terminal/hostile value of {option}", table, command, "x", codes=(2, 3))
    yield bad("Terminal/hostile option", table, ["eval", "a.csv", f"--{evil}"], codes=(2,))
    yield bad("Terminal/hostile command", table, [evil, "a.csv"], codes=(2,))
    yield bad("Terminal/long loss text", table, ["eval", "a.csv", "-l", "x" * 100_000], "x", codes=(2,))
    yield bad("Terminal/long column name", table, ["eval", "a.csv", "-l", "mse", "-p", "x" * 100_000], "a.csv")
    yield bad("Terminal/long file name", table, ["eval", "x" * 5000 + ".csv", "-l", "mse"], ".csv")
    yield bad("Terminal/NUL in a file name", table, ["eval", "a\0.csv", "-l", "mse"], "a\\x00.csv", codes=(2, 3))
    yield bad(
        "Terminal/long cell", {"a.csv": "pred,target\n" + "x" * 100_000 + ",2\n"}, "eval a.csv -l mse", "a.csv line 2", "'pred'"
    )
    many = {"a.csv": ",".join("c" * 500 + str(k) for k in range(100)) + "\n" + ",".join(["1"] * 100) + "\n"}
    yield bad("Terminal/a hundred long column names", many, "eval a.csv -l mse", "a.csv")
    escapes = {"a.csv": "pred,target\n" + "\x1b" * 10_000 + ",2\n"}
    yield bad("Terminal/a cell of escapes", escapes, "eval a.csv -l mse", "a.csv line 2", "'pred'")


def file_names() -> Iterator[Case]:
    """File names as they may be on Linux."""
    good_table, broken = "pred,target\n1,2\n4,7\n", "pred,target\n1,2\n4,x\n"
    for label, name, shown in (
        ("blanks", "my file.csv", "my file.csv"),
        ("a leading dash", "-a.csv", "-a.csv"),
        ("brackets", "[a]*?.csv", "[a]*?.csv"),
        ("a comma", "a,b.csv", "a,b.csv"),
        ("an escape", "a\x1b[31m.csv", "a\\x1b[31m.csv"),
        ("a newline", "a\nb.csv", "a\\nb.csv"),
        ("a right-to-left override", "a\u202eb.csv", "b.csv"),
        ("bytes that are not UTF-8", os.fsdecode(b"a\xff.csv"), "a\\xff.csv"),
        ("letters of the world", "caf\u00e9-\u732b.csv", "caf\u00e9-\u732b.csv"),
        ("markup", "[bold]a.csv", "[bold]a.csv"),
    ):
        yield good(
            f"Terminal/file name with {label}", {name: good_table}, ["eval", "-l", "mse", "-b", "--", name], VALUE, says=(shown,)
        )
        yield good(
            f"Terminal/file name with {label} in a table", {name: good_table}, ["eval", "-l", "mse", "-f", "table", "--", name]
        )
        yield bad(
            f"Terminal/fault in a file name with {label}", {name: broken}, ["eval", "-l", "mse", "--", name], f"{shown} line 3"
        )


def formulas() -> Iterator[Case]:
    """CSV reports hold no formulas; numbers, and texts that are numbers, are never touched."""
    for sign in ("=1+1", "+1", "-1", "@x", "=cmd|' /C calc'!A0"):
        group = {"a.csv": f"pred,target,g\n1,2,{sign}\n4,7,x\n"}
        shown = sign if sign[1:] == "1" else f"'{sign[:4]}"
        yield good(f"Terminal/formula {sign[:2]} in a csv report", group, "eval a.csv -l mse --by g -f csv", shows=(shown,))
        yield good(
            f"Terminal/formula {sign[:2]} stays in json",
            group,
            "eval a.csv -l mse --by g --json",
            VALUE,
            1.0,
            9.0,
            facts={"runs.0.results.1.by.g": sign},
        )
    named = {"=x.csv": "pred,target\n1,2\n4,7\n"}
    yield good("Terminal/formula as a file name in a csv report", named, "eval =x.csv -l mse -f csv", shows=("'=x.csv",))
    numbers = {"a.csv": "pred,target\n1,2\n4,7\n"}
    yield good(
        "Terminal/numbers in a csv report are not quoted",
        numbers,
        "eval a.csv -l mse -f csv",
        shows=(",5,2,2,5,10,4,1,9",),
        hides=("'",),
    )


def widths() -> Iterator[Case]:
    """No number and no loss text is ever cut."""
    name = "x" * 300
    table = {"a.csv": rows("pred,target,g", f"1,2,{name}", "4,7,y")}
    long = "smooth_l1:beta=0.1234567890123456"
    for style in ("table", "md", "tsv", "csv"):
        yield good(
            f"Terminal/long texts are whole as {style}",
            table,
            f"eval a.csv -l {long} --by g -f {style}",
            shows=(name, "l1:beta=0.1234567890123456"),
        )
    tiny = {"a.csv": "pred,target\n1e-160,0\n"}
    yield good("Terminal/tiny numbers are whole", tiny, "eval a.csv -l mae --digits 15 -f table", shows=("1e-160",))
    yield good("Terminal/a zero is never -0", {"a.csv": "pred,target\n-0.0,0\n"}, "eval a.csv -l mse,mae -f tsv", hides=("-0",))
