"""Files are written whole or not at all, whatever call fails."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lossctl.errors import EnvironmentFailure
from lossctl.files.output import replacing, write_file
from tests.conftest import Command

CALLS: dict[str, tuple[Any, str]] = {
    "mkstemp": (tempfile, "mkstemp"),
    "fsync": (os, "fsync"),
    "chmod": (Path, "chmod"),
    "rename": (Path, "replace"),
}


def failing(original: Callable[..., Any], at: int, count: list[int], number: int) -> Callable[..., Any]:
    """`original`, which fails at its call number `at`."""

    def call(*arguments: Any, **options: Any) -> Any:
        count[0] += 1
        if count[0] == at:
            raise OSError(number, os.strerror(number))
        return original(*arguments, **options)

    return call


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO])
def test_a_call_that_fails_leaves_the_old_file_and_no_temporary(
    name: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.json"
    path.write_text("old")
    owner, attribute = CALLS[name]
    original, words = getattr(owner, attribute), os.strerror(number)

    def attempt(at: int) -> str:
        with monkeypatch.context() as patch:
            patch.setattr(owner, attribute, failing(original, at, [0], number))
            try:
                write_file(str(path), ["new"])
            except EnvironmentFailure as failure:
                return str(failure)
        return "written"

    at = 1
    while (outcome := attempt(at)) != "written":  # one call at a time, until none fails
        assert outcome == f"{path}: cannot write: {words[:1].lower()}{words[1:]}"
        assert path.read_text() == "old"
        assert list(tmp_path.iterdir()) == [path]
        at += 1
    assert at > 1
    assert path.read_text() == "new"


def test_a_write_that_fails_half_way_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("old")

    def pieces() -> Iterator[str]:
        yield "half"
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(EnvironmentFailure, match="no space left on device"):
        write_file(str(path), pieces())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_rights_that_the_mask_gives_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        write_file(str(tmp_path / "new"), ["x"])
    finally:
        os.umask(mask)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o640
    (tmp_path / "new").chmod(0o600)
    write_file(str(tmp_path / "new"), ["y"])
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o600


def test_what_is_not_finished_is_not_there(tmp_path: Path) -> None:
    def interrupted() -> None:
        with replacing(str(tmp_path / "x")) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_too_little_memory_is_exit_4_with_what_to_lower(lossctl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.csv").write_text("y_true,y_pred\n1,2\n")

    def exhausted(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("lossctl.scoring.scoring.cost_of", exhausted)
    done = lossctl("eval", "a.csv", "-l", "mse")
    assert (done.code, done.out) == (4, "")
    assert done.err == "lossctl: error: not enough memory; fewer threads need less: -j 1\n"


def test_a_link_stays_a_link_to_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    write_file(str(tmp_path / "link.txt"), ["new"])
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"
