"""A check that could not be judged is no failed one, and no report is silent of an error: in every format, and in Python."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

import lossctl as api
from tests.conftest import Command

GONE = "gone.json: the baseline is not there"
JUNK = "junk.json: not a saved result of 'lossctl/result@1'"
JUDGED = ["--max", "mse=100", "--max", "mae=1", "--max-rise", "mse=1", "--max-rise", "mae=1"]  # mse 4, mae 2: a pass, a failure


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("y_true,y_pred\n0,2\n0,2\n")
    (tmp_path / "junk.json").write_text("junk")


def last(text: str) -> str:
    return text.splitlines()[-1].removeprefix("lossctl: ")


@pytest.mark.parametrize(
    ("typed", "code", "verdict"),
    [
        (["--max-rise", "mse=1"], 3, "1 of 1 check could not be judged"),
        (["--max", "mse=100", "--max-rise", "mse=1"], 3, "1 of 2 checks could not be judged"),
        (["--max", "mse=1", "--max-rise", "mse=1"], 3, "1 of 2 checks failed, 1 could not be judged"),
        (JUDGED, 3, "1 of 4 checks failed, 2 could not be judged"),
        (["--max", "mse=100"], 3, "no check failed, 1 error"),
        (["--max", "mse=1"], 3, "1 of 1 check failed"),
    ],
)
def test_what_could_not_be_judged_is_counted_apart_on_the_command_line_and_in_python(
    lossctl: Command, typed: list[str], code: int, verdict: str
) -> None:
    done = lossctl("check", "a.csv", *typed, "--baseline", "gone.json")
    assert (done.code, last(done.err)) == (code, verdict)
    given: dict[str, list[str]] = {}
    for flag, value in zip(typed[::2], typed[1::2], strict=True):
        given.setdefault(flag[2:].replace("-", "_"), []).append(value)
    found = api.check("a.csv", baseline="gone.json", **given)  # type: ignore[arg-type]  # by name
    assert (found.ok, found.headline, repr(found).splitlines()[0]) == (False, verdict, verdict)
    assert repr(found).splitlines()[2] == f"error: {GONE}"


def test_every_report_says_failure_and_error_alike(lossctl: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    reports = ["--json", "-o", "junit:x.xml", "-o", "github:x.txt", "-o", "x.md", "-o", "table:t.txt", "--step-summary"]
    done = lossctl("check", "a.csv", *JUDGED, "--baseline", "gone.json", *reports)
    assert done.code == 3
    statuses = ["pass", "fail", "error", "error"]
    found = json.loads(done.out)
    assert ([check["status"] for check in found["checks"]], found["ok"], found["errors"]) == (statuses, False, [GONE])
    suite = ElementTree.fromstring(Path("x.xml").read_text())[0]
    assert suite.attrib == {"name": "lossctl", "tests": "4", "failures": "1", "errors": "2"}
    assert [[child.tag for child in case] for case in suite] == [[], ["failure"], ["error"], ["error"]]
    assert Path("x.txt").read_text().splitlines() == [
        "::error title=lossctl%3A max::mae = 2 exceeds the limit 1",
        f"::error title=lossctl%3A max_rise::{GONE}",
    ]
    assert [line.split()[-1] for line in Path("t.txt").read_text().splitlines()[2:]] == statuses
    lines = Path("x.md").read_text().splitlines()
    assert [line.split(" | ")[-1].removesuffix(" |") for line in lines[2:6]] == statuses
    assert lines[6:] == ["", f"error: {GONE}"]
    summary = Path("summary.md").read_text()
    assert summary == "### lossctl check: 1 of 4 checks failed, 2 could not be judged\n\n" + "\n".join(lines) + "\n\n"


@pytest.mark.parametrize(
    ("baseline", "code", "error"),
    [("gone.json", 3, GONE), ("junk.json", 3, JUNK), ("no/b.json", 4, "no/b.json: cannot write: no such file or directory")],
)
def test_an_error_that_belongs_to_no_check_stands_in_every_report(lossctl: Command, baseline: str, code: int, error: str) -> None:
    update = ["--update-baseline"] if code == 4 or baseline == "junk.json" else []
    typed = ["check", "a.csv", "--max", "mse=100", "--baseline", baseline, *update]
    done = lossctl(*typed, "-f", "junit")
    assert (done.code, last(done.err)) == (code, "no check failed, 1 error")
    suite = ElementTree.fromstring(done.out)[0]
    assert suite.attrib == {"name": "lossctl", "tests": "2", "failures": "0", "errors": "1"}
    assert [(child.tag, child.attrib) for child in suite[1]] == [("error", {"message": error, "type": "data"})]
    assert lossctl(*typed, "-f", "github").out.splitlines()[-1] == f"::error title=lossctl::{error}"
    assert lossctl(*typed, "-f", "md").out.splitlines()[-2:] == ["", f"error: {error}".replace("@", "\\@")]
    assert json.loads(lossctl(*typed, "--json").out)["errors"] == [error]
