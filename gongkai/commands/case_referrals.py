"""`gongkai case refer|answer|protect|hand-over|determine|uphold`: what others answer; what is kept public."""

from typing import Annotated

import typer

from ..acting import Case, Command, Note, act, add
from ..asking import desk
from ..options import As, AsJson, Data
from ..words import both

Level = Annotated[
    str, typer.Option(help=both("暂定密级：", "Provisionally: ") + "top-secret, highly-secret, secret")
]
AnswerNo = Annotated[
    str, typer.Option("--no", metavar="NUMBER", help=both("答复文号。", "The number of the answer."))
]


def register(group: typer.Typer) -> None:
    add(group, "gongkai case", COMMANDS)


def refer(
    case: Case,
    data: Data,
    to: Annotated[str, typer.Option(help="competent-department, secrecy-administration")],
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    act(desk(data, officer), case, "referral", {"authority": to}, as_json)


def answer(
    case: Case,
    data: Data,
    answer: Annotated[str, typer.Option(help="disclose, withhold")],
    answer_no: AnswerNo,
    note: Note = "",
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    said = {"answer": answer, "answer_no": answer_no, "note": note}
    act(desk(data, officer), case, "referral/answer", said, as_json)


def protect(case: Case, data: Data, level: Level, officer: As = None, as_json: AsJson = False) -> None:
    act(desk(data, officer), case, "protection", {"level": level}, as_json)


def hand_over(
    case: Case,
    data: Data,
    level: Level,
    to: Annotated[str, typer.Option(help=both("接收机关。", "Which office took it, off-line."))],
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    act(desk(data, officer), case, "hand-over", {"level": level, "to": to}, as_json)


def determine(
    case: Case,
    data: Data,
    answer: Annotated[str, typer.Option(help="secret, not-secret")],
    answer_no: AnswerNo,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    act(desk(data, officer), case, "determination", {"answer": answer, "answer_no": answer_no}, as_json)


def uphold(case: Case, data: Data, note: Note, officer: As = None, as_json: AsJson = False) -> None:
    act(desk(data, officer), case, "upholding", {"note": note}, as_json)


COMMANDS: tuple[Command, ...] = (
    (
        "refer",
        refer,
        "报请有关主管部门或保密行政管理部门确定能否公开（条例第17条）。",
        "Ask an authority whether it may be disclosed (Regulations, art. 17).",
        "refer 01a2… --to competent-department --as gao.mingyuan",
    ),
    (
        "answer",
        answer,
        "登记有关部门的答复。",
        "Note what the authority answered.",
        'answer 01a2… --answer disclose --no "滨保复〔2026〕3号" --as gao.mingyuan',
    ),
    (
        "protect",
        protect,
        "疑似国家秘密：先行保护，立即封存，等待确定（保密法实施条例第25条）。",
        "It may be a state secret: lock it away until that is determined.",
        "protect 01a2… --level secret --as han.mei",
    ),
    (
        "hand-over",
        hand_over,
        "登记已线下移交。",
        "Note that it was handed over off-line.",
        'hand-over 01a2… --level secret --to "省保密行政管理部门" --as han.mei',
    ),
    (
        "determine",
        determine,
        "登记不明确事项的确定结果（保密法第25条）。",
        "Note whether it was determined a secret (Secrecy Law, art. 25).",
        'determine 01a2… --answer not-secret --no "国保定〔2026〕8号" --as han.mei',
    ),
    (
        "uphold",
        uphold,
        "复查后维持公开，须说明理由。",
        "What a newer rule set found may stay public, and why.",
        'uphold 01a2… --note "所涉电话系办公电话" --as cao.zhiyuan',
    ),
)
