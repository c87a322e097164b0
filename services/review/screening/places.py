"""Where a person lives: addresses down to the dwelling, and coordinates."""

import re
from collections.abc import Iterator
from itertools import product

from services.review.screening.findings import Hit, Severity, block, person
from services.review.screening.persons import named
from services.review.screening.rules import Rule, either, heads
from services.review.screening.written import before

_WHY = "条例第15条；个人信息保护法第25、28、34条"

# --- an address that ends in a dwelling; those of offices and enterprises are public

_CHINESE = "一二三四五六七八九十"
_FIGURES = "0123456789" + _CHINESE
_ESTATES = ("小区", "花园", "家园", "新村", "公寓", "苑")
_VILLAGES = ("村", "屯", "庄", "寨")
_ENDS = re.compile(
    rf"[{_FIGURES}]\s?(?:单元[0-9A-Za-z\-{_CHINESE}]{{0,6}}\s?[室户房号]?|[室房]"
    rf"|号楼\s?[0-9\-]{{3,7}}(?![0-9年月日])[室户房号]?|[组队]\s?[0-9]{{1,4}}\s?号|[幢栋]\s?[0-9\-]{{1,7}}[室户房号]?)"
    rf"|(?:{'|'.join(_ESTATES)})[0-9]{{1,3}}-[0-9]{{1,3}}(?:-[0-9]{{1,4}})?(?![0-9])"
    rf"|(?:{'|'.join(_VILLAGES)})[0-9]{{1,4}}号(?!楼|线|井|路)"
)
_LENGTH = 60
_BREAK = re.compile(r"[\n\t|,，。;；:：、]|\s{2,}")
_STREET = re.compile(r"[省市区县旗镇乡村]|街道|社区|小区|[路街巷弄里道苑庄园屯]|公寓|家属院|新村")
_WORKING = re.compile(
    r"大厦|大楼|办公|中心|[局委院馆厅]\s?[0-9]|窗口|写字楼|广场|商务|机关|政务|公司|工业园|产业园|学校|医院|厂房|教室|会议|[局部处科]室"
)
_OFFICE_LABEL = re.compile(
    r"(?:办公|单位|经营|注册|营业|受理|办理|通讯|邮寄|报名|会议|活动|咨询|服务|申报|登记|机关|公司|企业|考试|面试|报到|监督)\S{0,4}"
    r"(?:地址|地点|场所|住所|处)\s?\S?\s*\Z|地点\s?\S?\s*\Z"
)
_ENTERPRISE = re.compile(r"公司|[店厂]\b|合作社|经营部|事务所|商行|[店厂]\s?[,，。;；\s]")


def _dwelling(text: str, found: re.Match[str]) -> Iterator[Hit]:
    window = max(0, found.start() - _LENGTH)
    breaks = [stop.end() for stop in _BREAK.finditer(text, window, found.start())]
    start, end = breaks[-1] if breaks else window, found.end()
    address = text[start:end]
    if len(address) < _SHORTEST or not _STREET.search(address) or _WORKING.search(address):
        return
    if not (_OFFICE_LABEL.search(before(text, start)) or _ENTERPRISE.search(before(text, start, 40))):
        yield _home(text, start, end, 0.5)


_SHORTEST = 7


# --- an address that its label calls a home

_HOMES = (
    "家庭住址",
    "家庭地址",
    "家庭详细地址",
    "住址",
    "户籍地址",
    "户籍所在地",
    "户籍地",
    "现居住地",
    "居住地址",
    "现住址",
    "暂住地",
    "户口所在地",
)
_LABELLED = re.compile(
    rf"{either(_HOMES)}\s{{0,2}}[:：|\t]\s{{0,2}}(?P<address>[^,，。;；|\t\n]{{5,{_LENGTH}}})"
)
_DETAILED = re.compile(r"[路街巷弄里村屯组社庄]|[镇乡道区].*[0-9]|号")


def _labelled(text: str, found: re.Match[str]) -> Iterator[Hit]:
    if _DETAILED.search(found["address"]):
        yield _home(text, *found.span("address"), 0.7)


def _home(text: str, start: int, end: int, confidence: float) -> Hit:
    hit = block if named(text, start, end) else person
    return hit("personal.address", start, end, text[start:end].strip(), _WHY, confidence)


# --- coordinates near enough to tell a house

_LABELS = ("东经", "北纬", "经度", "纬度", "经纬度", "坐标")
_POINT = re.compile(
    rf"{either(_LABELS)}[^0-9\n。]{{0,6}}(?P<point>[0-9]{{1,3}}(?:\.[0-9]{{3,}}|\s?[°度]\s?[0-9]{{1,2}}\s?[′'分]\s?[0-9]{{1,2}}(?:\.[0-9]+)?\s?(?:[″\"秒”]|′′|'')))"
)


def _point(_text: str, found: re.Match[str]) -> Iterator[Hit]:
    yield person("personal.coordinates", *found.span("point"), found["point"], _WHY, 0.3)


_ENDS_BEGIN = (
    *map("".join, product(_FIGURES, ("", " "), ("单元", "室", "房", "幢", "栋", "号楼", "组", "队"))),
    *map("".join, product((*_ESTATES, *_VILLAGES), "0123456789")),
)

RULES = (
    Rule(_LABELLED, _labelled, heads(_HOMES), Severity.block),
    Rule(_ENDS, _dwelling, _ENDS_BEGIN, Severity.block),
    Rule(_POINT, _point, heads(_LABELS)),
)
