"""Which class a label word stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lossctl.binding.binding import BoundForm
from lossctl.binding.names import typed
from lossctl.binding.role_source import RoleSource
from lossctl.errors import UsageError, listed, quoted
from lossctl.losses.roles.label_names import LabelNames, is_missing, number_of, places_as_number
from lossctl.losses.roles.roles import Role
from lossctl.losses.roles.shapes import Fit
from lossctl.question.question import Question
from lossctl.question.request import Request
from lossctl.text import common_beginning


def names_of_classes(
    request: Request,
    uses: Mapping[str, Sequence[tuple[Role, Fit]]],
    labels: Sequence[str],
    found: Mapping[str, RoleSource],
    classes: int,
) -> LabelNames | None:
    """What the labels of a run mean; None where they are places, or are compared as words. uses: how losses read each role."""
    if any(role.as_words for name in labels for role, _ in uses[name]):
        return None
    predicted = next((name for name, own in uses.items() if any(role.of_classes for role, _ in own)), "")
    file = next((src.file for src in request.inputs.roles.get(predicted, ())), None)
    words = any(not found[name].shape and not found[name].holds_numbers for name in labels)
    return _label_names(request.question, found.get(predicted), classes, file, words=words)


def _label_names(
    question: Question, predicted: RoleSource | None, classes: int, file: str | None, *, words: bool
) -> LabelNames | None:
    """What labels mean: by --positive, by --classes, or by the names of the predictions' columns; None where they are places.

    classes: how many there are. file: that of the predictions, None for the run's own table. words: labels are text, `0` too.
    Raises UsageError where an option contradicts the columns.
    """
    columns = () if predicted is None or len(predicted.columns) < 2 else predicted.chosen.names
    if question.positive is not None:
        return _by_positive(question.positive, columns, classes)
    if question.classes is not None:
        _check_classes(question.classes, columns, classes)
        return LabelNames(question.classes)
    if not columns or (_are_places(columns) and not words):
        if question.ignore is not None:
            _check_ignored(question.ignore)
        return None
    assert predicted is not None
    pattern = None if predicted.chosen.pattern else _pattern(predicted, columns, file)
    return LabelNames(columns, of_columns=True, numbers=_are_numbers(columns), pattern=pattern)


def alphabetical(form: BoundForm, names: LabelNames | None, found: Mapping[str, RoleSource]) -> str | None:
    """Words for classes whose order matters and which stand in that of the alphabet, where nobody listed their columns."""
    ordered = next((found[name] for name, role in form.form.roles.items() if role.ordered), None)
    if ordered is None or names is None or not names.of_columns or names.numbers:
        return None
    if not ordered.chosen.pattern or len(names.names) < 3 or sorted(names.names) != list(names.names):
        return None
    numbers = [[int(number) for number in re.findall(r"\d+", name)] for name in names.names]
    if all(numbers) and sorted(numbers) == numbers:  # 1star, 2star, 3star
        return None
    said = f"{form.loss.loss.name} takes the columns' order for that of the classes, {' < '.join(names.names)}"
    return f"{said}; another one: -p COLUMN,COLUMN,... --classes CLASS,CLASS,..."


def _by_positive(positive: str, columns: Sequence[str], classes: int) -> LabelNames:
    """The label that is class 1. Where columns have names, these say which class it is."""
    if classes != 2:
        raise UsageError(f"--positive says which of two labels is 1, and there are {classes} classes")
    place = _place(positive, columns)
    if place == 1:
        return LabelNames(tuple(columns), of_columns=True, numbers=_are_numbers(columns))
    if columns and (place == 0 or not _are_places(columns)):
        hint = f"the columns say which is which; leave --positive out, or --classes {','.join(columns)} instead of --positive"
        if place is None:
            hint = "--classes says which label each column is, in column order"
        raise UsageError(f"--positive {quoted(positive)} makes it class 1, and the columns are {listed(columns)}", hint=hint)
    return LabelNames(positive=positive)


def _check_classes(named: Sequence[str], columns: Sequence[str], classes: int) -> None:
    """UsageError where --classes names too few or too many, or a column's name at another column's place.

    A column's name is what it is called, or what it has behind the beginning that all have in common.
    """
    if len(named) != classes:
        raise UsageError(f"--classes names {len(named)} classes, and there are {classes}")
    prefix = common_beginning(columns) if columns else ""
    for names in (columns, [column.removeprefix(prefix) for column in columns]):
        places = [_place(name, names) for name in named]
        elsewhere = any(place not in (None, own) for own, place in enumerate(places))
        if elsewhere and (None not in places or not _are_numbers(names)):  # 1,2,3 may be what columns 0 to 2 are called
            raise UsageError(f"--classes is in another order than the columns, which are {','.join(columns)}")
        _check_renamed(named, columns, names, places)


def _check_renamed(named: Sequence[str], columns: Sequence[str], called: Sequence[str], places: Sequence[int | None]) -> None:
    """UsageError where some classes are called as their columns are, and another is not: the columns may be those of others."""
    if None not in places or all(place is None for place in places) or _are_numbers([*named, *called]):
        return
    other = places.index(None)
    kept = next(name for name, place in zip(named, places, strict=True) if place is not None)
    stands = f"column {quoted(columns[other])} stands" + (
        "" if columns is called else f", which is called {quoted(called[other])}"
    )
    problem = f"--classes has {quoted(named[other])} where {stands}, and {quoted(kept)} where its own does"
    hint = "name each class as its column is, or each another way; -p COLUMN,COLUMN says which columns are meant"
    raise UsageError(problem, hint=hint)


def _check_ignored(ignore: str) -> None:
    """UsageError where --ignore is none of the numbers that labels are; beyond 2**53 a float64 is several of them."""
    number = number_of(ignore)
    if not is_missing(ignore) and (number is None or abs(number) >= 2**53):
        raise UsageError(f"--ignore {quoted(ignore)} is no label here; labels without names are numbers, below 2**53")


def _place(name: str, columns: Sequence[str]) -> int | None:
    """Which column is called so, letter for letter or, where one alone is, as the same number."""
    if name in columns:
        return columns.index(name)
    places = places_as_number(name, columns, padded=_are_numbers(columns))
    return places[0] if len(places) == 1 else None


def _are_numbers(columns: Sequence[str]) -> bool:
    return all(re.fullmatch(r"\d{1,18}", name, re.ASCII) for name in columns)


def _are_places(columns: Sequence[str]) -> bool:
    return _are_numbers(columns) and [int(name) for name in columns] == list(range(len(columns)))


def _pattern(predicted: RoleSource, columns: Sequence[str], file: str | None) -> tuple[str, str] | None:
    """The common beginning of listed columns, and the option that makes what follows it the classes."""
    prefix = common_beginning(columns)
    if not prefix:
        return None
    alike = [column for column in predicted.tables[0].columns if column.startswith(prefix)]
    classes = ",".join(column.removeprefix(prefix) for column in alike if column in columns)
    option = typed("pred", f"{prefix}*", file)
    return prefix, option if len(alike) == len(columns) else f"{option} --classes {classes}"
