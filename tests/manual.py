"""The manual page, as the help says it: `python -m tests.manual` writes it anew."""

from __future__ import annotations

from pathlib import Path

import lossctl
from lossctl.help import manual

PAGE = Path(lossctl.__file__).with_name("lossctl.1")

if __name__ == "__main__":
    PAGE.write_text(manual())
