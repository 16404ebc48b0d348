"""Pictures alone, one below the other: SVG, PNG or PDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lossctl.reports.formats.catalogue import Style
from lossctl.reports.pictures.catalogue import pictures_of
from lossctl.reports.pictures.drawing import drawn
from lossctl.reports.pictures.picture import Picture
from lossctl.results.document import Document


def render(document: Document, style: Style) -> Iterator[bytes]:
    """The pictures of a document."""
    return render_pictures(pictures_of(document), style)


def render_pictures(pictures: Sequence[Picture], style: Style) -> Iterator[bytes]:
    """Pictures that are there already."""
    yield drawn(pictures, style.format)
