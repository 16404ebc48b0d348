"""Makes the sample data: out-of-fold predictions of small models on data sets that scikit-learn brings along.

    pip install scikit-learn && python sample_data/make.py

The same scikit-learn on the same kind of processor writes the same bytes; on another kind the last digits may differ.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict
from sklearn.neighbors import NeighborhoodComponentsAnalysis
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

HERE = Path(__file__).parent
SEED = 20


class Embedded(NamedTuple):
    """Embeddings of length 1 of held-out digits, and for each a row of the same and one of another digit."""

    vectors: NDArray[np.float32]
    same: NDArray[np.int64]
    other: NDArray[np.int64]


def write_csv(name: str, header: Sequence[str], columns: Sequence[Iterable[Any]]) -> None:
    """Columns of equal length as a table."""
    with (HERE / name).open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(zip(*columns, strict=True))


def by_class() -> StratifiedKFold:
    """Folds with the same share of each class."""
    return StratifiedKFold(5, shuffle=True, random_state=SEED)


def write_progression(name: str, model: Any) -> None:
    """A model's predictions of the disease's progression after a year, with groups by age and sex."""
    data = load_diabetes(scaled=False)
    age, sex = data.data[:, 0], data.data[:, 1]
    ages = np.select([age < 40, age < 60], ["under 40", "40 to 59"], "60 and over")
    sexes = np.where(sex == 1, "a", "b")  # scikit-learn does not say which is which
    predicted = cross_val_predict(model, data.data, data.target, cv=KFold(5, shuffle=True, random_state=SEED))
    columns = (data.target.tolist(), predicted.round(3).tolist(), ages, sexes)
    write_csv(name, ("y_true", "y_pred", "age_group", "sex"), columns)


def diabetes() -> None:
    """The progression by a ridge regression."""
    write_progression("diabetes.csv", make_pipeline(StandardScaler(), Ridge(alpha=1.0)))


def diabetes_forest() -> None:
    """The progression by a random forest."""
    write_progression("diabetes_forest.csv", RandomForestRegressor(100, min_samples_leaf=5, random_state=SEED))


def tumours() -> tuple[NDArray[np.float64], NDArray[np.int64], list[str]]:
    """Measurements of tumours, whether each is malignant (1), and an id for each."""
    data = load_breast_cancer()
    malignant = 1 - data.target  # scikit-learn's 1 is benign
    return data.data, malignant, [f"case-{number:04}" for number in range(1, len(malignant) + 1)]


def breast_cancer() -> None:
    """The probability that a tumour is malignant."""
    measured, malignant, cases = tumours()
    model = make_pipeline(StandardScaler(), LogisticRegression())
    probability = cross_val_predict(model, measured, malignant, cv=by_class(), method="predict_proba")[:, 1]
    write_csv("breast_cancer.csv", ("id", "y_true", "y_prob"), (cases, malignant, probability.tolist()))


def breast_cancer_margin() -> None:
    """A score above 0 for malignant tumours (1) and below for benign ones (-1)."""
    measured, malignant, cases = tumours()
    model = make_pipeline(StandardScaler(), LinearSVC(C=0.01, random_state=SEED))
    score = cross_val_predict(model, measured, malignant, cv=by_class(), method="decision_function")
    labels = np.where(malignant, 1, -1)
    write_csv("breast_cancer_margin.csv", ("id", "label", "score"), (cases, labels, score.round(6).tolist()))


def digits_logits() -> None:
    """Logits of the ten digits."""
    data = load_digits()
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=1000))
    logits = cross_val_predict(model, data.data, data.target, cv=by_class(), method="decision_function")
    np.save(HERE / "digits_logits.npy", logits.astype(np.float32))


def digits_labels() -> None:
    """The digits themselves."""
    np.save(HERE / "digits_labels.npy", load_digits().target.astype(np.int64))


def embed(random: np.random.Generator) -> Embedded:
    """Digits of one fold, embedded by a model that learnt from the others, and partners chosen at random."""
    data = load_digits()
    # One fold only: each fold's model has axes of its own, so distances across folds mean nothing.
    learnt, held_out = next(by_class().split(data.data, data.target))
    model = make_pipeline(StandardScaler(), NeighborhoodComponentsAnalysis(8, max_iter=50, random_state=SEED))
    model.fit(data.data[learnt], data.target[learnt])
    vectors, digits = model.transform(data.data[held_out]), data.target[held_out]
    rows = np.arange(len(digits))
    same = [random.choice(np.flatnonzero((digits == digit) & (rows != row))) for row, digit in enumerate(digits)]
    other = [random.choice(np.flatnonzero(digits != digit)) for digit in digits]
    unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return Embedded(unit, np.array(same), np.array(other))


def digits_triplets() -> None:
    """Each embedding with one of the same and one of another digit."""
    vectors, same, other = embed(np.random.default_rng(SEED))
    np.savez(HERE / "digits_triplets.npz", anchor=vectors, positive=vectors[same], negative=vectors[other])


def digits_pairs() -> None:
    """Each embedding with one of the same (1) or of another (0) digit, about half of each."""
    random = np.random.default_rng(SEED)
    vectors, same, other = embed(random)
    alike = random.random(len(vectors)) < 0.5
    right = vectors[np.where(alike, same, other)]
    np.savez(HERE / "digits_pairs.npz", left=vectors, right=right, target=alike.astype(np.int64))


if __name__ == "__main__":
    diabetes()
    diabetes_forest()
    breast_cancer()
    breast_cancer_margin()
    digits_logits()
    digits_labels()
    digits_triplets()
    digits_pairs()
