"""`python -m tests.scenarios --n 20000`: scenarios by number, until one disagrees or all are done."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tests.scenarios.chance import scenario
from tests.scenarios.doors import Disagreement, Doors


def disagreement(seed: int, keep: Path) -> str | None:
    """What is wrong in one scenario, whose files are then kept below a folder."""
    folder = keep / str(seed)
    folder.mkdir(parents=True)
    os.chdir(folder)
    try:
        Doors(scenario(seed), folder).check()
    except Disagreement as problem:
        return str(problem)
    except Exception as problem:
        return f"scenario {seed} in {folder}: {type(problem).__name__}: {problem}"
    for path in folder.iterdir():
        path.unlink()
    os.chdir(keep)
    folder.rmdir()
    return None


def main() -> int:
    """Says each disagreement with its command line, and how many there were; 1 where there was one."""
    parser = argparse.ArgumentParser(prog="python -m tests.scenarios")
    parser.add_argument("--n", type=int, default=500, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the number of the first")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    given = parser.parse_args()
    keep = Path(tempfile.mkdtemp(prefix="scenarios-"))
    found = 0
    with ProcessPoolExecutor(given.jobs) as pool:
        seeds = range(given.first, given.first + given.n)
        for problem in pool.map(partial(disagreement, keep=keep), seeds, chunksize=20):
            if problem is not None:
                found += 1
                print(problem, flush=True)
    print(f"{given.n} scenarios, {found} disagreements" + (f"; their files are in {keep}" if found else ""))
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
