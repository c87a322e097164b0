"""`gongkai sheet`, `hand-over`, `monthly`: review's papers, on the screen or as files to print."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import screen
from ..asking import Desk, desk, uuid, with_role
from ..faults import Fault, Refused
from ..options import As, AsJson, Data, example
from ..words import both, columns

To = Annotated[
    Path | None,
    typer.Option(
        "--to",
        metavar="FILE",
        dir_okay=False,
        help=both("存为文件：以 .pdf 或 .docx 结尾。", "Keep it as a file that ends in .pdf or .docx."),
    ),
]

ENDINGS = {".pdf": "pdf", ".docx": "docx"}


def register(app: typer.Typer) -> None:
    app.command(
        "sheet",
        help=both("案件的保密审查表。", "The review sheet of a case."),
        epilog=example("gongkai sheet 01a2… --to 审查表.pdf", "gongkai sheet 01a2… --json"),
    )(sheet)
    app.command(
        "hand-over",
        help=both(
            "待移交的封存案件清单：只有编号、校验值和期限，没有标题和内容。",
            "What was locked away and is to be handed over: numbers, hashes and dates, never a title.",
        ),
        epilog=example("gongkai hand-over --to 移交清单.pdf --as han.mei"),
    )(hand_over)
    app.command(
        "monthly",
        help=both("各单位保密审查月度汇总，含零报告。", "Every department's month, nil returns included."),
        epilog=example("gongkai monthly --month 2026-11 --to 汇总表.docx"),
    )(monthly)


def sheet(
    case: Annotated[
        str,
        typer.Argument(
            metavar="CASE",
            help=both(
                "案件编号，或信息编号（取其最新案件）。", "A case, or a document: then its latest case."
            ),
        ),
    ],
    data: Data,
    to: To = None,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    at = _reader(data, officer)
    path = f"/cases/{_case(at, case)}/sheet"
    if not _kept(at, path, {}, to):
        found = at.ask("GET", "review", path)
        screen.show_json(found) if as_json else _show_sheet(found)


def hand_over(
    data: Data,
    everything: Annotated[
        bool, typer.Option("--all", help=both("包括已移交的。", "Also what was handed over already."))
    ] = False,
    to: To = None,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    at, asked = _reader(data, officer), {"everything": str(everything).lower()}
    if not _kept(at, "/hand-over-list", asked, to):
        found = at.ask("GET", "review", "/hand-over-list", params=asked)
        screen.show_json(found) if as_json else _show_hand_over(found)


def monthly(
    data: Data,
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help=both("月份，默认本月。", "The month; this one."))
    ] = None,
    to: To = None,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    at, asked = _reader(data, officer), {"month": month} if month else {}
    if not _kept(at, "/monthly-summary", asked, to):
        found = at.ask("GET", "review", "/monthly-summary", params=asked)
        screen.show_json(found) if as_json else _show_monthly(found)


def _reader(data: Path, officer: str | None) -> Desk:
    """Whoever is named, else an operator, who may see every case."""
    return desk(data, officer or with_role(data, "operator"))


def _case(at: Desk, text: str) -> str:
    """The latest case of the document with this number, else the number itself."""
    number = str(uuid(text))
    asked = {"document": number, "limit": 1}
    of_document = at.ask("GET", "review", "/cases", params=asked)["cases"]
    return str(of_document[0]["id"]) if of_document else number


def _kept(at: Desk, path: str, asked: dict[str, str], to: Path | None) -> bool:
    """Whether it was wanted as a file, and is one now."""
    if to is None:
        return False
    if to.suffix.lower() not in ENDINGS:
        raise Fault(f"文件名应以 .pdf 或 .docx 结尾：{to}", f"The file must end in .pdf or .docx: {to}")
    content = _fetched(at, path, {**asked, "format": ENDINGS[to.suffix.lower()]})
    to.write_bytes(content)
    screen.out().print(
        both(f"已存为 {to}（{len(content):,} 字节）", f"Kept as {to} ({len(content):,} bytes)")
    )
    return True


def _fetched(at: Desk, path: str, asked: dict[str, str]) -> bytes:
    import httpx

    from ..words import LANGUAGE

    headers = {"Authorization": f"Bearer {at.token}", "Accept-Language": LANGUAGE}
    url = at.running.services["review"] + path
    response = httpx.get(url, params=asked, headers=headers, timeout=at.patience)
    if response.is_error:
        raise Refused(dict(response.json()))
    return response.content


def _show_sheet(found: dict[str, Any]) -> None:
    title = found["title"] or both("（已封存或不在库中）", "(locked away, or not in the store)")
    screen.out().print(title, style="bold")
    about = (found["department"], found["author"], found["filled_on"], found["case_id"])
    screen.out().print("  ".join(map(str, about)), style="dim")
    rows = [
        (one["step"] or one["act"], one["name"], one["role"], _moment(one["at"]), _said(one), one["position"])
        for one in found["opinions"]
    ]
    screen.table(
        "", columns("环节|姓名|职务|时间|意见|台账", "Step|Name|Role|Time|Opinion|Ledger"), rows, right=(5,)
    )
    decided = "; ".join(text for text in (found["result"], *found["basis"], found["reason"]) if text)
    screen.out().print(f"{both('结果', 'Result')}  {decided or '—'}")


def _said(one: dict[str, Any]) -> str:
    return " ".join(text for text in (one["act"], "; ".join(one["grounds"]), one["note"]) if text)


def _show_hand_over(found: dict[str, Any]) -> None:
    heads = columns(
        "序号|案件|单位|件数|封存时间|密级|确定机关|报告期限|确定期限",
        "No.|Case|Body|Files|Sealed|Level|Authority|Report by|Determine by",
    )
    names = (
        "number",
        "case_id",
        "department",
        "files",
        "sealed_at",
        "level",
        "authority",
        "report_by",
        "decide_by",
    )
    rows = [[one[name] for name in names] for one in found["cases"]]
    screen.table("", heads, [[*row[:4], _moment(row[4]), *row[5:]] for row in rows], right=(0, 3))


def _show_monthly(found: dict[str, Any]) -> None:
    heads = columns(
        "单位|报送|批准|退回|不予公开|封存|报请确定|征求确认|平均工作日|备注",
        "Body|Submitted|Approved|Returned|Refused|Locked away|Referred|Confirmations|Mean days|Remark",
    )
    names = ("name", "submitted", "approved", "returned", "rejected", "quarantined", "referred",
             "confirmations", "mean_working_days")  # fmt: skip
    total = {**found["total"], "name": both("合计", "Total"), "nil": False}
    rows = [
        [*(one[name] for name in names), both("零报告", "nil") if one["nil"] else ""]
        for one in (*found["lines"], total)
    ]
    screen.table(found["month"], heads, rows, right=range(1, 9))


def _moment(at: str) -> str:
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")
