"""An HTML page in one file that opens without a network.

Each function returns the HTML of one element.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from grade import __version__
from grade.qc.picture_light import UNITS
from grade.testing.sheet_pictures import Codes, data_uri, legend
from grade.testing.verdict import SampleDifference

# Neutral greys around pictures, as in a grading room; color is for what is wrong.
_STYLE = """
:root { color-scheme: dark; --line: #3a3a3a; --dim: #a0a0a0; --bad: #ff7a66; --good: #8fce9a; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1500px; padding: 32px 28px 64px; background: #242424;
  color: #e6e6e6; font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { font-size: 22px; font-weight: 600; margin: 0; }
h2 { font-size: 18px; font-weight: 600; margin: 0; }
h3 { font-size: 14px; font-weight: 600; margin: 22px 0 8px; }
header { display: flex; align-items: baseline; gap: 14px; padding-bottom: 14px;
  border-bottom: 1px solid var(--line); margin-bottom: 26px; flex-wrap: wrap; }
header p { margin: 0; color: var(--dim); }
header .version { margin-left: auto; }
section { background: #2b2b2b; border: 1px solid var(--line); border-radius: 8px;
  padding: 18px 20px 22px; margin: 0 0 22px; }
section > p { margin: 2px 0 0; color: var(--dim); overflow-wrap: anywhere; }
.bad { color: var(--bad); } .good { color: var(--good); } .dim { color: var(--dim); }
ul.causes { margin: 12px 0 0; padding: 10px 14px 10px 32px; background: #332b29;
  border-left: 3px solid var(--bad); border-radius: 4px; overflow-wrap: anywhere; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(230px, 1fr)); gap: 12px; }
@media (max-width: 1060px) { .pictures { grid-template-columns: 1fr 1fr; } }
figure { margin: 0; } figcaption { color: var(--dim); font-size: 13px; margin-top: 4px; }
img { display: block; width: 100%; height: auto; border-radius: 3px; }
.swap { position: relative; } .swap img + img { position: absolute; inset: 0; opacity: 0; }
.swap:hover img + img { opacity: 1; }
.scale { display: block; height: 6px; border-radius: 3px; margin-top: 6px; background: LEGEND; }
.scale + span { display: flex; justify-content: space-between; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 500; color: var(--dim); padding: 3px 14px 3px 0; }
td { padding: 2px 14px 2px 0; border-top: 1px solid #343434; white-space: nowrap; }
th:nth-child(n+3):nth-child(-n+5) { text-align: right; }
td.number { text-align: right; font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
td i { display: inline-block; width: 34px; height: 16px; vertical-align: -3px; }
td b { display: inline-block; height: 8px; border-radius: 2px; background: var(--bad); }
details { margin-top: 14px; } summary { cursor: pointer; color: var(--dim); }
summary:hover { color: #e6e6e6; }
.passed { display: grid; grid-template-columns: repeat(auto-fill, minmax(170px, 1fr)); gap: 12px; }
pre { overflow-x: auto; margin: 10px 0 0; color: var(--dim); font-size: 12px; }
@media print { body { background: #fff; color: #111; } section { background: #fff; } }
"""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header><h1>{title}</h1><p>{summary}</p><p class="version">grade {version}</p></header>
{body}
</body>
</html>
"""


def page(title: str, summary: str, sections: Iterable[str]) -> str:
    """Return the whole page; `summary` and `sections` are HTML."""
    return _PAGE.format(
        title=escape(title),
        style=_STYLE.replace("LEGEND", legend()),
        summary=summary,
        version=__version__,
        body="\n".join(sections),
    )


def figure(caption: str, picture: Codes, under: Codes | None = None) -> str:
    """Return a picture with its caption; `under` is shown while the pointer is over it."""
    images = f'<img src="{data_uri(picture)}" alt="{escape(caption)}">'
    if under is not None:
        images = f'<div class="swap">{images}<img src="{data_uri(under)}" alt=""></div>'
    return f"<figure>{images}<figcaption>{escape(caption)}</figcaption></figure>"


def heat_figure(caption: str, picture: Codes, most: float, unit: str) -> str:
    """Return a heat map with its scale."""
    top = f"{escape(unit)} {most:.3g} and more"
    scale = f'<i class="scale"></i><span><span>0</span><span>{top}</span></span>'
    image = f'<img src="{data_uri(picture)}" alt="{escape(caption)}">'
    return f"<figure>{image}<figcaption>{escape(caption)}{scale}</figcaption></figure>"


def pictures(figures: Iterable[str]) -> str:
    """Return figures side by side."""
    return f'<div class="pictures">{"".join(figures)}</div>'


def listing(causes: Sequence[str]) -> str:
    """Return a highlighted list of causes."""
    if not causes:
        return ""
    return f'<ul class="causes">{"".join(f"<li>{escape(c)}</li>" for c in causes)}</ul>'


def table(rows: Sequence[SampleDifference], colors: Sequence[tuple[str, str]]) -> str:
    """Return a table of samples: both colors, both triples, and how far they are apart."""
    if not rows:
        return ""
    most = max((row.apart for row in rows if row.apart < 1e9), default=0.0) or 1.0
    lines = [
        "<tr><td>{}</td><td>{}</td><td class=number>{}</td><td class=number>{}</td>"
        "<td class=number>{}</td><td>{}</td></tr>".format(
            escape(row.name),
            f'<i style="background:{a}"></i><i style="background:{b}"></i>',
            " ".join(f"{value:.5g}" for value in row.expected),
            " ".join(f"{value:.5g}" for value in row.found),
            f"{row.apart:.2f}",
            f'<b style="width:{min(1.0, row.apart / most) * 120:.0f}px"></b>',
        )
        for row, (a, b) in zip(rows, colors, strict=True)
    ]
    unit = UNITS[rows[0].kind] or "apart"
    head = (
        "<tr><th>sample</th><th>expected, now</th><th>expected</th><th>now</th>"
        f"<th>{unit}</th></tr>"
    )
    return f'<div class="table"><table>{head}{"".join(lines)}</table></div>'


def folded(summary: str, body: str) -> str:
    """Return details that open on a click."""
    return f"<details><summary>{escape(summary)}</summary>{body}</details>" if body else ""
