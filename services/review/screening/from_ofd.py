"""The text of an OFD document (GB/T 33190): pages in the order of reading, notes, attachments, the rest."""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.review.screening import markup, office
from services.review.screening.inside import Inside
from services.review.screening.ofd_page import Page
from services.review.screening.pieces import Piece, joined, shown, unreadable
from shared import archives
from shared.unacceptable import DamagedFile

_SEALS = (".esl", ".dat", "signedvalue")
_FONTS = (".ttf", ".otf", ".cff", ".ttc", ".woff")
_PICTURES = (".jb2", ".jbig2", ".jp2")


def pieces(content: bytes, inside: Inside) -> Iterator[Piece]:
    with archives.opened(content) as archive:
        package = _Package(archive, inside)
        for root in package.links("OFD.xml", "DocRoot"):
            yield from _document(package, root)
        yield from package.problems()
        yield from package.rest()


def _document(package: "_Package", root: str) -> Iterator[Piece]:
    templates = dict(package.located(root, "TemplatePage"))
    area = next(iter(package.texts(root, "PhysicalBox")), "")
    for number, (_, part) in enumerate(package.located(root, "Page"), 1):
        page = Page(f"第{number}页 page {number}", area)
        used = [given.get("TemplateID", "") for _, given in package.elements(part, "Template")]
        yield from package.laid([*(templates[name] for name in used if name in templates), part], page)
    for listing in package.links(root, "Annotations"):
        for note in package.links(listing, "FileLoc"):
            remark = Page(f"批注 annotations {shown(note)}")
            yield from package.laid([note], remark)
            if remark.fills.count:
                yield unreadable(f"{remark.place}（可能遮盖正文 may cover text）")
    for listing in package.links(root, "Attachments"):
        for file in package.links(listing, "FileLoc"):
            yield from package.piece(file, "附件 attachment")


@dataclass(slots=True)
class _Package:
    """The parts by their names, each read when the document leads to it, and all others at the end."""

    archive: zipfile.ZipFile
    inside: Inside
    names: dict[str, zipfile.ZipInfo] = field(default_factory=dict)
    read: dict[str, bytes] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.names = {archives.name_of(info).lower(): info for info in self.archive.infolist()}

    def body(self, name: str) -> bytes | None:
        key = name.lower()
        self.done.add(key)
        if key not in self.names:
            self.missing.append(name)
            return None
        if key not in self.read:
            self.read[key] = self.inside.budget.inflate(self.archive, self.names[key])
        return self.read[key]

    def parse(self, name: str, reader: markup.Reader) -> None:
        body = self.body(name)
        try:
            if body is not None:
                markup.parse(body, reader)
        except markup.UnreadableMarkup:
            self.missing.append(name)

    def elements(self, name: str, *wanted: str) -> list[tuple[str, dict[str, str]]]:
        found: list[tuple[str, dict[str, str]]] = []
        self.parse(name, markup.Elements(lambda *one: found.append(one) if one[0] in wanted else None))
        return found

    def located(self, part: str, wanted: str) -> list[tuple[str, str]]:
        """The parts that elements of this name lead to, with their identifiers."""
        found = [(given.get("ID", ""), given["BaseLoc"]) for _, given in self.elements(part, wanted)
                 if "BaseLoc" in given]  # fmt: skip
        return [(number, self._path(part, target)) for number, target in found]

    def links(self, part: str, wanted: str) -> list[str]:
        """The parts named by the text of such elements."""
        return [self._path(part, target) for target in self.texts(part, wanted) if target]

    def texts(self, part: str, wanted: str) -> list[str]:
        reader = _Texts(wanted)
        self.parse(part, reader)
        return reader.found

    def laid(self, parts: list[str], page: Page) -> Iterator[Piece]:
        """What parts drawn over one another show together."""
        for part in parts:
            self.parse(part, page)
            self.pages.add(part.lower())
        yield from page.pieces()

    def _path(self, part: str, target: str) -> str:
        """A path from the root or from the part's own folder. Raises DamagedFile if it leaves the package."""
        steps: list[str] = []
        path = target if target.startswith("/") else posixpath.join(posixpath.dirname(part), target)
        for step in path.replace("\\", "/").split("/"):
            if step == ".." and not steps:
                raise DamagedFile
            if step == "..":
                steps.pop()
            elif step not in ("", "."):
                steps.append(step)
        return "/".join(steps)

    def piece(self, name: str, place: str) -> Iterator[Piece]:
        """A part that is not a page: words if it is XML, else a file of its own."""
        if name.lower() in self.done:
            return
        body, where = self.body(name), f"{place} {shown(name)}"
        if body is None:
            return
        if name.lower().endswith(".xml"):
            yield from office.guarded(where, lambda: _words(body, where))
        else:
            yield from self.inside.file(f"{place} {name}", body)

    def problems(self) -> Iterator[Piece]:
        for name in dict.fromkeys(self.missing):
            yield unreadable(f"部件 part {shown(name)}")
        if not self.pages:
            yield unreadable("全文 whole file")

    def rest(self) -> Iterator[Piece]:
        """Descriptions that were read for their links only, and whatever nothing leads to."""
        for key, info in self.names.items():
            if key in self.read and key not in self.pages and key.endswith(".xml"):
                yield from self._description(key)
            elif key not in self.done and not _is_textless(key):
                yield from self.piece(archives.name_of(info), "部件 part")

    def _description(self, key: str) -> Iterator[Piece]:
        place = _PROPERTIES if key == "ofd.xml" else f"部件 part {shown(key)}"
        yield from office.guarded(place, lambda: _words(self.read[key], place))


def _words(body: bytes, place: str) -> Iterator[Piece]:
    yield from joined([markup.words(body)], place)


_PROPERTIES = "属性 properties"


def _is_textless(name: str) -> bool:
    sealed = "/signs/" in f"/{name}" and name.endswith(_SEALS)
    return sealed or name.endswith(("/", *_FONTS, *_PICTURES)) or office.is_picture(name)


@dataclass(slots=True)
class _Texts:
    """A reader of the text in elements of one name."""

    wanted: str
    found: list[str] = field(default_factory=list)
    inside: bool = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self.inside = name == self.wanted
        if self.inside:
            self.found.append("")

    def end(self, _name: str) -> None:
        self.inside = False

    def text(self, text: str) -> None:
        if self.inside:
            self.found[-1] += text.strip()
