"""Why a file cannot be accepted, in words for whoever sent it."""

from typing import ClassVar


class UnacceptableFile(ValueError):
    """The file cannot be accepted."""

    code: ClassVar[str] = "unacceptable-file"
    zh: ClassVar[str] = "文件不能接收。"

    def __init__(self, **facts: str | int) -> None:
        super().__init__()
        self.facts = facts

    def __str__(self) -> str:
        return self.__doc__ or self.code


class EmptyFile(UnacceptableFile):
    """The file is empty."""

    code = "empty-file"
    zh = "文件是空的。"


class FileTooLarge(UnacceptableFile):
    """The file is larger than the limit. Facts: size, limit."""

    code = "file-too-large"
    zh = "文件超过大小限制。"


class BadFileName(UnacceptableFile):
    """The file name is too long or has characters that a file name may not have."""

    code = "bad-file-name"
    zh = "文件名过长，或者含有不允许的字符。"


class UnknownFileType(UnacceptableFile):
    """The content is of no accepted type."""

    code = "unknown-file-type"
    zh = "文件内容不是可以接收的格式。"


class ExtensionDisagrees(UnacceptableFile):
    """The extension of the name says another type than the content. Facts: extension, found."""

    code = "extension-disagrees"
    zh = "文件扩展名与内容不一致。"


class DamagedFile(UnacceptableFile):
    """The file is damaged or cut off and cannot be read."""

    code = "damaged-file"
    zh = "文件损坏或者不完整，无法读取。"


class EncryptedFile(UnacceptableFile):
    """The file is encrypted or restricted by a password: send it without."""

    code = "encrypted-file"
    zh = "文件已加密或者设有密码，请解除后重新提交。"


class MacrosInside(UnacceptableFile):
    """The file contains macros: send it without."""

    code = "macros"
    zh = "文件含有宏，请去除后重新提交。"


class ZipBomb(UnacceptableFile):
    """The file unpacks to more than is allowed. Facts: limit."""

    code = "zip-bomb"
    zh = "文件解压后的大小、数量或者结构超出限制。"


class TwoFilesInOne(UnacceptableFile):
    """The file is of two types at once, and shows to each reader another one."""

    code = "two-files-in-one"
    zh = "文件同时是两种格式，请重新导出后提交。"


class KnownMalware(UnacceptableFile):
    """The file carries a known harmful programme."""

    code = "malware"
    zh = "文件含有已知的恶意程序。"
