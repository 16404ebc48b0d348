"""The page: well formed, inert, self-contained, in order, below 1 MB, and as a browser has it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lossctl
from lossctl.columns.words import WordList
from lossctl.reports.formats.catalogue import Style, render
from lossctl.reports.page import sections
from lossctl.reports.pictures import catalogue
from lossctl.reports.pictures.picture import Picture
from lossctl.results.document import Board, Check, Comparison, Document, Run, WorstRow
from lossctl.results.results import Results
from lossctl.results.samples import RowKey
from tests.conftest import Command
from tests.reports.browser import CHROMIUM, Browser, browser
from tests.reports.pages import COMMANDS, HOSTILE, LONG, made, many, pictures

VOID = {"meta", "link", "br", "img"}
HTML = {
    "html", "head", "meta", "link", "title", "style", "body", "main", "header", "section", "footer", "figure", "figcaption",
    "div", "p", "h1", "h2", "h3", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "pre", "bdi", "script",
}  # fmt: skip
SVG = {"svg", "title", "defs", "g", "path", "use", "text", "clippath", "rect", "image"}  # as the parser spells them
SIZE = 1_000_000


class Page(HTMLParser):
    """A page taken apart; an element that is closed out of turn is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "PICTURES", (pictures,))


def check_page(text: str) -> Page:
    """The page taken apart, when it is well formed, inert and asks for nothing."""
    page = Page(text)
    assert text.startswith('<!doctype html>\n<html lang="en">')
    assert {*page.tags} <= HTML | SVG
    assert (page.tags.count("script"), page.tags.count("style"), page.tags.count("main"), page.tags.count("h1")) == (1, 1, 1, 1)
    names = [name for name, _ in page.attributes]
    assert not [name for name in names if name.startswith("on") or name in ("src", "srcset", "action", "formaction")]
    assert not [value for name, value in page.attributes if "href" in name and not value.startswith(("#", "data:"))]
    assert not re.search(r"url\((?!#)|@import|https?://(?!www\.w3\.org)", text)
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(ids) == len({*ids})
    used = {found for _, value in page.attributes for found in re.findall(r"(?:^|url\()#([\w-]+)", value)}
    assert used <= {*ids}
    assert not set("\x1b\x07\u202e\x9b") & set(text)
    colours = {*re.findall(r"var\((--[\w-]+)\)", text)}
    assert colours <= {*re.findall(r"(--[\w-]+):", text)}
    return page


@pytest.mark.slow
@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_page_is_well_formed_and_hostile_names_are_inert(command: str, lossctl: Command) -> None:
    text = made(command, lossctl)
    page = check_page(text)
    assert len(text.encode()) < SIZE
    if command != "losses":
        assert "svg" in page.tags
        assert "<script>alert(1)</script>]]>--><img src=x onerror=alert(2)>" in "".join(page.words)
        assert "\\u202e" in "".join(page.words)
    assert lossctl(*(one.replace('"', "") for one in COMMANDS[command]), "-o", "page.html", "-q").code in (0, 1, 3)
    assert Path("page.html").read_text() == text


def test_a_page_is_what_standard_output_shows(lossctl: Command) -> None:
    Path("a.csv").write_text("y_true,y_pred\n1,2\n3,5\n")
    done = lossctl("eval", "a.csv", "-l", "mse", "-f", "html", "-q")
    assert done.code == 0
    assert "<h1>mse 2.5 on 2 rows of a.csv</h1>" in done.out
    assert "<pre>lossctl eval a.csv -l mse -f html -q</pre>" in done.out
    check_page(done.out)


@pytest.mark.usefixtures("drawn")
def test_a_page_has_the_verdict_first_and_the_command_last(lossctl: Command) -> None:
    Path("a b.csv").write_text("y_true,y_pred,t,weight\n1,2,p,1\n3,5,q,1\n,5,q,1\n")
    arguments = ["eval", "a b.csv", "-l", "mse", "--nan", "drop", "--worst", "1", "--keep", "t", "-o", "x.html", "-q"]
    assert lossctl(*arguments).code == 0
    text = Path("x.html").read_text()
    order = [
        "<h1>mse 2.5 on 2 of 3 rows of a b.csv</h1>", "<h2>results</h2>", "<h2>pictures</h2>", "<h2>worst rows by mse</h2>",
        "<h2>where it is from</h2>", "<td>a b.csv:y_pred", "<h2>signatures</h2>", "mse|period=none|reduction=mean",
        "<h2>warnings</h2>", "<h2>command</h2>",
        "<pre>lossctl eval &#x27;a b.csv&#x27; -l mse --nan drop", "<p>lossctl 0.1.0</p>",
    ]  # fmt: skip
    text = text.replace('<td class="words">', "<td>")
    places = [text.find(words) for words in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


def test_a_failing_check_says_why_below_the_verdict(lossctl: Command) -> None:
    Path("a.csv").write_text("y_true,y_pred\n1,2\n3,5\n")
    assert lossctl("check", "a.csv", "--max", "mse=2", "--max", "mae=9", "-o", "x.html", "-q").code == 1
    text = Path("x.html").read_text()
    head = (
        '<header class="fail">\n<p>lossctl check</p>\n<h1>1 of 2 checks failed</h1>\n<ul>\n<li>max: mse = 2.5 exceeds the limit 2'
    )
    assert head in text
    assert '<td class="fail">fail</td>' in text
    assert '<td class="pass">pass</td>' in text
    assert text.count('<td class="name">a.csv</td>') == 1
    assert lossctl("check", "a.csv", "--max", "mse=9", "-o", "x.html", "-q").code == 0
    assert '<header class="pass">\n<p>lossctl check</p>\n<h1>1 check passed</h1>\n</header>' in Path("x.html").read_text()


def test_a_value_has_its_interval_in_brackets(lossctl: Command) -> None:
    Path("a.csv").write_text("y_true,y_pred\n1,2\n3,5\n")
    assert lossctl("eval", "a.csv", "-l", "mae", "--confidence", "0.5", "--digits", "3", "-o", "x.html", "-q").code == 0
    text = Path("x.html").read_text()
    # Student's t with one degree of freedom is 1 at three quarters, and the standard error of 1 and 2 is a half
    method = "Student&#x27;s t with Hall&#x27;s correction for skewness"  # of which there is none here
    head = f"<h1>mae 1.5 (1 to 2) on 2 rows of a.csv</h1>\n<ul>\n<li>in brackets the interval, by {method}</li>\n</ul>"
    assert head in text


@pytest.mark.slow
def test_several_comparisons_are_counted_and_several_runs_have_a_range(lossctl: Command) -> None:
    for name, error in (("a", 1), ("b", 2), ("c", 1)):
        Path(f"{name}.csv").write_text(
            "y_true,y_pred\n" + "".join(f"{place},{place + error + place % 2}\n" for place in range(40))
        )
    assert lossctl("compare", "a.csv", "b.csv", "c.csv", "-l", "mae", "-o", "x.html", "-q").code == 0
    assert "<h1>2 comparisons with a.csv: 1 worse, 1 not clearly different</h1>" in Path("x.html").read_text()
    assert "<li>b.csv is worse than a.csv by 67 %" in Path("x.html").read_text()
    assert lossctl("eval", "a.csv", "b.csv", "-l", "mae", "--reduction", "max", "-o", "x.html", "-q").code == 0
    assert "<h1>2 runs: max of mae 2 to 3</h1>" in Path("x.html").read_text()
    assert lossctl("batch", "a.csv", "b.csv", "lost.csv", "-l", "mae", "-o", "x.html", "-q").code == 3
    text = Path("x.html").read_text()
    assert "<h1>a.csv is first of 3 runs by mae: 1.5</h1>\n<ul>\n<li>1 run of 3 failed</li>" in text
    assert "<h2>errors</h2>\n<ul>\n<li>lost.csv: cannot be read: no such file</li>" in text


@pytest.mark.usefixtures("drawn")
def test_without_matplotlib_a_page_has_its_tables_and_says_how_to_get_pictures(
    lossctl: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    page = check_page(made("eval", lossctl))
    assert "pictures are drawn by matplotlib: pip install matplotlib" in page.words
    assert "svg" not in page.tags


def result_columns(groups: int, losses: int) -> list[dict[str, Any]]:
    """Numbers with all their digits for each loss and group."""
    values = np.random.default_rng(0).random((1 + groups, losses)) / 3
    names = ("value", "mean", "sum", "std", "min", "max", "weight", "low", "high")
    counts = dict.fromkeys(("n", "infinite", "units"), np.full(values.shape, 12))
    columns = {**dict.fromkeys(names, values), **counts}
    return [{name: column[:, loss] for name, column in columns.items()} for loss in range(losses)]


def run_of(name: str, groups: int, losses: int = 3, **others: Any) -> Run:
    heads = [
        {"loss": f"huber:delta={one + 2}", "name": "huber", "params": {}, "reduction": "mean", "signature": f"{one}" + "|a" * 50}
        for one in range(losses)
    ]
    results = Results(
        heads, {"g": WordList([f"group {place} {LONG[:200]}" for place in range(groups)])}, result_columns(groups, losses)
    )
    sources = {"pred": f"{name}:p", "target": "t.csv:y"}
    return Run(run=name, rows=12, used=12, dropped={"nan": 1}, sources=sources, classes=None, results=results, **others)


def check_of(place: int) -> Check:
    return Check(
        name=f"check {place} {LONG}", run=f"{place}.csv", loss="mse", by={"g": HOSTILE}, kind="max", limit=1 / 3, percent=False,
        value=2 / 3, baseline=1 / 7, change=1 / 9, status="fail" if place == 1999 else "pass", message=f"{place} {LONG}",
    )  # fmt: skip


def comparison_of(place: int) -> Comparison:
    worst = tuple({"row": row, "id": {}, "difference": row / 3, "keep": {"text": LONG}} for row in range(100))
    return Comparison(
        loss="mse", by=None if place < 9 else {"g": f"{place}"}, base=f"base {LONG}", candidate=f"{place} {LONG}",
        base_value=1 / 3, value=2 / 3, difference=1 / 3, low=1 / 7, high=1.0, confidence=0.95, method="t", seed=0,
        p_value=0.01, p_adjusted=0.02, better=1, worse=2, equal=0, n=3, units=3, verdict="worse", worst=worst,
    )  # fmt: skip


def long_document(what: str) -> Document:
    """A document with far more than a page has room for."""
    worst = {"mse": tuple(WorstRow(row=row, id=RowKey(), value=row / 3, keep={"text": f"{row} {LONG}"}) for row in range(9_000))}
    said = tuple(f"{place} {HOSTILE} {LONG}" for place in range(5_000))
    runs = tuple(run_of(f"{place} {LONG}", 0, worst={"mse": worst["mse"][:3]}) for place in range(2_000))
    grouped = tuple(run_of(f"{place}.csv", 100) for place in range(500))
    sort = "huber:delta=2"
    parts: dict[str, dict[str, Any]] = {
        "groups": {"command": "eval", "runs": (run_of("a.csv", 100_000, worst=worst),), "warnings": said},
        "runs": {"command": "batch", "runs": runs, "board": Board(sort, long=False), "errors": said},
        "long board": {"command": "batch", "runs": grouped, "board": Board(sort, long=True)},
        "checks": {"command": "check", "runs": runs[:100], "checks": tuple(map(check_of, range(2_000)))},
        "comparisons": {"command": "compare", "runs": runs[:100], "comparisons": tuple(map(comparison_of, range(500)))},
    }
    return Document(version="0.1.0", **parts[what])


ROWS = {"groups": 300_003, "runs": 2_000, "long board": 151_500, "checks": 2_000, "comparisons": 500}


@pytest.fixture(scope="module")
def figures() -> Callable[[Picture, str], str]:
    """The figure of a picture at its place on a page, drawn once for all pages, which have the same ones."""
    figure_of, drawn_before = sections._figure, dict[tuple[str, str], str]()

    def figure(picture: Picture, salt: str) -> str:
        key = picture.title, salt
        if key not in drawn_before:
            drawn_before[key] = figure_of(picture, salt)
        return drawn_before[key]

    return figure


@pytest.mark.slow
@pytest.mark.parametrize("what", ROWS)
def test_a_page_stays_below_a_megabyte_and_counts_what_it_leaves_out(
    what: str, figures: Callable[[Picture, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "PICTURES", (many(pictures, 10),))
    monkeypatch.setattr(sections, "_figure", figures)
    text = "".join(map(str, render(long_document(what), "html", Style(command=f"lossctl {LONG * 10}"))))
    page = check_page(text)
    assert SIZE / 2 < len(text.encode()) < SIZE
    shown = text.partition("</table>")[0].count("<tr>") - 1
    assert 100 < shown <= 1_000
    assert any(word.startswith(f"the first {shown:,} of {ROWS[what]:,} rows; all: -o x.csv") for word in page.words)
    assert any(re.fullmatch(r"\d+ more: -o x.svg", word) for word in page.words)
    if what == "checks":  # that which failed is the last of them
        assert text.index('<td class="fail">fail</td>') < text.index('<td class="pass">pass</td>')


def test_numbers_that_are_rounded_are_whole_beside(lossctl: Command) -> None:
    Path("a.csv").write_text("y_true,y_pred\n0,0.123456789012\n")
    assert lossctl("eval", "a.csv", "-l", "mae", "-o", "x.html", "--digits", "3", "-q").code == 0
    assert '<td class="n" title="0.123456789012">0.123</td><td class="n">1</td>' in Path("x.html").read_text()


def luminance(colour: str) -> float:
    """The relative luminance of #rrggbb, by WCAG 2.2."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares]
    return sum(one * part for one, part in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


@pytest.mark.parametrize("place", [0, 1])
def test_texts_and_marks_stand_out_from_light_and_dark_paper(place: int) -> None:
    style = (Path(lossctl.__file__).parent / "reports" / "page" / "page.css").read_text()
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", re.findall(r":root \{(.*?)\}", style, re.DOTALL)[place]))
    least = {"line": 1.0, "focus": 3.0, **{f"series-{one}": 3.0 for one in range(5)}}
    assert len(colours) == 14
    for paper in ("paper", "band"):
        for name in colours.keys() - {"paper", "band"}:
            dark, light = sorted(luminance(colours[one]) for one in (paper, name))
            assert (light + 0.05) / (dark + 0.05) >= least.get(name, 4.5), (paper, name)


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


# the least contrast of texts, by WCAG 2.2 (relative luminance, 1.4.3), and that text
CONTRAST = """(() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => numbers(colour).slice(0, 3).map((one) => one / 255)
    .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, place) => sum + one * [0.2126, 0.7152, 0.0722][place], 0);
  const below = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    return colour !== "rgba(0, 0, 0, 0)" ? colour : element.parentElement ? below(element.parentElement) : "rgb(255, 255, 255)";
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let least = [21, ""];
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), element = walker.currentNode.parentElement;
    if (text === "" || ["SCRIPT", "title"].includes(element.tagName)) continue;
    const style = getComputedStyle(element);
    const ends = [light(element.tagName === "text" ? style.fill : style.color), light(below(element))].sort((a, b) => a - b);
    const ratio = (ends[1] + 0.05) / (ends[0] + 0.05);
    if (ratio < least[0]) least = [ratio, text.slice(0, 40)];
  }
  return least;
})()"""


@pytest.mark.slow
@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_browser_shows_a_page_at_any_width_and_asks_for_nothing(command: str, lossctl: Command, window: Browser) -> None:
    made(command, lossctl)
    page = Path("page.html")
    for width, dark, media in ((360, False, "screen"), (360, True, "screen"), (1280, True, "screen"), (700, True, "print")):
        window.open(page, width, dark=dark, media=media)
        where = (width, dark, media)
        assert window.said == [], where
        assert [address for address in window.asked if not address.startswith("data:")] == [page.resolve().as_uri()], where
        assert window.value("document.documentElement.scrollWidth") <= width, where
        assert window.value("matchMedia('(prefers-color-scheme: dark)').matches") == dark
        paper = window.value("getComputedStyle(document.body).backgroundColor")
        assert (paper == "rgb(255, 255, 255)") == (not dark or media == "print"), where
        ratio, text = window.value(CONTRAST)
        assert ratio >= 4.5, (where, text)
        assert window.value("[...document.querySelectorAll('.wide')].every((one) => one.tabIndex === 0)")


@pytest.mark.slow
def test_tables_sort_by_the_keyboard_up_down_and_back(lossctl: Command, window: Browser) -> None:
    Path("a.csv").write_text(
        "y_true,y_pred,g\n" + "".join(f"0,{pred},{g}\n" for pred, g in [(10, "a10"), (9, "a9"), (3000, "b"), (0, "")])
    )
    assert lossctl("eval", "a.csv", "-l", "mae", "--by", "g", "-o", "x.html", "-q").code == 0
    window.open(Path("x.html"), 1280)

    def column(number: int) -> Any:
        return window.value(f"[...document.querySelectorAll('tbody')[0].rows].map((row) => row.cells[{number}].textContent)")

    unsorted = ["754.75", "0", "10", "9", "3000"]
    assert (column(1), column(2)) == (["", "", "a10", "a9", "b"], unsorted)
    for _ in range(4):  # the table, then the heads of its columns
        window.press("Tab")
    assert window.value("document.activeElement.textContent") == "mean"
    for order, means in (("ascending", ["0", "9", "10", "754.75", "3000"]), ("descending", ["3000", "754.75", "10", "9", "0"])):
        window.press("Enter")
        assert window.value("document.activeElement.parentElement.ariaSort") == order
        assert column(2) == means
    window.press("Enter")
    assert window.value("document.activeElement.parentElement.ariaSort") is None
    assert column(2) == unsorted
    window.value("document.querySelectorAll('th button')[1].click()")
    assert column(1) == ["a9", "a10", "b", "", ""]
    assert window.said == []


@pytest.mark.slow
def test_infinite_and_lost_values_sort_as_numbers(window: Browser, tmp_path: Path) -> None:
    document = Document(command="eval", version="0", runs=(run_of("a.csv", 5, losses=1),))
    results = document.runs[0].results
    assert isinstance(results, Results)
    values = np.array([1.0, np.inf, np.nan, -np.inf, 0.1 + 0.2, 0.3])
    changed = Results(results.losses, results.by, [{**results.columns[0], "value": values, "mean": values}])
    document = replace(document, runs=(replace(document.runs[0], results=changed),))
    path = tmp_path / "x.html"
    path.write_text("".join(map(str, render(document, "html", Style()))))
    window.open(path, 1280)
    at = window.value("[...document.querySelectorAll('th')].findIndex((one) => one.textContent === 'mean')")
    window.value(f"document.querySelectorAll('th button')[{at}].click()")
    cells = window.value(
        f"[...document.querySelectorAll('tbody')[0].rows].map((row) => row.cells[{at}].title || row.cells[{at}].textContent)"
    )
    assert cells == ["-inf", "0.3", "0.30000000000000004", "1", "inf", "nan"]
