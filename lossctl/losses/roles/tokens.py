"""The inputs of losses of sequences: what a model said of the tokens that were observed, and how long their text is."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, TypeAlias

from lossctl.lazy import np
from lossctl.losses.domain import NON_NEGATIVE, Interval
from lossctl.losses.roles.block import Array, Block
from lossctl.losses.roles.role_values import refuse_value, within
from lossctl.losses.roles.roles import Role
from lossctl.record import record


@record
class LogProbabilityRole(Role):
    """The log-probabilities of what was observed, one or a list of them a row; -inf is that of what could not be."""

    shape: str = "(n, ...)"
    domain: Interval = Interval(high=0)
    meaning: str = "log-probabilities"

    def view(self, block: Block, name: str) -> Array:
        values = block.arrays[name]
        above = values > 0
        if above.any():
            hint = "log-probabilities are 0 or less; costs -log p that are there already: -l given"
            raise refuse_value(block, name, above, "is above 0", hint)
        return values


@record
class SequenceRole(LogProbabilityRole):
    """The same, of which the kernel gets the sum of each row (n,)."""

    summed: ClassVar[bool] = True

    @property
    def elementwise(self) -> bool:
        return False


@record
class TextRole(Role):
    """Text, of which the kernel gets how many bytes it has in UTF-8 (n,)."""

    shape: str = "(n,)"
    domain: Interval = NON_NEGATIVE
    meaning: str = "text"
    as_words: ClassVar[bool] = True
    blanks: ClassVar[bool] = True  # as a token is

    @property
    def words(self) -> str:
        return f"{self.meaning} {self.shape}"

    def view(self, block: Block, name: str) -> Array:
        column: Any = block.arrays[name]
        if isinstance(column, np.ndarray):
            return within(block, name, self.domain)
        counts: Array = column.byte_counts().astype(np.float64)
        return counts


@record
class ByteRole(TextRole):
    """Numbers of bytes; where a column holds text, those that it has in UTF-8."""

    meaning: str = "numbers of bytes, or text"
    or_numbers: ClassVar[bool] = True


LogProbabilities: TypeAlias = Annotated[Array, LogProbabilityRole()]
Sequences: TypeAlias = Annotated[Array, SequenceRole()]
Text: TypeAlias = Annotated[Array, TextRole()]
Bytes: TypeAlias = Annotated[Array, ByteRole()]
