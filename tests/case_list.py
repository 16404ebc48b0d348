"""The commands of the inputs in cases/, and what must come of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """A command in a copy of a folder of cases/.

    values: the bare numbers on stdout, to 1e-12. facts: places in the JSON on stdout ("comparisons.0.better") and what stands there,
    numbers to 1e-5. err: the whole of stderr; says, lacks: what it contains, of alternatives one, and does not contain; shows: the same of
    stdout. before: commands that come first, whose outcome does not matter. after: a command whose output is then `left`. leads: the bare numbers of the
    command that the hint names. leads_nowhere: there is no hint, or it names no command that can be typed as it stands.
    """

    folder: str
    command: str
    values: tuple[float, ...] = ()
    code: int = 0
    err: str = ""
    says: tuple[str | tuple[str, ...], ...] = ()
    lacks: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    after: str = ""
    left: str = ""
    leads: tuple[float, ...] = ()
    leads_nowhere: bool = False


def case(folder: str, command: str, *values: float, **more: object) -> Case:
    """A case that is about these values."""
    return Case(folder, command, values, **more)  # type: ignore[arg-type]  # mypy cannot see which fields


CASES = (
    case("compare-order", "compare a.csv b.csv -l ce -p p --method t", code=3, says=("--id id", "--in-order")),
    case("compare-order", "compare a.csv b.csv -l ce -p p --method t --id id --json", facts={"comparisons.0.difference": -0.03304777285034432, "comparisons.0.better": 6, "comparisons.0.worse": 0, "comparisons.0.p_value": 0.0612048}),
    case("pandas-index", "eval pred.csv -t true.csv -l ce -b", code=3, says=("--id 1", "--in-order")),
    case("pandas-index", "eval pred.csv -t true.csv -l ce -b --id 1", 0.22839300363692283),
    case("one-truth-many-models", "eval long.csv -l mse -p p -t truth.csv:y --id id --by model", code=3, says=("more than once",), leads_nowhere=True),
    case("one-truth-many-models", "batch long.csv --model model -l mse -p p -t truth.csv:y --id id -b", 0.5, 2),
    case("confidence-of-the-class", "eval preds.jsonl -l ce -b", code=3, says=(("--positive", "--classes"),), leads_nowhere=True),
    case("confidence-of-the-class", "eval preds.jsonl -l ce --positive POSITIVE --json", says=("1/2",), shows=("1/2",), facts={"runs.0.results.0.value": 1.5561646085689231}),
    case("confidence-of-the-class", "eval preds.jsonl -l ce -t gold --positive POSITIVE --json", says=("1/2",), shows=("1/2",), facts={"runs.0.results.0.value": 1.454798331541882}),
    case("stray-column", "eval h2o.csv -l ce -t y.csv -b", code=3, says=(("-p p0..", "-p p0,p1"),), lacks=("--normalize",)),
    case("stray-column", "eval h2o.csv -l ce -t y.csv -b -p p0..", 0.3242870277875165),
    case("stray-column", "eval h2o.csv -l ce -t y.csv -b -p 'p*'", code=3, says=("predict",), lacks=("--normalize", "--from logits")),
    case("bce-of-a-matrix", "eval logits.npy -t y.npy -l bce --from logits -b", code=3, err="error: logits.npy: bce is of one prediction a row, and these are (n, 3)\nhint: -l ce takes a row for the classes of one label; labels of their own: -l multilabel_ce"),
    case("bce-of-a-matrix", "eval logits.npy -t y.npy -l ce --from logits -b", 0.29430341276648525),
    case("bce-of-a-matrix", "eval logits.npy -t y.npy -l multilabel_ce --from logits -b", 0.42962828351686144),
    case("bce-of-a-matrix", "eval logits.npy -t y.npy -l hamming --from logits -b", 2 / 9),
    case("class-order", "eval preds.csv -p 'prob_*' -l zero_one,brier -b", 1 / 3, (2 * 0.01 + 2 * 0.09 + 2 * 0.36) / 3),
    case("class-order", "eval preds.csv -p 'prob_*' -l ce:class_weight=cat=2,dog=0 -b", 2 * (0.35667494393873245 + 0.916290731874155) / 3),
    case("ignored-labels", "eval logits.npy -t y.npy --from logits --ignore -100 -l ce:class_weight=balanced,zero_one -b", 1.412558988388962, 0.75),
    case("percent-and-logprobs", "eval percent.csv -l ce -b", code=3, says=("100",), lacks=("--from logits",), leads_nowhere=True),
    case("percent-and-logprobs", "eval logp.csv -l nll -p p -b", code=3, says=("--from logprobs",)),
    case("percent-and-logprobs", "eval logp.csv -l nll -p p -b --from logprobs", 0.17600102625828984),
    case("class-numbers-with-gaps", "eval preds.csv -l ce -p 'prob_*' -b", 0.5249110622493389),
    case("class-numbers-with-gaps", "eval preds.csv -l ce -p 'prob_*' --classes 3,5,8 -b", 0.5249110622493389),
    case("one-class-only", "eval mon.csv -l ce -b", code=3, err="error: mon.csv line 2, column 'y_true': 'no' is not a number\nhint: labels that are words: --positive LABEL for two classes, --classes A,B,... in column order", leads_nowhere=True),
    case("one-class-only", "eval mon.csv -l ce -b --positive yes", code=3, says=("--classes no,yes",)),
    case("one-class-only", "eval mon.csv -l ce -b --classes no,yes", 0.164252033486018),
    case("class-order", "eval preds.csv -l ce -p 'prob_*' -b", 0.4594420638235712),
    case("class-order", "eval preds.csv -l ce -p 'prob_*' -b --classes cat,dog", code=2, err="error: --classes is in another order than the columns, which are dog,cat", leads_nowhere=True),
    case("labels-as-floats", "eval a.csv -l ce -b", 0.2899092476264711),
    case("labels-as-floats", "eval b.csv -l ce", code=3, says=("start at 1",), leads_nowhere=True),
    case("labels-as-floats", "eval b.csv -l ce -b --classes 1,2,3", 0.2000070675234872),
    case("ignored-labels", "eval logits.npy -t y.npy -l ce --from logits --ignore -100 -b", 1.4985164282314103),
    case("ignored-labels", "eval logits.npy -t u8.npy -l ce --from logits --ignore 255 -b", 1.2181904716727592),
    case("ignored-labels", "eval logits.npy -t all.npy -l ce --from logits --ignore -100", code=3, err="error: logits.npy: none of the 6 rows is used: 6 dropped (ignore)", leads_nowhere=True),
    case("smaller-last-batch", "eval out -l mse -b", 25.75),
    case("delimiter-of-one-file", "eval preds.csv -t truth.csv -l mse -b", code=3, says=("--table 'truth.csv:delimiter=;'",)),
    case("delimiter-of-one-file", "eval preds.csv -t truth.csv -l mse -b --table 'truth.csv:delimiter=;:decimal=,'", 0.25),
    case("excel-sep-line", "eval book.csv -l mae -b", code=3, says=("--decimal ,",)),
    case("excel-sep-line", "eval book.csv -l mae -b --decimal ,", 1.25),
    case("r-write-table", "eval p.txt -l mae -b", 1.5),
    case("blanks-in-header", "eval preds.csv -l mae -b", 1.5),
    *(case("usual-names", f"eval {name}.csv -l mae -b", 0.5) for name in "abcd"),
    case("names-of-other-libraries", "eval preds.csv -l mean_squared_error", code=2, says=("-l mse",), lacks=("log_loss",)),
    case("names-of-other-libraries", "eval preds.csv -l MSELoss", code=2, says=("mse",), lacks=("log_loss",)),
    case("names-of-other-libraries", "eval preds.csv -l L1Loss", code=2, says=("mae",), lacks=("log_loss",)),
    case("names-of-other-libraries", "eval preds.csv -l nll_loss", code=2, says=("nll",), lacks=("log_loss",)),
    case("names-of-other-libraries", "eval preds.csv -l smooth_l1_loss", code=2, says=("smooth_l1",), lacks=("log_loss",)),
    case("names-of-other-libraries", "eval preds.csv -l logcosh", code=2, says=("log_cosh",), lacks=("log_loss",)),
    case("names-of-other-libraries", "eval preds.csv -l rmse -b", 0.7905694150420949),
    case("names-of-other-libraries", "eval preds.csv -l mape -b", 0.5833333333333334),
    case("positive-weight", "eval preds.csv -l bce:pos_weight=3 --from logits -b", code=2, says=("class_weight=1,3",)),
    case("positive-weight", "eval preds.csv -l bce:class_weight=1,3 --from logits -b", 0.5560409016090824),
    case("positive-weight", "eval preds.csv -l bce:class_weight=1,3 -b", code=2, says=("--from logits",)),
    case("group-in-the-other-table", "eval sub.csv -l ce -p p -t sol.csv:y --id Id --by Usage -b", 0.164252033486018, 0.2231435513142097, 0.10536051565782628, says=("sol.csv:Usage",)),
    case("json-tables", "eval records.json -l mae -b", 0.5),
    case("json-tables", "eval split.json -l mae -b", 0.5),
    case("csv-in-zip", "eval submission.csv.zip -l mae -b", 1.5),
    case("parquet-gzip-name", "eval preds.parquet.gzip -l ce -b", 0.164252033486018, leads_nowhere=True),
    case("parquet-gzip-name", "eval preds.parquet.gzip -l ce -b --input-format parquet", 0.164252033486018),
    case("spark-vectors", "eval preds.parquet -l ce -b", code=3, err="error: preds.parquet: several columns could be the pred: 'prediction', 'probability'\nhint: name one: -p probability.values"),
    case("spark-vectors", "eval preds.parquet -l ce -b -p probability", code=3, says=(("vector_to_array", "-p probability.values"),), leads_nowhere=True),
    case("spark-vectors", "eval preds.parquet -l ce -b -p probability.values", 0.164252033486018),
    case("vw-predictions", "eval vw.predict -l ce -t y.csv -b", code=3, says=("sed 's/[^ ]*://g'",), leads_nowhere=True),
    case("vw-predictions", "eval vw.txt --table vw.txt:header=no -p 1..3 -l ce -t y.csv -b --classes det,noun,verb", 0.6364828379064438, before=("sed 's/[^ ]*://g' vw.predict > vw.txt",)),
    case("token-logits", "eval out.npz -l ce -b", code=3, says=("label_ids",), leads_nowhere=True),
    case("token-logits", "eval out.npz -l ce -b -t label_ids --from logits --ignore -100", 1.1906101423746864),
    case("hinge-of-three-classes", "eval mc.csv -l hinge -p 'd_*' -t y", code=3, err="error: mc.csv:d_0..d_2 and mc.csv:y: hinge: pred has shape (n, 3); expected (n,)", leads_nowhere=True),
    case("hinge-of-three-classes", "eval l12.csv -l hinge -b", code=3, says=("--positive 2",), leads=(0.44999999999999996,)),
    case("hinge-of-three-classes", "eval l12.csv -l hinge -b --positive 2", 0.44999999999999996),
    case("thousands", "eval de.csv -l mae -b --delimiter ';' --decimal ,", code=3, says=("--table thousands=.",)),
    case("thousands", "eval de.csv -l mae -b --delimiter ';' --decimal , --table thousands=.", 0.255),
    case("thousands", "eval us.csv -l mae -b", code=3, says=("--table thousands=,",)),
    case("thousands", "eval us.csv -l mae -b --table thousands=,", 2.75),
    case("fortran-numbers", "eval f.txt -l mae -b --no-header -t 1 -p 2", code=3, says=("line", "column"), leads_nowhere=True),
    case("fortran-numbers", "eval g.txt -l mae -b --no-header -t 1 -p 2", 0.8141499999999999),
    case("backslash-escapes", "eval preds.csv -l mae -b", code=3, says=("line 2",), leads_nowhere=True),
    case("glob-in-config", "check", code=1, says=("check 1: preds/a.csv: mse = 1 exceeds the limit 0.9", "1 of 2 checks failed"), shows=("preds/b.csv   mse        0",), leads_nowhere=True),
    case("glob-in-config", "check 'preds/*.csv' --max mse=0.9", code=1, says=("max: preds/a.csv: mse = 1 exceeds the limit 0.9", "1 of 2 checks failed"), shows=("preds/b.csv   mse        0",), leads_nowhere=True),
    case("glob-in-config", "batch 'preds/*.csv' -l mse -b", 0, 1),
    case("glob-in-config", "cd preds; lossctl check", code=1, shows=("preds/a.csv", "preds/b.csv")),
    case("glob-in-config", "eval 'preds/?.csv' --pool -l mse -b", 0.5),
    case("glob-in-config", "eval 'preds/*.tsv' -l mse -b", code=2, says=("'preds/*.tsv' matches no file",), leads_nowhere=True),
    case("glob-in-config", "compare 'preds/*.csv' -l mse --json", facts={"comparisons.0.base": "preds/a.csv", "comparisons.0.difference": -1.0}),
    case("dependent-rows", "compare a.csv b.csv -l mse --method t --unit subject --json", facts={"comparisons.0.difference": 0.162775, "comparisons.0.p_value": 0.37352348863}),
    case("repeated-folds", "compare ada.csv bag.csv -l mse --method t --unit fold --json", facts={"comparisons.0.difference": 0.6463, "comparisons.0.p_value": 0.18480117828}),
    case("long-table", "compare predictions.csv -l mae --by model", code=2, says=("--model model",), leads_nowhere=True),
    case("long-table", "compare predictions.csv -l mae --model model --id sample_id --json", facts={"comparisons.0.difference": -0.125, "comparisons.1.difference": 0.125}),
    case("words-in-failed-rows", "eval w.csv -l mse -p p -b --where status=ok", 2.5),
    case("words-in-failed-rows", "eval w.csv -l mse -p p -b --where 'status!=skipped' --nan drop", code=3, err="error: w.csv line 3, column 'p': 'timeout' is not a number", leads_nowhere=True),
)  # fmt: skip

FAULTS = (
    case("faults/classes-against-the-columns", "eval s.csv -l ce -p 'prob_*' -t label --classes negative,positive", code=2, says=("positive,negative",), leads_nowhere=True),
    case("faults/classes-against-the-columns", "eval s.csv -l ce -p 'prob_*' -t label -b", 0.164252033486018),
    case("faults/true-false", "eval b.csv -l ce -p 'p_*' -t y -b", 0.164252033486018),
    case("faults/01-is-not-1", "eval c.csv -l ce -p 'q*' -t y --classes 01,1 -b", 1.2039728043259361),
    case("faults/01-is-not-1", "eval e.csv -l ce -p p -t y --positive 01 -b", 0.7803238741323343),
    case("faults/ignored-label-settles", "eval e.csv -l ce -p 'p_*' -t y --ignore 9 -b", 0.9830564281864164),
    case("faults/word-columns", "eval x.csv -l ce -p 'p_*' -t y -b", code=3, says=("--classes",)),
    case("faults/word-columns", "eval x.csv -l ce -p 'p_*' -t y -b --classes 1,0", 0.2899092476264711),
    case("faults/missing-key-behind-nan", "compare a.csv b.csv -l mse -p p -t y --id id --nan drop", code=3, says=("'z'", "'w'")),
    case("faults/predicted-as-truth", "eval p.csv -l ce -b", 0.3246210321053197, says=("every target equals the predicted class",)),
    case("faults/truth-in-the-other-file", "eval sub.csv -p price -t sol.csv -l mse -b", code=3, says=("-t sol.csv:price",)),
    case("faults/truth-in-the-other-file", "eval sub.csv -p price -t sol.csv:price -l mse -b", 2.5),
    case("faults/truth-in-the-other-file", "eval sub.csv -p price -t price -l mse -b", 0, says=("warning", "one column")),
    case("faults/two-checks-of-one-file", "check", code=1, before=("lossctl check --update-baseline", "cp new.csv p.csv"), says=("16",)),
    case("faults/vanished-group", "check a.csv b.csv --max-rise mse=1 --by g --baseline one.json", code=1, says=("missing",), before=("lossctl check a.csv --max mse=5 --by g --baseline one.json --update-baseline",)),
    case("faults/empty-baseline", "check p.csv --max-rise mse=0 --baseline base.json", code=3, says=("base.json",)),
    case("faults/another-target", "check o.csv -p a -t z --max-rise mse=9 --baseline b.json", code=3, says=("b.json: mse cannot be compared: the signature has column.target=y in the baseline, column.target=z now\n",), before=("lossctl check o.csv -p a -t y --max mse=99 --baseline b.json --update-baseline",)),
    case("faults/no-baseline-yet", "check p.csv --max mse=100 --max-rise mse=0 --baseline gone.json", code=3, says=("--update-baseline",), shows=("81", "pass")),
    case("faults/baseline-beside-configuration", "check --baseline strict.json", code=1, says=("mse = 81 exceeds the limit +0: a rise of 80 (+8000 %) from the baseline 1; if it is meant: lossctl check --baseline strict.json --update-baseline\n",)),
    case("faults/output-over-baseline", "check p.csv --max-rise mse=0 --baseline b.json -o b.json", code=2, err="error: b.json: the output is one of the inputs, which would be lost", before=("cp b.json old.json",), after="cmp b.json old.json && echo same", left="same\n"),
    case("faults/output-into-directory", "eval d -l mse -o d/out.csv", code=2, err="error: d/out.csv: the output lies in a directory that is read", after="ls d", left="p.csv\n", leads_nowhere=True),
    case("faults/log-replaced", "(echo before; lossctl check p.csv --max mse=0.1 -q -o github:/dev/stdout; echo after) > log", err="1 of 1 check failed", after="head -1 log; grep -c '^::' log; tail -1 log", left="before\n1\nafter\n"),
    case("faults/interrupted-journal", "batch p.csv q.csv -l mse -o j.jsonl", code=2, says=("--resume",), before=("lossctl batch p.csv q.csv -l mse -o j.jsonl", "head -c -40 j.jsonl > t; mv t j.jsonl; cp j.jsonl old"), after="cmp j.jsonl old && echo same", left="same\n"),
    case("faults/at-file-of-configuration", "cd other; lossctl check --config ../proj/lossctl.toml", shows=("0.693147",)),
    case("faults/two-groups-of-two-files", "eval k.csv -l mse --by g1.csv:g,g2.csv:g -b", 2.5, 1, 4),
    case("faults/two-groups-of-two-files", "eval k.csv -l mse --by g1.csv:g,g2.csv:g", shows=("\tg1.csv:g\tg2.csv:g\n", "\t1\t1\tA\tX\n", "\t4\t4\tB\tX\n")),
    case("faults/kept-columns", "eval k.csv -l mse --id id --keep row,id,mse --save-samples s.csv", after="cat s.csv", left="row,id,keep:row,keep:id,keep:mse,mse\n0,8,7,8,9,1\n1,18,17,18,19,4\n", leads_nowhere=True),
    case("faults/kept-columns", "eval k.csv -l mse --id id --keep id --save-samples s.jsonl", after="cat s.jsonl", left='{"row": 0, "id": "8", "keep:id": "8", "mse": 1.0}\n{"row": 1, "id": "18", "keep:id": "18", "mse": 4.0}\n', leads_nowhere=True),
    case("faults/reduction-twice", "eval p.csv -l mse --reduction p50 --reduction p95", code=2, err="error: --reduction is given twice, 'p50' and 'p95'; it has one value", leads_nowhere=True),
    case("", "printf 'pred,y\\n9,0\\n' | lossctl batch - -l mse -o s.jsonl --resume -b", 81, before=("printf 'pred,y\\n1,0\\n' | lossctl batch - -l mse -o s.jsonl",)),
    case("faults/quotes-in-a-tsv", "eval x.tsv -l mae -b", code=3, says=("line 2", "--table quote=none")),
    case("faults/quotes-in-a-tsv", "eval x.tsv -l mae -b --table quote=none", 1.25),
    *(case("", f"""python -c 'import numpy as np, lossctl; lossctl.evaluate(np.array([[.5, .6]]), [0], "ce", normalize={flag})'""", code=1, says=(("UsageError", "DataError"),)) for flag in ("np.False_", '"no"', "0")),
    case("", """python -c 'import pandas as pd, lossctl; lossctl.evaluate([.9, .9, .9], pd.Series(["s", None, "s"], dtype="string"), "ce", positive="s")'""", code=1, says=("DataError", "row 1")),
    case("", """python -c 'import lossctl; lossctl.evaluate([], [], "mse")'""", code=1, says=("DataError", "no rows")),
    case("", """python -c 'import lossctl; lossctl.evaluate([1.0], [1.0], "mse", nan=True)'""", code=1, says=("UsageError",)),
    case("faults/python-value-of-groups", """python -c 'import lossctl; print(lossctl.evaluate("a.csv", loss="mse", by="g").value)'""", 5.25),
    case("faults/configuration-that-runs-code", "cd deep; lossctl check", code=2, says=("lossctl.toml: plugin at top level is code, which a configuration that was found by itself does not run\n",), after="find . -name ran", left=""),
    case("faults/module-in-the-folder", "python -m lossctl eval c.csv -p p -l ce -b", 0.6931471805599453),
    case("faults/damaged-footer", "eval bad.parquet -l mse -t y", code=3, says=("bad.parquet",), leads_nowhere=True),
    case("faults/limit-beyond-doubles", "check p.csv --max mse=1e400", code=2, err="error: --max of mse is beyond what a double can hold: '1e400'", leads_nowhere=True),
    case("faults/five-thousand-digits", "lossctl eval p.csv -l mse --worst $(printf '9%.0s' {1..5000})", code=2, says=("...",)),
    case("faults/n-infinity", "check p.csv --max-rise mse=1 --baseline b.json", code=3, says=("b.json",)),
    case("faults/pattern-as-weight", "eval p.csv -l mse -w 'w*'", code=3, err="error: p.csv:w0,w1: these are 2 columns, where one of one value a row is wanted\nhint: name one of w0, w1", leads_nowhere=True),
    case("faults/pattern-as-weight", "eval p.csv -l mse --by 'w*'", code=3, err="error: p.csv:w0,w1: these are 2 columns, where one of one value a row is wanted\nhint: name one of w0, w1", leads_nowhere=True),
    case("faults/utf-16-without-mark", "eval p.csv -l mse --encoding utf-16", code=3, err="error: p.csv: not UTF-16: UTF-16 stream does not start with BOM\nhint: name that order: --encoding utf-16-le, or utf-16-be"),
    case("faults/odd-manifest", "batch --manifest m.jsonl -l mse", code=3, err="error: m.jsonl line 1: pred holds a NUL", leads_nowhere=True),
    case("faults/tool-is-a-number", "check", code=2, says=("pyproject.toml: tool is a table, and is given as '5'\n",), leads_nowhere=True),
    case("faults/more-files-than-handles", "ulimit -n 64; lossctl eval many -l mse -b", 1, before=("mkdir many; for k in $(seq 100); do cp p.csv many/$k.csv; done",)),
    case("faults/python-optimised", "PYTHONOPTIMIZE=2 lossctl eval p.csv -l mse -b", 2.5),
    case("faults/endless-columns", "eval p.csv -l mse -p p0..p999999999999", code=3, err="error: p.csv: column 'p0..p999999999999' not found; there are pred, y, w0, w1", leads_nowhere=True),
    case("faults/xml-forbids", "lossctl check -f junit > out.xml; python -c \"import xml.etree.ElementTree as x; x.parse('out.xml')\"", after="grep -ci 'ffff' out.xml | tr -d '\\n'; ", left="1"),
    case("faults/one-series-twice", "lossctl check p.csv --max mse=9 --by g -f openmetrics | grep '^lossctl_loss{' | sed 's/} .*//' | sort -u | wc -l", 3),
)  # fmt: skip


def mistake(command: str, *values: float, code: int = 2, **more: object) -> Case:
    """A command that is typed by mistake, in the folder of mistakes."""
    return Case("mistakes", command, values, 0 if values else code, **more)  # type: ignore[arg-type]  # as above


MISTAKES = (
    mistake("eval preds.csv -l MSELoss -b", says=("-l mse",), leads=(0.625,)),
    mistake("eval preds.csv -l L1Loss -b", says=("-l mae",), lacks=("log_loss",), leads=(0.75,)),
    mistake("eval preds.csv -l mean_squared_error -b", says=("-l mse",), leads=(0.625,)),
    mistake("eval bin.csv -l BCELoss -b", says=("-l bce",), leads=(0.2797765635793423,)),
    mistake("eval logit.csv -l BCEWithLogitsLoss -b", says=("-l bce --from logits",)),
    mistake("eval scores.csv -l CrossEntropyLoss -p 'z_*' -b", says=("-l ce --from logits",)),
    mistake("eval lp.csv -l NLLLoss -p 'lp_*' -b", says=("-l nll --from logprobs",)),
    mistake("eval multi.csv -l sparse_categorical_crossentropy -p cat,dog,elk -b", says=("-l ce",)),
    mistake("eval bin.csv -l accuracy -b", says=("-l zero_one",)),
    mistake("eval bin.csv -l f1 -b", says=("f1",), lacks=("did you mean", "one of"), leads_nowhere=True),
    mistake("eval bin.csv -l auc -b", says=("-l auc_loss",)),
    mistake("eval preds.csv -l TripletMarginLoss -b", says=("-l triplet",)),
    mistake("eval bin.csv -l brier_score_loss -b", says=("-l brier",)),
    mistake("eval bin.csv -l 'focal(gamma=2)' -b", says=("-l focal:gamma=2",)),
    mistake("eval preds.csv -l huber:1.5 -b", says=("-l huber:delta=1.5",), leads=(0.3125,)),
    mistake("eval bin.csv -l focal gamma=2 -b", says=("-l focal:gamma=2",)),
    mistake("eval bin.csv -l focal:alpha=0.25,gamma=2 -b", says=("focal:alpha=0.25:gamma=2",)),
    mistake("eval logit.csv -l bce:pos_weight=3 --from logits -b", says=("class_weight=1,3",)),
    mistake("eval scores.csv -p 'z_*' -l ce:ignore_index=2 --from logits -b", says=("--ignore 2",)),
    mistake("eval preds.csv -l mse:reduction=sum -b", says=("--reduction sum",), leads=(1.25,)),
    mistake("eval bin.csv -l focal:gamma=-1 -b", says=("gamma", ">= 0"), leads_nowhere=True),
    mistake("eval preds.csv --metric mse -b", says=(("--loss", "-l mse"),), leads=(0.625,)),
    mistake("eval semi.csv -l mse --sep ';' -b", says=("--delimiter",), leads=(0.625,)),
    mistake("eval bin.csv -l bce --group-by region -b", says=("--by",)),
    mistake("eval ids.csv -l mse --index tag -b", says=("--id",), leads=(0.625,)),
    mistake("eval bin.csv -l bce --label y -b", says=(("--target", "-t y"),), leads=(0.2797765635793423,)),
    mistake("eval preds.csv -l mse --top 5 -b", says=("--worst",)),
    mistake("eval bin.csv -l bce --weights w -b", says=(("--weight ", "-w ", "--weight?", "'--weight'"),)),
    mistake("eval logit.csv -l bce --logits -b", says=("--from logits",)),
    mistake("eval preds.csv -l mse --verbose -b", says=("--verbose",), lacks=("--role",), leads=(0.625,)),
    mistake("eval -l mse", says=("lossctl eval preds.csv -l mse",)),
    mistake("eval preds.csv", says=("-l mse", "-l ce", "lossctl losses"), leads_nowhere=True),
    mistake("", code=0, shows=("lossctl eval",)),
    mistake("cat preds.csv | lossctl eval -l mse -b", says=("`-`",)),
    mistake("lossctl preds.csv -l mse -b", says=("lossctl eval preds.csv -l mse",), leads=(0.625,)),
    mistake("lossctl evaluate preds.csv -l mse -b", says=("eval",), leads=(0.625,)),
    mistake("eval preds.csv mse -b", says=("-l mse",), leads=(0.625,)),
    mistake("eval https://example.org/preds.csv -l mse -b", code=3, says=("curl -L",), leads_nowhere=True),
    mistake("eval book.xlsx -l mse -b", code=3, says=(("to_csv", "CSV"),), leads_nowhere=True),
    mistake("eval model.pkl -l mse -b", code=3, says=(("numpy.save", "to_parquet"),), leads_nowhere=True),
    mistake("eval records.json -l mse -b", 0.625),
    mistake("eval 'runs/*.csv' -l mse -b", 0.625, 0.125),
    mistake("eval preds.csv -l mse -p y_prd -b", code=3, says=("y_pred",), leads_nowhere=True),
    mistake("eval sub.csv -p p -t label --id id -l bce -b", code=3, says=("-t FILE:label",), leads_nowhere=True),
    mistake("eval sub.csv -p p -t sol.csv --id id -l bce -b", 0.2797765635793423),
    mistake("eval sub.csv -p p -t sol.csv:label --id id -w w -l bce -b", 0.2656183105130591),
    mistake("eval sub.csv -p p -t sol.csv:label -l bce -b", code=3, says=("--id id", "--in-order")),
    mistake("eval multi.csv -p cat dog elk -t y -l ce -b", says=("-p cat,dog,elk",), leads=(0.4337502838523616,)),
    mistake("eval multi.csv --classes cat,dog,elk -t y -l ce -b", 0.4337502838523616),
    mistake("eval logit.csv -l bce -b", says=("--from logits",)),
    mistake("eval preds.csv -l mse --reduction median -b", says=("p50",), leads=(0.25,)),
    mistake("eval preds.csv -l mse --reduction p50,p95", says=("--quantiles 50,95",)),
    mistake("eval preds.csv -l mse --reduction none", says=("--per-sample",)),
    mistake("compare runs/a.csv -l mse", says=("candidate",)),
    mistake("check preds.csv -l mse", says=("--max mse=V",), leads_nowhere=True),
    mistake("check preds.csv --max 0.7", says=(("--max mse=0.7", "-l"),)),
    mistake("check preds.csv -l mse --max 0.7", code=0, shows=("0.625   <= 0.7",), says=("1 check passed",)),
    mistake("check preds.csv --max mse=90%", says=("--max-rise mse=90% --baseline FILE", "--max mse=0.9")),
    mistake("check preds.csv --max-rise mse=1% --baseline main.json", code=3, says=("--update-baseline",)),
    mistake("eval preds.csv --plugin plain.py -l rmse_mine -b", says=("plain.py", "rmse_mine", "@lossctl.loss"), leads_nowhere=True),
    mistake("eval preds.csv --plugin broken.py -l mine -b", says=("broken.py", "line 4", "'nothing' is not defined"), leads_nowhere=True),
)  # fmt: skip
