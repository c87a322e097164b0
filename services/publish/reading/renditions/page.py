"""The whole page around a rendition, or around the word that there is none. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from .rendition import NotRendered, Rendition

_CONTENTS = 4
"""From so many headings on, a list of them helps more than it costs."""


@dataclass(frozen=True, slots=True)
class Original:
    """The file as it was approved; its size in bytes, its address as seen from the page."""

    name: str
    size: int
    href: str


def page(rendition: Rendition, title: str, original: Original) -> str:
    """Under its own title, or the document's; the original is one link away."""
    return _whole(
        rendition.title or title,
        f"""{_header(original)}
{_notes([(note.zh, note.en) for note in rendition.notes])}
<main id="main"{_lang(rendition.lang)}>
<h1>{escape(rendition.title or title)}</h1>
{_contents(rendition)}
{rendition.html}
</main>""",
    )


def page_without(reason: NotRendered, title: str, original: Original) -> str:
    """That this file is only for download, and why."""
    return _whole(
        title,
        f"""{_header(original)}
<main id="main"><h1>{escape(title)}</h1>
<p>{reason.zh}<br><span lang="en">{reason.en}</span></p></main>""",
    )


def _lang(lang: str) -> str:
    return "" if lang == "zh-CN" else f' lang="{escape(lang)}"'


def _header(original: Original) -> str:
    kind = original.name.rpartition(".")[2].upper()[:5]
    return f"""<header class="original">
<a href="{escape(original.href)}" download>下载原文件 <span lang="en">Download the original</span></a>
<span>{escape(original.name)}（{escape(kind)}，{_size(original.size)}）</span></header>"""


def _size(size: int) -> str:
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(1, round(size / 1024))} KB"


def _notes(notes: Sequence[tuple[str, str]]) -> str:
    if not notes:
        return ""
    items = "".join(f'<li>{escape(zh)} <span lang="en">{escape(en)}</span></li>' for zh, en in notes)
    return f"""<aside class="notes" aria-label="网页版与原文件的差别 How this page differs from the original">
<ul>{items}</ul></aside>"""


def _contents(rendition: Rendition) -> str:
    top = [heading for heading in rendition.headings if heading.level == 2]
    if len(top) < _CONTENTS:
        return ""
    items = "".join(f'<li><a href="#{escape(one.id)}">{escape(one.text)}</a></li>' for one in top)
    return f'<nav class="contents" aria-label="目录 Contents"><ul role="list">{items}</ul></nav>'


def _whole(title: str, body: str) -> str:
    return f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="../../../../assets/rendition.css"></head>
<body><a class="skip" href="#main">跳到正文 <span lang="en">Skip to the text</span></a>
{body}
</body></html>
"""
