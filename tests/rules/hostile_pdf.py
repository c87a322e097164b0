"""PDFs that hide, carry or do something, drawn by hand."""

import zlib

from tests.rules.hostile import FONT, IMAGE, file_of, stream, zipped

NOTED = "/Annots [8 0 R]"
"""For `page`, whose first object beside its own has the number 8."""


def page(drawing: bytes, *others: bytes, entries: str = "", catalog: str = "", resources: str = "") -> bytes:
    """One page; `entries` stand in its dictionary, `catalog` in the document's."""
    names = f"/Resources << /Font << /F1 4 0 R >> /XObject << /Im 3 0 R >> {resources} >>"
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        b"<< /Type /Pages /Kids [6 0 R] /Count 1 >>",
        IMAGE,
        FONT,
        b"<< /Title (t) >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 7 0 R {names} {entries} >>".encode(),
        stream(drawing),
    ]
    return file_of([*objects, *others])


def words(text: str, x: int = 50, y: int = 700, size: float = 12, before: str = "") -> bytes:
    return f"BT {before} /F1 {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n".encode()


def box(x: int, y: int, width: int, height: int, colour: str = "0 g") -> bytes:
    return f"q {colour} {x} {y} {width} {height} re f Q\n".encode()


def string(text: str) -> str:
    return f"<FEFF{text.encode('utf-16-be').hex()}>"


def note(kind: str, rectangle: str, more: str = "") -> bytes:
    return f"<< /Type /Annot /Subtype /{kind} /Rect [{rectangle}] {more} >>".encode()


PLAIN = words("关于调整城市供水价格的公告，自二〇二六年一月一日起施行。", y=780)
"""Text enough that nobody takes the page for a scan."""


def with_action(action: str) -> bytes:
    return page(PLAIN, f"<< {action} >>".encode(), catalog="/OpenAction 8 0 R")


def with_attachment(name: str, body: bytes) -> bytes:
    packed = zlib.compress(body)
    head = f"<< /Type /EmbeddedFile /Filter /FlateDecode /Length {len(packed)} >>\nstream\n".encode()
    file = f"<< /Type /Filespec /F (a) /UF {string(name)} /EF << /F 9 0 R >> >>".encode()
    names = "/Names << /EmbeddedFiles << /Names [(a) 8 0 R] >> >>"
    return page(PLAIN, file, head + packed + b"\nendstream", catalog=names)


def with_many_objects(count: int = 100_000) -> bytes:
    return page(
        PLAIN, *(b"<< /A 1 >>" for _ in range(count)), catalog="/OpenAction << /S /JavaScript /JS (a) >>"
    )


def with_many_drawings(count: int = 100_000) -> bytes:
    return page(PLAIN + b"0 0 m 9 9 l S\n" * count)


def with_bomb(hidden: bytes, megabytes: int = 300) -> bytes:
    """A content stream of blanks that inflates a thousandfold, with something at its end."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(megabytes))
    packed += packer.compress(hidden) + packer.flush()
    return page(PLAIN).replace(
        stream(PLAIN),
        f"<< /Filter /FlateDecode /Length {len(packed)} >>\nstream\n".encode() + packed + b"\nendstream",
    )


def revised(first: bytes, second: bytes) -> bytes:
    """The drawing of the first revision is replaced by another one, written behind it."""
    old = page(first)
    table, body = len(old), f"7 0 obj\n{stream(second).decode('latin-1')}\nendobj\n".encode("latin-1")
    start = int(old.rsplit(b"startxref\n", 1)[1].split()[0])
    new = f"xref\n7 1\n{table:010} 00000 n \ntrailer\n<< /Size 8 /Root 1 0 R /Info 5 0 R /Prev {start} >>\n"
    return old + body + new.encode() + f"startxref\n{table + len(body)}\n%%EOF\n".encode()


def and_an_archive() -> bytes:
    """Both a PDF and an archive: the archive's remark holds the end of the PDF."""
    archive = bytearray(zipped([("公告.txt", "另一份".encode())]))
    remark = b"\n%%EOF\n"
    archive[-2:] = len(remark).to_bytes(2, "little")
    return page(PLAIN) + bytes(archive) + remark


def in_a_circle() -> bytes:
    """A page tree that is its own child."""
    return page(PLAIN).replace(b"/Kids [6 0 R]", b"/Kids [2 0 R]")


def without_pages() -> bytes:
    return page(PLAIN).replace(b"/Kids [6 0 R] /Count 1", b"/Kids [] /Count 0")
