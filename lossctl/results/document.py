"""What a command found, as plain frozen records; their fields in their order are those of the JSON (`lossctl/result@1`).

The annotations are no texts, which would have to be evaluated at every start.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import lossctl
from lossctl.errors import LossctlError
from lossctl.options.data import QUANTILE
from lossctl.question.checks.limit_kinds import KINDS
from lossctl.record import record
from lossctl.results.fields import Field, fields_of
from lossctl.results.samples import RowKey, SampleTable

if TYPE_CHECKING:
    from lossctl.results.observed import Observed, Paired

NAN = math.nan
SCHEMA = "lossctl/result@1"
Cell: TypeAlias = "str | float | int | None"


@record(kw_only=True)
class Result:
    """One loss over one run, or over one group of it. What came later has a default: older saved results are without it."""

    loss: Annotated[str, Field("the loss by its canonical text", people="always")]
    name: Annotated[str, Field("the loss without its parameters", "json")]
    params: Annotated[Mapping[str, Any], Field("every parameter with its value, defaults included", "json")]
    reduction: Annotated[str, Field(f"what became of the rows' losses: mean, sum, min, max or pNN, {QUANTILE}", "line")]
    value: Annotated[float, Field("the headline: the losses of the rows, reduced", people="always")]
    by: Annotated[Mapping[str, str] | None, Field("the group, a column for each of --by; none for all rows", people="always")]
    check: Annotated[str | None, Field("the check of a configuration that it belongs to", "json", since="0.2.0")] = None
    n: Annotated[int, Field("the number of rows used", people="always")]
    weight: Annotated[float, Field("the denominator: what the sum is divided by to give the mean", people="differs", beside="n")]
    mean: Annotated[float, Field("the (weighted) mean of the rows' losses", people="differs", beside="value")]
    sum: Annotated[float, Field("the (weighted) sum of the rows' losses")]
    std: Annotated[float, Field("their (weighted) standard deviation, of the population", people="always", spare=3, lost=NAN)]
    quantiles: Annotated[Mapping[str, float], Field(f"pNN, {QUANTILE}", people="always", since="0.2.0")] = field(
        default_factory=dict
    )
    min: Annotated[float, Field("the least loss of a row", people="always", spare=1)]
    max: Annotated[float, Field("the greatest loss of a row", people="always", spare=2)]
    low: Annotated[float | None, Field("the lower end of the value's interval", people="always", since="0.2.0", lost=NAN)] = None
    high: Annotated[float | None, Field("the upper end of the value's interval", people="always", since="0.2.0", lost=NAN)] = None
    ci_method: Annotated[str | None, Field("how the interval was made", since="0.2.0")] = None
    units: Annotated[int | None, Field("the number of independent units behind the interval", since="0.2.0")] = None
    se: Annotated[float | None, Field("the standard error of the value", "line", since="0.2.0", lost=NAN)] = None
    df: Annotated[int | None, Field("the degrees of freedom of the interval", "line", since="0.2.0")] = None
    skewness: Annotated[float | None, Field("that of the losses, by which ends are moved", "line", since="0.2.0", lost=NAN)] = (
        None
    )
    nonfinite: Annotated[str | None, Field("inf, -inf or nan where the value is no finite number", "line")] = field(init=False)
    infinite: Annotated[int, Field("the number of rows whose loss is infinite", "line")]
    signature: Annotated[str, Field("every option that can change the value: equal ones mean equal definitions", "line")]

    def __post_init__(self) -> None:
        self.__dict__["nonfinite"] = nonfinite(self.value)


RESULT_FIELDS = fields_of(Result)


@record(kw_only=True)
class WorstRow:
    """One of the costliest rows of a loss."""

    row: int
    id: RowKey
    value: float
    nonfinite: str | None = field(init=False)
    keep: Mapping[str, Cell]

    def __post_init__(self) -> None:
        self.__dict__["nonfinite"] = nonfinite(self.value)


@record(kw_only=True)
class Run:
    """What was judged as one, from which sources, and the results. keep: what a manifest says of it beside its options.

    tied: whether it is the first of ranked runs or not apart from it; None where that is not known, or not asked.
    """

    run: str
    rows: int
    used: int
    dropped: Mapping[str, int]
    error: str | None = None
    sources: Mapping[str, str]
    classes: list[str] | None
    results: Sequence[Result]
    samples: SampleTable | None = None
    worst: Mapping[str, tuple[WorstRow, ...]] | None = None
    keep: Mapping[str, Cell] | None = None
    tied: bool | None = None

    @staticmethod
    def failed(name: str, error: LossctlError) -> "Run":
        """The run of a name that has an error instead of results."""
        return Run(run=name, rows=0, used=0, dropped={}, sources={}, classes=None, results=(), error=error.line)

    @property
    def totals(self) -> list[Result]:
        """The results over all rows, which stand before those of groups."""
        return [*takewhile(lambda result: result.by is None, self.results)]


@record(kw_only=True)
class Check:
    """One limit on one result; status: pass, fail, warn (a failure that does not count) or error (it could not be judged).

    low, high: the interval that was judged, of the value, or of its change or the gap. sees: the least worsening that would be
    called a failure four times in five. undecided: the interval reaches across the limit, and an option made the status.
    """

    name: str
    run: str
    loss: str
    by: Mapping[str, str] | None
    kind: str
    limit: float | None
    percent: bool
    value: float | None
    baseline: float | None
    change: float | None
    low: float | None = None
    high: float | None = None
    sees: float | None = None
    undecided: bool = False
    status: str
    message: str

    @property
    def verdict(self) -> str:
        """The status; `undecided` of one that passes only for that."""
        return "undecided" if self.undecided and self.status == "pass" else self.status

    @property
    def subject(self) -> str:
        """What it is on, as that of a kind of limit; a result that is missing is of no such kind."""
        return KINDS[self.kind].subject if self.kind in KINDS else "value"

    @property
    def relative(self) -> bool:
        """Whether it is on the rise or change from a baseline."""
        return self.subject in ("rise", "change")

    @property
    def judged(self) -> bool:
        """Whether it says more than that there is nothing to compare with."""
        return self.status != "pass" or self.baseline is not None or not self.relative


@record(kw_only=True)
class Comparison:
    """A candidate against the base on the same rows; `difference` is candidate minus base, `low` to `high` its interval.

    Of a loss that is best between other values, as bias, the difference is how much farther the candidate is from the best one:
    interval, p-value and verdict are of that. no_interval: why there is no interval, where there is none.
    A loss that has one value for all rows has no interval, no p-value and no counts, and its method is none. counted: what n and
    the counts before it count, row or group; whole where there is one value for all rows, of which n are.
    verdict: better or worse, in the loss's own direction, where the interval leaves 0 out; None where it does not.
    best: the best model by the loss over these rows; None where there is but one candidate. tied, base_tied: whether the
    candidate and the base are the best or tied with it; None where that is not known.
    """

    loss: str
    by: Mapping[str, str] | None
    base: str
    candidate: str
    base_value: float
    value: float
    difference: float
    low: float | None = None
    high: float | None = None
    confidence: float
    method: str
    seed: int | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    better: int | None = None
    worse: int | None = None
    equal: int | None = None
    n: int
    units: int | None = None
    counted: str = "row"
    no_interval: str | None = None
    verdict: str | None = None
    best: str | None = None
    tied: bool | None = None
    base_tied: bool | None = None
    worst: tuple[Mapping[str, Any], ...] | None = None


RANKED = ("best", "tied", "base_tied")  # what only comparisons of several candidates have


@record
class Board:
    """Runs as a leaderboard of losses, in the order of one. long: a line for each result, not one a run. note: what ties are."""

    sort: str
    long: bool
    losses: tuple[str, ...] = ()
    note: str | None = None


@record(kw_only=True)
class Document:
    """All that a command has to say. fault: the exit code of its errors, 0 where there is none. board: its runs are ranked.

    observed, paired: what pictures show of runs and of comparisons over all rows.
    """

    command: str
    version: str = lossctl.__version__
    runs: tuple[Run, ...] = ()
    checks: tuple[Check, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    warnings: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    fault: int = 0
    board: Board | None = None
    observed: "tuple[Observed, ...]" = ()
    paired: "tuple[Paired, ...]" = ()

    @property
    def ok(self) -> bool:
        """No check failed and there was no error."""
        return not self.errors and all(check.status in ("pass", "warn") for check in self.checks)

    @cached_property
    def of_several_runs(self) -> bool:
        """Whether its checks are about more than one run."""
        return len({check.run for check in self.checks}) > 1

    @property
    def errors_beside(self) -> tuple[str, ...]:
        """The errors that belong to no check and no run."""
        said = {check.message for check in self.checks} | {run.error for run in self.runs}
        return tuple(error for error in self.errors if error not in said)

    @property
    def exit_code(self) -> int:
        """Errors before failed checks."""
        return self.fault or int(not self.ok)


def nonfinite(value: float) -> str | None:
    """The name of a value that JSON has no number for."""
    if math.isfinite(value):
        return None
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
