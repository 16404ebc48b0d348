"""The picture of the README: what a command shows on a terminal with colours. `python -m tests.picture` draws it anew."""

from __future__ import annotations

import re
import tempfile
from io import StringIO
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from tests.readme import ROOT, copy_of_the_project, run_in_terminal

PICTURE = ROOT / "sample_data" / "check.svg"
COMMAND = "lossctl check sample_data/diabetes.csv --max mse=4000 --max rmse=56 --max mae=40 --confidence 0.95 -q"
WIDTH = 90
# Without its fonts, which a browser would fetch.
FORMAT = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def drawn() -> str:
    """The picture as SVG."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True, color_system="standard")
    console.print(f"[bold]$[/] {COMMAND}", highlight=False)
    with tempfile.TemporaryDirectory() as name:
        shown = run_in_terminal(COMMAND, copy_of_the_project(Path(name)), colours=True)
    console.print(Text.from_ansi(shown))
    return console.export_svg(title="lossctl check", theme=MONOKAI, code_format=FORMAT, unique_id="lossctl")


if __name__ == "__main__":
    PICTURE.write_text(drawn())
