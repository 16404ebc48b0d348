"""Text: lines, cells, quotes, headers."""

from __future__ import annotations

from collections.abc import Iterator

from tests.corpus.case import Case, bad, good, rows
from tests.corpus.oracle import mse

TABLE = "x,pred,z,target\n9,1,7,2\n8,2.5,6,0.5\n5,4,3,7\n"
MSE = "eval a.csv -l mse -b"
VALUE = mse((1, 2.5, 4), (2, 0.5, 7))


def cases() -> Iterator[Case]:
    """All cases of this module."""
    yield from good_shapes()
    yield from empty_tables()
    yield from ragged_rows()
    yield from quotes()
    yield from headers()
    yield from positions()
    yield from delimiters()


def good_shapes() -> Iterator[Case]:
    """The same table in many coats."""
    crlf = TABLE.replace("\n", "\r\n")
    quoted = rows(*(",".join(f'"{cell}"' for cell in line.split(",")) for line in TABLE.splitlines()))
    shapes = {
        "plain": TABLE,
        "byte order mark": "\ufeff" + TABLE,
        "every cell quoted": quoted,
        "byte order mark before a quoted header": "\ufeff" + quoted,
        "CRLF": crlf,
        "CRLF without the last": crlf.rstrip(),
        "mixed line ends": TABLE.replace("\n", "\r\n", 2),
        "no final newline": TABLE.rstrip(),
        "empty lines at the end": TABLE + "\n\n\n",
        "empty CRLF lines at the end": crlf + "\r\n\r\n",
        "blanks around the numbers": TABLE.replace("1,", " 1 ,").replace(",7\n", ",\t7 \n"),
        "words in other columns": TABLE.replace("9", "nine").replace("7,2", "NaN,2").replace("3,7", ",7"),
        "other columns with a delimiter in quotes": TABLE.replace("9", '"9,9,9"'),
        "other columns with a newline in quotes": TABLE.replace("9", '"9\n1,2,3,4\n"'),
        "other columns with doubled quotes": TABLE.replace("8,", '"say ""8"", please",'),
        "other columns with a quote inside a bare cell": TABLE.replace("9,1", '5" pipe,1'),
        "a nameless index column of pandas": TABLE.replace("x,", ",", 1),
        "trailing comma on each line": TABLE.replace("\n", ",\n"),
        "duplicate names of other columns": TABLE.replace("x,pred,z", "z,pred,z"),
        "a long text in another column": TABLE.replace("9", "9" * 200_000),
        "Latin letters in another column": TABLE.replace("9", "caf\u00e9 \u732b"),
        "a column named as a number": TABLE.replace("x,pred", "2,pred"),
    }
    for name, table in shapes.items():
        yield good(f"Text/shape {name}", table, MSE, VALUE)
    yield good("Text/shape only carriage returns", TABLE.replace("\n", "\r"), MSE, VALUE, or_refused=True)
    balanced = rows("pred,target", "1,2\r3,4", "", "5,6", "7,8")
    yield bad("Text/a carriage return for a line end and an empty line", balanced, MSE, "a.csv line 2")
    yield good("Text/shape blanks behind the delimiters", TABLE.replace(",", ", "), MSE, VALUE, or_refused=True)
    nul_apart = TABLE.replace("9", "9\x00")
    yield good("Text/NUL in another column", nul_apart, MSE, VALUE, or_refused=True)
    yield good("Text/stdin", {}, "eval - -l mse -b", VALUE, stdin=TABLE, says=("<stdin>",))
    yield good("Text/stdin with CRLF and byte order mark", {}, "eval - -l mse -b", VALUE, stdin="\ufeff" + crlf)
    yield bad("Text/stdin faults name it", {}, "eval - -l mse -b", "<stdin> line 3", "'pred'", stdin=TABLE.replace("2.5", "x"))
    for name in ("y_true", "target", "y"):
        alone = rows(name, "1", "2")
        yield bad(f"Text/only the target, {name}", alone, MSE, "a.csv", "both the pred and the target")
        yield good(f"Text/only the target, {name}, named as both", alone, f"eval a.csv -l mse -b -p {name} -t {name}", 0.0)
    wide = rows(",".join(f"c{i}" for i in range(10_000)), ",".join(str(i) for i in range(10_000)), ",".join(["3"] * 10_000))
    yield good("Text/10,000 columns", wide, "eval a.csv -l mse -b -p c9998 -t c17", mse((9998, 3), (17, 3)))


def empty_tables() -> Iterator[Case]:
    """No rows is never 0 and never NaN."""
    tables = {
        "nothing": "",
        "header only": "pred,target\n",
        "header without newline": "pred,target",
        "byte order mark only": "\ufeff",
        "blank lines only": "\n\n\n",
        "header and blank lines": "pred,target\n\n\n\n",
        "CRLF header only": "pred,target\r\n\r\n",
    }
    for name, table in tables.items():
        yield bad(f"Text/empty {name}", table, MSE, "a.csv", "no rows")
    yield bad("Text/empty stdin", {}, "eval - -l mse -b", "<stdin>", "no rows", stdin="")
    one = {"a.csv": "pred\n1\n\n3\n", "t.csv": "y\n2\n5\n7\n"}
    alone = "eval a.csv -t t.csv -l mse -b"
    yield bad("Text/empty line is a missing cell of a one-column table", one, alone, "a.csv line 3", "--nan drop")
    yield good(
        "Text/empty line of a one-column table is dropped with its partner", one, f"{alone} --nan drop", mse((1, 3), (2, 7))
    )
    end = {"a.csv": "pred\n1\n3\n\n\n", "t.csv": "y\n2\n7"}
    yield good("Text/empty lines at the end of a one-column table are no rows", end, alone, mse((1, 3), (2, 7)))


def ragged_rows() -> Iterator[Case]:
    """A row of the wrong width never shifts columns."""
    tables = {
        "one field more": ("9,1,7,2\n8,2.5,6,0.5,1\n", 3, "5 fields, header has 4"),
        "one field fewer": ("9,1,7,2\n2.5,6,0.5\n", 3, "3 fields, header has 4"),
        "trailing comma in one row": ("9,1,7,2\n8,2.5,6,0.5,\n", 3, "5 fields, header has 4"),
        "trailing comma in all rows but the header": ("9,1,7,2,\n8,2.5,6,0.5,\n", 2, "5 fields, header has 4"),
        "index values without a name": ("0,9,1,7,2\n1,8,2.5,6,0.5\n", 2, "5 fields, header has 4"),
        "last row cut short": ("9,1,7,2\n8,2.5\n", 3, "2 fields, header has 4"),
        "empty line between rows": ("9,1,7,2\n\n8,2.5,6,0.5\n", 3, "header has 4"),
        "line of blanks at the end": ("9,1,7,2\n   \n", 3, "the line is empty, header has 4 fields"),
        "a comment": ("# made by hand\n9,1,7,2\n", 2, "header has 4"),
        "thousands comma": ("9,1,000,7,2\n", 2, "5 fields, header has 4"),
        "empty line before rows": ("\n9,1,7,2\n", 2, "header has 4"),
    }
    for name, (body, line, words) in tables.items():
        yield bad(f"Text/ragged {name}", "x,pred,z,target\n" + body, MSE, f"a.csv line {line}", words)
    gap = "x,pred,z,target\n9,1,7,2\n\n8,2.5,6,0.5\n"
    yield bad("Text/an empty line between rows is never dropped", gap, f"{MSE} --nan drop", "a.csv line 3", "header has 4")
    far = "pred,target\n" + "1,2\n" * 120_000 + "1,2,3\n" + "1,2\n" * 10
    yield bad("Text/ragged in row 120,001", far, MSE, "a.csv line 120002", "3 fields, header has 2")
    word = "pred,target\n" + "1,2\n" * 199_999 + "1,two\n"
    yield bad("Text/not a number in row 200,000", word, MSE, "a.csv line 200001", "'target'", "'two'")
    head = "\npred,target\n1,2\n"
    yield bad("Text/empty line before the header", head, MSE, "a.csv")


def quotes() -> Iterator[Case]:
    """Quotes are read strictly; line numbers stay those of an editor."""
    opened = 'pred,target,x\n1,2,3\n4,5,"6\n7,8,9\n1,2,3\n'
    yield bad("Text/unclosed quote", opened, MSE, "a.csv line 3", "quote")
    long_open = 'pred,target,x\n1,2,"3\n' + "4,5,6\n" * 400_000
    yield bad("Text/unclosed quote before 400,000 rows", long_open, MSE, "a.csv line 2", "quote", memory=900)
    yield bad("Text/unclosed quote in the header", 'pred,"target\n1,2\n', MSE, "a.csv line 1", "quote")
    yield bad("Text/text behind a closing quote", 'pred,target\n"1"0,2\n', MSE, "a.csv line 2")
    yield bad("Text/quote inside a number", 'pred,target\n1"0,2\n', MSE, "a.csv line 2", "'pred'")
    after = 'note,pred,target\n"one\ntwo\nthree",1,2\n"x\r\ny",4,5\nz,1,oops\n'
    yield bad("Text/line numbers are physical after quoted newlines", after, MSE, "a.csv line 7", "'target'", "'oops'")
    far = 'note,pred,target\n"a\nb",1,2\n' + "c,1,2\n" * 100_000 + 'd,1,"two"\n'
    yield bad("Text/line numbers are physical far behind a quoted newline", far, MSE, "a.csv line 100004", "'two'")
    newline = 'pred,target\n"1\n",2\n3,"\n5"\n'
    yield good("Text/newlines around a quoted number", newline, MSE, mse((1, 3), (2, 5)), or_refused=True)
    single = "pred,target\n'1',2\n"
    yield bad("Text/single quotes are no quotes", single, MSE, "a.csv line 2", "'pred'")
    header = '"pred","target, true","say ""x"""\n1,2,5\n3,7,9\n'
    yield good("Text/quoted names", header, ["eval", "a.csv", "-l", "mse", "-b", "-t", "target, true"], mse((1, 3), (2, 7)))
    yield good(
        "Text/names with quotes in them", header, ["eval", "a.csv", "-l", "mse", "-b", "-t", 'say "x"'], mse((1, 3), (5, 9))
    )
    second = 'pred,target\n1,2\n"3","5"\n"4",8\n'
    yield good("Text/quotes in some rows only", second, MSE, mse((1, 3, 4), (2, 5, 8)))
    crlf = 'note,pred,target\r\n"a\r\nb",1,2\r\nc,3,7\r\n'
    yield good("Text/quoted CRLF", crlf, MSE, mse((1, 3), (2, 7)))


def headers() -> Iterator[Case]:
    """Names are matched exactly and never guessed."""
    many = ",".join(f"feature_{i}" for i in range(30)) + ",target\n" + ",".join(["1"] * 31) + "\n"
    yield bad("Text/wanted column missing", many, f"{MSE} -p feature_99", "a.csv", "'feature_99'", "feature_9")
    yield bad("Text/wanted column in other case", "Pred,target\n1,2\n", f"{MSE} -p pred", "'pred'", "Pred")
    yield good("Text/usual names are found in other case", "PRED,target\n1,2\n", MSE, 1.0)
    twice = "pred,pred,target\n1,4,2\n3,9,7\n"
    yield bad("Text/wanted column is there twice", twice, MSE, "a.csv", "'pred'")
    yield bad("Text/named column is there twice", twice, f"{MSE} -p pred", "a.csv", "'pred'")
    yield good("Text/a column that is there twice by its number", twice, f"{MSE} -p 2", mse((4, 9), (2, 7)))
    yield good("Text/blanks around a name", "pred ,x,target\n1,3,2\n", f"{MSE} -p pred", 1.0, or_refused=True)
    yield bad("Text/a name that only looks the same", "pr\u0435d,target\n1,2\n", f"{MSE} -p pred", "a.csv", "'pred'")
    yield bad("Text/header is a number of columns too short", "pred\n1,2\n3,4\n", MSE, "a.csv")
    numbers = "1.5,2\n3,7\n4,4.5\n"
    yield bad("Text/header that is data", numbers, f"{MSE} -p 1 -t 2", "a.csv", "--no-header")
    yield good("Text/no header", numbers, f"{MSE} -p 1 -t 2 --no-header", mse((1.5, 3, 4), (2, 7, 4.5)))
    yield bad("Text/no header on a table that has one", TABLE, f"{MSE} -p 2 -t 4 --no-header", "a.csv line 1", "'pred'")
    yield bad("Text/no header and no numbers given", numbers, f"{MSE} --no-header", "a.csv", "-p")
    mark = "\ufeff1.5,2\n3,7\n"
    yield good("Text/byte order mark without header", mark, f"{MSE} -p 1 -t 2 --no-header", mse((1.5, 3), (2, 7)))
    half = "name,7\n1,2\n"
    yield bad("Text/one wanted header cell is a number", half, f"{MSE} -p 1 -t 2", "a.csv", "--no-header")


def positions() -> Iterator[Case]:
    """Columns by number count from 1."""
    yield good("Text/columns by number", TABLE, f"{MSE} -p 2 -t 4", VALUE)
    yield good("Text/a name wins over a number", TABLE.replace("x,pred", "2,pred"), f"{MSE} -p 2", mse((9, 8, 5), (2, 0.5, 7)))
    yield bad("Text/column 0", TABLE, f"{MSE} -p 0", "a.csv")
    yield bad("Text/column beyond the last", TABLE, f"{MSE} -p 5", "a.csv", "4")
    yield bad("Text/column number of 40 digits", TABLE, f"{MSE} -p {'1' * 40}", "a.csv")


def delimiters() -> Iterator[Case]:
    """--delimiter, and endings that choose it."""
    for label, sign in (("semicolon", ";"), ("tab", "\t"), ("bar", "|"), ("colon", ":")):
        other = TABLE.replace(",", sign)
        option = ["eval", "a.csv", "-l", "mse", "-b", "-p", "pred", "-t", "target"]
        words = ("--delimiter", "one field") if sign != ":" else ()
        yield bad(f"Text/{label} not asked for", other, option, "a.csv", "'pred'", *words)
        yield good(f"Text/{label} asked for", other, [*option, "--delimiter", sign], VALUE)
    yield bad("Text/delimiter of two characters", TABLE, f"{MSE} --delimiter ,,", "--delimiter", codes=(2,))
    yield bad("Text/empty delimiter", TABLE, [*MSE.split(), "--delimiter", ""], "--delimiter", codes=(2,))
    yield bad("Text/delimiter that is a quote", TABLE, [*MSE.split(), "--delimiter", '"'], "--delimiter", codes=(2,))
    yield bad("Text/delimiter that is a newline", TABLE, [*MSE.split(), "--delimiter", "\n"], "--delimiter", codes=(2,))
    for ending, sign in ((".csv", ","), (".CSV", ","), (".tsv", "\t"), (".Tsv", "\t"), (".txt", " "), (".tsv.csv", ",")):
        name = f"a{ending}"
        yield good(f"Text/ending {ending}", {name: TABLE.replace(",", sign)}, f"eval {name} -l mse -b", VALUE)
    space = TABLE.replace(",", "  \t ").replace("\n", "\n  ").rstrip(" ")
    yield good("Text/white space of any width", {"a.txt": "  " + space}, "eval a.txt -l mse -b", VALUE)
    yield bad("Text/white space and a missing cell", {"a.txt": "pred x target\n1 2\n"}, "eval a.txt -l mse -b", "a.txt line 2")
    yield good("Text/unknown ending", {"a.dat": TABLE}, "eval a.dat -l mse -b", VALUE)
    yield good("Text/unknown ending with --input-format", {"a.dat": TABLE}, "eval a.dat -l mse -b --input-format csv", VALUE)
    yield bad("Text/unknown --input-format", TABLE, f"{MSE} --input-format excel", "excel", codes=(2,))
    tsv = TABLE.replace(",", "\t")
    yield good("Text/tsv from stdin", {}, "eval - -l mse -b --input-format tsv", VALUE, stdin=tsv)
