"""`gongkai search`: finds what is public, as the public finds it."""

from datetime import datetime
from html import unescape
from typing import Annotated, Any

import typer

from .. import screen
from ..asking import Desk
from ..home import read
from ..options import AsJson, Data, example
from ..words import KINDS, VALIDITY, both, columns, word


def register(app: typer.Typer) -> None:
    app.command(
        "search",
        help=both(
            "检索已公开的信息：空格表示“并且”，引号内不拆开，-词 表示排除；单独的文号或索引号直接定位。",
            'Search what is public: blanks mean "and", quotes keep words together, -word excludes; '
            "a document number or an index number by itself finds what bears it.",
        ),
        epilog=example("gongkai search 放管服 -征求意见", "gongkai search 滨开管发〔2026〕15号 --json"),
    )(search)


def search(
    words: Annotated[list[str], typer.Argument(metavar="QUERY", help=both("检索词。", "What to look for."))],
    data: Data,
    body: Annotated[str | None, typer.Option(help=both("部门代码。", "Of this department."))] = None,
    theme: Annotated[
        str | None, typer.Option(help=both("主题分类，含下级。", "A theme, with those below."))
    ] = None,
    kind: Annotated[str | None, typer.Option(help=", ".join(KINDS))] = None,
    year: Annotated[int | None, typer.Option(help=both("发布年份。", "Published in this year."))] = None,
    validity: Annotated[str | None, typer.Option(help=", ".join(VALIDITY))] = None,
    genre: Annotated[str | None, typer.Option(help=both("体裁。", "Its genre, such as notice."))] = None,
    matter: Annotated[str | None, typer.Option(help=both("事项代码。", "Of this matter."))] = None,
    stage: Annotated[str | None, typer.Option(help="decision, execution, result")] = None,
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help=both("发布日期起。", "Not before.")),
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help=both("发布日期止。", "Not after."))
    ] = None,
    sort: Annotated[
        str | None, typer.Option(help=both("newest 最新，best 最相关。", "newest or best"))
    ] = None,
    page: Annotated[int, typer.Option(min=1, help=both("第几页。", "Which page."))] = 1,
    as_json: AsJson = False,
) -> None:
    days: dict[str, Any] = {"from": since and f"{since:%Y-%m-%d}", "to": until and f"{until:%Y-%m-%d}"}
    asked = days | {"body": body, "theme": theme, "kind": kind, "year": year, "validity": validity}
    asked |= {"genre": genre, "matter": matter, "stage": stage, "sort": sort, "page": page}
    query = {name: value for name, value in asked.items() if value is not None}
    answer = Desk(read(data), "").ask("GET", "search", "/search", params={"q": " ".join(words), **query})
    if as_json:
        screen.show_json(answer)
    else:
        _show(answer)


def _show(answer: dict[str, Any]) -> None:
    screen.table(
        "",
        columns("发布|部门|信息类别|有效性|索引号|标题", "Published|Body|Kind|Validity|Index no.|Title"),
        [_row(hit) for hit in answer["hits"]],
    )
    total, page, pages = answer["total"], answer["page"], answer["pages"]
    screen.out().print(
        both(f"共 {total} 条，第 {page}/{pages} 页。", f"{total} found, page {page} of {pages}."), style="dim"
    )


def _row(hit: dict[str, Any]) -> tuple[str, ...]:
    kind, validity = word(KINDS, hit["kind"]), word(VALIDITY, hit["validity"])
    return hit["published_at"][:10], hit["body"], kind, validity, hit["index_no"], _title(hit)


def _title(hit: dict[str, Any]) -> str:
    """The title, and below it where the words stand."""
    around = [unescape(one.replace("<mark>", "").replace("</mark>", "")) for one in hit["fragments_html"][:1]]
    return "\n".join((hit["title"], *(" ".join(one.split()) for one in around)))
