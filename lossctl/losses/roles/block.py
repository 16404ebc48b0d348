"""The rows that kernels see in one step, and what was noticed while they were checked."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, TypeAlias

from lossctl.errors import DataError
from lossctl.lazy import np
from lossctl.record import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lossctl.losses.roles.roles import Role

    Array: TypeAlias = NDArray[np.float64]
else:
    Array = Any


def row_sums(values: Array) -> Array:
    """The sum of each row, (n, d) -> (n,): the same bits whether rows or columns lie together in memory."""
    if values.strides[0] >= values.strides[1]:
        sums: Array = values.sum(axis=1)
        return sums
    return _pairwise(values.T)


def _pairwise(columns: Array) -> Array:
    """The sum of columns (d, n) in the order in which NumPy adds the values of a row that lie side by side."""
    count = len(columns)
    if count > 128:
        half = count // 2 // 8 * 8
        return _pairwise(columns[:half]) + _pairwise(columns[half:])
    if count < 8:
        few: Array = np.add.reduce(columns, axis=0)
        return few
    last = count // 8 * 8
    eight = columns[:8]
    for start in range(8, last, 8):
        eight = eight + columns[start : start + 8]
    total: Array = ((eight[0] + eight[1]) + (eight[2] + eight[3])) + ((eight[4] + eight[5]) + (eight[6] + eight[7]))
    for column in columns[last:]:
        total += column
    total += 0.0  # as NumPy begins with 0
    return total


def row_max(values: Array) -> Array:
    """The largest value of each row, (n, d) -> (n,)."""
    largest: Array = values.max(axis=1)
    return largest


def each_run(judge: Callable[..., float], counts: NDArray[np.int64], *columns: Array) -> Array:
    """What a function gives for runs of rows of these lengths (g,), one after the other; it gets each run's rows of columns."""
    ends = np.cumsum(counts)
    bounds = zip((ends - counts).tolist(), ends.tolist(), strict=True)
    return np.array([judge(*(column[start:stop] for column in columns)) for start, stop in bounds], dtype=np.float64)


class RefusedRows(Exception):
    """Raised by a kernel for rows of a block on which the loss with its parameters is not defined.

    role: that of the value that is to blame, or what the kernel got for it; by default the first one. hint: how to go on.
    """

    def __init__(self, rows: NDArray[np.bool_], problem: str, role: str | Array | None = None, hint: str | None = None) -> None:
        super().__init__(problem)
        self.row = int(rows.argmax())
        self.problem, self.role, self.hint = problem, role, hint

    def role_among(self, names: Sequence[str], arguments: Sequence[Any]) -> str:
        """The name of the role that is to blame. arguments: what the kernel got, that of each role first."""
        if isinstance(self.role, str):
            return self.role
        return next((name for name, argument in zip(names, arguments, strict=False) if argument is self.role), names[0])


class NothingToJudge(RefusedRows):
    """Raised by a kernel for rows that are right each, and of which together the loss has no value.

    values: what it answers where that is no error, as for some of the groups of `--by`: NaN where there is no value.
    """

    def __init__(self, rows: NDArray[np.bool_], problem: str, values: Any = math.nan, *, role: str | None = None) -> None:
        super().__init__(rows, problem, role)
        self.values = values


@record
class Fault:
    """What rows show to be wrong: where that stands, the words, and how to go on, if there is a way."""

    where: str
    problem: str
    hint: str | None = None


@record
class Suspicion:
    """What every row of a run may show, in words. least: of how many rows that is strange; needs: what else must be noted."""

    words: str
    least: int = 1
    needs: tuple[str, ...] = ()


@record
class VectorColumns:
    """The columns of a role that are a vector side by side. option: what one types before their names."""

    names: tuple[str, ...]
    option: str


@record(frozen=False)
class Facts:
    """What the rows showed; facts of two blocks merge into the facts of both.

    first: the first row of the run at which something was seen, and where that stands. counts: how many times something
    was done. suspected: what is legal and probably wrong, unless refuted by a row.
    """

    first: dict[str, tuple[int, str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    suspected: set[Suspicion] = field(default_factory=set)
    refuted: set[Suspicion] = field(default_factory=set)

    def merge(self, other: Facts) -> None:
        for what, place in other.first.items():
            self.first[what] = min(place, self.first.get(what, place))
        for what, count in other.counts.items():
            self.counts[what] = self.counts.get(what, 0) + count
        self.suspected |= other.suspected
        self.refuted |= other.refuted

    def standing(self, rows: int) -> list[str]:
        """The words of what no row of a run refuted."""
        return sorted(
            suspicion.words
            for suspicion in self.suspected - self.refuted
            if rows >= suspicion.least and all(what in self.first for what in suspicion.needs)
        )


@record(frozen=False)
class Block:
    """`size` elements or rows of every role that kernels see in one step: float64 (size,) or (size, width), no NaN in them.

    scale: what class predictions are. locate: (role, place in the block, column or None) in words for an error.
    number: the row of the run that a place belongs to. noun: what is judged, a row or an element of one. columns: of each
    role that is read from several columns. rows: functions that give how many elements each row has, and the sums over these of
    a value of each.
    """

    size: int
    arrays: dict[str, Array]
    scale: str
    normalize: bool
    locate: Callable[[str, int, int | None], str]
    number: Callable[[int], int]
    facts: Facts = field(default_factory=Facts)
    finite: frozenset[str] = frozenset()  # the roles of which every value is known to be finite
    noun: str = "row"
    columns: Mapping[str, VectorColumns] = field(default_factory=dict)
    rows: tuple[Callable[[], NDArray[np.int64]], Callable[[Array], Array]] | None = None
    _views: dict[str, list[tuple[Role, Any]]] = field(default_factory=dict)

    def view(self, name: str, role: Role) -> Any:
        """What a kernel gets for a role: checked once, however many losses use it."""
        known = self._views.setdefault(name, [])
        for same, view in known:
            if same is role or same == role:
                return view
        known.append((role, role.view(self, name)))
        return known[-1][1]

    def views(self, roles: Mapping[str, Role]) -> list[Any]:
        """What a kernel gets for each of some roles, in their order."""
        return [self.view(name, role) for name, role in roles.items()]

    def refuse(self, name: str, place: int, problem: str, *, column: int | None = None, hint: str | None = None) -> DataError:
        """The error that names one value of one role."""
        return DataError(problem, where=self.locate(name, place, column), hint=hint, row=self.number(place))

    def note(self, what: str, name: str, place: int) -> None:
        """Remembers the first row of the run at which something was seen in a role."""
        if what not in self.facts.first:
            self.facts.first[what] = self.number(place), self.locate(name, place, None)

    def suspect(self, suspicion: Suspicion, holds: Callable[[slice], bool]) -> None:
        """Suspects what holds until a row refutes it; most do at once. holds: whether some rows of the block show it."""
        self.facts.suspected.add(suspicion)
        if suspicion not in self.facts.refuted and not (holds(slice(0, 8)) and holds(slice(None))):
            self.facts.refuted.add(suspicion)

    def count(self, what: str, number: int) -> None:
        """Adds to the count of something that was done."""
        if number:
            self.facts.counts[what] = self.facts.counts.get(what, 0) + number
