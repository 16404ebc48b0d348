"""The pictures of a document: one function for each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lossctl.reports.pictures.comparisons import comparisons
from lossctl.reports.pictures.distributions import distributions
from lossctl.reports.pictures.limits import checks
from lossctl.reports.pictures.picture import Picture
from lossctl.reports.pictures.values import leaderboards, values
from lossctl.results.document import Document

PICTURES: tuple[Callable[[Document], Iterator[Picture]], ...] = (
    checks,
    comparisons,
    leaderboards,
    distributions,
)


def pictures_of(document: Document) -> list[Picture]:
    """Every picture that the document has data for; the values of runs where it has no more."""
    return [picture for pictures in PICTURES for picture in pictures(document)] or [*values(document)]
