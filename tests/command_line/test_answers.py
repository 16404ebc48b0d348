"""What is said of words that the command line does not know: other programs' options, losses and values, and words astray."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from lossctl import evaluate
from lossctl.effects import Option, options_of, words_of
from lossctl.errors import UsageError
from lossctl.options.commands import COMMANDS, Check, Eval
from lossctl.options.other_words import instead_of
from lossctl.spelling import bare
from lossctl.statistics.paired.difference import METHODS
from tests.conftest import Command

OPTIONS = [
    pytest.param(record, declared.option, id=f"{name}-{declared.name}")
    for record, name in COMMANDS.items()
    for declared in options_of(record).values()
]


@pytest.fixture(autouse=True)
def files(here: Path) -> None:
    Path("a.csv").write_text("y_true,y_pred,g\n1,2,u\n3,3.5,v\n")


@pytest.mark.parametrize(
    ("typed", "option", "ours", "again"),
    [
        ("eval a.csv --metric mse", "--metric", "--loss", "eval a.csv --loss mse"),
        ("eval a.csv --metric=mse -b", "--metric", "--loss", "eval a.csv --loss mse -b"),
        ("eval a.csv -l mse --sep ';'", "--sep", "--delimiter", "eval a.csv -l mse --delimiter ';'"),
        ("eval a.csv -l mse -sep ,", "-sep", "--delimiter", "eval a.csv -l mse --delimiter ,"),
        ("eval a.csv -l mse --group_by g", "--group_by", "--by", "eval a.csv -l mse --by g"),
        ("eval a.csv -l mse --top 1 -b", "--top", "--worst", "eval a.csv -l mse --worst 1"),
        ("eval a.csv -l mse --csv", "--csv", "--format csv", "eval a.csv -l mse --format csv"),
        ("eval a.csv -l ce --logits", "--logits", "--from logits", "eval a.csv -l ce --from logits"),
        ("eval a.csv -l mse --dropna", "--dropna", "--nan drop", "eval a.csv -l mse --nan drop"),
        ("eval a.csv -l mse --per_sample", "--per_sample", "--per-sample", "eval a.csv -l mse --per-sample"),
        ("eval a.csv -l mse --ci 0.9", "--ci", "--confidence", "eval a.csv -l mse --confidence 0.9"),
        ("eval a.csv -l mse --ci", "--ci", "--confidence 0.95", "eval a.csv -l mse --confidence 0.95"),
        ("eval --ci a.csv -l mse", "--ci", "--confidence 0.95", "eval --confidence 0.95 a.csv -l mse"),
        ("eval a.csv -l mse --ci 90 -b", "--ci", "--confidence 0.9", "eval a.csv -l mse --confidence 0.9 -b"),
        ("eval a.csv -l mse --ci=99%", "--ci", "--confidence 0.99", "eval a.csv -l mse --confidence 0.99"),
        ("eval a.csv -l mse --agg median", "--agg", "--reduction p50", "eval a.csv -l mse --reduction p50"),
        ("eval a.csv -l mse --reduce none", "--reduce", "--per-sample", "eval a.csv -l mse --per-sample"),
        ("batch a.csv -l mse --best", "--best", "--top 1", "batch a.csv -l mse --top 1"),
        ("batch a.csv -l mse --best 3", "--best", "--top", "batch a.csv -l mse --top 3"),
        ("compare a.csv a.csv -l mse --test", "--test", "--method M", "compare a.csv a.csv -l mse --method M"),
        ("compare a.csv a.csv -l mse --test t-test", "--test", "--method t", "compare a.csv a.csv -l mse --method t"),
        ("compare a.csv a.csv -l mse --ttest", "--ttest", "--method t", "compare a.csv a.csv -l mse --method t"),
    ],
)
def test_an_option_of_other_programs_is_answered_with_the_one_here(
    lossctl: Command, typed: str, option: str, ours: str, again: str
) -> None:
    done = lossctl(*shlex.split(typed))
    hint = f"it is {ours} here: lossctl {again}"
    assert (done.code, done.out, done.err) == (2, "", f"lossctl: error: no such option: {option}\nhint: {hint}\n")


@pytest.mark.parametrize(
    ("typed", "problem", "hint"),
    [
        (
            "eval a.csv -l mse --verbose",
            "no such option: --verbose",
            "leave it out; what was read is said on stderr: lossctl eval a.csv -l mse",
        ),
        ("eval a.csv -l mse --frobnicate", "no such option: --frobnicate", "lossctl eval -h shows the options"),
        ("eval a.csv -l mse --max 9", "eval has no option --max", "it is --max of check: lossctl check a.csv -l mse --max 9"),
        (
            "eval a.csv -l mse --fail-under 0.5",
            "eval has no option --fail-under",
            "it is --min of check: lossctl check a.csv -l mse --min 0.5",
        ),
        ("eval a.csv -l mse --best", "eval has no option --best", "it is --top 1 of batch: lossctl batch a.csv -l mse --top 1"),
        ("eval a.csv -l mse --hist --best", "eval has no option --best", "it is one of batch: lossctl batch -h"),
        ("check a.csv --max mse=1 --worst 3", "check has no option --worst", "it is one of eval and compare: lossctl eval -h"),
        ("eval a.csv -l mse --force", "eval has no option --force", "it is one of init: lossctl init -h"),
        *(
            (
                f"compare a.csv a.csv -l mse {words}",
                "no such option: --test",
                "no test of ranks or signs is here; --method judges mean differences",
            )
            for words in ("--test wilcoxon", "--test=wilcoxon")
        ),
        *(
            (
                f"compare a.csv a.csv -l mse --method {word}",
                f"--method has no '{word}'; one of bootstrap, t, permutation",
                hint,
            )
            for word, hint in (
                ("wilcoxon", "no test of ranks or signs is here; --method judges mean differences"),
                ("ttest", "type --method t"),
            )
        ),
        (
            "eval a.csv -l mse --confidence 97.5",
            "--confidence is a number between 0 and 1, as 0.95, not '97.5'",
            "97.5 of 100 is --confidence 0.975",
        ),
        ("eval a.csv -l mse --confidence 5", "--confidence is a number between 0 and 1, as 0.95, not '5'", ""),
        ("eval --version", "no such option: --version", "it follows no command: lossctl --version"),
        ("version", "no such command 'version', which is an option", "lossctl --version"),
        ("eval --file a.csv -l mse", "no such option: --file", "files need no option: lossctl eval a.csv -l mse"),
        (
            "eval a.csv -l mse --header 0",
            "no such option: --header",
            "the first line is the header; if there is none: --no-header",
        ),
        (
            "eval a.csv y_pred y_true -l mse",
            "'y_pred', 'y_true': no such file, but columns of a.csv",
            "a column follows its option: -p COLUMN -t COLUMN",
        ),
        ("eval a.csv -l", "-l needs a value", "-l LOSS: NAME[:PARAM=VALUE]..., as huber:delta=1.5; several by comma or repeated"),
        ("-l mse a.csv", "no such option: -l", "a command comes first: lossctl eval -l mse a.csv"),
        ("--nope", "no such option: --nope", "lossctl -h shows the commands"),
        ("a.csv -l mse", "no such command 'a.csv', which is a file", "to judge it: lossctl eval a.csv -l mse"),
        ("mse a.csv", "no such command 'mse', which is a loss", "a loss follows -l: lossctl eval a.csv -l mse"),
        (
            "frobnicate",
            "no such command 'frobnicate'; there are eval, check, compare, batch, losses, init",
            "lossctl -h shows what they do",
        ),
        (
            "eval a.csv:y_pred -l mse",
            "'a.csv:y_pred': no such file",
            "a file stands alone, and its column follows -p: lossctl eval a.csv -p y_pred -l mse",
        ),
        (
            "compare a.csv:p ./a.csv:p -l mse -t y",
            "'a.csv:p', './a.csv:p': no such file",
            "a file stands alone, and its column follows -p: lossctl compare a.csv ./a.csv -p p -l mse -t y",
        ),
        (
            "compare a.csv:p a.csv:q -l mse",
            "'a.csv:p', 'a.csv:q': no such file",
            "models of one file are columns of --models: lossctl compare a.csv --models p,q -l mse",
        ),
        ("eval a.csv:p a.csv:q -l mse", "'a.csv:p', 'a.csv:q': no such file", "models of one file are columns of --models"),
        ("eval a.csv:q -p p -l mse", "'a.csv:q': no such file", "a file stands alone, and its column follows -p"),
        (
            "compare a.csv,./a.csv -l mse",
            "'a.csv,./a.csv': no such file",
            "files are words of their own: lossctl compare a.csv ./a.csv -l mse",
        ),
        ("eval a.csv --worst -l mse", "--worst needs a value", "--worst K: show the K costliest rows"),
        ("eval a.csv -b --by -l mse", "--by needs a value", "--by SRC[,SRC]: one result per group beside the total"),
        (
            "eval a.csv -l mse --color=always -b",
            "no such option: --color",
            "leave it out; NO_COLOR=1 in the environment takes colours off: lossctl eval a.csv -l mse -b",
        ),
        (
            "eval a.csv -l mse --ignore-nan",
            "no such option: --ignore-nan",
            "it is --nan drop here: lossctl eval a.csv -l mse --nan drop",
        ),
        ("eval a.csv mse -b", "'mse': no such file", "a loss follows -l: lossctl eval a.csv -l mse -b"),
        ("eval a.csv L1Loss", "'L1Loss': no such file", "a loss follows -l: lossctl eval a.csv -l mae"),
        ("eval a.csv -l mse mae", "'mae': no such file", "several losses are one value: lossctl eval a.csv -l mse,mae"),
        (
            "eval a.csv -l huber delta=2 -b",
            "'delta=2': no such file",
            "parameters belong to their loss: lossctl eval a.csv -l huber:delta=2 -b",
        ),
        (
            "eval a.csv -p p q r -l ce",
            "'q', 'r': no such file",
            "several columns are one value of --pred: lossctl eval a.csv -p p,q,r -l ce",
        ),
        (
            "check a.csv -l mse --max 9 --by g h",
            "'h': no such file",
            "several columns are one value of --by: lossctl check a.csv -l mse --max 9 --by g,h",
        ),
        (
            "eval -l mse",
            "nothing to judge: give a prediction file, `-` for standard input, or the roles' files: -p pred.npy -t truth.npy",
            "lossctl eval preds.csv -l mse",
        ),
        ("batch -l mse", "nothing to judge: no PRED and no --manifest", "lossctl batch 'runs/*.csv' -l mse"),
        (
            "compare a.csv b.csv -l mse --pool",
            "compare takes a base and at least one candidate",
            "--pool makes one dataset of all PREDs; a directory of shards is one by itself",
        ),
        ("compare a.csv -l mse", "compare takes a base and at least one candidate", "lossctl compare a.csv candidate.csv -l mse"),
        ("eval a.csv -l mse --per-sample -b", "--bare and --per-sample do not go together; leave one out", ""),
        ("eval a.csv -l mse --nan omit", "--nan has no 'omit'; one of error, drop", "type --nan drop"),
        (
            "eval a.csv -l mse --reductoin sum",
            "no such option: --reductoin; did you mean --reduction?",
            "the next command would be: lossctl eval a.csv -l mse --reduction sum",
        ),
        (
            "evaluate a.csv -l mse",
            "no such command 'evaluate'; did you mean 'eval'?",
            "the next command would be: lossctl eval a.csv -l mse",
        ),
        (
            "diff a.csv a.csv -l mse",
            "no such command 'diff'; did you mean 'compare'?",
            "the next command would be: lossctl compare a.csv a.csv -l mse",
        ),
    ],
)
def test_a_word_that_is_not_known_is_answered_with_what_to_type(lossctl: Command, typed: str, problem: str, hint: str) -> None:
    done = lossctl(*shlex.split(typed))
    assert (done.code, done.out, done.err) == (2, "", f"lossctl: error: {problem}\n" + (hint and f"hint: {hint}\n"))


@pytest.mark.parametrize(
    ("word", "hint"),
    {
        "median": "type --reduction p50",
        "avg": "type --reduction mean",
        "none": "type --per-sample instead of --reduction",
        "p50,p95": "for several: --quantiles 50,95 instead of --reduction",
        "50,p95": "for several: --quantiles 50,95 instead of --reduction",
        "mode": "",
        "p101,p50": "",
    }.items(),
)
def test_a_reduction_that_is_none_is_answered_with_one(lossctl: Command, word: str, hint: str) -> None:
    expected = f"--reduction is mean, sum, min, max or pNN (NN from 0 to 100, as in p95), not '{word}'\n"
    done = lossctl("eval", "a.csv", "-l", "mse", "--reduction", word)
    assert done.err == f"lossctl: error: {expected}" + (hint and f"hint: {hint}\n")


@pytest.mark.parametrize(
    ("typed", "instead"),
    {
        "focal(gamma=2)": "focal:gamma=2",
        "focal(gamma=2, alpha=[0.25])": "focal:gamma=2:alpha=0.25",
        "focal:alpha=0.25,gamma=2": "focal:alpha=0.25:gamma=2",
        "focal gamma=2": "focal:gamma=2",
        "mse mae": "mse,mae",
        "mse+mae": "mse,mae",
        "huber=1.5": "huber:delta=1.5",
        "huber:delta:1.5": "huber:delta=1.5",
        "huber delta 1.5": "huber:delta=1.5",
        "mse; huber(2)": "mse,huber:delta=2",
        "huber:1.5": "huber:delta=1.5",
        "bce:pos_weight=3": "bce:class_weight=1,3",
        "huber:d=2": "huber:delta=2",
        "focal:gama=1:a=0.25": "focal:gamma=1:alpha=0.25",
        "quantile:alpha=0.9": "quantile:q=0.9",
        "pinball:tau=0.9": "pinball:q=0.9",
        "ece:n_bins=10": "ece:bins=10",
        "ce:class_weight=[1, 2, 0.5]": "ce:class_weight=1,2,0.5",
        "ce:ignore_index=-100": "ce --ignore -100",
        "ce:from_logits=True": "ce --from logits",
        "ce:from_logits=False": "ce",
        "mse:reduction=sum": "mse --reduction sum",
        "mse(reduction='none')": "mse --per-sample",
        "torch.nn.CrossEntropyLoss(label_smoothing=0.1)": "ce:label_smoothing=0.1 --from logits",
        "TripletMarginLoss(margin=0.5)": "triplet:eps=1e-6:margin=0.5",
        "mae,L1Loss": "mae,mae",
    }.items(),
)
def test_a_loss_as_other_tools_write_it_is_written_as_one_types_it_here(lossctl: Command, typed: str, instead: str) -> None:
    done = lossctl("eval", "a.csv", "-l", typed)
    assert (done.code, done.err.splitlines()[1:]) == (2, [f"hint: type -l {instead}"])
    options = shlex.split(instead)
    assert "hint: type" not in lossctl("eval", "a.csv", "-l", *options).err


@pytest.mark.parametrize("typed", ["focal(gamma=-2)", "huber:1:2", "foo(1)", "msle(3)", "ce:what=1", "mse:reduction=batchmean"])
def test_no_text_is_guessed_that_would_be_refused_again(lossctl: Command, typed: str) -> None:
    assert "type -l" not in lossctl("eval", "a.csv", "-l", typed).err


def test_a_value_that_is_called_as_a_word_astray_is_left_where_it_is(lossctl: Command) -> None:
    done = lossctl("eval", "a.csv", "-l", "mse", "--per-sample", "mse")
    assert done.err == (
        "lossctl: error: 'mse': no such file\nhint: a loss follows -l: lossctl eval a.csv -l mse --per-sample -l mse\n"
    )


def test_files_of_the_web_are_not_read_and_curl_is_named(lossctl: Command) -> None:
    url = "https://example.org/p.csv?a=1&b=2"
    done = lossctl("eval", url, "-l", "mse", "-b")
    assert done.code == 3
    assert done.err == (
        f"lossctl: error: {url}: no files are read from the web\nhint: curl -L '{url}' | lossctl eval - -l mse -b\n"
    )
    done = lossctl("eval", "a.csv", "-t", "http://example.org/t.csv", "-l", "mse", "-b")
    assert done.err == (
        "lossctl: error: http://example.org/t.csv: no files are read from the web\n"
        "hint: fetch it first: curl -LO http://example.org/t.csv\n"
    )


def test_a_file_that_is_called_as_a_loss_is_a_file(lossctl: Command) -> None:
    Path("mse").write_text("y_true,y_pred\n1,3\n")
    assert lossctl("eval", "mse", "-l", "mse", "-b", "-q", "--input-format", "csv").out == "4\n"


@pytest.mark.parametrize(("record", "option"), OPTIONS)
def test_no_word_of_other_programs_is_an_option_or_means_two(record: type, option: Option) -> None:
    own = [bare(flag) for declared in options_of(record).values() for flag in declared.option.flags.split()]
    words = [word for declared in options_of(record).values() for word in _words(declared.option)]
    for word in _words(option):
        assert bare(word) not in own or word == f"--{bare(word)}" or word in option.flags
        assert words.count(word) == 1, word
        found = instead_of(word, record)
        assert found is not None
        assert found[0] == option.flag or found[0] in option.answers.values()


def _words(option: Option) -> list[str]:
    return [*option.known_as.split(), *(word for words in option.answers for word in words.split() if word.startswith("-"))]


@pytest.mark.parametrize(("record", "option"), OPTIONS)
def test_answers_are_options_that_there_are(record: type, option: Option) -> None:
    flags = {declared.option.flag: declared.option for declared in options_of(record).values()}
    for answer in option.answers.values():
        flag, *value = answer.split()
        if not answer.startswith("-"):
            assert answer.startswith(("leave it out; ", "the first line is the header; ", "no test of ranks "))
        elif flag in flags or record is Eval:
            assert len(value) == bool(flags[flag].metavar)
            assert not flags[flag].choices or value[0] in flags[flag].choices


def test_choices_of_methods_are_the_methods_that_there_are() -> None:
    options = {declared.option.flag: declared.option for record in COMMANDS for declared in options_of(record).values()}
    assert options["--method"].choices == tuple(METHODS)


def test_options_are_typed_again_as_they_were() -> None:
    options = Check(preds=("a b.csv",), loss=("mse",), max=("mse=1",), quiet=True)
    assert words_of(options) == ["a b.csv", "-l", "mse", "--max", "mse=1", "-q"]
    assert words_of(options, ["max", "preds"]) == ["--max", "mse=1", "a b.csv"]


def test_the_page_of_a_loss_is_named_by_its_word_here(lossctl: Command) -> None:
    done = lossctl("losses", "BCEWithLogitsLoss")
    assert done.err == "lossctl: error: unknown loss 'BCEWithLogitsLoss'\nhint: lossctl losses bce\n"
    assert lossctl("losses", "hubr").err == (
        "lossctl: error: unknown loss 'hubr'; did you mean 'huber'?\nhint: lossctl losses lists all\n"
    )


@pytest.mark.parametrize(
    ("limit", "hint"),
    [
        ("L1Loss=0.8", "type --max mae=0.8"),
        ("huber:1.5=0.5", "type --max huber:delta=1.5=0.5"),
        ("CrossEntropyLoss=1", "type --max ce=1 --from logits"),
        ("foo=1", "lossctl losses lists all"),
    ],
)
def test_a_limit_on_a_loss_of_another_library_is_answered_with_a_limit(lossctl: Command, limit: str, hint: str) -> None:
    assert lossctl("check", "a.csv", "--max", limit).err.splitlines()[-1] == f"hint: {hint}"


def test_keys_of_other_programs_are_answered_with_the_key(lossctl: Command) -> None:
    Path("lossctl.toml").write_text('[[check]]\nname = "a"\nfiles = ["a.csv"]\nloss = "mse"\nmax = 1\nsep = ";"\n')
    assert "unknown key 'sep' in check 1; did you mean 'delimiter'?" in lossctl("check").err
    with pytest.raises(UsageError, match=r"^evaluate has no option sample_weight; did you mean 'weight'\?$"):
        evaluate([1.0], [1.0], "mse", sample_weight=[1.0])  # type: ignore[call-arg]  # as type checkers say too
    Path("m.csv").write_text("run,pred,--sample-weight\na,a.csv,w\n")
    assert (
        "unknown column '--sample-weight'; did you mean '--weight'?" in lossctl("batch", "--manifest", "m.csv", "-l", "mse").err
    )


def test_a_fault_of_our_own_is_exit_70_and_a_traceback_where_it_is_asked_for(
    lossctl: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lossctl.commands.eval.run", lambda _: 1 // 0)
    done = lossctl("eval", "a.csv", "-l", "mse")
    assert done.code == 70
    assert done.err.startswith("lossctl: error: internal error: ZeroDivisionError: ")
    assert done.err.endswith("; run again with --debug\n")
    with pytest.raises(ZeroDivisionError):
        lossctl("eval", "a.csv", "-l", "mse", "--debug")
