"""Texts with what is in them: forms, disguises and contexts combined from tables written by hand."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle, product

from services.review.screening import Severity
from tests.rules.labelled.disguises import OF_NUMBERS, OF_WORDS, Disguise, broken, upright

STOP, BLOCK, PERSON = Severity.stop, Severity.block, Severity.person


@dataclass(frozen=True)
class Labelled:
    """`rule` is the beginning of a rule's name; empty where nothing may be found."""

    kind: str
    text: str
    rule: str = ""
    severities: tuple[Severity, ...] = ()


def labelled() -> list[Labelled]:
    every = (
        *_marks(), *_bare_levels(), *_handling(), *_citations(), *_identity_numbers(), *_cards(), *_mobiles(),
        *_permits(), *_wrong_numbers(), *_persons(), *_ordinary(),
    )  # fmt: skip
    return list(dict.fromkeys(every))


def _combined(forms: Iterable[str], disguises: Iterable[Disguise], contexts: Iterable[str]) -> Iterator[str]:
    """Every form in every disguise, the contexts taking turns."""
    turns = cycle(contexts)
    for form, disguise in product(forms, disguises):
        yield next(turns).replace("{}", disguise(form))


# --- secrecy

_LEVELS = ("绝密", "机密", "秘密")
_TERMS = (
    "★30年",
    "★长期",
    "★6个月",
    "★2031年5月1日",
    "★会议开始前",
    "☆10年",
    "⭐20年",
    "*20年",
    "★",
    "★二十年",
)
_MARK_CONTEXTS = (
    "000137\n{}\n特急\n滨海经济技术开发区管理委员会文件",
    "{}\n关于开展专项工作的请示\n管委会：",
    "附件1\n\n{}\n\n人员名单",
    "序号\t标题\t密级\n1\t某报告\t{}\n",
    "密级：{}\n标题：关于某事的报告",
    "| 文号 | 密级 |\n| 滨开管〔2026〕9号 | {} |",
    "　　{}　\n会议纪要",
)


def _marks() -> Iterator[Labelled]:
    forms = [level + term for level, term in product(_LEVELS, _TERMS)]
    for text in _combined(forms, OF_WORDS, _MARK_CONTEXTS):
        yield Labelled("mark", text, "mark.secret", (STOP,))
    for form in (
        "机密级★20年",
        "【秘密】★5年",
        "绝密★★长期",
        "国家秘密★10年",
        "机·密★3年",
        "机密▲20年",
        "绝密★启用前",
        "机密★解密条件：竣工",
    ):
        yield Labelled("mark", f"文件\n{form}\n正文", "mark.secret", (STOP,))


_BARE_CONTEXTS = (
    "000211\n{}\n关于某事的报告", "{}\n特急\n请示", "【{}】\n工作方案",
    "关于某事的情况报告（{}）\n管委会：", "密级：{}\n标题：方案",
    "封面\n\n{}\n\n目录", "密级: {}  保管期限: 长期",
)  # fmt: skip


def _bare_levels() -> Iterator[Labelled]:
    disguises = [one for one in OF_WORDS if one not in {broken, upright}]
    for text in _combined(_LEVELS, disguises, _BARE_CONTEXTS):
        yield Labelled("level", text, "mark.level", (PERSON,))
    for text in (
        "本文件属于国家秘密，",
        "机密级\n通知",
        "秘密 10年\n通知",
        "保密期限：长期",
        "密级 □绝密 ☑机密 □秘密",
    ):
        yield Labelled("level", f"某局\n{text}\n各单位：", "mark.", (PERSON,))
    for text in ("机密★10年（已解密）", "解密\n秘密★5年", "商业秘密★5年"):
        yield Labelled("level", f"某局\n{text}\n各单位：", "mark.", (PERSON,))


_HANDLING = (
    "内部资料", "内部文件 注意保存", "（内部使用）", "内部刊物，严禁外传", "内 部 资 料", "内　部　文　件",
    "不得外传", "请勿上网",
    "严禁复制", "阅后收回", "会后收回", "密件", "此件不予公开", "（此件不公开）", "此件发至县团级",
    "此件依申请公开", "传阅范围：党组成员",
    "公开属性：不予公开", "公开方式：依申请公开", "涉密", "【涉密文件】", "工作秘密", "仅供内部参考",
    "供内部使用", "内部★1年",
    "核心商密★10年", "（内部）", "（仅限内部传阅）", "本文件为内部文件，请勿外传", "此文件不对外公开",
    "CONFIDENTIAL", "內部資料", "內\u200b部\u200b资料", "禁止转发", "本资料属内部材料",
)  # fmt: skip


def _handling() -> Iterator[Labelled]:
    for words in _HANDLING:
        yield Labelled("handling", f"滨海经济技术开发区\n{words}\n各有关单位：", "mark.handling", (PERSON,))


_CITING = (
    "根据国办发密〔2019〕3号要求，", "按照省委密发〔2020〕12号精神，", "依据机密〔2018〕7号文件",
    "按照《关于某事项的意见》（内部）执行",
    "依据《某某工作方案》（滨委〔2020〕3号，不公开）", "按滨委发〔2021〕8号（秘密）办理",
    "落实《某项规划》（机密级）", "根据内部文件《某某办法》",
    "依照不公开的文件《某某规定》", "见涉密文件《某某清单》", "根据未公开文件滨办〔2022〕4号",
    "按《关于某事的通知》（此件不公开）执行",
    "执行内部通知滨办发〔2020〕6号", "根据机密文件《某计划》", "依据市委机密文件（滨委发〔2020〕1号）",
    "见机要文件〔2020〕5号",
)  # fmt: skip


def _citations() -> Iterator[Labelled]:
    for words in _CITING:
        yield Labelled(
            "citation", f"各部门：\n现就有关事项通知如下。{words}做好工作。", "citation.", (PERSON,)
        )


# --- numbers

_REGIONS_AND_BIRTHS = (
    ("110105", "19491231"), ("219900", "19800229"), ("440305", "20120101"), ("650102", "19991130"),
    ("530111", "20031009"),
)  # fmt: skip
_SERIALS = ("001", "482", "777")
_CHECKS = "0123456789X"
_LABELLED_CONTEXTS = (
    "申请人张某，身份证号{}，住某镇。", "姓名 证件号码\n张某 {}\n", "公民身份号码：{}",
    "| 1 | 张某 | {} | 300元 |",
    "身份证号码\n{}\n补贴金额\n", "（身份证：{}）",
)  # fmt: skip


def identity_number(region: str, birth: str, serial: str) -> str:
    """By ISO 7064 MOD 11-2 as the standard defines it, not by the weights that the rules use."""
    body = region + birth + serial
    remainder = sum(int(figure) << (17 - at) for at, figure in enumerate(body)) % 11
    return body + _CHECKS[(12 - remainder) % 11]


def _identity_numbers() -> Iterator[Labelled]:
    numbers = [identity_number(*place, serial) for place, serial in product(_REGIONS_AND_BIRTHS, _SERIALS)]
    for text in _combined(numbers, OF_NUMBERS, _LABELLED_CONTEXTS):
        yield Labelled("number", text, "personal.id18", (BLOCK,))
    for number in numbers[:6]:
        for form in (
            number,
            f"{number[:6]} {number[6:14]} {number[14:]}",
            f"{number[:6]}-{number[6:14]}-{number[14:]}",
        ):
            yield Labelled("number", f"名单：张某 {form} 某村", "personal.id18", (BLOCK,))


def card(start: str, length: int) -> str:
    """The check digit by Luhn's table of doubles."""
    body = start.ljust(length - 1, "7")
    total = sum(int("0246813579"[int(figure)]) for figure in body[::-2]) + sum(map(int, body[-2::-2]))
    return body + str(-total % 10)


def _cards() -> Iterator[Labelled]:
    numbers = [
        card("622202123", 19),
        card("621700", 19),
        card("62284801", 19),
        card("623058", 16),
        card("6013", 16),
    ]
    contexts = ("开户行某银行，卡号：{}，", "银行卡号\n{}\n", "发放至一卡通{}。", "| 张某 | 银行账号 {} |")
    for text in _combined(numbers, OF_NUMBERS, contexts):
        yield Labelled("number", text, "personal.", (BLOCK,))
    for number in numbers[:3]:
        for form in (number, " ".join(number[at : at + 4] for at in range(0, 19, 4))):
            yield Labelled("number", f"张某\n{form}\n某村", "personal.bank-card", (BLOCK,))


def _mobiles() -> Iterator[Labelled]:
    numbers = ("13800138000", "15912345678", "18600001111", "19988887777", "17012345678")
    contexts = ("张某，手机{}，某村", "姓名 手机号\n张某 {}\n", "手机号码：{}", "| 李某 | 移动电话：{} |")
    disguises = [
        one for one in OF_NUMBERS if one.__name__ not in {"broken", "broken_by_a_printer", "upright"}
    ]
    for text in _combined(numbers, disguises, contexts):
        yield Labelled("number", text, "personal.mobile", (BLOCK,))
    for form in ("138 0013 8000", "138-0013-8000", "+86 13800138000", "86-13800138000", "(+86)13800138000"):
        yield Labelled("number", f"张某 {form} 某村", "personal.mobile", (BLOCK,))


def _permits() -> Iterator[Labelled]:
    for start in (("810000", "19940823"), ("820000", "19790101"), ("830000", "20010228")):
        for disguise in OF_NUMBERS:
            text = f"港澳台居民居住证号：{disguise(identity_number(*start, '002'))}。"
            yield Labelled("number", text, "personal.residence-permit", (BLOCK,))
    for number in (identity_number("911124", "19860707", "013"), "USA210085070101", "CHN110119900131"):
        yield Labelled("number", f"外国人永久居留身份证号：{number}", "personal.foreigner-id", (BLOCK,))


def _wrong_numbers() -> Iterator[Labelled]:
    """Without a label a wrong check digit leaves a doubt at most; other numbers are nobody's."""
    for place in _REGIONS_AND_BIRTHS:
        right = identity_number(*place, "135")
        wrong = right[:-1] + _CHECKS[(_CHECKS.index(right[-1]) + 4) % 10]
        yield Labelled("doubt", f"流水 {wrong} 号", "personal.id18", (PERSON,))
        yield Labelled("doubt", f"身份证号：{wrong}", "personal.id18", (BLOCK, PERSON))
    for text in (
        "统一社会信用代码：91350100M000100Y43", "代码 11219900MB0A10013C", "电话0410-88660341",
        "传真：010-66012399", "12345热线",
        "合同编号6222021234567890129", "订单202601011234567890123", "总投资13800138000.00元",
        "批号 2026031512345678", "邮编116600",
        "索引号：11219900MB0A1003XY/2026-00012", "ISBN 978-7-5093-9999-1", "组织机构代码00001434-9",
        "2019 2020 2021 2022 2023",
        "坐标系采用2000国家大地坐标系", "1 234 567 890 123元", "账户余额 0.00元", "110105********002X",
        "138****8000",
    ):  # fmt: skip
        yield Labelled("clean", f"第一条 {text}，予以公布。")


# --- persons

_ABOUT = (
    ("护照号码：E12345678", "personal.travel-document"),
    ("往来港澳通行证号：C12345678", "personal.travel-document"),
    ("台胞证号 12345678", "personal.travel-document"), ("护照 No. EA1234567", "personal.travel-document"),
    ("现住滨海市某镇李家屯8号", "personal.address"), ("地址：金沙社区海韵小区12-3-401", "personal.address"),
    ("wx：abc_12345", "personal.messenger"),
    ("电子邮箱：zhangsan88@163.com", "personal.mail"), ("邮箱ｌｉｓｉ＠qq.com", "personal.mail"),
    ("车牌号辽B12345", "personal.plate"), ("车辆京A·8H6K2", "personal.plate"),
    ("车牌：沪AD12345", "personal.plate"),
    ("微信号：zhangsan_2020", "personal.messenger"), ("QQ：123456789", "personal.messenger"),
    ("住滨海市金沙区海韵路15号3号楼2单元402室", "personal.address"),
    ("家庭住址：滨海镇王家村三组15号", "personal.address"),
    ("户籍地址：某省某市某区中山路18号", "personal.address"), ("住金沙小区7栋1单元", "personal.address"),
    ("出生日期：1980年5月6日", "personal.birth"), ("出生年月 1975.03", "personal.birth"),
    ("残疾等级：二级", "personal.health"), ("病种：尿毒症", "personal.health"),
    ("低保原因：因病致贫", "personal.health"),
    ("东经121.534521", "personal.coordinates"), ("收款账号：2103000012345678", "personal.account"),
)  # fmt: skip
_GRAVE = (
    ("姓名：张小明，年龄：9岁，", "personal.child"), ("学生：李小红，三年级", "personal.child"),
    ("出生日期：2020年3月1日", "personal.child"),
    ("户主：王建国，残疾等级：一级", "personal.health"), ("患者：赵秀英，确诊为肺癌", "personal.health"),
    ("姓名\t残疾等级\t金额\n孙玉梅\t二级\t100\n", "personal.health"),
    ("姓名\n病种\n金额\n周大海\n尿毒症\n300\n", "personal.health"),
    ("姓名：刘桂兰，住址：滨海镇李家村二组8号", "personal.address"),
    ("户主：陈国强，海韵花园5栋2单元301室", "personal.address"),
    ("社保卡号：2199001234567890", "personal.account"), ("户名：一卡通账号 6210123412341234", "personal."),
    ("姓名 班级\n郑小虎 二年级\n", "personal.child"),
)  # fmt: skip


def _persons() -> Iterator[Labelled]:
    for words, rule in _ABOUT:
        yield Labelled("person", f"有关情况如下：{words}\n特此说明。", rule, (PERSON,))
    for words, rule in _GRAVE:
        yield Labelled("person", f"有关情况如下：\n{words}\n特此说明。", rule, (BLOCK,))
    yield Labelled("person", "姓名：张建国，残疾等级：二级", "personal.name", (PERSON,))


# --- what is public

_ORDINARY = (
    "泄露国家秘密、商业秘密或者个人隐私的，依法给予处分。", "国家秘密的密级分为绝密、机密、秘密三级。",
    "工作秘密管理办法由国家保密行政管理部门制定。",
    "机关、单位应当依法确定密级、保密期限和知悉范围。", "绝密级国家秘密是最重要的国家秘密。",
    "本办法所称商业秘密，是指不为公众所知悉的信息。",
    "涉密人员离岗实行脱密期管理。", "不得公开的信息包括三类：", "内部控制制度应当健全。",
    "不得转载、复制本网站内容用于商业目的。", "保密审查应当先审查、后公开。",
    "公开属性：主动公开", "（此件公开发布）", "此件主动公开", "密码管理部门负责商用密码工作。",
    "依申请公开的，应当自收到申请之日起办理。",
    "《中华人民共和国保守国家秘密法》（主席令第二十号）",
    "根据《关于进一步规范工作的通知》（国办发〔2019〕14号）", "国密局发〔2019〕2号",
    "密云区政府密政发〔2020〕3号",
    "《保密工作条例》（以下简称《条例》）", "依据《内部审计准则》（2020年修订）",
    "联系人：王丽，电话：0410-88660341", "单位地址：滨海市海韵路1号管委会大楼305室",
    "邮箱：xxgk@binhai.gov.cn", "办公地址：金沙路8号5号楼402室", "微信公众号：binhai_fabu",
    "任命张建国同志为发展改革局局长。",
    "张建国，男，1975年3月出生，现任发展改革局副局长，拟任局长。",
    "法定代表人：李志强，注册地址：滨海路18号2栋3单元", "当事人：滨海某某有限公司，住所：海韵路5号楼402室",
    "残疾等级评定标准由国务院制定。", "患有传染病的人员应当隔离治疗。",
    "申请人应当提供护照、通行证等证件。", "姓名 性别 出生年月 民族 文化程度 健康状况",
    "不满十四周岁的未成年人不予行政处罚。",
    "东经、北纬坐标应当准确。", "增值电信业务经营许可证：粤B2-20090191", "时机密切配合。★重点项目",
    "收益 = 秘密*2 + 3", "应当保守国家秘密\n★重点任务", "泄露国家秘密\n●3年以下有期徒刑",
     "严守机密。", "第二章 国家秘密的范围和密级",
    "机密级计算机不得联网", "加密算法★★★★★", "解密密钥由两人保管。", "第十条 密级标志",
    "获奖学生名单：一等奖3名", "姓名：张建国",
    "金沙街以北约4200户居民", "甲方应当在3个工作日内答复。", "附件：1．申请表 2．承诺书",
    "全国人大常委会公报（机要交换）",
)  # fmt: skip
_ORDINARY_CONTEXTS = ("总则\n{}\n附则", "一、{}\n二、其他事项。")


def _ordinary() -> Iterator[Labelled]:
    for words, context in product(_ORDINARY, _ORDINARY_CONTEXTS):
        yield Labelled("clean", context.replace("{}", words))
