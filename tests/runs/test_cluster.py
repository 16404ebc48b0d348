"""`batch --cluster`: on other processes the same bits, and a worker that dies does not take the batch along."""

from __future__ import annotations

import itertools
import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lossctl.errors import DataError, EnvironmentFailure
from lossctl.maps.cluster import Cluster
from lossctl.runs import many_runs
from tests import ROOT
from tests.conftest import Command
from tests.processes import python

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]  # Dask's own warnings are not ours


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    made = Cluster("local")
    yield made
    made.close()


@pytest.fixture
def address(cluster: Cluster) -> str:
    return str(cluster._client.scheduler.address)


def square(number: int) -> int:
    return number * number


def fail_at_three(number: int) -> int:
    if number == 3:
        raise DataError("three", where="x.csv")
    return number


def die_once(path: str) -> str:
    if not os.path.exists(path):
        Path(path).write_text("died")
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def die(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_three(number: int) -> int:
    if number == 3:
        die(number)
    return number


def lost(number: int) -> int:
    return -number


def complain(_: int) -> None:
    """Logs as distributed does where a heartbeat comes late."""
    for name in ("distributed", "distributed.worker", "distributed.client", "distributed.core", "distributed.scheduler"):
        logging.getLogger(name).critical("Failed to communicate with scheduler during heartbeat.")


def test_the_scheduler_and_its_web_server_listen_on_loopback_alone(cluster: Cluster, address: str) -> None:
    assert address.startswith("tcp://127.0.0.1:")
    assert cluster._local.scheduler.http_server.address == "127.0.0.1"


def test_what_dask_logs_here_and_in_the_workers_reaches_nobody() -> None:
    program = (
        "from lossctl.maps.cluster import Cluster; from tests.runs.test_cluster import complain\n"
        "if __name__ == '__main__':\n"
        "    made = Cluster('local'); complain(0); print(list(made.map(complain, range(9)))); made.close(); complain(0)\n"
    )
    done = python(program, ROOT)
    assert (done.stdout, done.stderr) == (f"{[None] * 9}\n", "")


def test_results_come_in_order_and_items_are_taken_as_they_are_needed(cluster: Cluster) -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    results = cluster.map(square, items())
    assert next(results) == 0
    assert len(taken) < 100
    assert list(results) == [number * number for number in range(1, 100)]


def test_the_error_of_a_task_is_the_one_it_has_alone(cluster: Cluster) -> None:
    with pytest.raises(DataError, match=r"^x.csv: three$"):
        list(cluster.map(fail_at_three, range(10)))


def test_answers_before_an_error_come_out(cluster: Cluster) -> None:
    good = [0, 1, 2, 4, 5, 6, 7, 8, 9] * 30
    answers = cluster.map(fail_at_three, [*good, 3])
    assert list(itertools.islice(answers, len(good))) == good
    with pytest.raises(DataError):
        next(answers)


def test_a_batch_on_a_cluster_gives_the_bits_of_one_on_this_machine(
    lossctl: Command, address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    random = np.random.default_rng(1)
    target = random.normal(size=2_500_000)
    np.save("t.npy", target)
    np.save("large.npy", target + random.normal(size=len(target)))
    Path("small.csv").write_text("y_true,y_pred\n" + "".join(f"{a},{b}\n" for a, b in random.normal(size=(2000, 2))))
    Path("bad.csv").write_text("y_true,y_pred\n1,x\n")
    monkeypatch.setattr(many_runs, "LARGE", 2**20)
    Path("m.csv").write_text("run,pred,target\nlarge,large.npy,t.npy\nsmall,small.csv,\nbad,bad.csv,\n")
    common = ("batch", "--manifest", str(tmp_path / "m.csv"), "-l", "mse,huber", "--json", "-q")
    here = lossctl(*common)
    there = lossctl(*common, "--cluster", address)
    assert here.code == there.code == 3
    assert there.out == here.out
    assert there.err == here.err


def test_losses_of_a_plugin_are_known_to_the_workers(lossctl: Command, address: str) -> None:
    Path("mine.py").write_text(
        "import numpy as np\nimport lossctl\n\n@lossctl.loss\ndef cubed(pred, target):\n    '''Cubed error.'''\n"
        "    return np.abs(pred - target) ** 3\n"
    )
    Path("a.csv").write_text("y_true,y_pred\n1,3\n")
    done = lossctl("batch", "a.csv", "-l", "cubed", "--plugin", str(Path("mine.py").absolute()), "--cluster", address, "-b", "-q")
    assert (done.code, done.out) == (0, "8\n")


def test_an_unreachable_scheduler_is_exit_4(lossctl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lossctl.maps.cluster._PATIENCE", 1)
    Path("a.csv").write_text("y_true,y_pred\n1,3\n")
    done = lossctl("batch", "a.csv", "-l", "mse", "--cluster", "tcp://127.0.0.1:9")
    assert (done.code, done.out) == (4, "")
    assert done.err.startswith("lossctl: error: tcp://127.0.0.1:9: the cluster cannot be reached")


def test_a_worker_that_dies_is_replaced_and_one_that_always_dies_is_said(tmp_path: Path) -> None:
    own = Cluster("local")
    try:
        assert list(own.map(die_once, [str(tmp_path / "mark")])) == ["done"]
        with pytest.raises(EnvironmentFailure, match="the workers died"):
            list(own.map(die, [1]))
        assert list(own.map(die_at_three, range(9), lost)) == [0, 1, 2, -3, 4, 5, 6, 7, 8]
    finally:
        own.close()
