"""`lossctl losses`: the catalogue, and the page of one loss. Imports no NumPy: a listing is there at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from lossctl.errors import UsageError
from lossctl.files.output import write_file, write_stdout
from lossctl.losses.declaration import Loss
from lossctl.losses.plugins import load_files
from lossctl.losses.registry import LOSSES, SETS
from lossctl.losses.text import find_loss
from lossctl.options.commands import Losses
from lossctl.reports.delivery import read_delivery
from lossctl.reports.formats.catalogue import FORMATS, Style, render_pictures, render_tables
from lossctl.reports.pictures.picture import Picture
from lossctl.reports.tables.loss_pages import catalogue, family_tables, fit_tables, page, plain
from lossctl.reports.tables.table import Table


def run(options: Losses) -> int:
    """Shows every loss, or one."""
    if options.bare and options.name is not None and options.name not in SETS:
        raise UsageError("--bare lists names; it shows no page")
    delivery = read_delivery(options, [*options.plugin, *([] if options.for_ is None else [options.for_])])
    load_files(options.plugin)
    chosen = _chosen(options.name)
    picture = _picture(options, chosen, delivery.formats)
    fits = None if options.for_ is None else _fits(options.for_, chosen)
    rendered = partial(_rendered, chosen, picture) if fits is None else partial(render_tables, fits)
    for name, path in delivery.files:
        write_file(path, rendered(name, delivery.style_of_files))
    if options.bare:
        write_stdout(f"{loss.name}\n" for loss in chosen)
    elif fits is None and len(chosen) == 1 and options.format is None and not options.json:
        write_stdout(page(chosen[0]))
    else:
        write_stdout(rendered(delivery.format, delivery.style))
    return 0


def _found(word: str) -> Loss:
    """The loss of a name; UsageError, with the command that shows what is meant by a word of another library."""
    try:
        return find_loss(word)
    except UsageError as problem:
        from lossctl.losses.other_words import typed_for  # at an error only

        typed = typed_for(word)
        if typed is None:
            raise
        name = typed.split()[0].partition(":")[0]
        raise UsageError(problem.problem, hint=f"lossctl losses {name}") from None


def _chosen(name: str | None) -> list[Loss]:
    """One loss, those of a set, or all."""
    if name is None:
        return list(LOSSES.values())
    return LOSSES.members(name) if name in SETS else [_found(name)]


def _picture(options: Losses, chosen: Sequence[Loss], formats: Iterable[str]) -> Picture | None:
    """The picture that some of the formats show; None where a page shows tables instead.

    Raises UsageError where a format has nothing but pictures, and there is none.
    """
    if not any(FORMATS[name].pictures for name in formats):
        return None
    try:
        return _curves(options, chosen)
    except UsageError:
        if any(FORMATS[name].needs for name in formats):
            raise
        return None


def _curves(options: Losses, chosen: Sequence[Loss]) -> Picture:
    """The picture of the loss that was named; UsageError where there is none."""
    if options.name is None or options.name in SETS or options.for_ is not None:
        hint = f"lossctl losses {chosen[0].name} -o {chosen[0].name}.svg"
        raise UsageError("a picture shows the curves of one loss; expected its name", hint=hint)
    from lossctl.reports.pictures.curves import curves_of  # a listing computes no loss

    return curves_of(chosen[0])


def _fits(file: str, losses: Sequence[Loss]) -> list[Table]:
    """Which losses fit a file."""
    from lossctl.runs.fits import fits_of  # a listing of losses reads no file

    if file == "-":
        raise UsageError("--for looks at a file once for each loss, and standard input can be read once")
    return list(fit_tables(fits_of(file, losses)))


def _rendered(losses: Sequence[Loss], picture: Picture | None, name: str, style: Style) -> Iterator[str | bytes]:
    """The catalogue in a format: people read it family by family, JSON has all that is declared, a picture the curves of one."""
    if picture is not None and FORMATS[name].pictures:
        return render_pictures([picture], name, style)
    if name == "json":
        return iter([json.dumps(plain(losses), allow_nan=False, ensure_ascii=False) + "\n"])
    return render_tables(family_tables(losses) if name in ("table", "html") else [catalogue(losses)], name, style)
