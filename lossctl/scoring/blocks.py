"""What kernels see of the used rows of a part: rows, or their elements one after the other."""

from __future__ import annotations

import math
from dataclasses import field

import numpy as np

from lossctl.binding.binding import BoundForm
from lossctl.binding.use import RowField, Use
from lossctl.columns.words import Words
from lossctl.errors import DataError
from lossctl.losses.roles.block import Array, Block, Facts
from lossctl.losses.roles.roles import Role
from lossctl.losses.roles.shapes import Fit
from lossctl.record import record
from lossctl.rows.elements import Elements, elements_of, row_sums
from lossctl.rows.parts import Part
from lossctl.rows.used import UsedRows


@record(frozen=False)
class Blocks:
    """The blocks of some used rows, which begin at row `start` of a part: one for each way in which losses judge rows."""

    part: Part
    start: int
    used: UsedRows
    scale: str
    normalize: bool
    facts: Facts
    _made: dict[Fit, tuple[Block, Elements]] = field(default_factory=dict)

    def block_of(self, bound: BoundForm) -> tuple[Block, Elements]:
        """What the kernel of a loss sees, and the elements by which its answers become those of rows."""
        fit = bound.fit
        made = self._made.get(fit)
        if made is None:
            lists = self.used.lists if fit.lists else None
            elements = elements_of(fit, len(self.used.rows), lists, self.used.elements if fit.elements else None)
            made = self._made[fit] = self._block(elements, bound), elements
        block, elements = made
        for name, role in bound.form.roles.items():
            if name not in block.arrays and not role.text:
                block.arrays[name] = self._values(name, role, elements, fit)
        return block, elements

    def _values(self, name: str, role: Role, elements: Elements, fit: Fit) -> Array:
        column = self.used.rows.roles[name]
        if isinstance(column, Words):
            return column  # type: ignore[return-value]  # as the role asks
        return _read_only(row_sums(column) if role.summed else elements.flat(column, role, fit))

    def weights(self) -> Array | None:
        """The weights of the rows (n,), None where there are none; DataError at the first that is none."""
        weight = self.used.rows.weight
        if weight is None:
            return None
        bad = ~((weight >= 0) & np.isfinite(weight))
        if bad.any():
            row = int(bad.argmax())
            where = self.part.locate(Use(RowField.WEIGHT), self.start + self.used.rows.place(row))
            raise DataError(f"weight {weight[row]:g} is not a finite number >= 0", where=where)
        return weight

    def _block(self, elements: Elements, bound: BoundForm) -> Block:
        # the functions must not know these blocks, or only the garbage collector would free them
        part, start, rows, fit = self.part, self.start, self.used.rows, bound.fit
        roles: dict[str, Role] = dict(bound.form.roles)

        def locate(name: str, place: int, column: int | None) -> str:
            row, element = elements.row_of(place) if fit.elements else (place, None)
            if element is None:
                element = column
            elif roles[name].of_classes and fit.class_axis is not None:
                element = _place_in_row(fit, element, column or 0)
            return part.locate(Use(RowField.ROLE, name), start + rows.place(row), element)

        return Block(
            elements.size,
            {},
            self.scale,
            self.normalize,
            locate=locate,
            number=lambda place: rows.number(elements.row_of(place)[0] if fit.elements else place),
            facts=self.facts,
            finite=frozenset(self.used.finite),
            noun="element" if fit.elements else "row",
            columns=bound.vectors,
            rows=(elements.row_counts, elements.row_sums),
        )


def _place_in_row(fit: Fit, element: int, column: int) -> int:
    """Where the value of a class of an element stands in the row of predictions, counted in C order."""
    assert fit.class_axis is not None
    assert fit.classes is not None
    after = math.prod(fit.elements[fit.class_axis :])  # elements that follow one class before the next
    return (element // after * fit.classes + column) * after + element % after


def _read_only(values: Array) -> Array:
    """Several losses see the same arrays."""
    values.flags.writeable = False
    return values
