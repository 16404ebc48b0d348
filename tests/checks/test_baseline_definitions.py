"""What is a result of the same definition in a baseline, and what is never compared: or the verdict would be another."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.checks.baselines import TWO_CHECKS, checks_of, results_in, write_tables
from tests.conftest import Command

TABLE = "id,k,pred,other,y,z,w,v 1,2,1,1,0,0,1,1 2,1,1,1,0,0,1,1"


@pytest.mark.parametrize(
    ("was", "now", "part"),
    [
        ("-t y", "-t z", "column.target=y in the baseline, column.target=z now"),
        ("-t y -p pred", "-t y -p other", "column.pred=pred in the baseline, column.pred=other now"),
        ("-t y -w w", "-t y -w v", "column.weight=w in the baseline, column.weight=v now"),
        ("-t y", "-t y -w w", "weighted=no, no column.weight in the baseline, weighted=yes, column.weight=w now"),
        ("-t y --id id", "-t y --id k", "column.id=id in the baseline, column.id=k now"),
        ("-t y", "-t y --id id", "no column.id in the baseline, column.id=id now"),
        ("-t y -r pred=pred", "-t y -r pred=other", "column.pred=pred in the baseline, column.pred=other now"),
        ("-t y", "-t y --where w=1", "no where in the baseline, where=w=1 now"),
        ("-t y", "-t y --decimal ,", "decimal=. in the baseline, decimal=, now"),
        ("-t y", "-t y --nan drop", "nan=error in the baseline, nan=drop now"),
    ],
)
def test_another_definition_is_not_compared(lossctl: Command, was: str, now: str, part: str) -> None:
    write_tables(o_csv=TABLE)
    assert lossctl("check", "o.csv", "-l", "mse", *was.split(), "--baseline", "b.json", "--update-baseline").code == 0
    rise = ("check", "o.csv", "--max-rise", "mse=9", "--max", "mse=2", "--baseline", "b.json")
    assert lossctl(*rise, *was.split()).code == 0
    done = lossctl(*rise, *now.split(), "--json")
    assert done.code == 3
    assert json.loads(done.out)["errors"] == [f"b.json: mse cannot be compared: the signature has {part}"]
    assert [(check["kind"], check["value"], check["status"]) for check in checks_of(done)] == [
        ("max", 1, "pass"),
        ("max_rise", 1, "error"),
    ]


@pytest.mark.parametrize("count", [4, 100])
def test_columns_of_vectors_in_another_order_are_another_definition(lossctl: Command, count: int) -> None:
    names = [f"p_{chr(97 + place % 26)}{place}" for place in range(count)]
    swapped = [names[0], *reversed(names[1:-1]), names[-1]]  # the first and the last are where they were
    rest = [f"t{place}" for place in range(count)]
    for file, columns in (("a", names), ("b", swapped)):
        write_tables(**{f"{file}_csv": ",".join([*columns, *rest]) + " " + ",".join("1" * count + "0" * count)})
    options = ("-p", "p_*", "-t", "t*", "--max-rise", "mse=0", "--baseline", "b.json")
    assert lossctl("check", "a.csv", *options, "--update-baseline").code == 0
    assert lossctl("check", "a.csv", *options).code == 0
    assert len(results_in("b.json")[0]["signature"]) < 600
    done = lossctl("check", "b.csv", *options)
    assert done.code == 3
    assert "column.pred=p_a0" in done.err


def test_how_a_file_is_read_is_no_part_of_a_definition(lossctl: Command) -> None:
    write_tables(a_csv="pred,y 1,0", b_csv="pred;y 1;0")
    assert lossctl("check", "a.csv", "-l", "mse", "--baseline", "b.json", "--update-baseline").code == 0
    rise = ("check", "b.csv", "--max-rise", "mse=0", "--baseline", "b.json")
    assert lossctl(*rise, "--delimiter", ";").code == 0
    Path("b.csv").write_bytes("pred;y\n1;0\n".encode("utf-16"))
    assert lossctl(*rise, "--delimiter", ";", "--encoding", "utf-16", "--input-format", "csv").code == 0


@pytest.mark.parametrize(
    ("old", "code"),
    [
        ("mse|reduction=mean|weighted=no|nan=error", 0),  # no columns
        ("mse|reduction=mean|weighted=no", 0),  # --nan was not there yet
        ("mse", 0),
        ("mse|reduction=mean|weighted=no|nan=error|delimiter=tab|encoding=latin-1", 0),  # signed once, and no part any more
        ("mse|reduction=mean|weighted=no|nan=error|missing=error|average=elements", 0),
        ("mse|reduction=mean|weighted=no|nan=error|average=rows", 3),
        ("mse|reduction=mean|weighted=no|nan=error|ignore=9", 3),
        ("mse|reduction=mean|weighted=no|nan=error|fresh=yes", 3),  # of a version to come
        ("mse|reduction=mean|weighted=no|nan=error|column.pred=pred", 3),  # a version that names columns, and no target's
        ("mae|reduction=mean|weighted=no|nan=error", 3),
    ],
)
def test_parts_that_an_older_version_lacks_count_as_their_defaults(lossctl: Command, old: str, code: int) -> None:
    write_tables(a_csv="pred,y 1,0")
    assert lossctl("check", "a.csv", "-l", "mse", "--baseline", "b.json", "--update-baseline").code == 0
    text = re.sub(r'"signature": "[^"]*"', f'"signature": "{old}"', Path("b.json").read_text())
    Path("b.json").write_text(text)
    assert lossctl("check", "a.csv", "--max-rise", "mse=0", "--baseline", "b.json").code == code


def test_a_loss_that_has_a_new_parameter_is_compared_by_its_default(lossctl: Command) -> None:
    write_tables(a_csv="pred,y 0.5,1")
    assert lossctl("check", "a.csv", "-l", "bce", "--baseline", "b.json", "--update-baseline").code == 0
    Path("b.json").write_text(Path("b.json").read_text().replace("|clip=0", "", 1))
    assert lossctl("check", "a.csv", "--max-rise", "bce=0", "--baseline", "b.json").code == 0
    done = lossctl("check", "a.csv", "--max-rise", "bce:clip=1e-7=0", "--baseline", "b.json", "--json")
    assert "a.csv: ce:clip=1e-07 is not in the baseline" in json.loads(done.out)["warnings"]


def test_what_was_saved_twice_with_different_values_is_no_baseline(lossctl: Command) -> None:
    Path("lossctl.toml").write_text(TWO_CHECKS.replace("a.json", "b.json"))
    write_tables(p_csv="a,b,y 5,1,0 5,1,0")
    assert lossctl("check", "--update-baseline").code == 0
    text = re.sub(r'\|column[^"]*|"check": "[ab]", ', "", Path("b.json").read_text())  # as an older version wrote it
    Path("b.json").write_text(text)
    done = lossctl("check")
    assert done.code == 3
    assert "lossctl: error: b.json: holds 2 different results for mse\n" in done.err
