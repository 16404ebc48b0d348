"""What a call of another library gives for a golden case: the roles and parameters of the loss are names in it, and some more.

`z` are predictions that are logits, `y` labels as -1 and 1, `one_hot` labels as rows, `c` the number of classes, `n` of rows;
`frame` has the columns that utilsforecast reads.
"""

from __future__ import annotations

import importlib
import re
from typing import Any

import numpy as np

from lossctl.losses.roles.class_roles import BinaryLabelRole
from lossctl.losses.roles.roles import ClassLabelRole
from lossctl.losses.text import BoundLoss
from tests.losses.test_golden import DOTTED, array, library_of

NUMPY = {"sklearn", "scipy", "statsmodels", "scoringrules", "utilsforecast", "gluonts", "model_diagnostics", "lm_eval"}
WORDS = re.compile(r"[A-Za-z_]\w*")


def fits(bound: BoundLoss, code: str, remark: str, case: dict[str, Any]) -> bool:
    """Whether a case is on the scale that a call reads, and has no parameter, option or weight that the call knows nothing of."""
    words = {*WORDS.findall(code)}
    if {*case["options"]} - {"from"} or any(dtype.startswith("list") for dtype in case["dtypes"].values()):
        return False
    if bound.loss.reads_classes and case["options"].get("from", "probs") != ("logits" if "z" in words else "probs"):
        return False
    wanted = dict(one.split("=") for one in re.findall(r"\w+=[-\w.]+", remark) if one.split("=")[0] in bound.parameters)
    if any(bound.parameters[name] != bound.loss.parameters[name].read(value) for name, value in wanted.items()):
        return False
    given = {name for name, value in bound.parameters.items() if value != bound.loss.parameters[name].default}
    known = words | {*wanted} | {"levels", "level"}
    return given <= known and ("weight" in words or "weight" not in case["roles"] or "samples" in case["expected"])


def result_of(bound: BoundLoss, code: str, remark: str, case: dict[str, Any]) -> Any:
    """What a call gives, of each group, mask or row where it says so."""
    roles = {name: np.asarray(array(case, name)) for name in case["roles"]}
    if "of each mask" in remark:
        roles = {name: values.reshape(len(values), 1, -1) for name, values in roles.items()}
    places = np.arange(len(next(iter(roles.values()))))
    if "of each group" in remark:
        groups = roles.pop("group")
        parts: list[Any] = [places[groups == name] for name in dict.fromkeys(groups.tolist())]
    elif "of each mask" in remark:
        parts = [places[row : row + 1] for row in places]
    elif "of each row" in remark:
        parts = [*places]
    else:
        parts = [slice(None)]
    found = [_called(bound, code, {name: values[part] for name, values in roles.items()}) for part in parts]
    return np.squeeze(found[0] if len(parts) == 1 else np.array(found))


def _called(bound: BoundLoss, code: str, roles: dict[str, Any]) -> Any:
    library = library_of(code)
    names = {name: _parameter(name, value, library) for name, value in bound.parameters.items()}
    names |= {name: _as(_numbers(bound, name, roles), library) for name in roles}
    names |= _of_classes(bound, names, roles, library) | _of_library(bound, roles, library)
    for path in DOTTED.findall(code):
        if path.partition(".")[0] not in names:
            _import(path)
            names[path.partition(".")[0]] = importlib.import_module(path.partition(".")[0])
    result = eval(code, names)
    if hasattr(result, "columns"):  # a frame of utilsforecast
        result = result["pred"]
    elif hasattr(result, "update") and hasattr(result, "get"):  # an evaluator of GluonTS
        levels: Any = bound.parameters.get("levels") or ()
        result.update(
            {"label": roles["target"], "0.5": roles["pred"], **{str(q): roles["pred"][:, k] for k, q in enumerate(levels)}}
        )
        result = result.get()
    return np.asarray(result.detach() if hasattr(result, "detach") else result, float)


def _import(path: str) -> None:
    """Imports the modules of a dotted name, as far as they are modules."""
    parts = path.split(".")
    for count in range(2, len(parts)):
        try:
            importlib.import_module(".".join(parts[:count]))
        except ImportError:
            return


def _numbers(bound: BoundLoss, name: str, roles: dict[str, Any]) -> Any:
    """The values of a role: words as codes, labels of one probability as the floats that they may be."""
    values = roles[name]
    if values.dtype.kind not in "biuf":
        return np.unique(values, return_inverse=True)[1]
    role = next((form.roles[name] for form in bound.loss.forms if name in form.roles), None)
    of_one = isinstance(role, ClassLabelRole) and role.of in roles and roles[role.of].ndim == 1
    return values.astype(float) if isinstance(role, BinaryLabelRole) or of_one else values


def _as(values: Any, library: str) -> Any:
    """An array as a library takes it."""
    if library in NUMPY:
        return values
    if library == "optax":
        importlib.import_module("jax").config.update("jax_enable_x64", True)
        return importlib.import_module("jax.numpy").asarray(values)
    return importlib.import_module("torch").tensor(values)


def _parameter(name: str, value: Any, library: str) -> Any:
    if name == "matrix":
        return np.reshape(value, (round(len(value) ** 0.5), -1))
    if isinstance(value, tuple):
        return value[0] if len(value) == 1 else [*value] if name == "levels" else _as(np.array(value), library)
    return int(value) if isinstance(value, float) and name in ("k", "bins") else value


def _of_classes(bound: BoundLoss, names: dict[str, Any], roles: dict[str, Any], library: str) -> dict[str, Any]:
    pred, target = roles.get("pred"), roles.get("target")
    found: dict[str, Any] = {"z": names.get("pred"), "weight": names.get("weight")}
    if target is None or target.dtype.kind not in "biuf":
        return found
    found |= {"n": len(target), "y": _as(np.where(target == bound.parameters.get("similar", 1), 1.0, -1.0), library)}
    if pred is not None and pred.ndim == 2 and target.ndim == 1:
        found["c"] = pred.shape[1]
        if target.dtype.kind in "iu" and target.min() >= 0:
            found["one_hot"] = _as(np.eye(max(pred.shape[1], target.max() + 1))[target], library)
    return found


def _of_library(bound: BoundLoss, roles: dict[str, Any], library: str) -> dict[str, Any]:
    """Names that the calls of one library use."""
    if library == "utilsforecast":
        return _of_forecasts(bound, roles)
    if library == "scoringrules" and bound.parameters.get("levels"):
        levels, pred = np.array(bound.parameters["levels"]), roles["pred"]
        half = len(levels) // 2
        sides = {"median": pred[:, half], "lower": pred[:, :half], "upper": pred[:, :half:-1]}
        return {**sides, "alphas": 2 * levels[:half]}
    if library == "keras":
        importlib.import_module("keras").config.set_floatx("float64")
    if library == "open_clip":
        return {"normalize": importlib.import_module("torch.nn.functional").normalize}
    if library == "pytorch_metric_learning":
        modules = [importlib.import_module(f"{library}.{one}") for one in ("distances", "miners", "reducers")]
        distance = modules[0].LpDistance(normalize_embeddings=False)
        return {"D": distance, "BatchHardMiner": modules[1].BatchHardMiner, "MeanReducer": modules[2].MeanReducer}
    if library == "sentence_transformers":
        module = importlib.import_module(f"{library}.losses.BatchHardTripletLoss")
        return {"eucledian_distance": module.BatchHardTripletLossDistanceFunction.eucledian_distance}
    return {}


def _of_forecasts(bound: BoundLoss, roles: dict[str, Any]) -> dict[str, Any]:
    """A frame in which each row is a series."""
    import pandas as pd

    level: Any = bound.parameters.get("level") or 80
    frame = {"unique_id": range(len(roles["target"])), "y": roles["target"], "pred": roles.get("pred", roles["target"])}
    if "lower" in roles:
        frame |= {f"pred-lo-{level:g}": roles["lower"], f"pred-hi-{level:g}": roles["upper"]}
    return {"frame": pd.DataFrame(frame), "level": int(level)}
