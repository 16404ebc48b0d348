"""Which file was meant by a name that none has: only where fingers slipped, since another file gives another number."""

from __future__ import annotations

import os
import re
from itertools import islice

from lossctl.errors import quoted
from lossctl.spelling import nearest

_MOST = 10_000  # names of a folder that are looked at


def near_file(path: str) -> str:
    """`; nearest: 'preds.csv'` for a path whose folder holds a file that is called nearly so, else nothing.

    Names that differ in a number or in a single letter that stands alone are those of other files: run_1 and run_2, pred_a and
    pred_b.
    """
    folder, name = os.path.split(path)
    try:
        with os.scandir(folder or ".") as found:
            names = [entry.name for entry in islice(found, _MOST) if not entry.name.startswith(".")]
    except (OSError, ValueError):
        return ""
    near = nearest(name, [other for other in names if _is_one(name, other)])
    return "" if near is None else f"; nearest: {quoted(os.path.join(folder, near))}"


def _is_one(name: str, other: str) -> bool:
    """Whether two names may be meant for one file."""
    if re.findall(r"\d+", name) != re.findall(r"\d+", other):
        return False
    words, others = ({word for word in re.split(r"[\W_]+", text.lower()) if len(word) == 1} for text in (name, other))
    return words == others
