"""What a scenario is: tables, and options as data; nothing of lossctl is in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

Cell: TypeAlias = "float | int | str | None"  # None: missing
Table: TypeAlias = "dict[str, list[Cell]]"


@dataclass(frozen=True)
class Column:
    """A column of the run's own table, or of the table of truth."""

    name: str
    of_truth: bool = False


@dataclass(frozen=True)
class Where:
    """A condition on a column; value: the number or word that it is compared with."""

    column: Column
    operator: str
    value: float | int | str


@dataclass(frozen=True)
class Scenario:
    """Models that are judged alike.

    models: a table for each. truth: the table that holds the target where that is another. preds: the columns of predictions, one
    or as many as there are classes. labels: what a label stands for, a class of `preds` or 0 and 1; empty for numbers. words: the
    options that say so, as they are typed. key: the column by which rows are paired, None where they go by their order.
    """

    seed: int
    models: tuple[Table, ...]
    truth: Table | None
    preds: tuple[str, ...]
    target: Column
    losses: tuple[str, ...]
    labels: dict[Cell, int] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    weight: Column | None = None
    by: tuple[Column, ...] = ()
    where: tuple[Where, ...] = ()
    key: str | None = None
    ignore: Cell = None
    drop_nan: bool = False
    drop_missing: bool = False
    reduction: str = "mean"

    @property
    def tables(self) -> list[Table]:
        """Every table."""
        return [*self.models, *([] if self.truth is None else [self.truth])]

    @property
    def is_numeric(self) -> bool:
        """Whether no table holds a word."""
        return not any(isinstance(cell, str) for table in self.tables for column in table.values() for cell in column)
