"""Files in an object store, here a server of moto's on the loopback: every format, and words for what cannot be had."""

from __future__ import annotations

import bz2
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.fs
import pyarrow.parquet as pq
import pytest

from tests.conftest import Command
from tests.processes import python

pytestmark = pytest.mark.slow
RANDOM = np.random.default_rng(17)
TARGET, PRED = RANDOM.normal(size=(2, 3_000))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module", autouse=True)
def credentials() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in (("ACCESS_KEY_ID", "key"), ("SECRET_ACCESS_KEY", "secret"), ("DEFAULT_REGION", "us-east-1")):
            patch.setenv(f"AWS_{name}", value)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield


@pytest.fixture(scope="module")
def server(credentials: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The options of URLs that reach the server, which takes a free port and says which."""
    log = tmp_path_factory.mktemp("server") / "log.txt"
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file)
    try:
        for _ in range(600):
            if said := re.search(r"Running on http://127\.0\.0\.1:(\d+)", log.read_text()):
                break
            time.sleep(0.1)
        assert said is not None, log.read_text()
        yield f"?endpoint_override=127.0.0.1:{said[1]}&scheme=http"
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def bucket(server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A bucket with the same data in every format."""
    folder = tmp_path_factory.mktemp("bucket")
    table = pa.table({"y_true": TARGET, "y_pred": PRED})
    lines = "y_true,y_pred\n" + "".join(f"{y!r},{p!r}\n" for y, p in zip(TARGET.tolist(), PRED.tolist(), strict=True))
    (folder / "a.csv").write_text(lines)
    (folder / "a.csv.bz2").write_bytes(bz2.compress(lines.encode()))
    (folder / "a.csv.zst").write_bytes(bytes(pa.compress(lines.encode(), "zstd")))
    (folder / "a.jsonl").write_text(
        "".join(f'{{"y_true": {y!r}, "y_pred": {p!r}}}\n' for y, p in zip(TARGET.tolist(), PRED.tolist(), strict=True))
    )
    pq.write_table(table, folder / "a.parquet", row_group_size=700)
    pyarrow.feather.write_feather(table, str(folder / "a.feather"), chunksize=700)
    with pa.ipc.new_stream(str(folder / "a.arrow"), table.schema) as file:
        file.write_table(table, 700)
    np.savez(folder / "a.npz", y_true=TARGET, y_pred=PRED)
    np.save(folder / "p.npy", PRED)
    np.save(folder / "t.npy", TARGET)
    np.save(folder / "f.npy", np.asfortranarray(np.stack([TARGET, PRED], axis=1)))
    pq.write_table(table.slice(0, 1_000), folder / "a b%.parquet")
    system, _ = pyarrow.fs.FileSystem.from_uri(f"s3://bucket/{server}&allow_bucket_creation=true")
    system.create_dir("bucket")
    for path in folder.iterdir():
        with system.open_output_stream(f"bucket/{path.name}", compression=None) as file:
            file.write(path.read_bytes())
    for part, start in enumerate(range(0, 3_000, 1_000)):
        pq.write_table(table.slice(start, 1_000), f"bucket/out.parquet/part-{part} x.parquet", filesystem=system)
    with system.open_output_stream("bucket/out.parquet/_SUCCESS") as file:
        file.write(b"")
    return str(folder)


@pytest.fixture
def expected(lossctl: Command, bucket: str) -> str:
    return lossctl("eval", f"{bucket}/a.csv", "-l", "mse,mae", "-b").out


@pytest.mark.parametrize(
    "name",
    ["a.csv", "a.csv.bz2", "a.csv.zst", "a.jsonl", "a.parquet", "a.feather", "a.arrow", "a.npz", "out.parquet", "out.parquet/"],
)
def test_every_format_gives_the_bits_of_the_local_file(lossctl: Command, server: str, expected: str, name: str) -> None:
    for jobs in ("1", "2"):
        done = lossctl("eval", f"s3://bucket/{name}{server}", "-l", "mse,mae", "-b", "-q", "-j", jobs)
        assert done.err == "", done.err
        assert done.out == expected


def test_roles_may_lie_in_the_store_with_their_column_after_the_options(
    lossctl: Command, server: str, bucket: str, expected: str
) -> None:
    for pred, target in (
        (f"s3://bucket/p.npy{server}", f"s3://bucket/t.npy{server}"),
        (f"{bucket}/p.npy", f"s3://bucket/a.parquet{server}:y_true"),
        (f"s3://bucket/p.npy{server}", f"s3://bucket/a.npz{server}:y_true"),
        (f"s3://bucket/a.csv{server}:y_pred", f"s3://bucket/out.parquet/{server}:y_true"),
    ):
        assert lossctl("eval", "-p", pred, "-t", target, "-l", "mse,mae", "-b").out == expected
    fortran = lossctl("eval", f"s3://bucket/f.npy{server}", "-t", f"{bucket}/f.npy", "-l", "mse", "-b", "-q")
    assert (fortran.out, fortran.err) == ("0\n", "")


@pytest.mark.filterwarnings("default")  # Dask's own warnings are not ours
def test_on_a_cluster_the_workers_read_the_objects(
    lossctl: Command, server: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str, name: str) -> None:
        raise AssertionError(f"{path} is read here")

    monkeypatch.setattr("lossctl.files.object_storage.open_object", refuse)
    urls = [f"s3://bucket/{name}{server}" for name in ("a.csv", "a.jsonl", "a.npz", "a.csv.zst")]
    done = lossctl("batch", *urls, "-l", "mse,mae", "--cluster", "local", "-b", "-q")
    assert (done.code, done.out, done.err) == (0, expected * 4, "")


def test_the_endpoint_may_come_from_the_environment(
    lossctl: Command, server: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://" + server.partition("=")[2].partition("&")[0])
    assert lossctl("eval", "s3://bucket/a.parquet", "-l", "mse,mae", "-b", "-q").out == expected


def test_names_in_urls_are_percent_encoded(lossctl: Command, server: str) -> None:
    done = lossctl("eval", f"s3://bucket/a%20b%25.parquet{server}", "-l", "mse", "-b", "-q")
    assert done.err == ""
    assert done.value == pytest.approx(((TARGET - PRED)[:1_000] ** 2).mean(), rel=1e-14)
    done = lossctl("eval", f"s3://bucket/a b.parquet{server}", "-l", "mse", "-b")
    assert done.code == 3
    assert done.err.startswith(f"lossctl: error: s3://bucket/a b.parquet{server}: not a URL that can be read: Cannot parse URI: ")


@pytest.mark.parametrize("name", ["none.csv", "none.parquet", "none.npy", "none.npz"])
def test_what_is_not_there_is_said(lossctl: Command, server: str, bucket: str, name: str) -> None:
    for place in (f"s3://bucket/{name}{server}", f"s3://nowhere/{name}{server}"):
        done = lossctl("eval", place, "-t", f"{bucket}/t.npy", "-l", "mse")
        assert (done.code, done.err) == (3, f"lossctl: error: {place}: cannot be read: no such file\n")


def test_a_directory_that_is_not_there_is_said(lossctl: Command, server: str) -> None:
    done = lossctl("eval", f"s3://bucket/none/{server}", "-l", "mse")
    assert (done.code, done.err) == (3, f"lossctl: error: s3://bucket/none/{server}: cannot be read: no such directory\n")


def test_faults_are_named_by_the_url(lossctl: Command, server: str) -> None:
    done = lossctl("eval", f"s3://bucket/a.parquet{server}", "-p", "yhat", "-l", "mse")
    assert done.err == (
        f"lossctl: error: s3://bucket/a.parquet{server}: column 'yhat' not found; there are y_true, y_pred\n"
        "hint: a column of another file is FILE:COLUMN: -p FILE:yhat\n"
    )


def test_a_store_that_does_not_answer_is_the_environments_fault(lossctl: Command, bucket: str) -> None:
    url = f"s3://bucket/a.csv?endpoint_override=127.0.0.1:{free_port()}&scheme=http"
    done = lossctl("eval", url, "-l", "mse")
    assert done.code == 4
    assert done.err.startswith(f"lossctl: error: {url}: cannot be reached: NETWORK_CONNECTION during HeadObject operation")


def test_an_unknown_option_of_a_url_is_said(lossctl: Command) -> None:
    done = lossctl("eval", "s3://bucket/a.csv?regoin=x", "-l", "mse")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: s3://bucket/a.csv?regoin=x: not a URL that can be read: "
        "Unexpected query parameter in S3 URI: 'regoin'\n",
    )


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.feather", "a.npz", "p.npy"])
def test_a_store_that_fails_while_it_is_read_is_not_taken_for_a_damaged_file(
    lossctl: Command, server: str, bucket: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lossctl.files.object_storage import ObjectFile

    monkeypatch.setattr("lossctl.files.object_storage._READ", 256)
    whole, calls = ObjectFile.readinto, [0]

    class Broken:
        def readinto(self, buffer: Any) -> int:
            raise OSError("When reading: AWS Error SLOW_DOWN during GetObject operation: slow down; Details: none")

    def fails_later(self: ObjectFile, buffer: Any) -> int:
        calls[0] += 1
        if calls[0] == 3:
            self._file = Broken()
        return whole(self, buffer)

    monkeypatch.setattr(ObjectFile, "readinto", fails_later)
    url = f"s3://bucket/{name}{server}"
    done = lossctl("eval", url, *(["-t", f"{bucket}/t.npy"] if name == "p.npy" else []), "-l", "mse", "-j", "1")
    assert (done.code, done.err) == (
        4,
        f"lossctl: error: {url}: cannot be reached: SLOW_DOWN during GetObject operation: slow down\n",
    )


def test_refused_credentials_have_a_hint(lossctl: Command, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing:
        def get_file_info(self, key: str) -> Any:
            raise OSError(f"When getting information for key '{key}': AWS Error ACCESS_DENIED during HeadObject operation: No.")

    monkeypatch.setattr("lossctl.files.object_storage._system", lambda url: (Refusing(), url))
    done = lossctl("eval", "s3://bucket/a.csv", "-l", "mse")
    assert (done.code, done.err) == (
        4,
        "lossctl: error: s3://bucket/a.csv: no permission to read it: ACCESS_DENIED during HeadObject operation: No.\n"
        "hint: credentials are taken from the environment, as AWS_PROFILE, or GOOGLE_APPLICATION_CREDENTIALS\n",
    )


def test_google_storage_that_does_not_answer_is_said_in_seconds(lossctl: Command) -> None:
    url = f"gs://anonymous@bucket/a.csv?scheme=http&endpoint_override=127.0.0.1:{free_port()}&retry_limit_seconds=1"
    done = lossctl("eval", url, "-l", "mse")
    assert done.code == 4
    assert done.err.startswith(f"lossctl: error: {url}: cannot be reached: google::cloud::Status(UNAVAILABLE: ")


def test_an_object_that_changes_while_it_is_read_is_refused(
    lossctl: Command, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lossctl.files.object_storage import ObjectFile

    whole, calls = ObjectFile.state, [0]

    def changing(self: ObjectFile) -> tuple[int, int]:
        calls[0] += 1
        size, time_of_change = whole(self)
        return size, time_of_change + (calls[0] > 2)

    monkeypatch.setattr(ObjectFile, "state", changing)
    url = f"s3://bucket/a.csv{server}"
    done = lossctl("eval", url, "-l", "mse")
    assert (done.code, done.err) == (
        3,
        f"lossctl: error: {url}: the file changed while it was read; run again when it is complete\n",
    )


def test_a_local_run_never_imports_the_filesystems(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("y_true,y_pred\n1,2\n")
    program = "import sys; from lossctl.cli import run; run(['eval', 'a.csv', '-l', 'mse', '-b', '-q']);"
    program += "print('pyarrow' in sys.modules)"
    done = python(program, tmp_path)
    assert done.stdout == "1\nFalse\n"


def test_an_object_that_was_written_anew_is_computed_again(lossctl: Command, server: str, bucket: str) -> None:
    system, _ = pyarrow.fs.FileSystem.from_uri(f"s3://bucket/{server}")

    def put(name: str, text: str) -> None:
        with system.open_output_stream(f"bucket/{name}", compression=None) as file:
            file.write(text.encode())

    put("new.csv", "y_true,y_pred\n0,1\n")
    put("new/1.csv", "y_true,y_pred\n0,1\n")
    asked = ("batch", f"s3://bucket/new.csv{server}", f"s3://bucket/new/{server}", "-l", "mse", "-o", "x.jsonl", "--resume", "-b")
    assert lossctl(*asked).out == "1\n1\n"
    assert "lossctl: 2 runs taken from x.jsonl\n" in lossctl(*asked).err
    put("new.csv", "y_true,y_pred\n0,10\n")
    put("new/2.csv", "y_true,y_pred\n0,7\n")
    assert sorted(lossctl(*asked).out.split()) == ["100", "25"]
