"""Results (or, with --per-sample, samples) as a Parquet table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from lossctl.reports.formats import Style
from lossctl.reports.table import Table
from lossctl.reports.tables import full_tables
from lossctl.results.document import Document


def render(document: Document, style: Style) -> Iterator[bytes]:
    """The last of the full tables: the samples where there are any."""
    tables = {table.title: table for table in full_tables(document)}
    return render_tables([tables.get("samples", tables["results"])], style)


def render_tables(tables: Iterable[Table], style: Style) -> Iterator[bytes]:
    """The last of some tables."""
    *_, table = tables
    columns = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
    buffer = pa.BufferOutputStream()
    pq.write_table(pa.table({name: list(cells) for name, cells in zip(table.columns, columns, strict=True)}), buffer)
    yield buffer.getvalue().to_pybytes()
