"""`gongkai submit`: hand in a document and get a receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import describing, screen
from ..asking import Desk, desk, with_role
from ..faults import Fault, Refused
from ..options import As, AsJson, Data, example
from ..words import KINDS, both

FIRST = {"kind": "notice", "theme": "22"}
"""What holds where nothing is said; the theme tree's 其他 is for what nobody has classified yet."""


def register(app: typer.Typer) -> None:
    app.command(
        "submit",
        help=both(
            "提交一份信息：第一个文件是正文，其余是附件；加 --each 则每个文件各为一份。"
            "重复执行不会重复提交。",
            "Hand in a document: the first file and its annexes; with --each, every file is one. "
            "Repeating it does not hand it in twice.",
        ),
        epilog=example(
            "gongkai submit 通知.docx 附件.pdf --department archive --kind notice",
            "gongkai submit *.txt --each --department library --as song.jia",
            "gongkai submit 方案.docx --department archive --kind plan --confirm-with labour --sensitive",
            "gongkai submit 办法.docx --department archive --about 元数据.yaml --effective-on 2027-01-01",
        ),
    )(submit)


def submit(
    files: Annotated[
        list[Path],
        typer.Argument(
            help=both("TXT、DOCX、PDF 或 HTML 文件。", "TXT, DOCX, PDF or HTML files."), show_default=False
        ),
    ],
    department: Annotated[
        str,
        typer.Option(
            metavar="CODE", help=both("公开主体的代码，例如 archive。", "Whose document it is, e.g. archive.")
        ),
    ],
    data: Data,
    title: Annotated[
        str,
        typer.Option(
            help=both(
                "标题；默认取正文首行，没有则取文件名。", "By default its first line, or the file's name."
            )
        ),
    ] = "",
    kind: Annotated[str, typer.Option(help=both("信息类别：", "One of ") + ", ".join(KINDS))] = "",
    theme: Annotated[
        str, typer.Option(help=both("主题分类，如 02.01。", "A place in the theme tree, such as 02.01."))
    ] = "",
    created_on: Annotated[
        str,
        typer.Option(
            metavar="DATE", help=both("生成日期；默认今天。", "The date it was made; today by default.")
        ),
    ] = "",
    doc_no: Annotated[str, typer.Option(help=both("发文字号。", "The document number."))] = "",
    joint: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help=both("联合发文的机关，可多次给出。", "A body that issues it too.")),
    ] = None,
    confirm_with: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE",
            help=both(
                "信息涉及的其他机关，公开前须经其确认，可多次给出。",
                "Another body that it concerns, asked before it is published.",
            ),
        ),
    ] = None,
    sensitive: Annotated[
        bool, typer.Option("--sensitive", help=both("敏感信息。", "It is sensitive."))
    ] = False,
    document: Annotated[
        str,
        typer.Option(
            metavar="ID", help=both("已有信息的编号：提交它的新版。", "A new edition of this document.")
        ),
    ] = "",
    about: describing.About = None,
    summary: describing.Summary = "",
    genre: describing.Genre = "",
    keywords: describing.Keywords = None,
    matter: describing.Matter = "",
    stage: describing.Stage = "",
    obligations: describing.Obligations = None,
    publish_at: describing.PublishAt = "",
    notice_ends_on: describing.NoticeEndsOn = "",
    effective_on: describing.EffectiveOn = "",
    lapses_on: describing.LapsesOn = "",
    amendment: describing.Amendment = "",
    officer: As = None,
    key: Annotated[
        str,
        typer.Option(
            help=both("幂等键；默认由内容算出。", "The idempotency key; made of the content by default.")
        ),
    ] = "",
    each: Annotated[
        bool, typer.Option("--each", help=both("每个文件各为一份信息。", "Every file is a document."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    officer = officer or with_role(data, "officer", department)
    given = describing.described(
        title=title,
        kind=kind,
        theme=theme,
        created_on=created_on,
        doc_no=doc_no,
        joint_with=joint,
        confirm_with=confirm_with,
        sensitivity="sensitive" if sensitive else "",
        document_id=document,
        summary=summary,
        genre=genre,
        keywords=keywords,
        matter=matter,
        stage=stage,
        obligations=obligations,
        publish_at=publish_at,
        notice_ends_on=notice_ends_on,
        effective_on=effective_on,
        lapses_on=lapses_on,
        amendment=amendment,
    )
    said = {"title": "", **FIRST, **describing.read(about), **given, "department": department}
    _possible(files, said["title"], said.get("document_id", ""), key, each)
    work = Work(desk(data, officer), officer or "", said, key)
    if each:
        _each(work, files, as_json)
    else:
        _show([work.hand_in(files)], as_json)


@dataclass(frozen=True)
class Work:
    """What is the same for all documents of one command."""

    desk: Desk
    officer: str
    said: dict[str, Any]
    key: str

    def hand_in(self, paths: Sequence[Path]) -> dict[str, Any]:
        from ..submitting import key_of, read, submit
        from ..titles import title_of

        files = read(paths)
        title = self.said["title"] or title_of(files[0].name, files[0].content)
        said = {**self.said, "title": title[:300]}
        # Without the date of today, or the same command would be another document tomorrow.
        key = self.key or key_of(self.officer, said, files)
        receipt = submit(self.desk, {"created_on": _today(), **said}, files, key)
        return {"file": str(paths[0]), "title": said["title"], **receipt}


def _possible(files: Sequence[Path], title: str, document: str, key: str, each: bool) -> None:
    if each and (title or document or key):
        raise Fault(
            "--each 时每个文件各为一份信息，不能同时给出 --title、--document 或 --key。",
            "With --each every file is a document of its own: leave out --title, --document and --key.",
        )
    if missing := [path for path in files if not path.is_file()]:
        raise Fault(f"没有这个文件：{missing[0]}", f"There is no such file: {missing[0]}")


def _each(work: Work, files: Sequence[Path], as_json: bool) -> None:
    """One that is refused does not hold up the others."""
    results: list[dict[str, Any]] = []
    with screen.progress() as progress:
        task = progress.add_task(both("提交", "Handing in"), total=len(files))
        for path in files:
            try:
                results.append(work.hand_in([path]))
            except Refused as refused:
                results.append({"file": str(path), "problem": refused.problem})
            progress.advance(task)
    _show(results, as_json, always_list=True)
    if any("problem" in result for result in results):
        raise typer.Exit(1)


def _show(results: Sequence[dict[str, Any]], as_json: bool, *, always_list: bool = False) -> None:
    if as_json:
        screen.show_json(list(results) if always_list else results[0])
        return
    screen.table(
        "",
        [
            both("回执号", "Receipt"),
            both("标题", "Title"),
            both("信息编号", "Document"),
            both("版", "Edition"),
        ],
        [_row(result) for result in results],
    )


def _row(result: dict[str, Any]) -> tuple[Any, ...]:
    if problem := result.get("problem"):
        said = problem.get("title", "")
        faults = "；".join(fault.get("message", "") for fault in problem.get("faults", []))
        return "✗", result["file"], f"{said} {faults}".strip(), None
    return result["receipt_no"], result["title"], result["document_id"], result["edition"]


def _today() -> str:
    from shared.clock import today

    return today().isoformat()
