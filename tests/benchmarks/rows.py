"""The rows of the benchmark: a command of lossctl, the files it reads, and the ratio to the quickest peer that it should reach.

The peers of a row are the scripts in `peers/<row>/`: each prints the values that lossctl prints. Where one
of them is `with_lossctl.py`, it takes the place of the command.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """name: also of the folder of its peers. reach, aim: ratio of median wall times.

    limit: the script that does only what cannot be avoided: `start` (Python and NumPy), `python`, or `read` (the bytes too).
    tolerance: relative, between values; peers that compute in float32 need it. long: a line for each row or group is printed, and
    the last numbers of the lines are compared by count, sums and extremes. peak: MB that lossctl's memory should stay below.
    short: what the project's README calls it, where it shows it.
    """

    name: str
    title: str
    command: str
    files: str
    reach: float
    aim: float
    limit: str
    tolerance: float = 1e-9
    long: bool = False
    peak: int = 300
    short: str = ""


ROWS = (
    Row("version", "`lossctl --version`", "--version", "", 1.6, 1.2, "python"),
    Row("csv_small", "1,000-row CSV, mse", "eval small.csv -l mse -b", "small.csv", 1.3, 1.1, "start", short="1,000-row CSV"),
    Row(
        "npy_small",
        "1,000-row NPY, mse",
        "eval small.npy -t small_true.npy -l mse -b",
        "small.npy small_true.npy",
        1.3,
        1.1,
        "start",
    ),
    Row(
        "csv_long",
        "10 M row CSV, mse + mae + huber in one pass",
        "eval long.csv -l mse,mae,huber -b",
        "long.csv",
        1.2,
        1.0,
        "read",
        short="10 M rows of CSV",
    ),
    Row("csv_classes", "1 M x 12 class probabilities in CSV, ce", "eval classes.csv -l ce -b", "classes.csv", 1.3, 1.0, "read"),
    Row(
        "npy_long",
        "100 M row float64 NPY, mse",
        "eval long.npy -t long_true.npy -l mse -b",
        "long.npy long_true.npy",
        1.6,
        1.0,
        "read",
    ),
    Row(
        "npy_focal",
        "50 M row float32 logits NPY, focal",
        "eval logits.npy -t labels.npy -l focal --from logits -b",
        "logits.npy labels.npy",
        0.75,
        0.5,
        "read",
        tolerance=1e-5,
    ),
    Row(
        "npy_classes",
        "200,000 x 1,000 float32 logits, ce",
        "eval matrix.npy -t classes.npy -l ce --from logits -b",
        "matrix.npy classes.npy",
        0.4,
        0.2,
        "read",
        tolerance=1e-5,
    ),
    Row(
        "parquet",
        "10 M row Parquet, mse + mae + huber",
        "eval long.parquet -l mse,mae,huber -b",
        "long.parquet",
        1.3,
        1.0,
        "read",
        short="of Parquet",
    ),
    Row(
        "samples",
        "10 M rows, per-sample values saved as NPY",
        "eval pred.npy -t true.npy -l mse --save-samples samples.npy -b",
        "pred.npy true.npy",
        1.3,
        1.0,
        "read",
    ),
    Row(
        "batch",
        "1,000 NPY files of 1,000 rows, `batch`",
        "batch runs/*.npy -t small_true.npy -l mse -b",
        "runs small_true.npy",
        1.8,
        1.2,
        "start",
        short="1,000 small files",
    ),
    Row(
        "triplet",
        "triplet on 3 x 200,000 x 256 float32",
        "eval triplets.npz -l triplet -b",
        "triplets.npz",
        0.9,
        0.6,
        "read",
        tolerance=1e-5,
    ),
    Row(
        "compare",
        "`compare`, 1 M rows, 1,000 bootstrap resamples",
        "compare base.npy candidate.npy -t million.npy -l mse --json",
        "base.npy candidate.npy million.npy",
        1.0,
        0.7,
        "start",
        short="bootstrap of 1 M rows",
    ),
    Row(
        "by_regions",
        "5 M row CSV, `--by` ten regions",
        "eval regions.csv -l mse --by region -b",
        "regions.csv",
        1.5,
        1.1,
        "read",
    ),
    Row(
        "by_users",
        "5 M row CSV, `--by` 100,000 users",
        "eval users.csv -l mse --by user -b",
        "users.csv",
        2.5,
        1.2,
        "read",
        long=True,
    ),
    Row(
        "join",
        "two 1 M row CSV joined by a text key",
        "eval submission.csv -t solution.csv:y_true --id id -l mse -b",
        "submission.csv solution.csv",
        1.6,
        1.1,
        "read",
        short="join of 1 M keys",
    ),
    Row(
        "compare_key",
        "`compare` of two submissions by key, 1 M rows",
        "compare submission.csv other.csv -t solution.csv:y_true --id id -l mse --method t --json",
        "submission.csv other.csv solution.csv",
        1.6,
        1.1,
        "read",
    ),
    Row("words", "1 M x 5 named classes in CSV, ce", "eval words.csv -l ce -p prob_* -b", "words.csv", 1.5, 1.1, "read"),
    Row(
        "parquet_words",
        "1 M x 5 named classes in Parquet, ce",
        "eval words.parquet -l ce -p prob_* -b",
        "words.parquet",
        1.3,
        1.0,
        "read",
    ),
    Row("jsonl", "1 M JSON lines, mse", "eval million.jsonl -l mse -b", "million.jsonl", 1.3, 1.0, "read"),
    Row(
        "save_samples_csv",
        "1 M row CSV, per-sample values saved as CSV",
        "eval million.csv -l mse --save-samples samples.csv -b",
        "million.csv",
        1.5,
        1.0,
        "read",
    ),
    Row(
        "per_sample_csv",
        "1 M row CSV, `--per-sample -f csv`",
        "eval million.csv -l mse --per-sample -f csv",
        "million.csv",
        2.0,
        1.2,
        "read",
        long=True,
    ),
    Row(
        "calibration",
        "10 M binary probabilities, ece",
        "eval probabilities.npy -t outcomes.npy -l ece -b",
        "probabilities.npy outcomes.npy",
        1.5,
        1.0,
        "read",
    ),
    Row(
        "segmentation",
        "50 x 21 x 256 x 256 float32 logits, ce, labels ignored",
        "eval segments.npy -t segment_labels.npy -l ce --from logits --class-axis 1 --ignore 255 -b",
        "segments.npy segment_labels.npy",
        1.3,
        1.0,
        "read",
        tolerance=1e-5,
    ),
    Row(
        "crps",
        "crps of 1 M ensembles of 50",
        "eval ensembles.npy -t million.npy -l crps -b",
        "ensembles.npy million.npy",
        1.2,
        1.0,
        "read",
    ),
    Row(
        "ndcg",
        "2 M rows of 20,000 scattered queries, ndcg_loss",
        "eval scores.npy -t relevances.npy -r group=queries.npy -l ndcg_loss -b",
        "scores.npy relevances.npy queries.npy",
        1.2,
        1.0,
        "read",
    ),
    Row(
        "evaluate",
        "`lossctl.evaluate`, two arrays of 5 M",
        "",
        "five.npy five_true.npy",
        1.5,
        1.1,
        "read",
        peak=131,
    ),
)
