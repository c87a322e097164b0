"""OFD documents (GB/T 33190) as offices' programmes write them, by hand."""

from collections.abc import Sequence

from tests.rules.hostile import zipped

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
BOX = "<ofd:Area><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:Area>"
PICTURE = '<ofd:ImageObject ID="90" CTM="190 0 0 270 0 0" Boundary="10 10 190 270" ResourceID="3"/>'

Part = tuple[str, bytes]


def document(pages: Sequence[str], *others: Part, info: str = "", more: str = "", common: str = "",
             doctype: str = "") -> bytes:  # fmt: skip
    """`pages` are texts or, if they begin with <, what stands in the layer of a page."""
    entries = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    root = (
        f"{HEAD}<ofd:Document {NS}><ofd:CommonData><ofd:MaxUnitID>99</ofd:MaxUnitID>"
        "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
        "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
        f"{common}</ofd:CommonData><ofd:Pages>{entries}</ofd:Pages>{more}</ofd:Document>"
    )
    fonts = f'{HEAD}<ofd:Res {NS}><ofd:Fonts><ofd:Font ID="2" FontName="宋体"/></ofd:Fonts></ofd:Res>'
    return zipped(
        [
            ("OFD.xml", entry(info).encode()),
            ("Doc_0/Document.xml", (doctype + root).encode()),
            ("Doc_0/PublicRes.xml", fonts.encode()),
            *((f"Doc_0/Pages/Page_{n}/Content.xml", page(body).encode()) for n, body in enumerate(pages)),
            *others,
        ]
    )


def entry(info: str = "", root: str = "Doc_0/Document.xml") -> str:
    return (
        f'{HEAD}<ofd:OFD {NS} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>ab</ofd:DocID>'
        f"{info}</ofd:DocInfo><ofd:DocRoot>{root}</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )


def page(body: str, template: str = "") -> str:
    drawn = body if body.startswith("<") else text(body)
    used = f'<ofd:Template TemplateID="{template}" ZOrder="Background"/>' if template else ""
    layer = f'<ofd:Layer Type="Body" ID="7">{drawn}</ofd:Layer>'
    return f"{HEAD}<ofd:Page {NS}>{used}{BOX}<ofd:Content>{layer}</ofd:Content></ofd:Page>"


def text(words: str, x: float = 20, y: float = 30, more: str = "", colour: str = "") -> str:
    """One object for the text; its letters stand 4 mm apart."""
    paint = f'<ofd:FillColor Value="{colour}"/>' if colour else ""
    deltas = f"g {len(words) - 1} 4"
    return (
        f'<ofd:TextObject ID="8" Boundary="{x} {y} 180 6" Font="2" Size="4" {more}>{paint}'
        f'<ofd:TextCode X="0" Y="5" DeltaX="{deltas}">{words}</ofd:TextCode></ofd:TextObject>'
    )


def box(x: float, y: float, width: float, height: float, more: str = 'Fill="true"') -> str:
    return (
        f'<ofd:PathObject ID="9" Boundary="{x} {y} {width} {height}" {more}><ofd:FillColor Value="0 0 0"/>'
        f"<ofd:AbbreviatedData>M 0 0 L {width} 0 L {width} {height} L 0 {height} C</ofd:AbbreviatedData>"
        "</ofd:PathObject>"
    )
