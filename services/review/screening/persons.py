"""Names of persons where a label or a sex beside them says that they are some."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import product

from services.review.screening.findings import Hit, Severity, block, person
from services.review.screening.rules import Rule, either, heads

_WHY = "条例第15条；个人信息保护法第25、28、34条"
_CHILD_WHY = "条例第15条；个人信息保护法第28、31条（不满十四周岁未成年人）"

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆"
    "廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚汤陶黎温莫易樊乔文安殷颜庄章鲁倪庞邢俞"
    "翟蓝聂齐向申葛柴伍覃骆关焦柳欧祝纪尚毕耿芦左季管符辛苗詹曲欣靳祁路涂兰甘裴梅童翁霍游阮尤岳柯牟滕谷舒卜成饶宁凌盛查单冉"
    "鲍华包屈房喻解蒲卫简时连车项闵邬吉党阳费应宫肖闫付代"
)
_TWO = "欧阳|上官|司马|诸葛|司徒|东方|夏侯|皇甫|尉迟|公孙|慕容|令狐|端木|长孙|宇文"
# Words of forms and tables that begin like names.
_NO_NAMES = (
    "单位|方式|项目|金额|许可|成员|关系|安置|文化|时间|时限|应当|应付|应发|常住|房屋|房产|车辆|车牌|程度|向本|任职|易地|平均|全部|成绩|解决|连续"
    "|高中|高级|高龄|万元|石油|江苏|马上|安全|管理|管委|关于|任何|文件|白天|左右|向上|申请|章程|温度|田地|路段|盛产|华侨|包括|代表|代理|付款|符合"
    "|游客|成立|路线|金融|项下|方案|方法|施工|查询|简介|简要|别名|计划|许某|曾用|甘肃|宁夏|云南|党员|党派|康复|严重|安徽|海南|苏州|顾问|段落|童年"
)
_FULL = rf"(?:{_TWO})[一-龥]{{1,2}}|[{_SURNAMES}](?!某)[一-龥]{{1,2}}"
_DOTTED = "[一-龥]{2,8}·[一-龥]{2,8}"
NAME = rf"(?:(?!{_NO_NAMES})(?:{_FULL})|{_DOTTED})(?![一-龥])"
_LABELS = (
    *("姓名", "户主", "户主姓名", "当事人", "申请人", "被申请人", "被处罚人", "违法行为人", "嫌疑人"),
    *("受害人", "被害人", "监护人", "法定代理人", "患者", "病人", "残疾人", "居民", "村民"),
    *("学生", "儿童", "幼儿", "婴儿", "孤儿", "患儿", "未成年人", "家长"),
    *("低保对象", "低保户", "特困人员", "救助对象", "补助对象", "享受对象", "保障对象", "优抚对象"),
    *("贫困户", "脱贫户", "承租人", "产权人", "权利人", "被征收人", "被拆迁人", "被执行人"),
    *("举报人", "信访人", "投诉人", "持证人", "持卡人", "收款人", "领款人", "受益人"),
    *("配偶", "子女", "儿子", "女儿", "父亲", "母亲"),
)
_LABELLED = rf"{either(_LABELS)}(?:姓名)?\s{{0,2}}[:：|\s(]\s{{0,2}}(?P<name>{NAME})"
_ANY_NAME = re.compile(rf"{_LABELLED}|(?P<sexed>{NAME})[,、(]\s?[男女](?![一-龥])")
_TOKEN = re.compile(rf"(?:^|[\s|,、])(?:{NAME})(?=[\s|,、]|$)")
_COMPANY = re.compile(r"公司|[店厂社场所]\s*$|合作社|经营部|事务所")

_AROUND = 80


def named(text: str, start: int, end: int) -> bool:
    """Whether somebody is named close by, by label or with a sex."""
    return bool(_ANY_NAME.search(text, max(0, start - _AROUND), end + _AROUND // 2))


def listed(text: str, start: int, end: int) -> bool:
    """Whether this heads a column beside one of names, with somebody's name below."""
    head = text[max(0, start - _AROUND) : end + _AROUND]
    if not _NAME_COLUMN.search(head):
        return False
    return bool(_TOKEN.search(text, end, end + 4 * _AROUND))


_NAME_COLUMN = re.compile(
    r"(?:^|[\s|,])(?:姓\s{0,2}名|户主|学生姓名|户主姓名|患者姓名|儿童姓名|残疾人姓名)(?=[\s|,]|$)"
)


# --- names themselves: alone they stand in many lawful lists, so only beside other data of the person


def _label(text: str, found: re.Match[str]) -> Iterator[Hit]:
    start, end = found.span("name")
    around = text[end : end + _AROUND // 2]
    if _CHILDS_AGE.search(around) or (_CHILD.match(found[0]) and _AGE.search(around)):
        yield block("personal.child", start, end, found["name"], _CHILD_WHY, 0.7)
    else:
        yield person("personal.name", start, end, found["name"], _WHY, 0.5)


_CHILD = re.compile("儿童|幼儿|婴儿|孤儿|患儿")
_AGE = re.compile(r"[0-9]{1,2}\s?(?:个月|周?岁)")
_CHILDS_AGE = re.compile(
    r"(?<![0-9])(?:1[0-3]|[0-9])\s?周?岁|年龄\s{0,2}[:：|\s]\s{0,2}(?:1[0-3]|[0-9])(?![0-9])"
    r"|(?<![一-龥])(?:小学)?[一二三四五六1-6]\s?年级|幼儿园|学前班|(?:[大中小托]班)(?![一-龥])"
)


def _sexed(text: str, found: re.Match[str]) -> Iterator[Hit]:
    """A name before the comma and the sex."""
    if name := _BEFORE_SEX.search(text, max(0, found.start() - 10), found.start()):
        around = text[found.end() : found.end() + _AROUND // 2]
        if _CHILDS_AGE.match(around.lstrip(",、 ")):
            yield block("personal.child", *name.span(), name[0], _CHILD_WHY, 0.7)
        else:
            yield person("personal.name", *name.span(), name[0], _WHY, 0.5)


_BEFORE_SEX = re.compile(rf"{NAME}\Z")


def beside_other_data(hits: Sequence[Hit]) -> Iterator[Hit]:
    """All hits but the names with no other personal datum near them."""
    data = sorted(
        hit.start for hit in hits if hit.rule.startswith("personal.") and hit.rule != "personal.name"
    )
    for hit in hits:
        if hit.rule != "personal.name" or _near(hit.start, data):
            yield hit


def _near(start: int, data: Sequence[int]) -> bool:
    at = bisect_left(data, start - _AROUND)
    return at < len(data) and data[at] <= start + _AROUND


_SEXES = tuple(map("".join, product(",、(", ("", " "), "男女")))

RULES = (
    Rule(re.compile(_LABELLED), _label, heads(_LABELS), Severity.block),
    Rule(re.compile(r"[,、(] ?[男女](?![一-龥])"), _sexed, _SEXES, Severity.block),
)
