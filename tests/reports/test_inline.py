"""What matplotlib writes as a file becomes an element of a page."""

from __future__ import annotations

import re

from lossctl.reports.pictures.drawing import drawn_panel
from lossctl.reports.pictures.inline import inlined
from tests.reports.pages import pictures

FILE = b"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="9pt" height="8pt" viewBox="0 0 9 8" xmlns="http://www.w3.org/2000/svg">
 <title>half &lt; all</title>
 <metadata><a/></metadata>
 <defs><style type="text/css">*{stroke-linejoin: round}</style></defs>
 <g id="figure_1">
  <path id="m1" d="M 0 0
L 1 1
" style="stroke: #0072b2; fill: none"/>
  <use xlink:href="#m1" x="1"/>
  <text style="font: 700 9px 'DejaVu Sans', sans-serif; fill: #1b1f24">font-family: #0072b2</text>
  <text style="font-size: 9px; font-family: 'A', sans-serif; fill: #1b1f24">b</text>
  <image xlink:href="data:image/png;base64,
AB
CD" width="1"/>
 </g>
</svg>
"""


def test_a_file_is_the_picture_alone_with_the_colours_of_the_page() -> None:
    assert inlined(FILE, {"#0072b2": "var(--series-0)", "#1b1f24": "var(--ink)"}) == (
        '<svg role="img" viewBox="0 0 9 8"><title>half &lt; all</title><defs /><g>'
        '<path id="m1" d="M 0 0 L 1 1" style="stroke: var(--series-0); fill: none" /><use href="#m1" x="1" />'
        '<text style="font-size: 9px; fill: var(--ink)">font-family: #0072b2</text>'
        '<text style="font-size: 9px; fill: var(--ink)">b</text><image href="data:image/png;base64,ABCD" width="1" /></g></svg>'
    )


def test_panels_are_the_same_bytes_again_and_have_names_of_their_own() -> None:
    panel = next(pictures(None)).panels[0]
    first, again, other = (drawn_panel(panel, salt, str) for salt in ("a", "a", "b"))
    assert first == again
    names = [{*re.findall(r'id="([^"]+)"', text)} for text in (first, other)]
    assert names[0]
    assert not names[0] & names[1]
