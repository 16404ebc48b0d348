"""What Python code hands over instead of a file, as a table: arrays, and frames whose columns have names."""

from __future__ import annotations

from typing import Any

from lossctl.formats.numpy.arrays import ArrayTable
from lossctl.formats.table import Table


def is_frame(data: Any) -> bool:
    """Whether it is a table with named columns: a DataFrame of pandas or polars, a Table or RecordBatch of pyarrow."""
    return hasattr(data, "columns") and (
        hasattr(data, "iloc") or hasattr(data, "to_arrow") or hasattr(data, "to_batches") or hasattr(data, "schema")
    )


def table_of(name: str, data: Any, *, named: bool) -> Table:
    """The table of an array, or of a frame; `named`: whether the columns of a frame are apart, each by its name."""
    if not (named and is_frame(data)):
        return ArrayTable(name, data)
    if hasattr(data, "iloc"):
        from lossctl.formats.numpy.frames import FrameTable, holds_lists

        if not holds_lists(data):
            return FrameTable(name, data)
    from lossctl.formats.arrow.arrow_frames import ArrowFrame, arrow_of

    return ArrowFrame(name, arrow_of(data))
