from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, field, replace

import pytest

from lossctl.record import record


@record
class Point:
    """A point."""

    x: int
    tags: list[str] = field(default_factory=list)


@record(kw_only=True)
class Named(Point):
    """One with a name."""

    name: str = "a"


@record
class Cell:
    """A record that hashes as it says."""

    value: str

    def __hash__(self) -> int:
        return 7


def test_records_are_equal_where_type_and_fields_are() -> None:
    assert Point(1, ["a"]) == Point(1, ["a"]) != Point(1, ["b"])
    assert Named(x=1) != Point(1)
    assert Named(x=1, name="b") == replace(Named(x=1), name="b") == pickle.loads(pickle.dumps(Named(x=1, name="b")))


def test_a_record_is_found_again_as_a_key_and_shows_its_fields() -> None:
    assert {Cell("x"): 1}[Cell("x")] == 1
    assert hash(Cell("x")) == 7
    assert repr(Named(x=1, tags=["t"])) == "Named(x=1, tags=['t'], name='a')"


def test_a_field_is_set_once() -> None:
    point = Point(1)
    with pytest.raises(FrozenInstanceError):
        point.x = 2  # type: ignore[misc]
    assert point == Point(1)
