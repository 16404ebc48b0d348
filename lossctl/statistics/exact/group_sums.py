"""Exact sums of many groups: for each the bits of `ExactSum`, in arrays."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.statistics.exact.double_double import Pairs, filled, nearest
from lossctl.statistics.exact.exact_sum import WIDTH, ExactSum, some_of, times_power, unit
from lossctl.statistics.exact.group_products import NONE, exponents, split, tops_of
from lossctl.statistics.exact.rounding import rounded
from lossctl.statistics.grouping import Grouping

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

_FULL = 2**61  # two lanes below it, and _ROWS multiples of up to 2**48, are added without overflow
_ROWS = 2**13
_FEW = 2**10  # rows of a block that one group may have without looking at its lanes in between
_SPARE = 8  # the part of what is there that is left for more
_CHUNK = 2**13  # rows that are worked on at a time, with their products and their parts in a core's cache


class GroupSums:
    """Sums of finite float64 values by group: add rows of groups, merge with other sums, and round all at the end.

    The levels are those of `ExactSum`, counted down from the one of the group's largest value, its top: lane k holds each group's
    multiples of the unit of level top - k. So few lanes hold all levels that count, whatever the sizes of other groups.

    bits: how many count below the largest value of a group.
    """

    def __init__(self, bits: int = 72) -> None:
        self.bits = bits
        self.exponent = np.zeros(0, np.int16)  # the largest value is below 2**exponent, and not below half of it
        self.lanes: list[Integers] = []
        self.spilled: dict[int, dict[int, int]] = {}  # multiples that outgrew a lane, by group and level
        self._room = _ROWS  # how many rows a group may still take until lanes are looked at

    def __len__(self) -> int:
        return len(self.exponent)

    def add(self, grouping: Grouping, *factors: Array) -> None:
        """Adds the products of factors (n,), none of them rounded."""
        self._grow(grouping.count)
        many = grouping.groups[grouping.sizes > _FEW]
        self._room -= min(int(grouping.sizes.max()), _FEW)
        if self._room < 0:
            self._empty()
        codes, tops = grouping.codes, self._raised(grouping.codes, exponents(factors))
        least = int(tops.min())
        levels = [least] if least == tops.max() else (np.flatnonzero(np.bincount(tops - least)) + least).tolist()
        for top in levels:
            rows = slice(None) if len(levels) == 1 else np.flatnonzero(tops == top)
            if top != tops_of(NONE):
                self._add(codes[rows], some_of(factors, rows), top, many)

    def _add(self, codes: Integers, factors: Sequence[Array], top: int, many: Integers) -> None:
        """Adds products of rows in groups of the same top; many: the groups that may have more than _FEW of them."""
        for start in range(0, len(codes), _CHUNK):
            chunk = slice(start, start + _CHUNK)
            products = split(some_of(factors, chunk), top, _lanes(self.bits))
            for below, rows, multiples in products:
                while below >= len(self.lanes):
                    self.lanes.append(np.zeros(len(self), np.int64))
                np.add.at(self.lanes[below], codes[chunk][rows], multiples)
            if len(many):
                self._empty(many)

    def _raised(self, codes: Integers, exponent: NDArray[np.int16]) -> NDArray[np.int16]:
        """The tops of the groups of rows (n,), of whose exponents these take account."""
        held = self.exponent[codes]
        larger = np.flatnonzero(exponent > held)
        if len(larger):
            groups = codes[larger]
            np.maximum.at(self.exponent, groups, exponent[larger])
            before = held[larger]
            levels = tops_of(self.exponent[groups]) - tops_of(before)
            lower = (levels > 0) & (before != NONE)
            if lower.any():
                groups, first = np.unique(groups[lower], return_index=True)
                self._lower(groups, levels[lower][first])
            held = self.exponent[codes]
        return tops_of(held)  # type: ignore[no-any-return]  # as wide as what it is given

    def _empty(self, groups: Integers | None = None) -> None:
        """Spills what fills the lanes, of some groups or of all."""
        if groups is None:
            self._room = _ROWS
        for below, lane in enumerate(self.lanes):
            held = lane if groups is None else lane[groups]
            if not _is_full(held):
                continue
            full = np.flatnonzero((held >= _FULL) | (held <= -_FULL))
            for place in (full if groups is None else groups[full]).tolist():
                self._spill(place, int(tops_of(self.exponent[place])) - below, int(lane[place]))
                lane[place] = 0

    def merge(self, other: GroupSums, places: Integers, count: int) -> None:
        """Adds what other sums hold; places: the group here of each of theirs, all different, of `count` groups."""
        self._grow(count)
        mine, theirs = self.exponent[places], other.exponent
        own_tops, their_tops, lanes = tops_of(mine), tops_of(theirs), other.lanes
        tops = np.maximum(own_tops, their_tops)
        raised, lifted = np.where(mine == NONE, 0, tops - own_tops), np.where(theirs == NONE, 0, tops - their_tops)
        if raised.any():
            self._lower(places[raised > 0], raised[raised > 0])
        if lifted.any():
            copy = GroupSums(self.bits)
            copy.exponent, copy.lanes = theirs, [lane.copy() for lane in lanes]
            copy._lower(np.flatnonzero(lifted), lifted[lifted > 0])
            lanes = copy.lanes
        self.exponent[places] = np.maximum(mine, theirs)
        for below, lane in enumerate(lanes):
            if below == len(self.lanes):
                self.lanes.append(np.zeros(len(self), np.int64))
            total = self.lanes[below][places] + lane
            for place in np.flatnonzero((total >= _FULL) | (total <= -_FULL)).tolist() if _is_full(total) else ():
                self._spill(int(places[place]), int(tops[place]) - below, int(total[place]))
                total[place] = 0
            self.lanes[below][places] = total
        for group, levels in other.spilled.items():
            for level, multiples in levels.items():
                self._spill(int(places[group]), level, multiples)

    def total(self) -> ExactSum:
        """The sum of all groups, to the bit as without groups: what counts beside the largest value counts in every group."""
        held, total, tops = ExactSum(self.bits), ExactSum(self.bits), tops_of(self.exponent)
        held.exponent = int(self.exponent.max(initial=NONE))
        if held.exponent == NONE:
            return total
        for top in np.unique(tops[self.exponent != NONE]).tolist():
            for below, lane in enumerate(self.lanes):
                high, low = (lane[tops == top] >> 32).sum(), (lane[tops == top] & (2**32 - 1)).sum()
                held.levels[top - below] = held.levels.get(top - below, 0) + (int(high) << 32) + int(low)
        for levels in self.spilled.values():
            for level, multiples in levels.items():
                held.levels[level] = held.levels.get(level, 0) + multiples
        total.merge(held)
        return total

    def pairs(self, groups: slice) -> Pairs:
        """The sums of some groups as held (m,); NaN where one outgrew its lanes."""
        tops = tops_of(self.exponent[groups])
        lanes = [np.where(self._counts(tops - below, groups), lane[groups], 0) for below, lane in enumerate(self.lanes)]
        terms, carry = [], np.zeros(len(tops), np.int64)
        for below, lane in reversed([*enumerate(lanes)]):  # digits of -2**47 to 2**47, the rest goes up
            lane += carry
            carry = (lane + 2 ** (WIDTH - 1)) >> WIDTH
            terms.append((lane - (carry << WIDTH)) * 2.0 ** (-WIDTH * below))
        terms.append(carry * 2.0**WIDTH)
        inside = [group - groups.start for group in self.spilled if groups.start <= group < groups.stop]
        terms[-1][inside] = np.nan
        return Pairs.of_terms(terms[::-1], unit(tops.astype(np.int64)))

    def rounded(self) -> Array:
        """Every sum, rounded to the nearest double (G,)."""
        return filled(nearest, rounded, [self], np.ones(len(self), bool))

    def fractions(self, groups: Integers) -> list[Fraction]:
        """The sums of some groups, exactly as held."""
        tops = tops_of(self.exponent[groups])
        sums = [0] * len(groups)
        for below, lane in enumerate(self.lanes):
            held = np.where(self._counts(tops - below, groups), lane[groups], 0).tolist()
            sums = [(total << WIDTH) + multiples for total, multiples in zip(sums, held, strict=True)]
        found = [times_power(total, unit(top - len(self.lanes) + 1)) for total, top in zip(sums, tops.tolist(), strict=True)]
        for place, group in enumerate(groups.tolist()) if self.spilled else ():
            for level, multiples in self.spilled.get(group, {}).items():
                if self._counts(level, group):
                    found[place] += times_power(multiples, unit(level))
        return found

    def _counts(self, level: Any, group: Any = slice(None)) -> Any:
        """Whether the levels above lack some of the bits."""
        return unit(np.asarray(level, np.int64) + 1) > self.exponent[group].astype(np.int64) - self.bits

    def _grow(self, count: int) -> None:
        self.exponent = grown(self.exponent, max(count, len(self)), NONE)
        self.lanes = [grown(lane, len(self)) for lane in self.lanes]

    def _spill(self, group: int, level: int, multiples: int) -> None:
        levels = self.spilled.setdefault(group, {})
        levels[level] = levels.get(level, 0) + multiples

    def _lower(self, groups: Integers, levels: Integers) -> None:
        """Makes room for tops that are some levels higher; what then lies below the lowest lane does not count."""
        for _ in range(min(_lanes(self.bits), len(self.lanes) + int(levels.max())) - len(self.lanes)):
            self.lanes.append(np.zeros(len(self), np.int64))
        held = np.stack([lane[groups] for lane in self.lanes])
        for below, lane in enumerate(self.lanes):
            source = below - levels
            lane[groups] = np.where(source >= 0, held[np.maximum(source, 0), np.arange(len(groups))], 0)


def grown(values: NDArray[Any], count: int, fill: Any = 0) -> NDArray[Any]:
    """The values and `fill` after them, `count` in all; they lie in the same place where there is room behind them.

    What is grown often would leave a hole wherever it lay before.
    """
    before, room = len(values), values.base
    if count == before:
        return values
    if not isinstance(room, _Room) or len(room) < count:
        room = _Room(count + count // _SPARE, values.dtype)
        room[:before] = values
    room[before:count] = fill
    return np.ndarray(count, values.dtype, room)


class _Room(np.ndarray):
    """Memory in which values have room to grow."""


def _lanes(bits: int) -> int:
    """How many levels can count: the largest value may be as small as half of its level's unit."""
    return 2 + -(-(bits - WIDTH) // WIDTH)


def _is_full(total: Integers) -> bool:
    return len(total) > 0 and (int(total.max()) >= _FULL or int(total.min()) <= -_FULL)
