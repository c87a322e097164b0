"""Files made to hurt whoever opens them, and the honest ones they imitate."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable

import docx

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(*paragraphs: str) -> bytes:
    """What a word processor writes."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return saved(document)


def saved(document: "docx.document.Document") -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def package(body: str, *others: tuple[str, bytes], doctype: str = "", types: str = CONTENT_TYPES) -> bytes:
    """A Word document by hand; `body` stands in its w:body."""
    document = f'<?xml version="1.0"?>{doctype}<w:document {W}><w:body>{body}</w:body></w:document>'.encode()
    return zipped([("[Content_Types].xml", types.encode()), ("word/document.xml", document), *others])


def zipped(entries: Iterable[tuple[str, bytes]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries:
            archive.writestr(name, body)
    return file.getvalue()


def repacked(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The package with one of its parts rewritten."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [(one, archive.read(one)) for one in archive.namelist()]
    return zipped((one, body.replace(old, new) if one == name else body) for one, body in parts)


# --- archives


def bomb_of_zeros(megabytes: int = 200) -> bytes:
    return _by_hand(_zeros(megabytes), 0, [("word/media/zeros.xml", megabytes << 20)])


def _zeros(megabytes: int) -> bytes:
    """Deflated zeros: the same block again and again, because the flush forgets what was before."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * megabytes + packer.flush()


def bomb_of_entries(count: int = 5_000) -> bytes:
    return package("", *((f"word/part{number}.xml", b"<a/>") for number in range(count)))


def bomb_of_overlaps(count: int = 50, size: int = 100_000) -> bytes:
    """Every entry of the directory points at the same compressed bytes (the idea of CVE-2024-0450)."""
    plain = bytes(range(256)) * (size // 256)
    packed = zlib.compress(plain, 9, wbits=-15)
    return _by_hand(
        packed, zlib.crc32(plain), [(f"word/part{number}.xml", len(plain)) for number in range(count)]
    )


def bomb_that_lies(megabytes: int = 200) -> bytes:
    """The directory admits to a thousand bytes only."""
    return _by_hand(_zeros(megabytes), 0, [("[Content_Types].xml", 1_000)])


def _by_hand(packed: bytes, crc: int, directory: list[tuple[str, int]]) -> bytes:
    name = directory[0][0].encode()
    sizes = (crc, len(packed), directory[0][1])
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 33, *sizes, len(name), 0) + name
    central = b""
    for entry, size in directory:
        head = (20, 20, 0, 8, 0, 33, crc, len(packed), size, len(entry), 0, 0, 0, 0, 0, 0)
        central += struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *head) + entry.encode()
    count, offset = len(directory), len(local) + len(packed)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(central), offset, 0)
    return local + packed + central + end


def with_equal_names() -> bytes:
    parts = [("word/document.xml", b"<a/>"), ("WORD/document.xml", b"<b/>")]
    return zipped([("[Content_Types].xml", CONTENT_TYPES.encode()), *parts])


def with_locked_entries(content: bytes = b"") -> bytes:
    """The flag of an encrypted entry, in both headers."""
    content = bytearray(content or package(""))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        content[at + flags] |= 1
    return bytes(content)


def with_locked_archive() -> bytes:
    return with_locked_entries(zipped([("名单.txt", b"a")]))


# --- Word


def with_external_entity() -> bytes:
    return package(
        "<w:p><w:r><w:t>&secret;</w:t></w:r></w:p>",
        doctype='<!DOCTYPE a [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
    )


def with_billion_laughs() -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]>'
    return package("<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>", doctype=doctype)


def relation(kind: str, target: str) -> tuple[str, bytes]:
    """The part that says that something is to be fetched from outside."""
    types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    one = f'<Relationship Id="r1" Type="{types}/{kind}" Target="{target}" TargetMode="External"/>'
    return "word/_rels/settings.xml.rels", f"<Relationships>{one}</Relationships>".encode()


def field(code: str) -> bytes:
    """A part with a field, its code over two runs."""
    runs = "".join(f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in (code[:4], code[4:]))
    return f'<w:ftr {W}><w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}</w:p></w:ftr>'.encode()


def with_macros() -> bytes:
    return package("", ("word/vbaProject.bin", b"\xcc\x61"))


def macro_enabled() -> bytes:
    types = CONTENT_TYPES.replace(
        "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "vnd.ms-word.document.macro&#69;nabled.main+xml",
    )
    return package("", types=types)


def locked_word() -> bytes:
    """An encrypted Word document is an old-format compound file with the package inside."""
    names = "".join(("EncryptionInfo", "EncryptedPackage")).encode("utf-16-le")
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + names.ljust(4096, b"\0")


def deep_word(levels: int = 200_000) -> bytes:
    return package("<w:p>" * levels + "</w:p>" * levels)


# --- PDF

IMAGE = (
    b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
    b" /Length 1 >>\nstream\n\x00\nendstream"
)
FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts"
    b" [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /CIDSystemInfo"
    b" << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>] >>"
)
LOCK = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'41' * 32}> /U <{'42' * 32}> /P -4 >> /ID [<00> <00>]"


def pdf(*pages: str, encrypted: bool = False, picture: bool = False, info: str = "") -> bytes:
    """A small PDF; its Chinese font is a predefined one that every reader knows."""
    streams = [stream(_shown(page, picture)) for page in pages]
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(pages)))
    resources = "/Resources << /Font << /F1 4 0 R >> /XObject << /Im 3 0 R >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        IMAGE,
        FONT,
        f"<< /Title <FEFF{info.encode('utf-16-be').hex()}> >>".encode(),
    ]
    for number, drawn in enumerate(streams):
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {resources}"
        objects += [f"{page} /Contents {7 + 2 * number} 0 R >>".encode(), drawn]
    return file_of(objects, LOCK if encrypted else "")


def _shown(text: str, picture: bool) -> bytes:
    lines = b" T* ".join(f"<{line.encode('utf-16-be').hex()}> Tj".encode() for line in text.splitlines())
    words = b"BT /F1 12 Tf 14 TL 50 800 Td " + lines + b" ET" if text else b""
    return words + (b" q 500 0 0 700 50 50 cm /Im Do Q" if picture else b"")


def stream(body: bytes) -> bytes:
    return f"<< /Length {len(body)} >>\nstream\n".encode() + body + b"\nendstream"


def file_of(objects: list[bytes], lock: str = "") -> bytes:
    parts, offsets, length = [b"%PDF-1.7\n"], [], 9
    for number, body in enumerate(objects, 1):
        offsets.append(length)
        parts.append(f"{number} 0 obj\n".encode() + body + b"\nendobj\n")
        length += len(parts[-1])
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R /Info 5 0 R {lock} >>\n"
    trailer += f"startxref\n{length}\n%%EOF\n"
    return b"".join(parts) + f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode() + trailer.encode()


# --- HTML and text

# In two halves, lest a scanner takes this source for a harmful file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def deep_html(levels: int = 200_000) -> bytes:
    return b"<html>" + b"<div>" * levels + "机密★20年".encode() + b"</div>" * levels


def endless_line(megabytes: int = 20, words: str = "公开事项不涉及国家秘密，长期有效。") -> bytes:
    line = words.encode()
    return line * ((megabytes << 20) // len(line))
