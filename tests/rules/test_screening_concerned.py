"""Which bodies a document concerns: joint issuers and authors of what it cites, nobody merely mentioned."""

import pytest

from services.review.screening import Piece
from services.review.screening.concerned import (
    CITED,
    JOINT_HEAD,
    JOINT_SIGNATURE,
    JOINT_WORDS,
    Body,
    concerned,
)

BODIES = {
    "office": Body("管委会办公室", ("管理委员会办公室",), ("滨开管办",)),
    "development": Body("发展改革局", ("发改局",), ("滨开发改",)),
    "labour": Body("劳动人事与社会保障局", ("人社局",), ("滨开人社", "滨开劳人")),
    "archive": Body("档案馆"),
}

JOINT = """滨开管办联发〔2026〕6号
关于做好用工保障工作的通知
各部门：
发展改革局负责清单，劳动人事与社会保障局负责招聘，档案馆负责归档。
滨海经济技术开发区管理委员会办公室
滨海经济技术开发区发展改革局
滨海经济技术开发区劳动人事与社会保障局
2026年3月12日
（此件公开发布）"""


def asked(text: str) -> dict[str, str]:
    return concerned([Piece(text, "正文")], BODIES)


def test_all_who_sign_are_concerned_and_not_who_is_mentioned() -> None:
    assert asked(JOINT) == dict.fromkeys(("office", "development", "labour"), JOINT_SIGNATURE)


@pytest.mark.parametrize(
    ("text", "codes", "why"),
    [
        ("发展改革局 人社局关于开展检查的通知\n各单位：", {"development", "labour"}, JOINT_HEAD),
        ("发展改革局、劳动人事与社会保障局关于开展检查的通知", {"development", "labour"}, JOINT_HEAD),
        (
            "滨海经济技术开发区发展改革局\n滨海经济技术开发区档案馆文件\n通知",
            {"development", "archive"},
            JOINT_HEAD,
        ),
        ("本办法由发展改革局、人社局联合印发。", {"development", "labour"}, JOINT_WORDS),
        ("我局会同档案馆制定了归档办法。", {"archive"}, JOINT_WORDS),
        ("会签单位：发改局、档案馆", {"development", "archive"}, JOINT_WORDS),
        ("已经人社局会签。", {"labour"}, JOINT_WORDS),
        ("根据滨开发改〔2026〕5号文件要求，", {"development"}, CITED),
        ("依据《某办法》（滨开劳人[2025]12号）", {"labour"}, CITED),
        ("滨開發改〔2026〕５號", {"development"}, CITED),
    ],
)
def test_joint_issue_and_citation_concern_a_body(text: str, codes: set[str], why: str) -> None:
    assert asked(text) == dict.fromkeys(codes, why)


@pytest.mark.parametrize(
    "text",
    [
        "由发展改革局负责解释。",
        "发展改革局会同劳动人事与社会保障局，根据用工规模，确定首批重点企业86家。",
        "发展改革局会同有关企业，组织招聘，由人社局制定名单。",
        "各部门、档案馆要配合发改局做好工作。",
        "请到档案馆查阅。咨询电话：劳动人事与社会保障局0410-88660341。",
        "滨开发改委员会〔2026〕号",
        "依据国发〔2026〕5号",
        "参会单位有发展改革局\n会议于2026年3月12日召开",
    ],
)
def test_a_body_that_is_only_mentioned_is_not_asked(text: str) -> None:
    assert asked(text) == {}


def test_the_longest_series_answers_for_a_number() -> None:
    bodies = {"a": Body("甲局", (), ("滨开发",)), "b": Body("乙局", (), ("滨开发改", "开发"))}
    assert concerned([Piece("按滨开发改〔2026〕5号办理", "正文")], bodies) == {"b": CITED}
