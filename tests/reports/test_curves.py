"""`lossctl losses NAME -o x.svg`: what a row costs over the number that decides it."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lossctl import LOSSES
from lossctl.errors import UsageError
from lossctl.losses.declaration import Loss
from lossctl.losses.parameter import MOST_SHOWN
from lossctl.losses.plugins import load_files
from lossctl.reports.pictures.curves import curves_of
from lossctl.reports.pictures.picture import Axis, Curve, Panel, Picture
from tests.conftest import Command

each_loss = pytest.mark.parametrize("loss", list(LOSSES.values()), ids=list(LOSSES))


def curves(panel: Panel) -> dict[str, dict[float, float]]:
    """The points of each curve of a panel, by its name without whether that is the default."""
    marks = [mark for mark in panel.marks if isinstance(mark, Curve)]
    return {mark.name.removesuffix(" (default)"): dict(zip(mark.x.tolist(), mark.y.tolist(), strict=True)) for mark in marks}


def ends(axis: Axis) -> tuple[float, float]:
    assert axis.low is not None
    assert axis.high is not None
    return axis.low, axis.high


def picture_or_problem(loss: Loss) -> Picture | UsageError:
    try:
        return curves_of(loss)
    except UsageError as problem:
        return problem


@each_loss
def test_every_loss_has_a_curve_or_says_why_not(loss: Loss) -> None:
    found = picture_or_problem(loss)
    if isinstance(found, UsageError):
        whys = "all rows are|the rows of a group are|no one number decides|of two classes k must be"
        assert re.match(rf"{loss.name} has no curve: ({whys}) ", found.problem)
        assert found.hint == "one that has: lossctl losses smooth_l1 -o smooth_l1.svg"
        assert len(str(found)) < 600
        return
    assert found.title.partition(":")[0] == loss.name
    for panel in found.panels:
        (left, right), (low, high) = ends(panel.x), ends(panel.y)
        assert left < right
        assert len(panel.x.label) <= 60  # a longer one is cut
        for points in curves(panel).values():
            assert sum(low < y < high for y in points.values()) > 20


# Those whose arguments are of their own kind; all others are judged together, or have no one number.
@pytest.mark.parametrize(
    ("name", "label", "reach"),
    [
        ("mae", "error pred - target, in units of the target", (-3, 3)),
        ("tukey", "error pred - target, in units of the target", (-6, 6)),
        ("gaussian_nll", "error pred - target for var of 1, in units of the target", (-3, 3)),
        ("crps", "error mean - target for std of 1, in units of the target", (-3, 3)),
        ("smape", "pred for a target of 1, in units of the target", (-2, 4)),
        ("mape", "pred for a target of 1, in units of the target", (-2, 4)),
        ("poisson_nll", "pred for a target of 1, in units of the target", (0, 4)),
        ("focal", "probability of the true class p_t, of a binary prediction", (0, 1)),
        ("asl", "probability of the true class p_t, of a label", (0, 1)),
        ("bi_tempered", "logit of the true class, of a binary prediction", (-6, 6)),
        ("multiclass_hinge", "lead of the true one of two classes, in units of its score", (-3, 3)),
        ("hinge", "margin y s, target y = -1 or 1, in units of the pred s", (-3, 3)),
        ("margin_ranking", "lead y (left - right), in units of the scores", (-3, 3)),
        ("bpr", "positive - negative, in their units", (-3, 3)),
        ("contrastive", "distance, in its own units", (0, 3)),
        ("triplet", "D(anchor, positive) - D(anchor, negative), in units of D", (-3, 3)),
        ("cosine", "cosine of the angle between pred and target", (-1, 1)),
        ("interval_score", "target, in its own units, of an interval from -1 to 1", (-3, 3)),
        ("token_nll", "logprob, in nats", (-3, 0)),
        ("bits_per_byte", "logprob for bytes of 1, in nats", (-3, 0)),
        ("given", "value, in its own units", (-3, 3)),
    ],
)
def test_the_axis_is_what_the_roles_of_a_loss_are(name: str, label: str, reach: tuple[float, float]) -> None:
    (axis, *others) = [panel.x for panel in curves_of(LOSSES[name]).panels]
    assert axis.label == label
    assert ends(axis) == reach
    assert all(other == axis for other in others)


def focal(p: float, gamma: float) -> float:
    return -((1 - p) ** gamma) * math.log(p) if p else math.inf


def poly(p: float, epsilon: float) -> float:
    return -math.log(p) + epsilon * (1 - p) if p else math.inf


def huber(e: float, delta: float) -> float:
    return e * e / 2 if abs(e) <= delta else delta * (abs(e) - delta / 2)


def smooth_l1(e: float, beta: float) -> float:
    return e * e / (2 * beta) if abs(e) < beta else abs(e) - beta / 2


def pinball(e: float, q: float) -> float:  # of e = pred - target
    return (1 - q) * e if e > 0 else -q * e


def barron(e: float, alpha: float) -> float:
    if alpha == -math.inf:
        return 1 - math.exp(-e * e / 2)
    if alpha == 0:
        return math.log(e * e / 2 + 1)
    if alpha == 2:
        return e * e / 2
    return abs(alpha - 2) / alpha * (math.pow(e * e / abs(alpha - 2) + 1, alpha / 2) - 1)


@pytest.mark.parametrize(
    ("name", "parameter", "values", "formula"),
    [
        ("focal", "gamma", (0, 0.5, 1, 2, 5), focal),  # those of figure 1 of Lin et al. (2017)
        ("poly", "epsilon", (-1, 0, 1, 2, 5), poly),
        ("huber", "delta", (0.5, 1, 2), huber),
        ("smooth_l1", "beta", (0, 0.5, 1, 2), smooth_l1),
        ("quantile", "q", (0.1, 0.5, 0.9), pinball),
        ("robust", "alpha", (-math.inf, -2, 0, 1, 2), barron),  # those of figure 1 of Barron (2019)
        ("hinge", "margin", (0.5, 1, 2), lambda margin_of_score, margin: max(0.0, margin - margin_of_score)),
        ("triplet", "margin", (0.2, 0.5, 1), lambda apart, margin: max(0.0, apart + margin)),
        ("tweedie_deviance", "power", (1, 2), lambda mu, p: 2 * (mu - 1 - math.log(mu) if p == 1 else math.log(mu) + 1 / mu - 1)),
    ],
)
def test_the_points_of_curves_are_those_of_the_formula(
    name: str, parameter: str, values: tuple[float, ...], formula: Callable[[float, float], float]
) -> None:
    (panel,) = curves_of(LOSSES[name]).panels
    for value in values:
        points = curves(panel)[f"{parameter}={value:g}"]
        assert len(points) > 500
        defined = {x: y for x, y in points.items() if not math.isnan(y)}
        assert list(defined.values()) == pytest.approx([formula(x, value) for x in defined], rel=1e-9, abs=1e-12)


def test_a_loss_that_is_no_function_of_the_error_is_drawn_for_one_target() -> None:
    points = curves(curves_of(LOSSES["smape"]).panels[0])[""]
    assert points[-1] == points[-2] == 2
    assert points[1] == 0
    assert points[3] == pytest.approx(2 * 2 / 4)


def test_labels_that_cost_differently_have_a_panel_each() -> None:
    like, unlike = curves_of(LOSSES["contrastive"]).panels
    assert (like.title, unlike.title) == ("target 1", "target 0")
    assert curves(like)["any margin"][2.0] == 2  # D**2 / 2, whatever the margin
    assert curves(unlike)["margin=2"][0.5] == 1.125
    one, other = curves_of(LOSSES["balanced_ce"]).panels
    assert curves(one)["alpha=0.25"][0.5] == pytest.approx(math.log(2) / 4)
    assert curves(other)["alpha=0.25"][0.5] == pytest.approx(math.log(2) * 3 / 4)
    assert len(curves_of(LOSSES["zero_one"]).panels) == 1  # that a tie is decided for one of them is not seen


@pytest.mark.slow
def test_a_pole_leaves_the_axis_and_what_is_refused_is_not_drawn() -> None:
    (panel,) = curves_of(LOSSES["poisson_nll"]).panels
    points = curves(panel)[""]
    assert panel.x.low == 0
    assert points[0.0] == math.inf
    assert all(math.isnan(y) for x, y in points.items() if x < 0)
    (panel,) = curves_of(LOSSES["tweedie_deviance"]).panels  # which refuses 0 itself
    assert all(max(y for y in points.values() if not math.isnan(y)) > ends(panel.y)[1] for points in curves(panel).values())
    assert all(0 < min(x for x, y in points.items() if not math.isnan(y)) < 1e-15 for points in curves(panel).values())


def test_a_needed_parameter_that_makes_no_curves_stands_in_the_title() -> None:
    assert curves_of(LOSSES["expected_cost"]).title == "expected_cost:matrix=0,1,2,0"


@each_loss
def test_the_values_shown_are_few_and_differ(loss: Loss) -> None:
    for parameter in loss.parameters.values():
        assert len(set(parameter.shown)) == len(parameter.shown) <= MOST_SHOWN
        assert loss.unit == "row" or not parameter.shown


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["svg", "png", "pdf", "html"])
def test_the_same_picture_has_the_same_bytes(lossctl: Command, ending: str) -> None:
    for name in ("a", "b"):
        assert lossctl("losses", "focal", "-o", f"{name}.{ending}").code == 0
    first, second = (Path(f"{name}.{ending}").read_bytes().replace(f"{name}.html".encode(), b"x.html") for name in ("a", "b"))
    assert first == second
    assert first.startswith({"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF", "html": b"<!doctype html>"}[ending])


def test_a_picture_is_written_beside_the_page_and_on_standard_output(lossctl: Command) -> None:
    done = lossctl("losses", "huber", "-o", "h.svg")
    assert done.out == lossctl("losses", "huber").out
    assert lossctl("losses", "huber", "-f", "svg").out == Path("h.svg").read_text()
    ElementTree.parse("h.svg")


def test_an_alias_names_the_same_picture(lossctl: Command) -> None:
    lossctl("losses", "pinball", "-o", "a.svg")
    lossctl("losses", "quantile", "-o", "b.svg")
    assert Path("a.svg").read_bytes() == Path("b.svg").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "problem", "hint"),
    [
        ([], "a picture shows the curves of one loss; expected its name", "lossctl losses mae -o mae.svg"),
        (["forecast"], "a picture shows the curves of one loss; expected its name", "lossctl losses mape -o mape.svg"),
        (["--for", "x.csv"], "a picture shows the curves of one loss; expected its name", "lossctl losses mae -o mae.svg"),
        (
            ["ndcg_loss"],
            "ndcg_loss has no curve: the rows of a group are judged together, and no one number decides what they cost",
            "one that has: lossctl losses smooth_l1 -o smooth_l1.svg",
        ),
        (
            ["giou"],
            "giou has no curve: no one number decides what a row costs: pred is boxes (n, 4); target is boxes (n, 4)",
            "one that has: lossctl losses smooth_l1 -o smooth_l1.svg",
        ),
    ],
)
def test_what_has_no_picture_is_refused_before_anything_is_written(
    lossctl: Command, arguments: list[str], problem: str, hint: str
) -> None:
    Path("x.csv").write_text("y_true,y_pred\n1,2\n")
    done = lossctl("losses", *arguments, "-o", "x.json", "-o", "x.svg")
    assert (done.code, done.out, done.err) == (2, "", f"lossctl: error: {problem}\nhint: {hint}\n")
    assert [path.name for path in Path().iterdir()] == ["x.csv"]


PLUGIN = '''
from typing import Annotated

import numpy as np

from lossctl import Param, loss
from lossctl.losses.domain import POSITIVE
from lossctl.losses.roles.roles import Groups, Real


@loss
def one_sided_bend(forecast: Real, truth: Real, *, bend: Annotated[float, Param("<b>", POSITIVE, shown=(1, 2))] = 1.0):
    """<script>alert(1)</script> $\\\\frac{1}{0}$ & \\x1b[31m \\u202e

    </svg><script>alert(2)</script>  $x_{1$
    """
    return np.maximum(forecast - truth, 0) * bend


@loss
def in_place(pred, target):
    """Changes what it was given."""
    pred -= target
    return pred


@loss
def endless(pred, target):
    """Costs more than any number."""
    return np.full(len(pred), np.inf)


@loss
def failing(pred, target):
    """Fails."""
    raise RuntimeError("<script>")
'''


@pytest.mark.slow
def test_a_plugins_loss_has_curves_and_its_words_are_inert(lossctl: Command) -> None:
    Path("p.py").write_text(PLUGIN)
    for ending in ("svg", "html", "png", "pdf"):
        done = lossctl("losses", "one_sided_bend", "--plugin", "p.py", "-o", f"x.{ending}")
        assert (done.code, done.err) == (0, "")
    page = Path("x.html").read_text()
    assert page.count("<script") == 1  # that of the page, which sorts tables
    assert "&lt;script&gt;alert(2)&lt;/script&gt; $x_{1$" in page
    assert not re.search("[\x1b\u202e]", page + Path("x.svg").read_text())
    ElementTree.parse("x.svg")
    load_files(["p.py"])
    (panel,) = curves_of(LOSSES["one_sided_bend"]).panels
    assert panel.x.label == "forecast - truth, in their units"
    assert curves(panel)["bend=2"][1.5] == 3
    assert [mark.name for mark in panel.marks if isinstance(mark, Curve)] == ["bend=1 (default)", "bend=2"]


@pytest.mark.parametrize(
    ("name", "code", "problem"),
    [
        ("failing", 70, "loss failing failed: RuntimeError: <script>"),
        ("in_place", 70, "loss in_place failed: ValueError: output array is read-only"),
        (
            "endless",
            2,
            "endless has no curve: no one number decides what a row costs: pred is real (n, ...); target is real (n, ...)\n"
            "hint: one that has: lossctl losses smooth_l1 -o smooth_l1.svg",
        ),
    ],
)
def test_a_plugins_loss_that_cannot_be_drawn_is_named(lossctl: Command, name: str, code: int, problem: str) -> None:
    Path("p.py").write_text(PLUGIN)
    done = lossctl("losses", name, "--plugin", "p.py", "-o", "x.svg")
    assert (done.code, done.err) == (code, f"lossctl: error: {problem}\n")
    assert not Path("x.svg").exists()


def test_infinite_costs_are_drawn_to_the_end_of_the_axis() -> None:
    from matplotlib.figure import Figure

    from lossctl.reports.pictures.marks import draw

    (panel,) = curves_of(LOSSES["ce"]).panels
    axes = draw(Figure().add_subplot(), panel)
    for line in axes.get_lines():
        assert np.isfinite(line.get_ydata()).all()
        assert line.get_ydata()[0] > axes.get_ylim()[1]
    assert axes.get_ylim() == (panel.y.low, panel.y.high)
