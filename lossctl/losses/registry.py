"""Every declared loss by name; the one place that names the files they are declared in."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from lossctl.losses.plugins import load_entry_point, origin

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


# Words for several losses at once: the families whose losses of a prediction and a target, without needed parameters, are meant.
SETS = {"regression": ("regression", "robust", "forecast", "likelihood"), "forecast": ("forecast",)}


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
        families = [family.replace("_", " ") for family in SETS[name]]
        return [loss for loss in self.values() if loss.family in families and _is_plain(loss)]

    def words(self) -> list[str]:
        """Every name and alias."""
        return [word for name in self for word in (name, *self[name].aliases)]

    def add(self, loss: Loss) -> Loss:
        """Registers a loss under its name; raises TypeError where another loss has one of its words or a word is none.

        A module may declare a loss again, as a cell of a notebook does that is run twice.
        """
        home = loss.forms[0].kernel.__module__
        if not home.startswith(__package__ + "."):
            self._load()  # so that the names of the families are known to be taken
        for word in (loss.name, *loss.aliases):
            owner = self._find(word)
            if owner is not None and (owner.name, owner.forms[0].kernel.__module__) != (loss.name, home):
                taken = origin(owner.forms[0].kernel.__module__)
                raise TypeError(f"loss {loss.name}: the name {word} is taken by {owner.name} of {taken}")
            if not (word.isascii() and word.isidentifier()):
                raise TypeError(f"loss {loss.name}: {word!r} is not a word of letters, digits and _")
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


def _is_plain(loss: Loss) -> bool:
    """Whether a loss needs a prediction and a target alone: no parameter, and no further input."""
    needed = loss.one_of or any(parameter.required for parameter in loss.parameters.values())
    return not needed and any([*form.roles] == ["pred", "target"] for form in loss.forms)


LOSSES = Registry()
