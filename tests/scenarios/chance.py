"""Scenarios made by chance: options crossed that habits and corpora leave apart."""

from __future__ import annotations

from random import Random

from tests.scenarios.scenario import Cell, Column, Scenario, Table, Where

_GROUPS: tuple[tuple[Cell, ...], ...] = (("a", "b", "c"), ("x1", "x10", "x2"), (1, 10, 2), ("B", "a", "Ä"))
_WORDS = ("ant", "bee", "cod", "dog")  # they begin and end with different letters
_IGNORED: dict[bool, Cell] = {True: "skip", False: 99}


def scenario(seed: int) -> Scenario:
    """The scenario of a number."""
    return _Chance(seed).scenario()


class _Chance:
    def __init__(self, seed: int) -> None:
        self.seed, self.random = seed, Random(seed)
        self.rows = self.random.randint(4, 24)
        self.numeric = self.maybe(0.4)  # every format can hold it
        self.kind = self.random.choice(["numbers", "binary", "classes"])
        self.classes = self.random.randint(2, 4) if self.kind == "classes" else 2
        self.by_words = self.kind != "numbers" and not self.numeric and self.maybe(0.5)
        self.ignore: Cell = _IGNORED[self.by_words] if self.kind != "numbers" and self.maybe(0.3) else None
        self.drop_nan = self.maybe(0.4)
        self.paired = self.maybe(0.5)
        self.apart = self.maybe(0.5)  # truth is another table
        self.drop_missing = self.paired and self.apart and self.maybe(0.5)

    def maybe(self, share: float) -> bool:
        return self.random.random() < share

    def scenario(self) -> Scenario:
        of_truth = {name: self.apart and (name == "y" or self.maybe(0.5)) for name in ("y", "w", "g", "h", "x")}
        common = self.common()
        keys: list[Cell] = [10 * row + 7 if self.numeric else f"k{row * 7 % 31}" for row in range(self.rows)]
        names = self.pred_names()
        columns = {name: column for name, column in common.items() if not of_truth[name]}
        models = tuple(self.table({**self.predictions(names), **columns}, keys) for _ in range(self.random.randint(1, 3)))
        others = {name: column for name, column in common.items() if of_truth[name]}
        truth = self.table(others, keys) if self.apart else None
        if not self.paired and self.maybe(0.5):  # a column that nobody asked for
            models = tuple({"unused": list(keys), **table} for table in models)
        column = {name: Column(name, of_truth[name]) for name in common}
        return Scenario(
            seed=self.seed,
            models=models,
            truth=truth,
            preds=names,
            target=column["y"],
            losses=self.losses(),
            labels=self.labels(),
            words=self.words(),
            weight=column["w"] if self.maybe(0.5) else None,
            by=tuple(column[name] for name in self.random.choice([(), (), ("g",), ("g", "h")])),
            where=tuple(self.condition(column, common) for _ in range(self.random.choice([0, 0, 0, 1, 2]))),
            key="nr" if self.paired else None,
            ignore=self.ignore,
            drop_nan=self.drop_nan,
            drop_missing=self.drop_missing,
            reduction=self.random.choice(["mean", "mean", "mean", "sum", "min", "max", "p50", "p90"]),
        )

    def common(self) -> Table:
        """The columns that all models have: target, weight, two groups, and a number for conditions."""
        groups = _GROUPS[2] if self.numeric else self.random.choice(_GROUPS)
        common: Table = {
            "y": [self.target(row) for row in range(self.rows)],
            "w": [self.random.choice([0.5, 1.0, 2.0, 3.25]) for _ in range(self.rows)],
            "g": [self.random.choice(groups) for _ in range(self.rows)],
            "h": [self.random.choice([0, 1]) for _ in range(self.rows)],
            "x": [self.random.randint(0, 9) for _ in range(self.rows)],
        }
        if not self.numeric and self.maybe(0.3):
            common["g"][self.random.randrange(self.rows)] = None
        if self.drop_nan:
            for name in ("y", "w"):
                for row in range(1, self.rows):
                    common[name][row] = None if self.maybe(0.1) else common[name][row]
        return common

    def target(self, row: int) -> Cell:
        if self.kind == "numbers":
            return self.random.randint(-64, 64) / 8
        if self.ignore is not None and row > 1 and self.maybe(0.2):
            return self.ignore
        label = row if row < self.classes else self.random.randrange(self.classes)  # each is there
        return next(word for word, code in self.labels().items() if code == label)

    def labels(self) -> dict[Cell, int]:
        if self.kind == "numbers":
            return {}
        if not self.by_words:
            return {label: label for label in range(self.classes)}
        return {word: code for code, word in enumerate(("no", "yes") if self.kind == "binary" else _WORDS[: self.classes])}

    def words(self) -> tuple[str, ...]:
        """The options that say what label words mean, where the names of columns do not."""
        if not self.by_words or self.kind == "classes":
            return ()
        return ("--positive", "yes") if self.ignore is None and self.seed % 2 else ("--classes", "no,yes")

    def pred_names(self) -> tuple[str, ...]:
        if self.kind != "classes":
            return ("score",)
        return tuple(f"p_{word}" for word in self.labels())

    def predictions(self, names: tuple[str, ...]) -> Table:
        if self.kind == "numbers":
            rows: list[list[Cell]] = [[self.random.randint(-64, 64) / 8] for _ in range(self.rows)]
        elif self.kind == "binary":
            rows = [[self.random.randint(1, 63) / 64] for _ in range(self.rows)]
        else:
            rows = [self.shares() for _ in range(self.rows)]
        if self.drop_nan:
            for row in rows[self.classes :]:
                if self.maybe(0.1):
                    row[self.random.randrange(len(row))] = None
        return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}

    def shares(self) -> list[Cell]:
        """Probabilities that add up to 1 exactly."""
        cuts = sorted(self.random.sample(range(1, 64), self.classes - 1))
        return [(high - low) / 64 for low, high in zip([0, *cuts], [*cuts, 64], strict=True)]

    def table(self, columns: Table, keys: list[Cell]) -> Table:
        """Columns and, where rows are paired, their keys, in an order of their own, some left out."""
        if not self.paired:
            return dict(columns)
        order = self.random.sample(range(self.rows), self.rows)
        if self.drop_missing:
            order = [row for row in order if row < self.classes or self.maybe(0.9)]
        every: Table = {"nr": keys, **columns}
        names = self.random.sample(list(every), len(every))
        return {name: [every[name][row] for row in order] for name in names}

    def condition(self, column: dict[str, Column], common: Table) -> Where:
        if self.maybe(0.5):
            return Where(column["x"], self.random.choice(["<", "<=", ">", ">=", "!="]), self.random.randint(2, 7))
        groups = [group for group in common["g"] if group is not None]
        return Where(column["g"], self.random.choice(["=", "!="]), self.random.choice(groups))

    def losses(self) -> tuple[str, ...]:
        known = ["mse", "mae", "huber:delta=1.5"] if self.kind == "numbers" else ["ce", "focal"]
        return tuple(self.random.sample(known, self.random.randint(1, len(known))))
