"""A page that needs no other file, in the colours of the day or of the night."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from lossctl.reports.formats import Style
from lossctl.reports.pictures.drawing import COLOURS, INK, PALE, drawn_panel
from lossctl.reports.pictures.picture import Picture
from lossctl.text import shown

_NIGHT = ("#56b4e9", "#ff8c42", "#2fd0a0", "#e5a5cb", "#f2c14e")
_DAY_OF = {INK: "ink", PALE: "pale", **{colour: f"series-{place}" for place, colour in enumerate(COLOURS)}}
_NIGHT_OF = {"ink": "#e6e9ed", "pale": "#3a4149", **{f"series-{place}": colour for place, colour in enumerate(_NIGHT)}}
_STYLE = f"""
:root {{ color-scheme: light dark; --paper: #ffffff; {" ".join(f"--{name}: {colour};" for colour, name in _DAY_OF.items())} }}
@media (prefers-color-scheme: dark) {{
  :root {{ --paper: #14171b; {" ".join(f"--{name}: {colour};" for name, colour in _NIGHT_OF.items())} }}
}}
body {{ background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; margin: 1rem auto; max-width: 64rem;
  padding: 0 1rem; }}
.panels {{ display: flex; flex-wrap: wrap; gap: 1rem; }}
.panels svg {{ flex: 1 1 20rem; height: auto; max-width: 46rem; min-width: 0; }}
p {{ margin: 0.25rem 0; overflow-wrap: anywhere; }}
"""


def render_pictures(pictures: Sequence[Picture], style: Style) -> Iterator[str]:
    """Pictures alone, with what they say below each."""
    title = _text(", ".join(picture.title for picture in pictures))
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    for number, picture in enumerate(pictures):
        yield f'<h1>{_text(picture.title)}</h1>\n<div class="panels">\n'
        for place, panel in enumerate(picture.panels):
            yield drawn_panel(panel, f"p{number}-{place}", lambda colour: f"var(--{_DAY_OF[colour]})")
        yield "</div>\n" + "".join(f"<p>{_text(sentence)}</p>\n" for sentence in picture.says)
    yield "</body>\n</html>\n"


def _text(words: str) -> str:
    return escape(shown(words))
