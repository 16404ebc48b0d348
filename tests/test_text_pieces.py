"""Pieces of text tables on their way to another process: of a plain file only where they stand in it."""

from __future__ import annotations

import gzip
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from lossctl.errors import DataError
from lossctl.formats.catalogue import open_table
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.text.text_piece import TextPiece

ROWS = "".join(f"{row},{row / 7!r},café {row}\n" for row in range(500))
TEXTS = {
    "plain": "a,b,c\n" + ROWS,
    "a byte-order mark": "\ufeffa,b,c\n" + ROWS,
    "no final newline": "a,b,c\n" + ROWS.rstrip("\n"),
    "CRLF": "a,b,c\r\n" + ROWS.replace("\n", "\r\n"),
    "newlines in quotes": "a,b,c\n" + ROWS.replace("café 7\n", '"café\n7"\n'),
    "a header over two lines": 'a,b,"c\nd"\n' + ROWS,
    "empty lines at the end": "a,b,c\n" + ROWS + "\n\n",
}


def pieces(path: str, syntax: TableSyntax | None = None) -> Iterator[TextPiece]:
    cutter = open_table(path, syntax or TableSyntax()).cut([])
    while (piece := cutter.take(7)) is not None:
        assert isinstance(piece, TextPiece)
        yield piece


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("header", [True, False])
def test_a_piece_of_a_file_is_read_again_where_it_arrives(tmp_path: Path, name: str, header: bool) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TEXTS[name].encode())
    found = list(pieces(str(path), TableSyntax(header=header)))
    sent = [pickle.dumps(piece) for piece in found]
    assert [pickle.loads(one) for one in sent] == found
    assert not any("café 3".encode() in one for one in sent)


@pytest.mark.parametrize(
    ("name", "data", "syntax"),
    [
        ("a.csv.gz", gzip.compress(TEXTS["plain"].encode()), TableSyntax()),
        ("a.csv", TEXTS["plain"].encode("latin-1"), TableSyntax(encoding="latin-1")),
        ("a.txt", TEXTS["plain"].replace("café ", "café").replace(",", "  ").encode(), TableSyntax()),
    ],
)
def test_what_is_not_the_files_own_bytes_travels(tmp_path: Path, name: str, data: bytes, syntax: TableSyntax) -> None:
    (tmp_path / name).write_bytes(data)
    found = list(pieces(str(tmp_path / name), syntax))
    sent = [pickle.dumps(piece) for piece in found]
    (tmp_path / name).unlink()
    assert [pickle.loads(one) for one in sent] == found


def test_a_file_that_became_shorter_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TEXTS["plain"])
    sent = pickle.dumps(list(pieces(str(path))))
    path.write_text(TEXTS["plain"][:2000])
    with pytest.raises(DataError, match="changed while it was read"):
        pickle.loads(sent)
