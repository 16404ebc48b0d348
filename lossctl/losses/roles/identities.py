"""Whose a row is: rows of one label are alike, whatever the label says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeAlias

from lossctl.columns.words import Words
from lossctl.losses.roles.block import Block
from lossctl.losses.roles.roles import Role
from lossctl.record import record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes: TypeAlias = NDArray[np.int64]
else:
    Codes = Any


@record
class IdentityRole(Role):
    """Labels, words or numbers, of which the kernel sees which are the same."""

    shape: str = "(n,)"
    as_words: ClassVar[bool] = True

    @property
    def words(self) -> str:
        return "labels (n,): words or numbers, the same for rows that are alike"

    def view(self, block: Block, name: str) -> Codes:
        words: Any = block.arrays[name]
        assert isinstance(words, Words), "the role asks for words"
        return words.encoded()[0]


Identities: TypeAlias = Annotated[Codes, IdentityRole()]
