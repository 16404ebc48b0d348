"""How far losses are from their definitions: `python -m tests.definitions` by family; with LOSS... also where that is."""

from __future__ import annotations

import sys
from collections import defaultdict

from tests.definitions import DEFINITIONS
from tests.definitions.definition import Bound, Off


def main(names: list[str]) -> None:
    largest: dict[tuple[str, Bound], dict[str, Off]] = defaultdict(dict)
    for definition in DEFINITIONS:
        name = definition.loss.name
        if not names or name in names:
            of_family = largest[definition.loss.family, definition.bound]
            of_family[name] = max(of_family.get(name, Off(-1, "")), *definition.largest_errors())
    for (family, bound), of_family in largest.items():
        name, (error, where) = max(of_family.items(), key=lambda item: item[1])
        print(f"{family:14} {len(of_family):2} losses {error:8.2g} of {bound.most:g} {bound.unit:22} {where if names else name}")


main(sys.argv[1:])
