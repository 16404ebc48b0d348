"""What a function gives back: the document of its command, as values, as a frame, and as a notebook shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from lossctl.errors import EnvironmentFailure, UsageError, listed, quoted
from lossctl.results.document import Document

if TYPE_CHECKING:
    import pandas as pd

    from lossctl.reports.pictures.picture import Panel
    from lossctl.reports.tables.table import Table


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

        from lossctl.reports.tables.full_tables import full_tables

        table: Table | None = next((table for table in full_tables(self.document) if table.title == title), None)
        return pd.DataFrame() if table is None else pd.DataFrame([*table.lists()], columns=list(table.columns))

    def plot(self, panel: str | None = None, axes: Any = None) -> Any:
        """Draws a picture, the first or the one of that title, on matplotlib's axes, by default new ones, and returns these.

        Raises UsageError, which names the titles, where there is no such picture, EnvironmentFailure where matplotlib is absent.
        """
        from lossctl.reports.formats.catalogue import lacks
        from lossctl.reports.pictures.catalogue import pictures_of

        panels: dict[str, Panel] = {}
        for picture in pictures_of(self.pictured):
            for drawn in picture.panels:
                panels.setdefault(drawn.title, drawn)
                panels[f"{picture.title}: {drawn.title}"] = drawn
        title = next(iter(panels), "") if panel is None else panel
        if title not in panels:
            hint = f"there are {listed(map(quoted, panels))}" if panels else None
            raise UsageError(f"there is no picture {quoted(title)}" if title else "there is nothing to draw", hint=hint)
        if package := lacks("svg"):
            raise EnvironmentFailure(f"pictures are drawn by {package}, which is not installed", hint=f"pip install {package}")
        from lossctl.reports.pictures.drawing import plotted

        return plotted(panels[title], axes)

    @property
    def pictured(self) -> Document:
        """The document with what pictures show."""
        return self.document

    def __repr__(self) -> str:
        from lossctl.python.notebook import as_text

        return as_text(self.shown, self.headline)

    def _repr_html_(self) -> str:
        from lossctl.python.notebook import as_html

        return as_html(self.shown, self.headline)
