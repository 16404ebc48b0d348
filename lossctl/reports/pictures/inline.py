"""An SVG file as an element of a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree


def inlined(svg: bytes, colours: Mapping[str, str]) -> str:
    """A file that matplotlib wrote without what is not the picture: metadata, a style for the whole page, names that nothing
    refers to, its size and its font. colours: what stands for each of its colours on the page.
    """
    root = ElementTree.fromstring(svg)  # noqa: S314  # our own
    used = {name for element in root.iter() for text in element.attrib.values() for name in re.findall(r"#([\w-]+)", text)}
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        for child in [*element]:
            if child.tag.rpartition("}")[2] in ("metadata", "style"):
                element.remove(child)
        element.attrib = {name.rpartition("}")[2]: text for name, text in element.attrib.items() if name != "id" or text in used}
        for name in {"d", "href", "style"} & {*element.attrib}:
            element.set(name, _attribute(name, element.attrib[name], colours))
        element.text, element.tail = ((text or "").strip() for text in (element.text, element.tail))
    root.attrib = {"role": "img", "viewBox": root.attrib["viewBox"]}
    return ElementTree.tostring(root, "unicode")


def _attribute(name: str, text: str, colours: Mapping[str, str]) -> str:
    """An attribute in one line; an image without any."""
    if name == "href":
        return "".join(text.split())
    text = re.sub(r"font-family: [^;]*(; )?", "", re.sub(r"font: (?:\w+ )*?([\d.]+px) [^;]*", r"font-size: \1", text))
    text = re.sub("|".join(map(re.escape, colours)), lambda found: colours[found[0]], text)
    return " ".join(text.split())
