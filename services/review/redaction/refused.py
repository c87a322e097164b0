"""Why a redaction cannot be done, in words for whoever asked for it; never with a word of the text."""

from typing import ClassVar


class CannotRedact(ValueError):
    """The redaction cannot be done."""

    code: ClassVar[str] = "cannot-redact"
    zh: ClassVar[str] = "不能进行遮盖处理。"

    def __init__(self, **facts: str | int) -> None:
        super().__init__()
        self.facts = facts

    def __str__(self) -> str:
        return self.__doc__ or self.code


class NothingAsked(CannotRedact):
    """There is neither an area nor a span to redact."""

    code = "nothing-to-redact"
    zh = "没有指定需要遮盖的区域或者文字。"


class NoSuchPage(CannotRedact):
    """The file has no such page. Facts: page, pages."""

    code = "no-such-page"
    zh = "文件没有这一页。"


class NoArea(CannotRedact):
    """The rectangle is empty or reaches over the edge of the page. Facts: page."""

    code = "no-area"
    zh = "遮盖区域为空，或者超出页面范围。"


class NoAreasInThisType(CannotRedact):
    """A file of this type has no fixed pages: name the text instead of a rectangle. Facts: filetype."""

    code = "no-areas-in-this-type"
    zh = "该格式没有固定版面，请选择文字而不是区域。"


class NoSuchSpan(CannotRedact):
    """The file has no such stretch of text. Facts: place."""

    code = "no-such-span"
    zh = "文件中没有这一段文字。"


class SpanTooShort(CannotRedact):
    """A single character would black out half the file: choose a longer stretch. Facts: place."""

    code = "span-too-short"
    zh = "所选文字不足两个字，会误遮其他内容，请多选一些。"


class RedactOneByOne(CannotRedact):
    """Files in an archive are redacted one by one, outside of it."""

    code = "redact-one-by-one"
    zh = "压缩包内的文件请取出后逐个处理。"


class LeftOver(CannotRedact):
    """What was to be redacted is still in the result, which is thrown away. Facts: place, reading."""

    code = "left-over"
    zh = "遮盖后的文件中仍有应当遮盖的内容，已作废。"


class CannotCheck(CannotRedact):
    """The result cannot be read again to check it, and is thrown away. Facts: reading."""

    code = "cannot-check-redaction"
    zh = "遮盖后的文件无法复核，已作废。"


class RedactionTooSlow(CannotRedact):
    """The file takes too long to redact. Facts: seconds."""

    code = "redaction-too-slow"
    zh = "处理该文件用时过长。"


class RedactionDied(CannotRedact):
    """The file needs more memory than allowed, or brings its reader down."""

    code = "redaction-died"
    zh = "处理该文件超出内存限制，或者处理程序异常终止。"
