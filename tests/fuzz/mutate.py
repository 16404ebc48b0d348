"""Mutations of bytes, where no fuzzer is installed that watches which code they reach."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

_WORDS = (
    *(b"", b"\0", b"\xff", b'"', b"\n", b",", b"\r", b"nan", b"inf", b"-0", b"1e999", b"{", b"[[", b"null", b"\xed\xa0\x80"),
    *(b"..", b"*", b":", b"=", b"9" * 5000, b"10" * 40),
)


def mutated(data: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """An input with one to four changes: bits, bytes and words, pieces moved, doubled, left out or of another input."""
    for _ in range(random.randint(1, 4)):
        data = _changed(data, random.choice(others), random)
    return data[: 2**16]


def _changed(data: bytes, other: bytes, random: Random) -> bytes:
    start = random.randint(0, len(data))
    stop = min(len(data), start + random.choice([0, 1, 1, 2, 4, 8, random.randint(0, 64)]))
    middle = data[start:stop]
    kind = random.randrange(6)
    if kind == 0 and middle:
        middle = bytes([middle[0] ^ (1 << random.randrange(8))]) + middle[1:]
    elif kind == 1:
        middle = random.randbytes(len(middle))
    elif kind == 2:
        middle = random.choice(_WORDS)
    elif kind == 3:
        middle *= random.randint(0, 3)
    elif kind == 4:
        at = random.randint(0, len(other))
        middle = other[at : at + random.randint(0, 64)]
    else:
        middle = random.choice([0, 1, 2**7, 2**15, 2**31 - 1, 2**32 - 1]).to_bytes(4, random.choice(["little", "big"]))[
            : len(middle) or 4
        ]
    return data[:start] + middle + data[stop:]
