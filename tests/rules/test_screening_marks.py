"""Marks of secrecy in every form, and the law's ordinary words that are none."""

import pytest

from services.review.screening import MOST, Finding, Piece, Proposal, Severity, screen


def findings(text: str) -> tuple[Finding, ...]:
    return screen([Piece(text, "正文")]).findings


@pytest.mark.parametrize(
    "mark",
    [
        "绝密★30年",
        "机密★20年",
        "秘密★10年",
        "秘密★1年",
        "秘密★6个月",
        "绝密★长期",
        "机密★会议开始前",
        "机密★",
        "机密★2030年1月1日前",
        "机密☆20年",
        "机密✭20年",
        "机密⭐20年",
        "机密*20年",
        "机密＊20年",
        "机密 * 20 年",
        "机 密 ★ 20 年",
        "机　密　★　２０年",
        "机密★二十年",
        "机\u200b密★20年",
        "机密\n★\n20年",
        "機密★20年",
        "机密*公布前",
        "机密**20年",
        "国家秘密★10年",
        "\u00ad机\ufeff密\u2060★20年",
        "000123 机密★20年",
        "绝密⭐️长期",
    ],
)
def test_a_state_secret_mark_stops(mark: str) -> None:
    found = findings(f"关于某事项的通知\n{mark}\n正文")
    assert [(finding.rule, finding.severity) for finding in found] == [("mark.secret", Severity.stop)]
    assert found[0].proposal is Proposal.quarantine


@pytest.mark.parametrize(
    "text", ["* 秘密\n* 10年以下", "保守国家秘密\n★ 重点任务", "国家秘密\n●3年以下有期徒刑"]
)
def test_the_bullet_of_the_next_line_is_no_star(text: str) -> None:
    assert not screen([Piece(f"总则\n{text}\n附则", "正文")]).stopped


def test_the_finding_of_a_secret_tells_where_but_never_what() -> None:
    text = "封面\n机\u200b密★20年\n正文"
    [finding] = findings(text)
    assert text[finding.where.start : finding.where.end] == "机\u200b密★20年"
    assert finding.excerpt_masked == ""
    assert "机密" not in repr(finding)


@pytest.mark.parametrize(
    "words",
    [
        "泄露国家秘密、商业秘密和个人隐私的，依法给予处分。",
        "国家秘密的密级分为绝密、机密、秘密三级。",
        "开展涉及国家秘密、工作秘密的活动",
        "第二章 国家秘密的范围和密级",
        "保守国家秘密，人人有责。",
        "机密级计算机不得联网",
        "收益 = 秘密*2 + 3",
        "秘密* 见脚注。",
        "严守机密。",
        "不得公开的信息包括三类：",
        "内部使用的强制检定计量器具",
        "（此件公开发布）",
        "公开属性：主动公开",
        "应当标明密级★保密期限",
        "★重点项目：机密封条",
    ],
)
def test_ordinary_words_about_secrets_raise_nothing(words: str) -> None:
    assert findings(f"总则\n{words}\n附则") == ()


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("机密", "mark.level"),
        ("  机　密  ", "mark.level"),
        ("【秘密】", "mark.level"),
        ("000123\n绝密\n特急", "mark.level"),
        ("机密级", "mark.level"),
        ("机密 20年", "mark.level"),
        ("密级：秘密", "mark.level"),
        ("**机密**", "mark.level"),
        ("商业秘密★5年", "mark.misused"),
        ("工作秘密★3年", "mark.misused"),
        ("（内部资料 注意保存）", "mark.handling"),
        ("内部文件，不得外传！", "mark.handling"),
        ("密件", "mark.handling"),
        ("此件不公开", "mark.handling"),
        ("（此件发至县团级）", "mark.handling"),
        ("会议材料阅后收回。", "mark.handling"),
        ("公开属性：依申请公开", "mark.handling"),
        ("传阅范围：局领导", "mark.handling"),
        ("工作秘密", "mark.handling"),
    ],
)
def test_a_doubtful_mark_asks_a_person(words: str, rule: str) -> None:
    found = findings(f"某某局文件\n{words}\n各有关单位：")
    assert {(finding.rule, finding.severity) for finding in found} == {(rule, Severity.person)}


def test_many_doubtful_marks_do_not_hide_the_one_that_stops() -> None:
    assert screen([Piece("密件\n机密\n" * (2 * MOST) + "机密★20年", "正文")]).stopped


def test_a_clean_text_has_no_severity() -> None:
    assert screen([Piece("关于水价的公告", "正文")]).severity is None
