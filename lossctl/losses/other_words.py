"""Words of other tools: what to type for one that names a loss, and what is said of one that names none.

The words of a loss are declared with it. Imported where a word is not known, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator

from lossctl.errors import UsageError, quoted
from lossctl.losses.plugins import functions_of_plugins
from lossctl.losses.registry import LOSSES
from lossctl.record import record
from lossctl.spelling import bare, mistyped

LIST_ALL = "lossctl losses lists all"


@record
class NoLoss:
    """Something that other tools call by one of some words, and that is no loss here.

    instead: what to type after `-l` for the loss that says as much, if there is one; how: what that is to this.
    """

    words: str
    what: str
    instead: str | None = None
    how: str = ""


NO_LOSSES = (
    NoLoss(
        "accuracy acc accuracy_score binary_accuracy categorical_accuracy sparse_categorical_accuracy",
        "a share of right answers, of which more is better",
        "zero_one",
        "1 - accuracy",
    ),
    NoLoss(
        "top_k_accuracy top_k_accuracy_score top_k_categorical_accuracy sparse_top_k_categorical_accuracy",
        "a share of right answers, of which more is better",
        "top_k",
        "1 - top-k accuracy",
    ),
    NoLoss("auc roc_auc roc_auc_score auroc", "a share of pairs in order, of which more is better", "auc_loss", "1 - AUC"),
    NoLoss("ndcg ndcg_score normalized_dcg lambdarank", "a gain, of which more is better", "ndcg_loss", "1 - NDCG"),
    NoLoss("iou mean_iou box_iou", "an overlap, of which more is better", "iou_loss", "1 - IoU of boxes"),
    NoLoss("jaccard_score jaccard_index", "an overlap, of which more is better", "jaccard", "1 - Jaccard index"),
    NoLoss("dice_score dice_coefficient", "an overlap, of which more is better", "dice", "1 - Dice coefficient"),
    NoLoss("l2_loss half_mse half_squared_error", "half the squared error in Optax and TensorFlow", "mse", "twice that"),
    NoLoss(
        "f1 f1_score f_score f_measure fbeta fbeta_score f2 macro_f1 micro_f1 weighted_f1",
        "a score of counts, which no row has",
    ),
    NoLoss("precision recall sensitivity specificity precision_score recall_score", "a ratio of counts, which no row has"),
    NoLoss(
        "average_precision average_precision_score aucpr pr_auc map mean_average_precision mrr",
        "a score of a ranking, of which more is better",
    ),
    NoLoss("mcc matthews_corrcoef kappa cohen_kappa_score balanced_accuracy", "a score of a confusion matrix"),
    NoLoss("r2 r2_score explained_variance explained_variance_score d2", "a score against the target's variance"),
    NoLoss("pearson pearsonr pearson_corrcoef spearman spearmanr kendall correlation corr", "a correlation, which no row has"),
    NoLoss("psnr ssim ms_ssim lpips fid", "a score of images"),
    NoLoss("bleu sacrebleu rouge meteor chrf wer cer bertscore", "a score of texts"),
    NoLoss("max_error", "a reduction", "mae --reduction max", "the largest error"),
    NoLoss("median_absolute_error medae median_ae", "a reduction", "mae --reduction p50", "the median error, the lower of two"),
    NoLoss("mase rmsse mean_absolute_scaled_error", "an error beside that of a naive forecast"),
)  # fmt: skip


def unknown_loss(word: str) -> UsageError:
    """The error of a word that no loss has: what to type for it, or what it is, or what is nearest."""
    problem = f"unknown loss {quoted(word)}"
    if (typed := typed_for(word)) is not None:
        return UsageError(problem, hint=f"type -l {typed}")
    if (none := _no_loss(word)) is not None:
        known = none.instead is not None and none.instead.split()[0] in LOSSES
        return UsageError(f"{quoted(word)} is no loss but {none.what}", hint=f"{none.how}: -l {none.instead}" if known else None)
    if (path := functions_of_plugins().get(word)) is not None:
        return UsageError(f"{problem}; {path} has a function {word} without @lossctl.loss above it")
    near = mistyped(word, LOSSES.words()) or typed_for(mistyped(word, _declared()) or "")
    return UsageError(problem + (f"; did you mean {quoted(near)}?" if near else ""), hint=LIST_ALL)


def typed_for(word: str) -> str | None:
    """What to type after `-l` for a word of another library, options included; None where it names no loss here."""
    for loss in LOSSES.values():
        for words, typed in loss.known_as.items():
            if names(words, word):
                return typed
    if _no_loss(word) is not None:
        return None
    if word.startswith("neg_"):  # as scikit-learn calls losses where more is better
        return typed_for(word.removeprefix("neg_"))
    last = bare(word.rpartition(".")[2])
    spelled = {bare(word): word for word in LOSSES.words()}
    return spelled.get(last) or spelled.get(last.removesuffix("loss"))


def names(words: str, word: str) -> bool:
    """Whether some words, with blanks between them, have a word, however it is spelled: L1Loss, l1_loss, torch.nn.L1Loss."""
    last = bare(word.rpartition(".")[2])
    return bool(last) and last in map(bare, words.split())


def _no_loss(word: str) -> NoLoss | None:
    return next((none for none in NO_LOSSES if names(none.words, word)), None)


def _declared() -> Iterator[str]:
    return (word for loss in LOSSES.values() for words in loss.known_as for word in words.split())
