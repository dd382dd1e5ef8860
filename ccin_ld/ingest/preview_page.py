"""A preview as one web page that can be mailed: no script, no picture, nothing from elsewhere."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

# The colours and letters of the site's own pages (design, tokens), in light and in dark.
_STYLE = """
:root{color-scheme:light;--paper:#f6f5f0;--surface:#fff;--ink:#172126;--soft:#4a575d;--line:#d6d3c7;
--council:#0b645c;--bad:#a1242b;--bad-tint:#fae8e8;--warn:#854a00;--warn-tint:#fbefdc;--ok:#1c6b39;--ok-tint:#e4f2e8;
--display:Charter,"Bitstream Charter","Sitka Text",Cambria,"Noto Serif",serif;
--text:system-ui,"Segoe UI",Roboto,"Noto Sans","Helvetica Neue",Arial,sans-serif}
@media(prefers-color-scheme:dark){:root{color-scheme:dark;--paper:#10171a;--surface:#182227;--ink:#e9edeb;
--soft:#aab7ba;--line:#2f3d43;--council:#6fcabe;--bad:#f2a1a1;--bad-tint:#3d1f20;--warn:#efb873;--warn-tint:#3a2a12;
--ok:#86d3a0;--ok-tint:#16301f}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:400 1.0625rem/1.55 var(--text)}
body{overflow-wrap:anywhere}
header{background:var(--surface);border-top:5px solid var(--council);border-bottom:1px solid var(--line)}
.wrap{width:min(100% - 2rem,66rem);margin-inline:auto}
header .wrap{padding-block:1.25rem}
main{padding-block:1.5rem 3.5rem}
h1,h2,h3{font-family:var(--display);line-height:1.2;margin:0;text-wrap:balance}
h1{font-size:clamp(1.6rem,1.3rem + 1.4vw,2rem)}
h2{font-size:1.4rem;margin:2.25rem 0 .6rem}
p{margin:.35rem 0 0}
.over,.detail,caption{color:var(--soft)}
.over{font-size:.9375rem;margin:0 0 .15rem}
.note{margin:0;padding:.75rem 1rem;border-left:5px solid;border-radius:6px;font-weight:600}
.note.ok{background:var(--ok-tint);border-color:var(--ok)}
.note.warn{background:var(--warn-tint);border-color:var(--warn)}
.note.bad{background:var(--bad-tint);border-color:var(--bad)}
.counts{display:flex;flex-wrap:wrap;gap:.5rem 1.75rem;list-style:none;margin:1rem 0 0;padding:0}
.counts b{font:700 1.5rem/1.2 var(--display);margin-right:.35rem}
table{width:100%;border-collapse:collapse;background:var(--surface);border:1px solid var(--line)}
caption{text-align:left;padding:0 0 .5rem}
th,td{padding:.5rem .75rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{font-size:.9375rem;color:var(--soft)}
tbody th{font-weight:600}
@media(min-width:44.01rem){.refused{table-layout:fixed}.refused th:nth-child(-n+2){width:19%}
.refused th:nth-child(3):not(:last-child){width:26%}.refused th:first-child:nth-last-child(3){width:12%}
.refused th:nth-child(2):nth-last-child(2){width:36%}thead th,table:not(.refused) .where{white-space:nowrap}}
.refused tbody tr{box-shadow:inset 4px 0 0 var(--bad)}
ul.lines{margin:0;padding:0;list-style:none;background:var(--surface);border:1px solid var(--line)}
ul.lines li{padding:.5rem .75rem;border-bottom:1px solid var(--line)}
ul.lines li:last-child,tbody tr:last-child>*{border-bottom:0}
dl{margin:0;background:var(--surface);border:1px solid var(--line);padding:.75rem;display:grid;
gap:.5rem 1.25rem;grid-template-columns:minmax(8rem,max-content) minmax(0,1fr)}
dt{color:var(--soft)}dd{margin:0}dd>div+div{margin-top:.25rem}
@media(max-width:44rem){dl{grid-template-columns:1fr;gap:.1rem}dd{margin-bottom:.6rem}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,tbody,tr,th,td,caption{display:block}tbody tr{padding:.4rem 0;border-bottom:1px solid var(--line)}
tbody th,td{border:0;padding:.15rem .75rem}
td[data-head]::before{content:attr(data-head) ": ";color:var(--soft)}}
@media print{body,header{background:#fff}}
"""


def page(name: str, detail: Iterable[str], body: str) -> str:
    """Return a whole page: the *name* of what comes in, lines of *detail* below it, and the *body*."""
    lines = "".join(f'<p class="detail">{html.escape(one)}</p>\n' for one in detail)
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Preview: {html.escape(name)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<header><div class="wrap">\n<p class="over">Preview of an import</p>\n'
        f"<h1>{html.escape(name)}</h1>\n{lines}</div></header>\n"
        f'<main><div class="wrap">\n{body}</div></main>\n</body>\n</html>\n'
    )


def note(kind: str, words: str) -> str:
    """Return what matters most, in a coloured band: ``ok``, ``warn`` or ``bad``."""
    return f'<p class="note {kind}">{html.escape(words)}</p>\n'


def counts(numbers: Iterable[tuple[int, str]]) -> str:
    """Return numbers with their words, side by side."""
    items = "".join(f"<li><b>{number:,}</b>{html.escape(words)}</li>\n" for number, words in numbers)
    return f'<ul class="counts">\n{items}</ul>\n'


def heading(title: str, number: int | None = None) -> str:
    """Return a heading, with how many things stand below it."""
    return f"<h2>{html.escape(title)}{f' ({number:,})' if number is not None else ''}</h2>\n"


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "") -> str:
    """Return rows below a heading; the first cell of each says where it is. Narrow, each row is a block."""
    head = "".join(f'<th scope="col">{html.escape(one)}</th>' for one in heads)
    body = "".join(f"<tr>{_row(heads, row)}</tr>\n" for row in rows)
    attribute = f' class="{kind}"' if kind else ""
    return (
        f"{heading(title, len(rows))}<table{attribute}>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}</tbody>\n</table>\n"
    )


def _row(heads: Sequence[str], row: Sequence[str]) -> str:
    first = f'<th scope="row" class="where">{html.escape(row[0])}</th>'
    named = zip(heads[1:], row[1:], strict=True)
    return first + "".join(f'<td data-head="{html.escape(a)}">{html.escape(b)}</td>' for a, b in named)


def sentence(text: str) -> str:
    """Return words of ours with a capital letter at their beginning."""
    return text[:1].upper() + text[1:]


def lines(title: str, texts: Sequence[str]) -> str:
    """Return texts below a heading, a line for each."""
    items = "".join(f"<li>{html.escape(one)}</li>\n" for one in texts)
    return f'{heading(title, len(texts))}<ul class="lines">\n{items}</ul>\n'


def facts(title: str, pairs: Iterable[tuple[str, Sequence[str]]]) -> str:
    """Return names with their values below a heading."""
    items = "".join(f"<dt>{html.escape(name)}</dt><dd>{_values(values)}</dd>\n" for name, values in pairs)
    return f"{heading(title)}<dl>\n{items}</dl>\n"


def _values(values: Iterable[str]) -> str:
    return "".join(f"<div>{html.escape(one)}</div>" for one in values)
