"""Tables that can be read aloud: a caption, header cells with their scope, a box that scrolls by itself."""

import re

import lxml.html
from lxml.html import HtmlElement

_BEGINNINGS = re.compile(
    r"(?:序号|编号|项目|栏目|名称|姓名|指标|日期|时间|单位|类别|事项|科目|年度|年份|地区|部门|区域|街道).{0,8}"
)
_FIGURE = re.compile(r"[-+]?[0-9][0-9,，.]*%?")
_LONGEST = 40


def ordered_tables(root: HtmlElement) -> None:
    for table in list(root.iter("table")):
        if table.find(".//table") is not None:
            _as_divisions(table)  # Tables in a table are layout, not data.
    for number, table in enumerate(list(root.iter("table")), 1):
        if not _rows(table):
            table.drop_tag()
            continue
        for cell in table.iter("td", "th"):
            if len(cell) == 1 and cell[0].tag == "p" and not (cell.text or "").strip():
                cell[0].drop_tag()
        _caption(table)
        _header_cells(table)
        _wrap(table, number)


def _as_divisions(table: HtmlElement) -> None:
    own = [part for part in table.iter(*_PARTS) if next(part.iterancestors("table")) is table]
    for part in [*own, table]:
        part.tag = "div"
        for name in ("colspan", "rowspan", "scope"):
            part.attrib.pop(name, None)


_PARTS = ("caption", "thead", "tbody", "tfoot", "tr", "td", "th")


def _rows(table: HtmlElement) -> list[HtmlElement]:
    return [row for row in table.iter("tr") if _cells(row)]


def _cells(row: HtmlElement) -> list[HtmlElement]:
    return list(row.iterchildren("td", "th"))


def _caption(table: HtmlElement) -> None:
    """A first row that is one cell across the table is its name."""
    rows = _rows(table)
    while len(rows) > 1 and len(_cells(rows[0])) == 1 and int(_cells(rows[0])[0].get("colspan", 1)) > 1:
        words = _text(rows[0])
        rows.pop(0).drop_tree()
        if words:
            caption = _captioned(table)
            caption.text = f"{caption.text_content()}　{words}" if _text(caption) else words
            for child in list(caption):
                caption.remove(child)


def _captioned(table: HtmlElement) -> HtmlElement:
    found = table.find("caption")
    if found is None:
        found = lxml.html.Element("caption")
        table.insert(0, found)
    return found


def _header_cells(table: HtmlElement) -> None:
    rows = _rows(table)
    above = [row for row in rows if row.getparent().tag == "thead"]
    if not above and _is_header(rows):
        above = rows[:1]
    for row in rows:
        for cell in _cells(row):
            if row in above:
                cell.tag = "th"
            if cell.tag == "th":
                _scoped(cell, "col" if row in above else "row")
    if above and len(rows) > len(above):
        _align(_cells(above[-1]), _cells(rows[len(above)]))


def _align(headers: list[HtmlElement], below: list[HtmlElement]) -> None:
    """Over figures on the right the heading stands on the right."""
    if len(headers) == len(below):
        for header, cell in zip(headers, below, strict=True):
            if cell.get("class") == "figure":
                header.set("class", "figure")


def _scoped(cell: HtmlElement, scope: str) -> None:
    if not _text(cell) and cell.find(".//img") is None:
        cell.tag = "td"  # An empty header cell names nothing.
        cell.attrib.pop("scope", None)
    else:
        cell.set("scope", cell.get("scope") or scope)


def _is_header(rows: list[HtmlElement]) -> bool:
    cells = _cells(rows[0])
    words = [_text(cell) for cell in cells]
    if len(rows) < 2 or len(cells) < 2 or not all(words) or max(map(len, words)) > _LONGEST:
        return False
    if all(cell.tag == "th" for cell in cells) or all(map(_is_bold, cells)):
        return True
    if any(map(_FIGURE.fullmatch, words)):
        return False
    return bool(_BEGINNINGS.fullmatch(words[0])) or (len(words) > 2 and _counts(rows[1]))


def _counts(row: HtmlElement) -> bool:
    """Figures under words: the words are headings."""
    return any(_FIGURE.fullmatch(_text(cell)) for cell in _cells(row)[1:])


def _is_bold(cell: HtmlElement) -> bool:
    bold = "".join(part.text_content() for part in cell.iter("b", "strong"))
    return "".join(bold.split()) == "".join(cell.text_content().split())


def _wrap(table: HtmlElement, number: int) -> None:
    """A table wider than the screen scrolls in its own box, by the keyboard too."""
    caption = table.find("caption")
    named = _text(caption)[:80] if caption is not None else ""
    attributes = {"class": "table", "role": "group", "tabindex": "0"}
    box = lxml.html.Element("div", attributes)
    box.set("aria-label", f"表格 {number} {named}".strip())
    box.tail, table.tail = table.tail, None
    table.getparent().replace(table, box)
    box.append(table)


def _text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())
