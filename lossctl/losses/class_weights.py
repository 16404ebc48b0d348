"""Numbers for each class that a person need not type: by the classes' names, or counted in the labels of a run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from lossctl.errors import listed
from lossctl.losses.domain import NON_NEGATIVE, POSITIVE, Interval, Value, read_number
from lossctl.losses.vector_domain import PerClass, Vector
from lossctl.record import record
from lossctl.text import number_text

BALANCED, EFFECTIVE = "balanced", "effective"
_BETA = Interval(0, 1, open_high=True)


@record
class ClassWeights(PerClass):
    """A weight for each class: a vector, `cat=2,dog=1`, `balanced` or `effective:BETA`; the last three as texts."""

    each: Interval = NON_NEGATIVE

    def check(self, value: object) -> Value:  # type: ignore[override]  # texts beside vectors
        if isinstance(value, Mapping):
            value = ",".join(f"{name}={weight}" for name, weight in value.items())
        if not isinstance(value, str):
            return super().check(value)
        word, _, beta = value.partition(":")
        if word == BALANCED and not beta:
            return value
        if word == EFFECTIVE:
            return f"{EFFECTIVE}:{number_text(self._number(beta, _BETA))}"
        weights = [
            (name, self._number(weight, self.each)) for name, _, weight in (text.rpartition("=") for text in value.split(","))
        ]
        if not all(name for name, _ in weights) or len(dict(weights)) < len(weights):
            raise ValueError(self.words())
        return ",".join(f"{name}={number_text(weight)}" for name, weight in weights)

    def read(self, text: str) -> Value:  # type: ignore[override]
        return self.check(text) if text[:1].isalpha() or "=" in text else super().read(text)

    def words(self) -> str:
        return f"a number for each class, each {self.each.words()}, NAME=WEIGHT,... of all classes, balanced, or effective:BETA"

    def inside(self) -> Sequence[Value]:
        return [*super().inside(), BALANCED, f"{EFFECTIVE}:0.5"]

    def outside(self) -> Sequence[object]:
        return [*super().outside(), f"{EFFECTIVE}:1", "cat=2,dog"]

    def for_names(self, value: Value, names: Sequence[str]) -> Value:
        """Weights by name as a vector in the order of the classes; ValueError where a name is missing or is no class."""
        if not isinstance(value, str) or "=" not in value:
            return value
        weights = {name: float(weight) for name, _, weight in (text.rpartition("=") for text in value.split(","))}
        if not names:
            raise ValueError("a number for each class in column order: the classes have no names here; --classes names them")
        if set(weights) != set(names):
            raise ValueError(f"a weight for each of the classes {listed(names)}")
        return Vector(weights[name] for name in names)

    def counted(self, value: Value, counts: Sequence[int]) -> Value:
        """`balanced` and `effective:BETA` as weights for classes of which there are so many rows; 0 where there are none.

        balanced: n / (c n_k). effective: (1 - BETA) / (1 - BETA**n_k), scaled to sum to c. c counts the classes that occur.
        """
        if not isinstance(value, str):
            return value
        occur = sum(count > 0 for count in counts)
        if value == BALANCED:
            return Vector(sum(counts) / (occur * count) if count else 0.0 for count in counts)
        beta = float(value.partition(":")[2])
        least = [(1 - beta) / -math.expm1(count * math.log(beta)) if beta else 1.0 for count in counts if count]
        scale, weights = occur / math.fsum(least), iter(least)
        return Vector(scale * next(weights) if count else 0.0 for count in counts)

    def _number(self, text: str, domain: Interval) -> float:
        try:
            return domain.check(read_number(text, ""))
        except ValueError:
            raise ValueError(self.words()) from None


@record
class ClassCounts(PerClass):
    """How many rows each class has: a vector, or `balanced`, counted in the labels of the run."""

    each: Interval = POSITIVE

    def check(self, value: object) -> Value:  # type: ignore[override]  # a text beside vectors
        return BALANCED if value == BALANCED else super().check(value)

    def read(self, text: str) -> Value:  # type: ignore[override]
        return text if text == BALANCED else super().read(text)

    def words(self) -> str:
        return f"a vector with one number for each class, each {self.each.words()}, or balanced"

    def inside(self) -> Sequence[Value]:
        return [*super().inside(), BALANCED]

    def counted(self, value: Value, counts: Sequence[int]) -> Value:
        """`balanced` as the numbers of rows themselves."""
        return Vector(map(float, counts)) if value == BALANCED else value
