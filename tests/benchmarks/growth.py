"""How cost grows with rows, classes, files and workers: `python -m tests.benchmarks.growth [--data FOLDER] [--readme]`."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.__main__ import LOSSCTL, README, ROOT, environment, machine, make, read_options
from tests.benchmarks.measure import run

TABLE = re.compile(r"(?<=<!-- growth -->\n).*(?=<!-- end of growth -->)", re.DOTALL)

# what grows, in which steps, the command, and the files that it reads
STEPS = (
    ("rows of a CSV, three losses", (10**5, 10**6, 10**7, 4 * 10**7), "eval table-{0}.csv -l mse,mae,huber -b", "table-{0}.csv"),
    (
        "rows of a float64 NPY, mse",
        (10**6, 10**7, 10**8),
        "eval pred-{0}.npy -t true-{0}.npy -l mse -b",
        "pred-{0}.npy true-{0}.npy",
    ),
    (
        "classes, 20 M float32 logits, ce",
        (10, 100, 1_000),
        "eval logits-{0}.npy -t labels-{0}.npy -l ce --from logits -b",
        "logits-{0}.npy labels-{0}.npy",
    ),
    (
        "files of 1,000 rows, `batch`",
        (1, 10, 100, 1_000, 10_000),
        "batch runs-{0}/*.npy -t true-1000.npy -l mse -b",
        "runs-{0} true-1000.npy",
    ),
)
SPREAD = (
    ("workers, CSV of 10 M rows", "batch table-10000000.csv -l mse,mae,huber -b", "table-10000000.csv"),
    (
        "workers, NPY of 100 M rows",
        "batch pred-100000000.npy -t true-100000000.npy -l mse -b",
        "pred-100000000.npy true-100000000.npy",
    ),
    ("workers, 10,000 files", "batch runs-10000/*.npy -t true-1000.npy -l mse -b", "runs-10000 true-1000.npy"),
)
WORKERS = (1, 2, 4)


def main() -> None:
    """Prints the table, and writes it into README.md where asked to."""
    options = read_options()
    lines = ["| what grows | steps | seconds | peak MB |", "|---|---:|---:|---:|"]
    for title, steps, command, files in STEPS:
        found = []
        for step in steps:
            make(options.data, files.format(step))
            found.append(_timed(command.format(step), options.data, options.rounds))
        lines.append(_line(title, steps, found))
    for title, command, files in SPREAD:
        make(options.data, files)
        found = []
        for workers in WORKERS:
            with _cluster(workers) as address:
                found.append(_timed(f"{command} --cluster {address}", options.data, options.rounds))
        lines.append(_line(title, WORKERS, found))
    table = "\n".join([*lines, "", f"Medians of {options.rounds} runs as whole processes, on {machine()}.", ""])
    print(table)
    if options.readme:
        README.write_text(TABLE.sub(lambda _: table, README.read_text()))


def _timed(command: str, folder: Path, rounds: int) -> tuple[float, float]:
    """Seconds and MB of the process that was started."""
    runs = [run([LOSSCTL, *command.split()], folder, environment())[0] for _ in range(rounds)]
    print(f"{command}: {[round(one.wall, 2) for one in runs]}", flush=True)
    return median(one.wall for one in runs), max(one.peak for one in runs)


def _line(title: str, steps: tuple[int, ...], found: list[tuple[float, float]]) -> str:
    cells = (" / ".join(texts) for texts in zip(*((f"{wall:.2g}", f"{peak:.0f}") for wall, peak in found), strict=True))
    return f"| {title} | {' / '.join(f'{step:,}' for step in steps)} | {' | '.join(cells)} |"


@contextlib.contextmanager
def _cluster(workers: int) -> Iterator[str]:
    """A Dask cluster of so many processes of one thread each, on the loopback."""
    program = (
        "import sys, distributed\n"
        "if __name__ == '__main__':\n"
        f"    made = distributed.LocalCluster({workers}, threads_per_worker=1, host='127.0.0.1', dashboard_address=None)\n"
        "    print(made.scheduler_address, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment()
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.communicate()


if __name__ == "__main__":
    main()
