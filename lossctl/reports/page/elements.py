"""Pieces of HTML: texts that are inert, and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from lossctl.text import shown

_LETTERS = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]+"
_RIGHT_TO_LEFT = re.compile(f"{_LETTERS}(?: +{_LETTERS})*")


def inert(text: str) -> str:
    """A text that a browser shows letter by letter; words written from right to left move nothing beside them."""
    return _RIGHT_TO_LEFT.sub(r"<bdi>\g<0></bdi>", escape(shown(text)))


def row_element(tag: str, texts: Iterable[str], attributes: Iterable[str]) -> str:
    """A row of cells: the HTML of each, and its attributes with a blank before them."""
    cells = "".join(f"<{tag}{own}>{text}</{tag}>" for text, own in zip(texts, attributes, strict=False))
    return f"<tr>{cells}</tr>"


def table_element(opening: str, head: str, rows: Iterable[str]) -> str:
    """A table of rows. opening: its tag, and what stands before its head."""
    body = "".join(f"{row}\n" for row in rows)
    return f"{opening}\n<thead>{head}</thead>\n<tbody>\n{body}</tbody>\n</table>\n"
