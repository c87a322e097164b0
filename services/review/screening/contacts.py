"""Where a person can be reached besides the telephone, and the car they drive."""

import re
from collections.abc import Iterator
from itertools import product

from services.review.screening.findings import Hit, person
from services.review.screening.rules import Rule, either, heads

_WHY = "条例第15条；个人信息保护法第25、34条"

# --- e-mail: an office's own is there to be published

_DOMAIN = re.compile(r"\s?@\s?(?P<domain>[A-Za-z0-9\-]{1,63}(?:\s?\.\s?[A-Za-z0-9\-]{1,63}){1,5})")
_LOCAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}\Z")
_OFFICE = re.compile(r"(?:\A|\.)gov(?:\.[a-z]{2})?\Z", re.I)


def _mail(text: str, found: re.Match[str]) -> Iterator[Hit]:
    local = _LOCAL.search(text, max(0, found.start() - 64), found.start())
    if local and not _OFFICE.search(re.sub(r"\s", "", found["domain"])):
        start, end = local.start(), found.end()
        yield person("personal.mail", start, end, text[start:end], _WHY, 0.6)


# --- accounts of messengers; those of an office are channels, groups and services

_MESSENGERS = ("微信", "WeChat", "Wechat", "wechat", "weixin", "QQ", "qq", "wx:", "WX:", "vx:", "VX:")
_ACCOUNT = re.compile(
    rf"(?:{either(_MESSENGERS)})(?!\s?(?:公众|服务|订阅|小程序|群|支付|视频|平台))(?:及微信)?(?:号码|账号|号)?"
    r"\s{0,2}(?:[:：|]|为|是)?\s{0,2}(?P<name>[A-Za-z][A-Za-z0-9_\-]{5,19}|[1-9][0-9]{4,10})(?![A-Za-z0-9@])"
)


def _messenger(_text: str, found: re.Match[str]) -> Iterator[Hit]:
    yield person("personal.messenger", *found.span("name"), found["name"], _WHY, 0.6)


# --- number plates

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_PLATE = re.compile(
    rf"[{_PROVINCES}]\s?[{_LETTERS}]\s?[·.•\-]?\s?(?=[A-Z]{{0,5}}[0-9])[A-HJ-NP-Z0-9]{{4,5}}[A-HJ-NP-Z0-9挂学警港澳领使]"
    r"(?![A-Za-z0-9\-])"
)


def _plate(_text: str, found: re.Match[str]) -> Iterator[Hit]:
    yield person("personal.plate", *found.span(), found[0], _WHY, 0.6)


RULES = (
    Rule(_DOMAIN, _mail, ("@", " @", "\n@")),
    Rule(_ACCOUNT, _messenger, heads(_MESSENGERS)),
    Rule(_PLATE, _plate, tuple(map("".join, product(_PROVINCES, ("", " "), _LETTERS)))),
)
