"""Results (or, with --per-sample, samples) as a Parquet table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from lossctl.reports.formats.catalogue import Style
from lossctl.reports.lines.arrow_columns import arrow_table
from lossctl.reports.tables.full_tables import full_tables
from lossctl.reports.tables.table import Table
from lossctl.results.document import Document


def render(document: Document, style: Style) -> Iterator[bytes]:
    """The last of the full tables: the samples where there are any."""
    first, *others = full_tables(document)
    return render_tables([next((table for table in others if table.title == "samples"), first)], style)


def render_tables(tables: Iterable[Table], style: Style) -> Iterator[bytes]:
    """The last of some tables."""
    *_, table = tables
    buffer = pa.BufferOutputStream()
    pq.write_table(arrow_table(table), buffer)
    yield buffer.getvalue().to_pybytes()
