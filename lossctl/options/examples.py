"""Examples of each command, which its help begins with: what one types in a checkout of the project, and what that does."""

from collections.abc import Mapping

from lossctl.options.commands import Batch, Check, Compare, Eval, Init, Losses

EXAMPLES: Mapping[type, tuple[tuple[str, str], ...]] = {
    Eval: (
        ("lossctl eval sample_data/diabetes.csv -l mse,mae --by age_group", "two losses, of all rows and of each group"),
        ("lossctl eval sample_data/digits_logits.npy -t sample_data/digits_labels.npy -l ce --from logits",
         "logits of ten classes, and the labels in another file"),
        ("lossctl eval sample_data/breast_cancer.csv -l bce --worst 3 --keep id", "the costliest rows, with their ids"),
    ),
    Check: (
        ("lossctl check sample_data/diabetes.csv --max mse=3100", "exit code 1 if the loss is above a limit"),
        ("lossctl check sample_data/diabetes_forest.csv --max-rise mse=20% --baseline sample_data/diabetes.csv",
         "or if it is more than a fifth above that of another model"),
        ("lossctl check sample_data/diabetes.csv -l mse --baseline main.json --update-baseline",
         "saves today's value for --max-rise of later runs"),
    ),
    Compare: (
        ("lossctl compare sample_data/diabetes.csv sample_data/diabetes_forest.csv -l mse,mae",
         "is the second model worse, and how sure is that"),
        ("lossctl compare sample_data/diabetes.csv sample_data/diabetes_forest.csv -l mse --method t --confidence 0.99",
         "by Student's t, at another level"),
        ("lossctl compare sample_data/diabetes.csv sample_data/diabetes_forest.csv -l mse --by age_group --worst 3",
         "in each group too, and the rows that got worse most"),
    ),
    Batch: (
        ("lossctl batch 'sample_data/diabetes*.csv' -l mse,mae", "a leaderboard of files"),
        ("lossctl batch 'sample_data/diabetes*.csv' -l mse,mae --sort mae --top 1", "the best of them by another loss"),
        ("lossctl batch 'sample_data/diabetes*.csv' -l mse -o results.jsonl", "keeps a journal, which --resume goes on with"),
    ),
    Losses: (
        ("lossctl losses", "every loss, with its inputs and parameters"),
        ("lossctl losses focal", "the page of one"),
        ("lossctl losses focal -o focal.svg", "its curves, for several values of gamma"),
    ),
    Init: (
        ("lossctl init sample_data/diabetes.csv", "writes lossctl.toml with a check of the file"),
        ("lossctl init sample_data/*.csv", "with a check of each file"),
        ("lossctl init sample_data/breast_cancer.csv && lossctl check", "and judges it"),
    ),
}  # fmt: skip
