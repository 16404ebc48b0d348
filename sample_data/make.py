"""Makes the sample data: out-of-fold predictions of small models on data sets that scikit-learn brings along.

    pip install scikit-learn && python sample_data/make.py

The same scikit-learn writes the same bytes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
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


def write_csv(name: str, header: Sequence[str], columns: Sequence[Iterable[Any]]) -> None:
    """Columns of equal length as a table."""
    with (HERE / name).open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(zip(*columns, strict=True))


def diabetes() -> None:
    """Disease progression after a year, by a ridge regression and by a forest; groups by age and sex."""
    data = load_diabetes(scaled=False)
    age, sex = data.data[:, 0], data.data[:, 1]
    ages = np.select([age < 40, age < 60], ["under 40", "40 to 59"], "60 and over")
    folds = KFold(5, shuffle=True, random_state=SEED)
    models = {
        "diabetes.csv": make_pipeline(StandardScaler(), Ridge(alpha=1.0)),
        "diabetes_forest.csv": RandomForestRegressor(100, min_samples_leaf=5, random_state=SEED),
    }
    for name, model in models.items():
        predicted = cross_val_predict(model, data.data, data.target, cv=folds)
        columns = (data.target.tolist(), predicted.round(3).tolist(), ages, np.where(sex == 1, "a", "b"))
        write_csv(name, ("y_true", "y_pred", "age_group", "sex"), columns)


def breast_cancer() -> None:
    """Whether a tumour is malignant (1), as a probability and as a score on either side of 0."""
    data = load_breast_cancer()
    malignant = 1 - data.target  # scikit-learn's 1 is benign
    cases = [f"case-{number:04}" for number in range(1, len(malignant) + 1)]
    folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
    logistic = make_pipeline(StandardScaler(), LogisticRegression())
    probability = cross_val_predict(logistic, data.data, malignant, cv=folds, method="predict_proba")[:, 1]
    write_csv("breast_cancer.csv", ("id", "y_true", "y_prob"), (cases, malignant, probability.tolist()))
    vectors = make_pipeline(StandardScaler(), LinearSVC(C=0.01, random_state=SEED))
    score = cross_val_predict(vectors, data.data, malignant, cv=folds, method="decision_function")
    write_csv("breast_cancer_margin.csv", ("id", "label", "score"), (cases, np.where(malignant, 1, -1), score.round(6).tolist()))


def digits() -> None:
    """Handwritten digits: logits of the ten classes, and embeddings of length 1 as triplets and as pairs."""
    data = load_digits()
    folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
    logistic = make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=1000))
    logits = cross_val_predict(logistic, data.data, data.target, cv=folds, method="decision_function")
    np.save(HERE / "digits_logits.npy", logits.astype(np.float32))
    np.save(HERE / "digits_labels.npy", data.target.astype(np.int64))
    learnt, held_out = next(folds.split(data.data, data.target))
    embed = make_pipeline(StandardScaler(), NeighborhoodComponentsAnalysis(8, max_iter=50, random_state=SEED))
    embed.fit(data.data[learnt], data.target[learnt])
    vectors, classes = embed.transform(data.data[held_out]), data.target[held_out]
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    random = np.random.default_rng(SEED)
    same = np.array(
        [random.choice(np.flatnonzero((classes == one) & (np.arange(len(classes)) != row))) for row, one in enumerate(classes)]
    )
    other = np.array([random.choice(np.flatnonzero(classes != one)) for one in classes])
    np.savez(HERE / "digits_triplets.npz", anchor=vectors, positive=vectors[same], negative=vectors[other])
    alike = random.random(len(classes)) < 0.5
    right = np.where(alike, same, other)
    np.savez(HERE / "digits_pairs.npz", left=vectors, right=vectors[right], target=alike.astype(np.int64))


if __name__ == "__main__":
    diabetes()
    breast_cancer()
    digits()
