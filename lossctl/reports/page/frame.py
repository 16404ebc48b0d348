"""A page in one file: what stands around its sections. It asks for nothing, and a browser runs no script but its own."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from lossctl.errors import shorten
from lossctl.reports.page.elements import inert

TITLE = 120  # characters
_FOLDER = Path(__file__).parent


def framed(title: str, sections: Iterable[str]) -> Iterator[str]:
    """The page."""
    style, script = ((_FOLDER / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    # what matplotlib draws has its style in attributes, and points in images that are part of the page
    policy = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'; base-uri 'none'"
    yield f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{inert(shorten(title, TITLE))}</title>
<style>{style}</style>
</head>
<body>
<main>
"""
    yield from sections
    yield f"</main>\n<script>{script}</script>\n</body>\n</html>\n"
