"""What a function gives back: the document of its command, as values, as a frame, and as a notebook shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from lossctl.results.document import Document

if TYPE_CHECKING:
    import pandas as pd

    from lossctl.reports.table import Table


class Found:
    """The results of a call. title: that of the table of its results."""

    title: ClassVar[str] = "results"

    def __init__(self, document: Document) -> None:
        self._document = document

    @property
    def document(self) -> Document:
        """What the command line would show."""
        return self._document

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is legal and probably wrong."""
        return self.document.warnings

    @property
    def headline(self) -> str | None:
        """What is to be said first."""
        return None

    @property
    def shown(self) -> Document:
        """The document as a prompt and a notebook show it, which never raises."""
        return self.document

    def to_dict(self) -> dict[str, Any]:
        """The document in the shape of `lossctl/result@1`."""
        from lossctl.results.plain import as_dict

        return as_dict(self.whole())

    def to_frame(self) -> pd.DataFrame:
        """One row a result, check or comparison, with the columns of the csv report."""
        return self.frame(self.title)

    def whole(self) -> Document:
        """The document with all that it may hold."""
        return self.document

    def frame(self, title: str) -> pd.DataFrame:
        """The table of that title of the csv report, without rows where the document has none."""
        import pandas as pd

        from lossctl.reports.full_tables import full_tables

        table: Table | None = next((table for table in full_tables(self.document) if table.title == title), None)
        return pd.DataFrame() if table is None else pd.DataFrame([*table.lists()], columns=list(table.columns))

    def __repr__(self) -> str:
        from lossctl.python.notebook import as_text

        return as_text(self.shown, self.headline)

    def _repr_html_(self) -> str:
        from lossctl.python.notebook import as_html

        return as_html(self.shown, self.headline)
