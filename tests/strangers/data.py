"""The predictions that every stranger writes, and the value that every reading of them must give."""

from __future__ import annotations

import math

TARGET = [3.5, -1.25, 0.0, 12.0, 7.75, -0.5]
PRED = [3.0, -1.0, 0.5, 10.0, 7.5, -2.5]
LABEL = ["dog", "cat", "dog", "cat", "cat", "dog"]
SCORE = [0.75, 0.25, 0.5, 0.125, 0.375, 0.875]  # that it is a dog
ROWS = list(zip(TARGET, PRED, LABEL, SCORE, strict=True))

SQUARES = [(target - pred) ** 2 for target, pred in zip(TARGET, PRED, strict=True)]
MSE = sum(SQUARES) / len(SQUARES)
MSE_BUT_SECOND = (sum(SQUARES) - SQUARES[1]) / (len(SQUARES) - 1)
CE = -math.fsum(math.log(score if label == "dog" else 1 - score) for label, score in zip(LABEL, SCORE, strict=True)) / len(LABEL)
