"""Every declared loss by name; the one place that names the files they are declared in."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from lossctl.losses.plugins import load_entry_point, origin
from lossctl.record import record

if TYPE_CHECKING:
    from lossctl.losses.declaration import Loss

FAMILIES = (
    "regression",
    "robust",
    "forecast",
    "likelihood",
    "classification",
    "decisions",
    "scoring_rules",
    "multilabel",
    "margin",
    "robust_classes",
    "imbalance",
    "whole_scores",
    "ranking",
    "masks",
    "boxes",
    "embedding",
    "vectors",
    "batches",
    "triplets",
    "distribution",
    "tokens",
    "survival",
    "scores",
)


@record
class LossSet:
    """Losses of a prediction and a target, without needed parameters, that one word means: those that declare it, and families.

    per_class: whether a row has a prediction for each class, or one alone; None of what is no prediction of classes.
    """

    families: tuple[str, ...] = ()
    per_class: bool | None = None


SETS = {
    "regression": LossSet(("regression", "robust", "forecast", "likelihood")),
    "forecast": LossSet(("forecast",)),
    "binary": LossSet(per_class=False),
    "multiclass": LossSet(per_class=True),
}


class Registry(Mapping[str, "Loss"]):
    """Losses by name, in the order of their declaration. Aliases are found but not iterated; families load when needed."""

    def __init__(self) -> None:
        self._losses: dict[str, Loss] = {}
        self._loaded = 0  # how many families

    def __getitem__(self, word: str) -> Loss:
        known = self._find(word)
        while known is None and self._load_next():
            known = self._find(word)
        if known is None and load_entry_point(word):
            known = self._find(word)
        if known is None and load_entry_point():  # a loss's own name counts, whatever its entry point is called
            known = self._find(word)
        if known is None:
            raise KeyError(word)
        return known

    def __iter__(self) -> Iterator[str]:
        self._load()
        load_entry_point()
        return iter(tuple(self._losses))

    def __len__(self) -> int:
        return len(tuple(iter(self)))

    def members(self, name: str) -> list[Loss]:
        """The losses of a set."""
        return [loss for loss in self.values() if name in sets_of(loss)]

    def words(self) -> list[str]:
        """Every name and alias."""
        return [word for name in self for word in (name, *self[name].aliases)]

    def add(self, loss: Loss) -> Loss:
        """Registers a loss under its name; raises TypeError where another loss has one of its words or a word is none.

        So where a set that it names is none, or cannot have it. A module may declare a loss again, as a cell of a notebook does
        that is run twice.
        """
        home = loss.forms[0].kernel.__module__
        if not home.startswith(__package__ + "."):
            self._load()  # so that the names of the families are known to be taken
        for word in (loss.name, *loss.aliases):
            if word in SETS:
                raise TypeError(f"loss {loss.name}: the name {word} is taken by a set of losses")
            owner = self._find(word)
            if owner is not None and (owner.name, owner.forms[0].kernel.__module__) != (loss.name, home):
                taken = origin(owner.forms[0].kernel.__module__)
                raise TypeError(f"loss {loss.name}: the name {word} is taken by {owner.name} of {taken}")
            if not (word.isascii() and word.isidentifier()):
                raise TypeError(f"loss {loss.name}: {word!r} is not a word of letters, digits and _")
        for name in loss.sets:
            if name not in SETS:
                raise TypeError(f"loss {loss.name}: no set of losses is called {name!r}; expected {', '.join(SETS)}")
            if not _is_plain(loss):
                raise TypeError(f"loss {loss.name}: a loss of {name} needs pred and target alone, and no parameter")
        self._losses[loss.name] = loss
        return loss

    def remove(self, name: str) -> None:
        """Forgets a loss, as a test does with one that it declared."""
        del self._losses[name]

    def _find(self, word: str) -> Loss | None:
        return next((loss for loss in self._losses.values() if word in (loss.name, *loss.aliases)), None)

    def _load(self) -> None:
        while self._load_next():
            pass

    def _load_next(self) -> bool:
        """Loads one more family, if there is one: a command that names a loss of the first does not wait for the others."""
        if self._loaded == len(FAMILIES):
            return False
        place = self._loaded
        importlib.import_module(f"lossctl.losses.kernels.{FAMILIES[place]}")
        self._loaded = max(self._loaded, place + 1)
        return True


def sets_of(loss: Loss) -> list[str]:
    """The sets that a loss is in."""
    family = loss.family.replace(" ", "_")
    return [name for name, of_set in SETS.items() if _is_plain(loss) and (name in loss.sets or family in of_set.families)]


def _is_plain(loss: Loss) -> bool:
    """Whether a loss needs a prediction and a target alone: no parameter, and no further input."""
    needed = loss.one_of or any(parameter.required for parameter in loss.parameters.values())
    return not needed and any([*form.roles] == ["pred", "target"] for form in loss.forms)


LOSSES = Registry()
