"""Runs the corpus and says how each case went: `python -m tests.corpus.runner [WORD...]` runs the cases whose name has a WORD."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest.mock
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from types import FrameType

from typer.main import get_command

from lossctl import cli, parser
from tests.corpus.case import Case
from tests.corpus.generate import all_cases
from tests.corpus.limits import limited
from tests.corpus.readers import READERS, forced
from tests.corpus.verdict import KINDS, Outcome, Verdict, judge
from tests.processes import environment

SECONDS = 30
Snapshot = dict[str, tuple[int, int, int]]
_UNSET = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "CI", "GITHUB_ACTIONS", "PYTHONWARNINGS")


class OutOfTimeError(BaseException):
    """A case takes too long; not an Exception, so that the program cannot mistake it for a fault of its own."""


def perform(case: Case, folder: Path) -> Verdict:
    """Runs a case in an empty folder: in this process once through each reader of text, and gives the first fault."""
    if case.process or case.shell or case.memory:
        return _perform(case, folder)
    verdict = Verdict("ok")
    for reader in READERS:
        place = folder / reader
        place.mkdir()
        with forced(reader):
            verdict = _perform(case, place)
        if verdict.kind != "ok":
            return Verdict(verdict.kind, f"({reader} reader) {verdict.detail}")
    return verdict


def _perform(case: Case, folder: Path) -> Verdict:
    """Writes the files of a case, runs its command, and judges what came of it."""
    for name, made in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made if isinstance(made, bytes) else made())
    if case.setup:
        subprocess.run(["bash", "-ec", case.setup], cwd=folder, check=True, env=_environment(case))
    before = snapshot(folder)
    try:
        if case.process or case.shell or case.memory:
            outcome = _as_process(case, folder)
        else:
            with unittest.mock.patch.dict(os.environ, _environment(case), clear=True):
                outcome = run_here(case.command, folder, case.stdin or b"")
    except (OutOfTimeError, subprocess.TimeoutExpired):
        return Verdict("CRASH", f"did not end in {SECONDS} s")
    finally:
        if case.unprivileged:
            subprocess.run(["chmod", "-R", "u+rwX", "."], cwd=folder, check=False)
    after = snapshot(folder) if not case.unprivileged else {name: before.get(name, (0, 0, 0)) for name in snapshot(folder)}
    stray = sorted(name for name in after.keys() | before.keys() if after.get(name) != before.get(name))
    return judge(case, outcome, [name for name in stray if name not in case.expected.creates])


def snapshot(folder: Path) -> Snapshot:
    """Every path under a folder with mode, size and time of its last change."""
    found = {}
    for path in folder.rglob("*"):
        state = path.lstat()
        changed = 0 if path.is_dir() else state.st_mtime_ns
        found[str(path.relative_to(folder))] = (state.st_mode, 0 if path.is_dir() else state.st_size, changed)
    return found


def _environment(case: Case) -> dict[str, str]:
    kept = {name: value for name, value in environment(PYTHON=sys.executable).items() if name not in _UNSET}
    return {**kept, **case.environment}


def _as_process(case: Case, folder: Path) -> Outcome:
    command = ["bash", "-c", case.shell] if case.shell else [sys.executable, "-m", "lossctl", *case.command]
    with subprocess.Popen(
        [os.fsencode(word) for word in command],
        cwd=folder,
        stdin=subprocess.PIPE if case.stdin is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(case),
        preexec_fn=limited(unprivileged=case.unprivileged, memory=case.memory),
        start_new_session=True,
    ) as process:
        try:
            out, err = process.communicate(case.stdin, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return Outcome(process.returncode, out, err)


def run_here(command: Sequence[str], folder: Path, stdin: bytes = b"") -> Outcome:
    """Runs a command in a folder, in this process."""
    built, home = _built(), Path.cwd()
    with ExitStack() as stack:
        out, err = stack.enter_context(_streams(stdin))
        stack.enter_context(_time_limit())
        stack.callback(os.chdir, home)
        os.chdir(folder)
        stack.enter_context(unittest.mock.patch.object(parser, "build_app", return_value=built))
        code = cli.run(command)
        sys.stdout.flush()
        sys.stderr.flush()
        return Outcome(code, out.read_bytes(), err.read_bytes())


@cache
def _built() -> Callable[..., object]:
    """The command that typer makes of the app, which takes it longer than most cases take."""
    return get_command(parser.build_app())


@contextmanager
def _streams(stdin: bytes) -> Iterator[tuple[Path, Path]]:
    """Standard input from bytes, standard output and error into files, for Python and for the descriptors below it."""
    place = Path(tempfile.mkdtemp())
    into, out, err = (place / name for name in ("in", "out", "err"))
    into.write_bytes(stdin)
    kept = (sys.stdin, sys.stdout, sys.stderr)
    saved = [os.dup(number) for number in range(3)]
    with into.open("rb") as reading, out.open("wb") as writing, err.open("wb") as saying:
        for number, file in enumerate((reading, writing, saying)):
            os.dup2(file.fileno(), number)
    try:
        with (
            open(0, closefd=False, encoding="utf-8") as sys.stdin,
            open(1, "w", closefd=False, encoding="utf-8") as sys.stdout,
            open(2, "w", closefd=False, encoding="utf-8", errors="backslashreplace") as sys.stderr,
        ):
            yield out, err
    finally:
        sys.stdin, sys.stdout, sys.stderr = kept
        for number, copy in enumerate(saved):
            os.dup2(copy, number)
            os.close(copy)
        shutil.rmtree(place)


@contextmanager
def _time_limit() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise OutOfTimeError

    old = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


def main(wanted: Sequence[str]) -> int:
    """Prints the figures by class and every failure; 1 where there is one."""
    figures: dict[str, Counter[str]] = {}
    failures: list[tuple[Case, Verdict]] = []
    for case in all_cases():
        if wanted and not any(word in case.name for word in wanted):
            continue
        with tempfile.TemporaryDirectory() as folder:
            verdict = perform(case, Path(folder))
        figures.setdefault(case.kind, Counter())[verdict.kind] += 1
        if verdict.kind != "ok":
            failures.append((case, verdict))
    total = sum(figures.values(), Counter[str]())
    lines = [f"{'':10}" + "".join(f"{kind:>23}" for kind in KINDS) + f"{'cases':>8}"]
    for name, counts in [*figures.items(), ("total", total)]:
        lines.append(f"{name:10}" + "".join(f"{counts[kind]:23}" for kind in KINDS) + f"{counts.total():8}")
    for case, verdict in failures:
        lines += ["", f"{verdict.kind}: {case.name}", f"  {case.line!r}", f"  {verdict.detail}"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
