"""`lossctl eval`: losses of prediction files, reduced and per sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from lossctl.errors import UsageError, listed, quoted
from lossctl.files.output import replacing
from lossctl.options.commands import Eval
from lossctl.question.request import Request, read_request
from lossctl.question.values import whole
from lossctl.reports.progress import Progress
from lossctl.results.document import Document, Run

if TYPE_CHECKING:
    from lossctl.results.observed import Observed
    from lossctl.results.samples import SampleColumns
    from lossctl.scoring.sample_sinks import TableSink


def run(options: Eval) -> int:
    """Judges every run, says what was chosen, and delivers the document."""
    from lossctl.reports.delivery import read_delivery, said, say  # Python code, which judges too, delivers nothing

    request = read_request(options)
    check_sample_options(options, request)
    samples = [] if options.save_samples is None else [options.save_samples]
    delivery = read_delivery(options, request.files(), outputs=samples, globs=request.inputs.globs)
    delivery.begin()
    document = judge(options, request, quiet=delivery.quiet, pictures=delivery.pictures)
    say(map(said, document.runs), quiet=delivery.quiet)
    delivery.deliver(document)
    return 0


def judge(options: Eval, request: Request, *, quiet: bool, pictures: bool = False) -> Document:
    """The document of a request; pictures: with what they show. Raises the error of the first run that has one."""
    from lossctl.runs.evaluation import evaluate_runs
    from lossctl.scoring.wanted import Wanted

    runs: list[Run] = []
    warnings: list[str] = []
    observed: list[Observed] = []
    with Progress(quiet=quiet) as progress, _sample_file(options) as sink:
        wanted = Wanted(
            per_sample=options.per_sample,
            worst=whole("--worst", options.worst, 0),
            spread=not options.bare or bool(options.output),
            table=sink,
            pictures=pictures,
            progress=progress.advance,
        )
        for found in evaluate_runs(request, wanted):
            runs.append(found.run)
            warnings += found.warnings
            observed += [] if found.observed is None else [found.observed]
    return Document(command="eval", runs=tuple(runs), warnings=tuple(dict.fromkeys(warnings)), observed=tuple(observed))


def check_sample_options(options: Eval, request: Request) -> None:
    """UsageError where the options about samples contradict each other."""
    worst = whole("--worst", options.worst, 0)
    if options.save_samples is not None:
        _sample_opener(options.save_samples)
        if len(request.inputs.runs) > 1:
            raise UsageError("--save-samples takes one run, and there are several PREDs", hint="as one dataset: --pool")
    if options.keep and not (options.per_sample or options.save_samples or worst):
        raise UsageError("--keep carries columns along with samples; add --per-sample, --save-samples PATH or --worst K")


def _sample_opener(path: str) -> Callable[[BinaryIO, Sequence[str], SampleColumns], TableSink]:
    """What writes samples into a file of that name; UsageError where its ending tells of nothing."""
    from lossctl.reports.sample_files import SAMPLE_FILES

    for ending, opener in SAMPLE_FILES.items():
        if path.lower().endswith(ending):
            return opener
    raise UsageError(f"--save-samples writes {listed(SAMPLE_FILES)} files, not {quoted(path)}")


@contextmanager
def _sample_file(options: Eval) -> Iterator[Callable[[Sequence[str], SampleColumns], TableSink] | None]:
    """Opens what --save-samples names; the file is there, whole, when all went well."""
    if options.save_samples is None:
        yield None
        return
    with replacing(options.save_samples) as file:
        yield partial(_sample_opener(options.save_samples), file)
