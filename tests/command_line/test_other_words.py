"""Words of other tools for losses, spelling, and losses that others declare: what is said of a word that no loss has."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lossctl import LOSSES, batch, check, compare, evaluate, loss
from lossctl.errors import UsageError
from lossctl.losses.other_words import NO_LOSSES, typed_for, unknown_loss
from lossctl.losses.text import find_loss, read_losses
from lossctl.spelling import bare, mistyped, nearest
from tests.conftest import Command

KNOWN = [(word, typed) for one in LOSSES.values() for words, typed in one.known_as.items() for word in words.split()]
LIST = "\nhint: lossctl losses lists all"
TYPED = {
    "torch.nn.L1Loss l1_loss F.l1_loss MeanAbsoluteError tf.keras.losses.MeanAbsoluteError neg_mean_absolute_error": "mae",
    "MSELoss mse_loss mean_squared_error MeanSquaredError MSE Mse": "mse",
    "SmoothL1Loss smooth_l1_loss smooth-l1 smoothl1": "smooth_l1",
    "HuberLoss huber_loss Huber": "huber",
    "BCELoss binary_cross_entropy binary_crossentropy BinaryCrossentropy binary_logloss": "bce",
    "BCEWithLogitsLoss binary_cross_entropy_with_logits sigmoid_binary_cross_entropy": "bce --from logits",
    "CrossEntropyLoss nn.CrossEntropyLoss softmax_cross_entropy_with_integer_labels": "ce --from logits",
    "categorical_crossentropy SparseCategoricalCrossentropy mlogloss": "ce",
    "NLLLoss nll_loss": "nll --from logprobs",
    "neg_log_loss logloss LogLoss": "log_loss",
    "FocalLoss BinaryFocalCrossentropy": "focal",
    "sigmoid_focal_loss": "focal:alpha=0.25 --from logits",
    "PolyLoss": "poly",
    "HingeLoss hinge_loss": "hinge",
    "brier_score neg_brier_score": "brier",
    "neg_root_mean_squared_error": "rmse",
    "TripletMarginLoss triplet_margin_loss": "triplet:eps=1e-6",
    "ContrastiveLoss": "contrastive",
}


def said(word: str) -> str:
    with pytest.raises(UsageError) as raised:
        find_loss(word)
    return str(raised.value)


@pytest.mark.parametrize(("word", "typed"), [(word, typed) for words, typed in TYPED.items() for word in words.split()])
def test_a_word_of_another_library_is_answered_with_what_to_type(word: str, typed: str) -> None:
    assert said(word) == f"unknown loss '{word}'\nhint: type -l {typed}"


@pytest.mark.parametrize(("word", "typed"), KNOWN)
def test_what_a_loss_says_to_type_is_that_loss_and_options_that_there_are(word: str, typed: str, lossctl: Command) -> None:
    text, *options = shlex.split(typed)
    (bound,) = read_losses([text])
    assert bound.loss.known_as
    assert typed_for(word) == typed
    done = lossctl("eval", "gone.csv", "-l", text, *options)
    assert (done.code, "gone.csv" in done.err) == (3, True)


def test_no_word_is_declared_twice_or_is_the_name_of_a_loss() -> None:
    words = [bare(word) for word, _ in KNOWN] + [bare(word) for none in NO_LOSSES for word in none.words.split()]
    assert sorted(words) == sorted({*words} - {bare(word) for word in LOSSES.words()})


@pytest.mark.parametrize(
    "word", ["f1", "F1", "sklearn.metrics.f1_score", "r2", "precision", "psnr", "auc", "accuracy", "bleu", "mase", "medae"]
)
def test_what_is_no_loss_is_said_to_be_none_and_no_near_word_is_given(word: str) -> None:
    assert said(word).startswith(f"'{word}' is no loss but a")
    assert "did you mean" not in said(word)


def test_a_loss_that_says_as_much_is_named_if_it_is_there() -> None:
    assert said("l2_loss") == "'l2_loss' is no loss but half the squared error in Optax and TensorFlow\nhint: twice that: -l mse"
    for none in NO_LOSSES:
        hint = unknown_loss(none.words.split()[0]).hint
        assert (hint is None) == (none.instead is None or none.instead.split()[0] not in LOSSES)


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("hubr", "huber"),
        ("msee", "mse"),
        ("mes", "mse"),
        ("mean_square_error", "mse"),
        ("smoth_l1", "smooth_l1"),
        ("hnige", "hinge"),
    ],
)
def test_a_slip_of_the_fingers_is_mended(word: str, near: str) -> None:
    assert said(word) == f"unknown loss '{word}'; did you mean '{near}'?{LIST}"


@pytest.mark.parametrize("word", ["mxe", "hinge_embedding", "l3", "x", "", "mse_of_logs", "log"])
def test_a_word_that_is_near_to_nothing_is_answered_with_no_other(word: str) -> None:
    assert said(word) == f"unknown loss '{word}'{LIST}"


def test_short_words_with_another_letter_are_other_words() -> None:
    assert [mistyped(word, ["mse", "mae", "ce", "l1"]) for word in ("rmse", "msle", "mape", "mase", "de", "l2")] == [None] * 6
    assert [mistyped(word, ["csv", "json"]) for word in ("cvs", "CSV", "jsn", "jsno")] == ["csv", "csv", "json", "json"]


def test_beginnings_are_near_where_one_word_alone_has_them() -> None:
    assert nearest("evaluate", ["eval", "check"]) == "eval"
    assert nearest("log", ["probs", "logits", "logprobs"]) is None
    assert nearest("verbose", ["role", "average", "where"]) is None


def test_an_error_in_a_plugin_is_said_with_its_line(lossctl: Command) -> None:
    Path("deep.py").write_text("def inner():\n    return nothing\n\ninner()\n")
    Path("words.py").write_text("import lossctl\n\ndef f(:\n")
    done = lossctl("eval", "a.csv", "-l", "mse", "--plugin", "deep.py")
    assert done.err == "lossctl: error: deep.py line 2: the plugin cannot be loaded: NameError: name 'nothing' is not defined\n"
    done = lossctl("losses", "--plugin", "words.py")
    assert done.err == "lossctl: error: words.py line 3: the plugin cannot be loaded: SyntaxError: invalid syntax\n"


def test_a_function_that_is_not_decorated_is_named_with_its_file(lossctl: Command) -> None:
    Path("plain.py").write_text("from math import hypot\n\ndef lone(pred, target):\n    return pred - target\n")
    done = lossctl("eval", "a.csv", "-l", "lone", "--plugin", "plain.py")
    assert done.err == "lossctl: error: unknown loss 'lone'; plain.py has a function lone without @lossctl.loss above it\n"
    assert lossctl("eval", "a.csv", "-l", "hypot", "--plugin", "plain.py").err == f"lossctl: error: unknown loss 'hypot'{LIST}\n"


def test_a_decorated_loss_is_still_a_function() -> None:
    @loss
    def doubled(pred, target):  # type: ignore[no-untyped-def]  # as people write one
        """Twice the error."""
        return 2 * (pred - target)

    assert doubled(np.array([3.0]), np.array([1.0])).tolist() == [4.0]


def test_an_entry_point_may_be_called_otherwise_than_its_loss(
    lossctl: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    (site / "strange-1.0.dist-info").mkdir(parents=True)
    (site / "strange-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: strange\nVersion: 1.0\n")
    (site / "strange-1.0.dist-info" / "entry_points.txt").write_text("[lossctl.losses]\nall_of_ours = strange_losses\n")
    code = 'import lossctl\n\n@lossctl.loss\ndef cubed(pred, target):\n    """Cubed."""\n    return abs(pred - target) ** 3\n'
    (site / "strange_losses.py").write_text(code)
    monkeypatch.syspath_prepend(site)
    Path("a.csv").write_text("y_true,y_pred\n1,3\n")
    assert lossctl("eval", "a.csv", "-l", "cubed", "-b", "-q").out == "8\n"


OWN = "import lossctl\nprint('run')\n@lossctl.loss\ndef own(pred, target):\n    'Own.'\n    return {} * abs(pred - target)\n"


def test_a_plugin_runs_once_and_again_when_it_has_changed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("own.py").write_text(OWN.format(2))
    for _ in range(2):
        assert evaluate([1.0], [3.0], "own", plugin="own.py").value == 4
        assert compare([1.0, 2.0], [3.0, 3.0], target=[3.0, 3.0], loss="own", plugin="own.py").comparisons[0].base_value == 3
        assert batch({"a": [1.0]}, target=[3.0], loss="own", plugin="own.py").values == {"a": 4}
        assert check([1.0], [3.0], max="own=4", plugin="own.py").ok
    assert capsys.readouterr().out == "run\n"
    Path("own.py").write_text(OWN.format(10))
    assert evaluate([1.0], [3.0], "own", plugin="own.py").value == 20


def test_plugins_of_one_name_in_two_folders_are_two(lossctl: Command) -> None:
    for folder, factor in (("a", 2), ("b", 3)):
        Path(folder).mkdir()
        Path(folder, "own.py").write_text(OWN.format(factor).replace("print('run')", ""))
    done = lossctl("eval", "a.csv", "-l", "own", "--plugin", "a/own.py", "--plugin", "b/own.py")
    assert done.code == 2
    assert done.err.startswith("lossctl: error: b/own.py line 3: the plugin cannot be loaded: TypeError: loss own: ")
    assert done.err.endswith(": the name own is taken by own of a/own.py\n")


def test_a_plugin_that_failed_is_forgotten(lossctl: Command) -> None:
    Path("words.txt").write_text("no Python\n")
    assert lossctl("eval", "a.csv", "-l", "mse", "--plugin", "words.txt").code == 2
    assert lossctl("eval", "a.csv", "-l", "lone").err == f"lossctl: error: unknown loss 'lone'{LIST}\n"


@pytest.mark.slow
@pytest.mark.parametrize("level", ["-O", "-OO"])
def test_an_unknown_loss_is_one_without_assertions_too(level: str) -> None:
    command = [sys.executable, level, "-m", "lossctl", "eval", "a.csv", "-l", "lone"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stderr) == (2, f"lossctl: error: unknown loss 'lone'{LIST}\n")
