"""Process and files: streams, devices, rights, and what is left on disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.corpus.case import Case, Good, Refused, bad, contents, good
from tests.corpus.npy_bytes import npy
from tests.corpus.oracle import mse

TABLE = "pred,target\n1,2\n4,7\n"
VALUE = mse((1, 4), (2, 7))
FILES = {"a.csv": TABLE, "b.csv": "pred,target\n1,2\n4,x\n", "old.json": "old"}
RUN = "lossctl eval a.csv -l mse -b -q"


def shell(name: str, line: str, expected: Good | Refused, files: Mapping[str, str | bytes] = FILES, **more: Any) -> Case:
    """A line for bash."""
    return Case(f"Process/{name}", contents(files), (), expected, shell=line, **more)


def cases() -> Iterator[Case]:
    """All cases of this module."""
    yield from odd_inputs()
    yield from streams()
    yield from endless()
    yield from standard_output()
    yield from outputs()
    yield from surroundings()


def odd_inputs() -> Iterator[Case]:
    """What may stand where a file should."""
    setups = {
        "missing": ("", "no such file"),
        "dangling link": ("ln -s nowhere.csv x.csv", ""),
        "link loop": ("ln -s y.csv x.csv; ln -s x.csv y.csv", ""),
        "link to itself": ("ln -s x.csv x.csv", ""),
        "socket": ("$PYTHON -c \"import socket; socket.socket(socket.AF_UNIX).bind('x.csv')\"", ""),
        "empty folder": ("mkdir x.csv", ""),
    }
    for name, (setup, word) in setups.items():
        yield bad(f"Process/{name}", {}, "eval x.csv -l mse -b", "x.csv", word, setup=setup)
        yield bad(f"Process/{name} as target", FILES, "eval a.csv -l mse -b -t x.csv:y", "x.csv", word, setup=setup)
    yield bad("Process/folder of folders", {"d/e/a.csv": TABLE}, "eval d -l mse -b", "d")
    yield bad("Process/a file as folder", FILES, "eval a.csv/b.csv -l mse -b", "a.csv/b.csv")
    yield good("Process/a link to a file", FILES, "eval x.csv -l mse -b", VALUE, setup="ln -s a.csv x.csv")
    yield good("Process/a link to a folder", {"d/a.csv": TABLE}, "eval x -l mse -b", VALUE, setup="ln -s d x")
    moved = ("a.csv", "d", "d/a.csv")
    denied = Refused((3,), ("a.csv", "permission"), creates=moved)
    yield shell("no permission to read", "chmod 000 a.csv; lossctl eval a.csv -l mse -b", denied, unprivileged=True)
    yield shell(
        "no permission to enter", "mkdir d; mv a.csv d; chmod 000 d; lossctl eval d/a.csv -l mse -b", denied, unprivileged=True
    )
    folder = Refused((3,), ("d", "permission"), creates=moved)
    yield shell("no permission to list", "mkdir d; mv a.csv d; chmod 000 d; lossctl eval d -l mse -b", folder, unprivileged=True)


def streams() -> Iterator[Case]:
    """Pipes are read once, from front to back."""
    value = Good((VALUE,))
    yield shell("stdin from a pipe", "cat a.csv | lossctl eval - -l mse -b", value)
    yield shell("process substitution", "lossctl eval <(cat a.csv) -l mse -b --input-format csv", value)
    yield shell("/dev/stdin", "lossctl eval /dev/stdin -l mse -b --input-format csv < a.csv", value)
    slow = "mkfifo p.csv; (printf 'pred,target\\n1,'; sleep 0.2; printf '2\\n4,7\\n') > p.csv & lossctl eval p.csv -l mse -b"
    yield shell("FIFO that is slow", slow, Good((VALUE,), creates=("p.csv",)))
    pairs = "lossctl eval <(cat a.csv) <(sed s/7/9/ a.csv) -l mse -b --input-format csv"
    yield shell("two pipes side by side", pairs, Good((VALUE, mse((1, 4), (2, 9)))))
    yield shell("target from stdin", "cut -d, -f2 a.csv | lossctl eval a.csv -t - -l mse -b", value)
    array = {"p.npy": npy("<f8", (2,), (1, 4)), "t.npy": npy("<f8", (2,), (2, 7))}
    yield shell("array through a pipe", "cat p.npy | lossctl eval - --input-format npy -t t.npy -l mse -b", value, array)
    empty = Refused((3,), ("<stdin>", "no rows"))
    yield shell("stdin from nothing", "lossctl eval - -l mse -b < /dev/null", empty)
    yield shell("stdin closed", "lossctl eval - -l mse -b <&-", Refused((2,), ("standard input",)))
    yield shell("stdin twice", "lossctl eval - -t - -l mse -b < a.csv", Refused((2,), ("standard input",)))
    yield shell("stdin as two runs", "lossctl eval - - -l mse -b < a.csv", Refused((2,), ("standard input",)))
    spawn = {"spawn.py": b"import os, pty, sys\nsys.exit(os.waitstatus_to_exitcode(pty.spawn(['bash', '-c', sys.argv[1]])))\n"}
    terminal = "$PYTHON spawn.py 'lossctl eval - -l mse 2> said' > /dev/null; code=$?; cat said >&2; exit $code"
    yield shell("stdin is a terminal", terminal, Refused((2,), ("standard input",), creates=("said",)), spawn)


def endless() -> Iterator[Case]:
    """Input that never ends, and input that changes."""
    for name in ("zero", "urandom"):
        yield shell(
            f"/dev/{name}", f"lossctl eval /dev/{name} -l mse -b --input-format csv", Refused((3,), (f"/dev/{name}",)), memory=900
        )
        yield shell(
            f"/dev/{name} as array", f"lossctl eval /dev/{name} -t a.csv -l mse -b --input-format npy", Refused((3,)), memory=900
        )
    line = "yes 1 | tr -d '\\n' | lossctl eval - -l mse -b"
    yield shell("an endless line", line, Refused((3,), ("<stdin>",)), memory=900)
    body = "(echo pred,target; yes 1 | tr -d '\\n') | lossctl eval - -l mse -b"
    yield shell("an endless cell", body, Refused((3,), ("<stdin> line 2",)), memory=900)
    quote = "(echo pred,target; echo '1,\"2'; yes 1,2) | lossctl eval - -l mse -b"
    yield shell("an endless quote", quote, Refused((3,), ("<stdin> line 2",)), memory=900)
    array = {"p.npy": npy("<f8", (300_000,), [1.0] * 300_000)}
    for name, change in (
        ("shorter", "truncate -s 1000000 p.npy"),
        ("longer", "cat p.npy >> p.npy.more; cat p.npy.more >> p.npy"),
    ):
        feed = f"(echo y; yes 2 | head -n 100000; sleep 0.7; {change}; yes 2 | head -n 200000) > t.csv"
        run = f"mkfifo t.csv; {feed} & lossctl eval p.npy -t t.csv -l mse -b"
        made = ("t.csv", "p.npy", "p.npy.more")
        yield shell(f"a file that gets {name} while it is read", run, Good((1.0,), creates=made, or_refused=True), array)


def standard_output() -> Iterator[Case]:
    """Output that nobody takes."""
    full = Refused((4,), ("cannot write to standard output",))
    yield shell("stdout full", f"{RUN} > /dev/full", full)
    yield shell("stdout full with a long report", "lossctl eval a.csv -l mse --per-sample -f json > /dev/full", full)
    yield shell("stdout closed", f"{RUN} >&-", full)
    gone = f"(sleep 0.5; {RUN}; echo lossctl: $? >&2) | true"
    yield shell("reader gone", gone, Good(says=("lossctl: 141\n",)))
    yield shell("stderr closed", "lossctl eval a.csv -l mse -b 2>&-", Good((VALUE,)))
    yield shell("stderr full", "lossctl eval a.csv -l mse -b 2> /dev/full", Good((VALUE,)))
    kept = f"(sleep 0.5; {RUN} -o x.json; echo lossctl: $? >&2) | true; grep -c value x.json"
    yield shell("reader gone and a file", kept, Good(shows=("1",), says=("lossctl: 141",), creates=("x.json",)))


def outputs() -> Iterator[Case]:
    """-o writes whole files or none."""
    made = Good((VALUE,), creates=("x.json", "x.md"))
    yield shell("two outputs", f"{RUN} -o x.json -o x.md", made)
    yield shell("output replaces", f"{RUN} -o old.json", Good((VALUE,), creates=("old.json",)))
    yield shell("no output after an error", "lossctl eval b.csv -l mse -o old.json -o x.md", Refused((3,), ("b.csv line 3",)))
    yield shell("output into a missing folder", f"{RUN} -o no/x.json", Refused((4,), ("no/x.json",)))
    yield shell("output is a folder", f"mkdir x.json; {RUN} -o x.json", Refused((4,), ("x.json",), creates=("x.json",)))
    yield shell("output of unknown format", f"{RUN} -o x.doc", Refused((2,), ("x.doc",)))
    yield shell(
        "output with a prefix", f"{RUN} -o json:x.doc && grep -c lossctl/result x.doc", Good(shows=("\n1\n",), creates=("x.doc",))
    )
    for how, name in (("itself", "a.csv"), ("itself by another path", "./a.csv"), ("a link to it", "l.csv")):
        line = f"ln -s a.csv l.csv; {RUN} -o {name}"
        yield shell(f"output is {how}", line, Refused((2,), (name.lstrip("./"),), creates=("l.csv",)))
    yield shell("samples into the input", f"{RUN} --save-samples a.csv", Refused((2,), ("a.csv",)))
    yield shell("output is the target file", "lossctl eval a.csv -t b.csv:pred -l mse -b -o b.csv", Refused((2,), ("b.csv",)))
    yield shell("output /dev/full", f"{RUN} -o json:/dev/full", Refused((4,), ("/dev/full",)))
    yield shell("output /dev/null", f"{RUN} -o json:/dev/null; test -c /dev/null", Good((VALUE,)))
    yield shell(
        "output /dev/stdout", "lossctl eval a.csv -l mse -q -o md:/dev/stdout -f csv", Good(shows=("| mse |", "a.csv,mse,5"))
    )
    fifo = f"mkfifo x.json; cat x.json > got & {RUN} -o x.json; wait; grep -c schema got"
    yield shell("output FIFO", fifo, Good(shows=("\n1\n",), creates=("x.json", "got")))
    quota = f"ulimit -f 0; {RUN} -o old.json"
    yield shell("quota while writing", quota, Refused((4,), ("old.json",)))
    samples = f"ulimit -f 0; {RUN} --save-samples s.npy"
    yield shell("quota while writing samples", samples, Refused((4,), ("s.npy",)))
    locked = "mkdir d; echo old > d/x.json; chmod 555 d; " + RUN + " -o d/x.json"
    denied = Refused((4,), ("d/x.json", "permission"), creates=("d", "d/x.json"))
    yield shell("output into a folder without permission", locked, denied, unprivileged=True)
    yield shell(
        "output through a link",
        f"ln -s real.json l.json; {RUN} -o l.json; test -L l.json && grep -c schema real.json",
        Good(shows=("\n1\n",), creates=("l.json", "real.json")),
    )
    yield shell("output named twice", f"{RUN} -o x.json -o x.json", Refused((2,), ("twice",)))
    many = " & ".join([f"{RUN} -o x.json"] * 4) + "; wait; $PYTHON -m json.tool x.json | grep -c schema"
    yield shell("four programs on one output", many, Good(shows=("1\n",), creates=("x.json",)))


def surroundings() -> Iterator[Case]:
    """Whatever the environment holds."""
    yield shell("no HOME and no locale", 'env -i PATH="$PATH" LC_ALL=C lossctl eval a.csv -l mse -b', Good((VALUE,)))
    table = Good(shows=("mse", "5"), hides=("\x1b", "..."))
    for name, value in (("1", "1"), ("0", "0"), ("a word", "x"), ("a million", "1000000"), ("negative", "-5")):
        yield shell(f"COLUMNS is {name}", "lossctl eval a.csv -l mse -f table", table, environment={"COLUMNS": value})
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "GITHUB_ACTIONS", "PY_COLORS"):
        yield shell(
            f"{name} colours no pipe",
            "lossctl eval a.csv -l mse -f tsv; lossctl eval a.csv -l mse --json",
            table,
            environment={name: "1"},
        )
    world = {"a.csv": "pred,target,g\n1,2,caf\u00e9 \u732b\n4,7,x\n"}
    ascii_only = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for style in ("table", "tsv", "md", "csv"):
        yield shell(
            f"an ASCII terminal and {style}",
            f"lossctl eval a.csv -l mse --by g -f {style}",
            Good(shows=("mse", "5")),
            world,
            environment=ascii_only,
        )
    yield shell(
        "a folder without permission to write", "chmod 555 .; lossctl eval a.csv -l mse -b", Good((VALUE,)), unprivileged=True
    )
    yield shell("a folder that is gone", "mkdir d; cd d; rmdir ../d; lossctl eval ../a.csv -l mse -b", Good((VALUE,)))
    yield shell("few open files", "ulimit -n 16; lossctl eval a.csv -l mse -b", Good((VALUE,)))
    yield shell(
        "threads do not matter", "lossctl eval a.csv -l mse -b -j 1; lossctl eval a.csv -l mse -b -j 64", Good((VALUE, VALUE))
    )
    yield shell(
        "a module named as ours in the folder",
        "lossctl eval a.csv -l mse -b",
        Good((VALUE,)),
        {**FILES, "numpy.py": "raise SystemExit(9)"},
    )
    yield shell("an empty argument", "lossctl eval '' -l mse -b", Refused((2, 3)))
