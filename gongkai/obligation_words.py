"""The words of a register of obligations: times, boxes and ticks, as county offices write them, and back."""

import re
from collections.abc import Mapping, Sequence

from services.publish.obligations.clocks import Every, Unit
from services.publish.obligations.register_entries import Carrier, For, Manner, Tier, Within

Time = tuple[Within, Every, str]
"""Within what, how often, and the last day of its period."""

TICKS, BOXES = "■☑✓✔√●▣☒▉◼", "□☐○◻"

CARRIERS: Sequence[tuple[str, Carrier]] = (
    ("政府网站", Carrier.WEBSITE),
    ("政府公报", Carrier.GAZETTE),
    ("两微一端", Carrier.NEW_MEDIA),
    ("发布会、听证会", Carrier.CONFERENCE),
    ("广播电视", Carrier.BROADCAST),
    ("纸质媒体", Carrier.PRINT),
    ("公开查阅点", Carrier.READING_POINT),
    ("政务服务中心", Carrier.SERVICE_CENTRE),
    ("便民服务站", Carrier.CONVENIENCE_STATION),
    ("入户、现场", Carrier.ON_SITE),
    ("社区、企事业单位、村公示栏（电子屏）", Carrier.NOTICE_BOARD),
    ("精准推送", Carrier.DIRECT),
    ("12345热线", Carrier.HOTLINE),
    ("其他", Carrier.OTHER),
)
"""In the order of the boxes on the form."""

SPOKEN: Sequence[tuple[str, Carrier]] = (
    ("公示栏|电子屏|公开栏|公告栏", Carrier.NOTICE_BOARD),
    ("便民", Carrier.CONVENIENCE_STATION),
    ("服务中心|政务服务|办事大厅", Carrier.SERVICE_CENTRE),
    ("两微|微信|微博|客户端|新媒体|公众号", Carrier.NEW_MEDIA),
    ("发布会|听证会", Carrier.CONFERENCE),
    ("公报", Carrier.GAZETTE),
    ("查阅", Carrier.READING_POINT),
    ("广播|电视", Carrier.BROADCAST),
    ("纸质|报刊|报纸", Carrier.PRINT),
    ("入户|现场", Carrier.ON_SITE),
    ("推送", Carrier.DIRECT),
    ("12345|热线", Carrier.HOTLINE),
    ("网站|网页|门户", Carrier.WEBSITE),
)

AUDIENCES: Mapping[str, For] = {"全社会": For.ALL, "特定": For.PARTICULAR}
MANNERS: Mapping[str, Manner] = {"依申请": Manner.ON_REQUEST, "主动": Manner.PROACTIVE}
TIERS: Mapping[str, Tier] = {"县": Tier.COUNTY, "乡": Tier.TOWNSHIP, "镇": Tier.TOWNSHIP, "村": Tier.VILLAGE}

EVERY: Sequence[tuple[str, Every]] = (
    ("每半年|按半年", Every.HALF_YEAR),
    ("每年|按年|年度终了|年度结束", Every.YEAR),
    ("每个?季|按季|季度终了|季度结束", Every.QUARTER),
    ("每个?月|按月|逐月|月度终了", Every.MONTH),
)

UNITS = {"工作日": Unit.WORKING_DAYS, "小时": Unit.HOURS}
NUMBER = re.compile(r"(\d{1,3}|[一二两三四五六七八九十]{1,3})个?(工作日|自然日|小时|天|日|月)")
NOT_A_LIMIT = re.compile(r"(不少于|不得少于|不低于|提前|(?<!双)公示期?为?)$")
LIMIT = re.compile(r"(最迟|至迟|最长|不超过|不得超过|不晚于)$")
AT_ONCE = re.compile("实时|即时|立即|即刻|随时|当日|当天|第一时间|马上")
DATE = re.compile(r"(\d{1,2})月(\d{1,2})日(前|之前|以前)?")
DAY = re.compile(r"(?<=月)(\d{1,2})日(前|之前|以前)")
PERIOD = re.compile(r"（截至(?:(\d{1,2})月)?(\d{1,2})日）")
DIGITS = {character: number for number, character in enumerate("一二三四五六七八九", 1)} | {"两": 2}

PERIODS = {Every.YEAR: "每年", Every.HALF_YEAR: "每半年", Every.QUARTER: "每季度", Every.MONTH: "每月"}

DEFAULT = Within()


def time_of(text: str) -> Time | None:
    """What a cell of 公开时限 says; None where it says no time. Of several the shortest counts."""
    text = re.sub(r"\s+", "", text).replace("(", "（").replace(")", "）")
    every = next((every for words, every in EVERY if re.search(words, text)), Every.NONE)
    day, rest = _day(text, every)
    if day and every is Every.NONE:
        every = Every.YEAR
    within = _within(rest)
    if within is None and (day or every is not Every.NONE):
        within = Within(number=0, unit=Unit.DAYS) if day else DEFAULT
    if within is None and "及时" in text:
        within = DEFAULT
    return (within, every, day) if within else None


def _day(text: str, every: Every) -> tuple[str, str]:
    """The day by which it is due each time, or on which its period ends; and the text without it."""
    if found := PERIOD.search(text):
        month, day = found.groups()
        return (f"{int(month):02}-{int(day):02}" if month else f"{int(day):02}"), PERIOD.sub("", text)
    if found := DATE.search(text):
        return f"{int(found[1]):02}-{int(found[2]):02}", DATE.sub("", text)
    if every is Every.MONTH and (found := DAY.search(text)):
        return f"{int(found[1]):02}", DAY.sub("", text)
    return "", text


def _within(text: str) -> Within | None:
    found = []
    for match in NUMBER.finditer(text):
        before = text[: match.start()]
        if LIMIT.search(before):
            return _counted(match)
        if not NOT_A_LIMIT.search(before):
            found.append(_counted(match))
    if AT_ONCE.search(text):
        return Within(number=0, unit=Unit.AT_ONCE)
    return min(found, key=_length, default=None)


def _counted(match: re.Match[str]) -> Within:
    number = int(match[1]) if match[1].isdigit() else _numeral(match[1])
    if match[2] == "月":
        return Within(number=30 * number, unit=Unit.DAYS)
    return Within(number=number, unit=UNITS.get(match[2], Unit.DAYS))


def _numeral(text: str) -> int:
    """Up to ninety-nine: 七, 十五, 二十, 二十三."""
    tens, ten, ones = text.rpartition("十")
    return (DIGITS.get(tens, 1) * 10 if ten else 0) + DIGITS.get(ones, 0)


def _length(within: Within) -> float:
    """About how many days."""
    return within.number * {Unit.HOURS: 1 / 24, Unit.WORKING_DAYS: 1.4}.get(within.unit, 1)


def time_words(within: Within, every: Every, day: str) -> str:
    """The same the other way, as it is written on the form."""
    how = {Unit.WORKING_DAYS: "{}个工作日内", Unit.DAYS: "{}日内", Unit.HOURS: "{}小时内"}
    said = how[within.unit].format(within.number) if within.unit in how else "实时"
    if every is Every.NONE:
        return said if within.unit is Unit.AT_ONCE else f"信息形成或者变更之日起{said}"
    ends = ""
    if day:
        month, _, last = day.rpartition("-")
        ends = f"（截至{int(month)}月{int(last)}日）" if month else f"（截至{int(last)}日）"
    return f"{PERIODS[every]}{ends}结束后{said}"


def carriers_of(text: str) -> tuple[Carrier, ...]:
    """The ticked boxes of a cell; where nothing is ticked at all, whatever it names."""
    named = [name for name, ticked in _boxes(text) if ticked and name.strip()]
    found = {carrier_of(name) for name in named}
    return tuple(carrier for _, carrier in CARRIERS if carrier in found)


def carrier_of(name: str) -> Carrier:
    return next((carrier for words, carrier in SPOKEN if re.search(words, name)), Carrier.OTHER)


def _boxes(text: str) -> list[tuple[str, bool]]:
    """Each name with whether it is ticked; boxes stand before the names, or after them."""
    marks = TICKS + BOXES
    if not any(mark in text for mark in marks):
        return [(name, True) for name in re.split(r"[\n;；,，、/]+|\s{2,}", text)]
    if text.strip()[0] in marks:
        return [(name, mark in TICKS) for mark, name in re.findall(f"([{marks}])([^{marks}]*)", text)]
    return [(name, mark in TICKS) for name, mark in re.findall(f"([^{marks}]+)([{marks}])", text)]


def carrier_words(carriers: Sequence[Carrier]) -> str:
    """Every box, ticked or not."""
    return "\n".join(f"{'■' if carrier in carriers else '□'}{name}" for name, carrier in CARRIERS)


def ticked(cell: str) -> bool:
    """Whether a cell of a column of ticks is ticked: by a mark, or by a word for yes."""
    cell = cell.strip()
    return bool(cell) and cell[0] not in BOXES and cell not in ("否", "无", "×", "x", "X", "-", "—", "/", "0")
