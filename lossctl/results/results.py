"""The results of one run, over all rows and over groups of them, as columns: a result is made when it is asked for.

Where a result is without a number that it may be without, a column has NaN, or NO_COUNT.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

from lossctl.columns.words import Words
from lossctl.lazy import np, regex
from lossctl.results.document import RESULT_FIELDS, Check, Result
from lossctl.results.fields import DeclaredField

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

NO_COUNT = -(2**63)
_OPTIONAL = frozenset(declared.name for declared in RESULT_FIELDS if declared.optional)
_QUANTILE = regex(r"p\d+(\.\d+)?")


class Results(Sequence[Result]):
    """For each group, that of all rows first, the results of each loss; as a sequence: group by group, each with all losses."""

    def __init__(
        self,
        losses: Sequence[Mapping[str, Any]],
        by: Mapping[str, Words],
        columns: Sequence[Mapping[str, Array]],
        quantiles: Sequence[str] = (),
        order: Array | None = None,
    ) -> None:
        """losses: for each of l losses the fields that are the same in every group. by: for each column of groups a word for each
        of g groups. columns: for each loss the other fields, of all rows first, then of each group (1 + g,). quantiles: which of
        them are quantiles. order: their places in the order of the sequence (1 + g,), 0 first, by default as they are.
        """
        self.losses, self.by, self.columns, self.quantiles = losses, by, columns, quantiles
        self.places = len(next(iter(columns[0].values())))
        self.order = np.arange(self.places) if order is None else order

    def __len__(self) -> int:
        return self.places * len(self.losses)

    @overload
    def __getitem__(self, index: int) -> Result: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Result]: ...
    def __getitem__(self, index: int | slice) -> Result | Sequence[Result]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        place, loss = divmod(range(len(self))[index], len(self.losses))
        at = self.order.item(place)
        fields = {name: _cell(name, values.item(at)) for name, values in self.columns[loss].items()}
        quantiles = {name: fields.pop(name) for name in self.quantiles}
        return Result(**self.losses[loss], by=self.group(place), **fields, quantiles=quantiles)

    def __iter__(self) -> Iterator[Result]:
        return map(self.__getitem__, range(len(self)))

    def of_check(self, name: str | None) -> Results:
        """The same as those of a check of a configuration."""
        heads = self.losses if name is None else [{**head, "check": name} for head in self.losses]
        return Results(heads, self.by, self.columns, self.quantiles, self.order)

    def group(self, place: int) -> dict[str, str] | None:
        """A group by the columns that it stands in; the first is that of all rows."""
        return {name: words.at(int(self.order[place]) - 1) for name, words in self.by.items()} if place else None

    def has(self, name: str) -> bool:
        """Whether a field is a column."""
        return name in self.columns[0]

    def values(self, name: str, start: int, stop: int) -> Array:
        """A column at some places of the sequence (stop - start,)."""
        losses = len(self.losses)
        first, last = start // losses, -(-stop // losses)
        places = self.order[first:last]
        values = np.array([of_loss[name][places] for of_loss in self.columns]).T.reshape(-1)
        return values[start - first * losses : stop - first * losses]


def values_of(results: Sequence[Result]) -> Array:
    """The headline value of each (n,)."""
    if isinstance(results, Results):
        return results.values("value", 0, len(results))
    return np.array([result.value for result in results])


def group_names(results: Sequence[Result]) -> Iterable[str]:
    """The columns that rows are grouped by."""
    return results.by if isinstance(results, Results) else dict.fromkeys(name for result in results for name in result.by or ())


def absent(name: str, values: Array) -> Array | None:
    """Which values of a column stand for none (n,); None where every result has one."""
    if name not in _OPTIONAL:
        return None
    found: Array = np.isnan(values) if values.dtype.kind == "f" else values == (NO_COUNT if values.dtype.kind == "i" else None)
    return found


def _cell(name: str, value: Any) -> Any:
    """The same of one value, as Python has it."""
    return None if name in _OPTIONAL and (value != value or value == NO_COUNT) else value


def columns_in(runs: Iterable[Sequence[Result]], reach: str) -> list[str]:
    """The names of the columns that the results of some runs have in formats of a reach, groups left out.

    What a result may be without is a column where a result has it.
    """
    names: list[str] = []
    held: set[str] = set()
    quantiles: dict[str, None] = {}
    for results in runs:
        if isinstance(results, Results):
            held.update(results.columns[0], *results.losses)
            quantiles |= dict.fromkeys(results.quantiles)
        else:
            held.update(*map(cells_of, results))
            quantiles |= dict.fromkeys(name for result in results for name in result.quantiles)
    for declared in (declared for declared in RESULT_FIELDS if declared.reaches(reach)):
        if declared.kind == "numbers":
            names += quantiles
        elif declared.kind != "group" and (declared.name in held or not declared.optional):
            names.append(declared.name)
    return names


def with_group(found: Result | Check) -> str:
    """A loss, and its group where it is of one: `mse [region=north]`."""
    group = ", ".join(f"{name}={value}" for name, value in (found.by or {}).items())
    return f"{found.loss} [{group}]" if group else found.loss


def cells_of(result: Result) -> dict[str, Any]:
    """The values of a result by column; each quantile is one; what the result is without is left out."""
    cells: dict[str, Any] = {}
    for declared in RESULT_FIELDS:
        value = getattr(result, declared.name)
        if declared.kind == "numbers":
            cells.update(value)
        elif not (declared.optional and value is None):
            cells[declared.name] = value
    return cells


def read_result(saved: Mapping[str, Any]) -> Result:
    """A result as JSON has it. What a newer version wrote beside is ignored; what an older one did not write is absent.

    Raises KeyError where a field of the first version is not there, TypeError or ValueError where one is of another kind.
    """
    values: dict[str, Any] = {}
    for declared in RESULT_FIELDS:
        if declared.kind == "numbers":
            lost, quantiles = declared.field.lost, filter(is_quantile, saved)
            values[declared.name] = {name: _number(name, saved[name], lost, saved) for name in quantiles}
        elif declared.name != "nonfinite" and not (declared.optional and _is_absent(declared, saved)):
            values[declared.name] = _read(declared, saved)
    return Result(**values)


def _is_absent(declared: DeclaredField, saved: Mapping[str, Any]) -> bool:
    """Whether a result is without a field: null says so, or of an interval with units that its end is no number."""
    no_number = declared.kind == "number" and saved.get("units") is not None
    return declared.name not in saved or (saved[declared.name] is None and not no_number)


def is_quantile(name: str) -> bool:
    """Whether a column's name is that of a quantile: p50, p99.9."""
    return _QUANTILE.fullmatch(name) is not None


def _read(declared: DeclaredField, saved: Mapping[str, Any]) -> Any:
    value = saved[declared.name]
    if declared.kind == "number":
        return _number(declared.name, value, declared.field.lost, saved)
    if declared.kind == "count" and not isinstance(value, (bool, str)) and float(value).is_integer():
        return int(value)
    if declared.kind == "text":
        return str(value)
    if declared.kind == "group":
        return {str(name): str(group) for name, group in value.items()} if value else None
    if declared.kind == "object":
        return value
    raise TypeError


def _number(name: str, value: Any, lost: float, saved: Mapping[str, Any]) -> float:
    """A number, or what JSON has none for: the value says it by name, others follow from what the losses were."""
    if value is None:
        if name == "value":
            return float(saved["nonfinite"] or "nan")
        return lost if saved["infinite"] or saved["nonfinite"] == "inf" else math.nan
    if isinstance(value, (bool, str)):
        raise TypeError
    return float(value)
