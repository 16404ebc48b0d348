"""Programs that run in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def environment(**more: str) -> dict[str, str]:
    """The environment in which `lossctl` and `python` are those that run the tests."""
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", **more}


def shell(command: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A line for bash."""
    line = ["bash", "-c", command]
    return subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False, env=environment(**more))


def python(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A program in Python."""
    return subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False, timeout=300)


def measured(command: str, folder: Path) -> tuple[str, int]:
    """What a command of `lossctl` that ends well prints on stdout, and how many kilobytes its process needed at most."""
    program = (
        "import lossctl.cli\n"
        f"assert lossctl.cli.run({command.split()!r}) == 0\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
    )
    done = python(program, folder)
    assert done.returncode == 0, done.stderr
    printed, _, kilobytes = done.stdout.rstrip("\n").rpartition("\n")
    return printed, int(kilobytes)
