"""`gongkai case approve|return|reject|ask|confirm|object|settle`: deciding, and asking those concerned."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from .. import screen
from ..acting import Case, Command, Note, act, add, find, named, put
from ..asking import Desk, desk
from ..faults import Fault
from ..options import As, AsJson, Data
from ..words import both

For = Annotated[
    str | None,
    typer.Option(
        "--for",
        metavar="CODE",
        help=both("哪个机关；只有一个时可省略。", "Which department; not needed where there is only one."),
    ),
]

UNANSWERED = ("asked",)
UNSETTLED = ("objected", "escalated")


def register(app: typer.Typer, group: typer.Typer) -> None:
    """All in the group; the three that are used most also by themselves."""
    add(app, "gongkai", DECIDING)
    add(group, "gongkai case", (*DECIDING, *CONFIRMING))


def approve(case: Case, data: Data, note: Note = "", officer: As = None, as_json: AsJson = False) -> None:
    at = desk(data, officer)
    found = find(at, case)
    path = f"opinions/{found['step']}" if found["step"] else "approval"
    answer = at.ask("PUT", "review", f"/cases/{found['id']}/{path}", json={"note": note})
    if as_json:
        screen.show_json(answer)
    else:
        _tell(found, answer)


def return_(
    case: Case,
    data: Data,
    ground: Annotated[
        list[str],
        typer.Option(help="personal-information, inaccurate, incomplete, not-confirmed, wrong-form"),
    ],
    note: Note,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    act(desk(data, officer), case, "return", {"grounds": ground, "note": note}, as_json)


def reject(
    case: Case,
    data: Data,
    ground: Annotated[
        str,
        typer.Option(
            help="art-14-state-secret, art-14-forbidden-by-law, art-14-security-and-stability, "
            "art-15-trade-secret, art-15-personal-privacy, art-16-internal-matter, "
            "art-16-process-information, art-16-enforcement-file"
        ),
    ],
    note: Note,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    act(desk(data, officer), case, "rejection", {"ground": ground, "note": note}, as_json)


def ask(
    case: Case,
    department: Annotated[
        str, typer.Argument(metavar="CODE", help=both("有关机关的代码。", "The department that it concerns."))
    ],
    data: Data,
    officer: As = None,
    as_json: AsJson = False,
) -> None:
    act(desk(data, officer), case, f"confirmations/{department}", None, as_json)


def confirm(
    case: Case, data: Data, of: For = None, note: Note = "", officer: As = None, as_json: AsJson = False
) -> None:
    _answer(desk(data, officer), case, of, {"answer": "confirmed", "note": note}, as_json)


def object_(
    case: Case, data: Data, note: Note, of: For = None, officer: As = None, as_json: AsJson = False
) -> None:
    _answer(desk(data, officer), case, of, {"answer": "objected", "note": note}, as_json)


def settle(
    case: Case, data: Data, note: Note, of: For = None, officer: As = None, as_json: AsJson = False
) -> None:
    at = desk(data, officer)
    found = find(at, case)
    department = of or _only_one(found, UNSETTLED)
    put(at, found, f"confirmations/{department}/resolution", {"note": note}, as_json)


def _answer(at: Desk, case: str, of: str | None, said: Mapping[str, Any], as_json: bool) -> None:
    found = find(at, case)
    department = of or _only_one(found, UNANSWERED)
    put(at, found, f"confirmations/{department}/answer", said, as_json)


def _only_one(found: Mapping[str, Any], states: tuple[str, ...]) -> str:
    """The department that can be meant."""
    meant = [one["department"] for one in found["confirmations"] if one["state"] in states]
    if len(meant) != 1:
        which = ", ".join(meant) or both("没有", "none")
        raise Fault(
            f"请用 --for 指明机关（待办的：{which}）。", f"Say which department with --for (open: {which})."
        )
    return str(meant[0])


def _tell(found: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
    """Which step was taken, and which follows."""
    taken = named(found, found["step"])
    if answer.get("next_step"):
        follows = named(found, answer["next_step"])
        words = both(f"{taken}：同意；下一步：{follows}", f"{taken}: agreed; next: {follows}")
    else:
        words = both(f"{taken}：批准公开", f"{taken}: approved for publication")
    screen.out().print(f"{words}  {found['id']}")


DECIDING: tuple[Command, ...] = (
    (
        "approve",
        approve,
        "同意：办理当前步骤；最后一步即批准公开。",
        "Agree: take the step that is due; the last step lets it be published.",
        "approve 01a2… --as cao.zhiyuan",
    ),
    (
        "return",
        return_,
        "退回修改。",
        "Send it back for correction.",
        'return 01a2… --ground personal-information --note "请隐去身份证号码" --as deng.hui',
    ),
    (
        "reject",
        reject,
        "不予公开。",
        "Refuse disclosure.",
        'reject 01a2… --ground art-16-internal-matter --note "内部事务" --as deng.hui',
    ),
)

CONFIRMING: tuple[Command, ...] = (
    (
        "ask",
        ask,
        "征求另一机关的意见（条例第11条）。",
        "Ask one more department that it concerns (Regulations, art. 11).",
        "ask 01a2… labour --as cao.zhiyuan",
    ),
    (
        "confirm",
        confirm,
        "被征求意见的机关确认无误。",
        "For the department that was asked: it is right.",
        "confirm 01a2… --as deng.hui",
    ),
    (
        "object",
        object_,
        "被征求意见的机关提出异议，须说明理由。",
        "For the department that was asked: what is wrong with it.",
        'object 01a2… --note "补贴标准有误" --as deng.hui',
    ),
    (
        "settle",
        settle,
        "记录异议或逾期未答复如何协调解决。",
        "Record how an objection or a silence was settled.",
        'settle 01a2… --note "双方已核对，按修订标准公开" --as sun.wei',
    ),
)
