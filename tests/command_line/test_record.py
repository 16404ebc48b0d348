from __future__ import annotations

import inspect
import pickle
import sys
from dataclasses import FrozenInstanceError, asdict, field, fields, replace
from pprint import pformat
from typing import Any, ClassVar

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
class Tagged(Named):
    """One with a size of all, a default that goes by name, and another default than that of its parent."""

    size: ClassVar[int] = 3
    shown: bool = field(default=False, kw_only=True)
    name: str = "b"


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


def test_what_takes_dataclasses_takes_records() -> None:
    point = Point(1, ["t"])
    assert [(field.name, field.type, field.kw_only) for field in fields(Named)] == [
        ("x", "int", False),
        ("tags", "list[str]", False),
        ("name", "str", True),
    ]
    assert asdict(point) == {"x": 1, "tags": ["t"]}
    assert pformat(point) == "Point(x=1, tags=['t'])"
    with pytest.raises(AttributeError):
        _ = Point.tags  # a field has the values of its records, and no factory


def test_a_record_has_the_fields_of_its_parents_then_its_own() -> None:
    assert Tagged(1, [], "c", shown=True) == replace(Tagged(1), name="c", shown=True)
    assert (Tagged.size, Tagged(1).name, Named(x=1).name) == (3, "b", "a")
    assert repr(Tagged(1)) == "Tagged(x=1, tags=[], name='b', shown=False)"


def test_a_field_is_set_once() -> None:
    point = Point(1)
    with pytest.raises(FrozenInstanceError):
        point.x = 2  # type: ignore[misc]
    assert point == Point(1)


@record(frozen=False)
class Count:
    """A record that changes, whose last field is its own affair."""

    of: str
    rows: int = 0
    said: str = field(init=False)

    def __post_init__(self) -> None:
        self.said = f"{self.rows} {self.of}"


@record
class Both:
    """A record that is made in a way of its own."""

    parts: tuple[int, ...]

    def __init__(self, *parts: int) -> None:
        object.__setattr__(self, "parts", parts)


def test_a_record_that_changes_is_equal_by_its_fields_and_no_key() -> None:
    count = Count("cats")
    count.rows += 1
    assert (count.rows, count.said) == (1, "0 cats")
    assert count != Count("cats")
    assert replace(count, of="dogs").said == "1 dogs"
    with pytest.raises(TypeError, match="unhashable"):
        hash(count)


def test_a_record_may_be_made_in_a_way_of_its_own() -> None:
    assert Both(1, 2).parts == (1, 2)
    assert Both(1, 2) == Both(1, 2) != Both(2)


def test_each_record_has_a_list_of_its_own() -> None:
    one = Point(1)
    one.tags.append("a")
    assert Point(2).tags == []


@pytest.mark.parametrize(
    ("places", "names", "said"),
    [
        ([], {}, "missing 1 required positional argument: 'x'"),
        ([1], {"y": 2}, "got an unexpected keyword argument 'y'"),
        ([1, [], 3], {}, "takes from 2 to 3 positional arguments but 4 were given"),
        ([1], {"x": 2}, "got multiple values for argument 'x'"),
    ],
)
def test_values_that_are_not_those_of_the_fields_are_refused(places: list[Any], names: dict[str, Any], said: str) -> None:
    with pytest.raises(TypeError) as refused:
        Point(*places, **names)
    assert str(refused.value) == f"Point.__init__() {said}"


def test_what_traces_a_call_changes_no_record() -> None:
    """Until Python 3.13 whoever looks at the locals of a frame writes them anew into the mapping that locals() gave."""

    def look(frame: Any, *_: object) -> Any:
        assert frame.f_locals is not None
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        point = Point(1)
    finally:
        sys.settrace(before)
    assert vars(point) == {"x": 1, "tags": []}


def test_a_field_that_goes_by_name_has_no_place() -> None:
    with pytest.raises(TypeError) as refused:
        Named(1, [], "b")  # type: ignore[call-arg]
    assert str(refused.value) == "Named.__init__() takes from 2 to 3 positional arguments but 4 were given"


def test_the_parameters_of_a_record_are_its_fields() -> None:
    parameters = inspect.signature(Tagged).parameters.values()
    assert [parameter.name for parameter in parameters] == ["x", "tags", "name", "shown"]
    assert [parameter.kind.name for parameter in parameters] == ["POSITIONAL_OR_KEYWORD"] * 3 + ["KEYWORD_ONLY"]
