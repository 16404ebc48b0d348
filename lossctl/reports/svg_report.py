"""The pictures of a document as SVG."""

from __future__ import annotations

from collections.abc import Iterator

from lossctl.reports.formats import Style
from lossctl.reports.pictures.catalogue import pictures_of
from lossctl.reports.pictures.drawing import drawn
from lossctl.results.document import Document


def render(document: Document, style: Style) -> Iterator[bytes]:
    """All pictures, one below the other."""
    yield drawn(pictures_of(document), "svg")
