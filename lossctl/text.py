"""Every string that came from a file, an argument or a plugin goes through here before a person sees it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lossctl.lazy import regex

if TYPE_CHECKING:
    import re

# Control characters (C0, DEL, C1), zero-width characters, bidirectional overrides, line and paragraph separators, the
# byte-order mark, tag characters, and lone surrogates (bytes of file names that are not UTF-8).
_UNSAFE = regex(
    "[\x00-\x1f\x7f-\xa0\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f\ud800-\udfff]"
)

MISSING = ("", "na", "n/a", "nan", "null", "none")  # a missing value in a column of numbers, in any case


def shown(text: str) -> str:
    """`text` with every character that a terminal would act on, or not show, as a visible escape."""
    return text if text.isprintable() else _UNSAFE.sub(_escape, text)  # which none of those is


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name, kept by the surrogateescape handler
        return f"\\x{code - 0xDC00:02x}"
    named = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}.get(match[0])
    return named or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def common_beginning(texts: Sequence[str]) -> str:
    """The longest beginning that all of some texts share."""
    low, high = min(texts), max(texts)
    differs = (place for place, pair in enumerate(zip(low, high, strict=False)) if pair[0] != pair[1])
    return low[: next(differs, min(len(low), len(high)))]


def as_number(text: str) -> float | None:
    """The number that a text is as Python reads it from ASCII, of which `_` is no part; None where it is none."""
    if not text.isascii() or "_" in text:
        return None
    try:
        return float(text)
    except ValueError:
        return None


def number_text(value: float) -> str:
    """The shortest text that reads back as `value`, without a final `.0`, and never `-0`."""
    text = repr(value + 0.0)
    return text.removesuffix(".0")
