"""`lossctl init`: a commented starter `lossctl.toml` for the files it is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from lossctl.errors import LossctlError, UsageError
from lossctl.files.output import write_file
from lossctl.options.commands import Eval, Init
from lossctl.reports.delivery import say
from lossctl.text import number_text, shown

NAME = "lossctl.toml"
HEAD = """\
# The checks of this project: `lossctl check` runs them and exits 1 if one fails.
# Keys at the top are defaults for every check; paths begin at this file.
# baseline = "metrics/main.json"   # made by: lossctl check --update-baseline
"""
EXAMPLE = """
# [[check]]
# name = "overall"
# files = ["preds/test.csv"]
# loss = "mse"
# max = 0.10
"""
MORE = """\
# max_rise = "1%"      # over the baseline
# by = "COLUMN"        # each group too
# min_n = 50
# severity = "warn"    # is said and does not count
"""


def run(options: Init) -> int:
    """Writes the file, which must not be there yet."""
    if Path(NAME).exists():
        raise UsageError("it is there already; edit it, or remove it first", where=NAME)
    write_file(
        NAME, [HEAD, *(EXAMPLE for _ in range(not options.files)), *(text for file in options.files for text in _check(file))]
    )
    say([f"{NAME} is written; edit the limits, then run: lossctl check"], quiet=options.quiet)
    return 0


def _check(file: str) -> Iterator[str]:
    """A check of one file: its loss by the kind of its predictions, its limit a tenth above today's value."""
    from lossctl.engine.runs import Wanted, evaluate_run
    from lossctl.question.request import read_request

    yield f"\n[[check]]\nname = {json.dumps(Path(file).stem)}\nfiles = [{json.dumps(file)}]\n"
    problems: list[str] = []
    for loss in ("ce", "hinge", "mse"):  # the first that the file's labels and predictions allow
        request = read_request(Eval(preds=(file,), loss=(loss,), jobs="1"))
        try:
            value = evaluate_run(request, request.inputs.runs[0], Wanted()).run.results[0].value
        except LossctlError as problem:
            problems.append(f"# {loss}: {shown(str(problem)).replace(chr(10), ' ')}\n")
            continue
        yield f"loss = {json.dumps(loss)}\nmax = {number_text(float(f'{1.1 * value:.3g}'))}   # now {value:.6g}\n{MORE}"
        return
    yield 'loss = "mse"   # these were tried:\n' + "".join(problems) + "max = 1.0\n"
