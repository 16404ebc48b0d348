"""`python -m tests.fuzz TARGET --minutes N`: with atheris (the extra `fuzz`) where it is installed, else with mutations.

An input that ends the process, takes over ten seconds or a gigabyte, or lets anything out but a result or an error in words is
kept in a file, which `python -m tests.fuzz TARGET FILE` runs again.
"""

from __future__ import annotations

import argparse
import importlib
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from hashlib import sha256
from pathlib import Path
from pkgutil import walk_packages
from random import Random
from typing import TYPE_CHECKING, Any

from tests.fuzz.mutate import mutated

if TYPE_CHECKING:
    from tests.fuzz.targets import Target

SECONDS, MEMORY = 10, 2**30
ROUND = 500  # inputs of a child process


def main() -> int:
    """1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("target")
    parser.add_argument("again", nargs="*", type=Path, help="inputs to run again")
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--own", action="store_true", help="mutations of our own, though atheris is there")
    given = parser.parse_args()
    atheris = None if given.own or given.again else _atheris()
    again = [path.read_bytes() for path in given.again]
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{given.target}-"))
    os.chdir(folder)
    known = _targets(atheris)
    if given.target not in known:
        parser.error(f"no target {given.target}; there are {', '.join(known)}")
    target = known[given.target]
    if again:
        for data in again:
            target.run(data)
        return 0
    if atheris is not None:
        return _with_atheris(atheris, target, folder, given.minutes)
    return _with_mutations(target, folder, given.minutes, given.seed)


def _atheris() -> Any:
    """The module, None where it is not installed."""
    try:
        return importlib.import_module("atheris")
    except ImportError:
        return None


def _targets(atheris: Any) -> dict[str, Target]:
    """The targets by name; for atheris with every module of lossctl instrumented, which is done as it is imported."""
    if atheris is None:
        return importlib.import_module("tests.fuzz.targets").targets()  # type: ignore[no-any-return]  # imported by name
    import lossctl

    with atheris.instrument_imports(include=["lossctl"], enable_loader_override=False):
        for module in walk_packages(lossctl.__path__, "lossctl."):
            if module.name != "lossctl.__main__":
                importlib.import_module(module.name)
        return _targets(None)


def _with_atheris(atheris: Any, target: Target, folder: Path, minutes: float) -> int:
    """The exit code of libFuzzer, which ends the process itself where it finds something."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for seed in target.seeds:
        (corpus / sha256(seed).hexdigest()).write_bytes(seed)
    limits = [f"-timeout={SECONDS}", f"-rss_limit_mb={MEMORY >> 20}", f"-max_total_time={int(60 * minutes)}", "-max_len=65536"]
    atheris.Setup([sys.argv[0], str(corpus), f"-artifact_prefix={folder}/", *limits], target.run)
    atheris.Fuzz()
    return 0


def _with_mutations(target: Target, folder: Path, minutes: float, seed: int) -> int:
    """Rounds of inputs, each in a child, which an input may end."""
    end, done, finds = time.monotonic() + 60 * minutes, 0, 0
    while time.monotonic() < end:
        child = os.fork()
        if child == 0:
            _round(target, folder, seed, end)
        _, status = os.waitpid(child, 0)
        done += int((folder / "count").read_text() or 0)
        if status:
            finds += 1
            data = (folder / "input").read_bytes()
            kept = folder / f"find-{sha256(data).hexdigest()[:12]}"
            kept.write_bytes(data)
            print(f"{kept}: the process ended with {status}", flush=True)
        seed += 1
    print(f"{done} inputs, {finds} finds")
    return int(finds > 0)


def _round(target: Target, folder: Path, seed: int, end: float) -> None:
    random = Random(seed)
    resource.setrlimit(resource.RLIMIT_AS, (4 * MEMORY, 4 * MEMORY))  # of which libraries take much without using it
    pool = list(target.seeds)
    for place in range(ROUND):
        data = mutated(random.choice(pool), pool, random)
        (folder / "input").write_bytes(data)
        (folder / "count").write_text(str(place + 1))
        signal.alarm(SECONDS)
        try:
            target.run(data)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        signal.alarm(0)
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > MEMORY:
            print("more than 1 GiB", file=sys.stderr)
            os._exit(2)
        if time.monotonic() > end:
            break
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
