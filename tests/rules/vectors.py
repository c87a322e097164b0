# ruff: noqa: E501 SIM905 vectors stand as they are.
"""Ways to make a page run or fetch something, as the lists of the trade collect them, and a judge of what is left."""

import re

from selectolax.lexbor import LexborHTMLParser

S = "<script>alert(1)</script>"
J = "javascript:alert(1)"

VECTORS = (
    S, "<SCRIPT SRC=//x.test/x.js></SCRIPT>", "<scr<script>ipt>alert(1)</scr</script>ipt>", "<script/x>alert(1)</script>",
    "<script\n>alert(1)</script\n>", "<<SCRIPT>alert(1);//<</SCRIPT>", "</title>" + S, "</textarea>" + S, "</style>" + S,
    "]]>" + S, "-->" + S, '">' + S, "'>" + S, "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)', "<img src=x onerror=alert(1)>", "<img/src=x/onerror=alert(1)>",
    "<img src=`x`onerror=alert(1)>", "<img src=x:x onerror\x0b=alert(1)>", "<img src=//x.test/p.png>",
    "<img srcset='//x.test/p.png 1x'>", "<img lowsrc=//x.test/p>", "<img dynsrc=//x.test/p>",
    "<image src=//x.test/p onerror=alert(1)>", "<input type=image src=//x.test/p onerror=alert(1)>",
    "<picture><source srcset=//x.test/p><img></picture>", f"<a href={J}>x</a>", f"<a href=' {J}'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>", "<a href='java\nscript:alert(1)'>x</a>", "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>", "<a href='&#x6A;avascript&colon;alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>", "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>", "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='feed:javascript:alert(1)'>x</a>", "<a href='view-source:x'>x</a>", "<a href='//x.test' ping='//x.test/p'>x</a>",
    "<a href='file:///etc/passwd'>x</a>", "<a xlink:href='javascript:alert(1)'>x</a>", "<area href=javascript:alert(1)>",
    "<base href='//x.test/'>", "<base target=_blank><a href=x>x</a>", "<link rel=stylesheet href=//x.test/x.css>",
    "<link rel=prefetch href=//x.test/>", "<link rel=dns-prefetch href=//x.test/>",
    "<meta http-equiv=refresh content='0;url=//x.test/'>", f"<meta http-equiv=refresh content='0;url={J}'>",
    "<meta http-equiv=Set-Cookie content=a=b>", "<style>@import '//x.test/x.css';</style>",
    "<style>*{background:url(//x.test/p)}</style>", "<div style='background:url(//x.test/p)'>x</div>",
    "<div style='width:expression(alert(1))'>x</div>", "<div style='-moz-binding:url(//x.test/x)'>x</div>",
    "<div style='position:fixed;top:0;left:0;width:100%;height:100%'>x</div>", "<body onload=alert(1)>",
    "<body background=//x.test/p>", "<table background=//x.test/p><td background=//x.test/p>x</table>",
    "<iframe src=javascript:alert(1)></iframe>", "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<frameset><frame src=//x.test/></frameset>", "<object data=//x.test/x.swf></object>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>", "<embed src=//x.test/x.swf>",
    "<applet code=x archive=//x.test/x.jar></applet>", "<portal src=//x.test></portal>",
    "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "<svg><image href=//x.test/p /></svg>",
    "<svg><use href=//x.test/x#y /></svg>", "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a><animate attributeName=href values=javascript:alert(1) /><text>x</text></a></svg>",
    "<svg><foreignObject><iframe src=//x.test></iframe></foreignObject></svg>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<math><mtext></mtext><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math href=javascript:alert(1)>x</math>", "<form action=//x.test><input name=p type=password><button>x</button></form>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<button formaction=javascript:alert(1)>x</button>", "<isindex action=javascript:alert(1) type=image>",
    "<input autofocus onfocus=alert(1)>", "<select autofocus onfocus=alert(1)></select>",
    "<textarea autofocus onfocus=alert(1)></textarea>", "<keygen autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>", "<marquee onstart=alert(1)>x</marquee>",
    "<video src=//x.test/v poster=//x.test/p onerror=alert(1)></video>", "<audio src=//x.test/a onerror=alert(1)></audio>",
    "<video><source onerror=alert(1)></video>", "<track src=//x.test/t>", "<bgsound src=//x.test/b>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<noembed><img title='</noembed><img src=x onerror=alert(1)>'>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>", "<plaintext><script>alert(1)</script>",
    "<template><script>alert(1)</script></template>", "<div id=x><template shadowrootmode=open><script>alert(1)</script>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->", "<!--><script>alert(1)</script>-->",
    "<comment><img src='</comment><img src=x onerror=alert(1)>'></comment>", "<?xml version='1.0'?><x onclick=alert(1)>x</x>",
    "<!DOCTYPE x [<!ENTITY y '<script>alert(1)</script>'>]>&y;", "<x contenteditable onfocus=alert(1) tabindex=1 autofocus>x</x>",
    "<p onclick=alert(1) onpointerrawupdate=alert(1) onanimationstart=alert(1)>x</p>", "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<img src='data:text/html;base64,PHNjcmlwdD4='>", "<img name=body><img name=getElementById><form id=cookie>",
    "<a id=location href=//x.test>x</a><a id=location name=href href='cid:alert(1)'>x</a>", "<custom-x is=x onconnected=alert(1)>x</custom-x>",
    "\u2028<script>alert(1)</script>", "\ufeff<script>alert(1)</script>", "<\u0000script>alert(1)</script>",
    "＜script＞alert(1)＜/script＞", "%3Cscript%3Ealert(1)%3C/script%3E", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "¼script¾alert(1)¼/script¾", "{{constructor.constructor('alert(1)')()}}", "${alert(1)}", "<a href='#' onclick=alert(1) target=_top>x</a>",
)  # fmt: skip

_TAGS = frozenset(
    "html head body a abbr b blockquote br caption code dd del details div dl dt em figcaption figure h2 h3 h4 h5 h6 hr i"
    " img ins li mark ol p pre q rp rt ruby s small span strong sub summary sup table tbody td tfoot th thead time tr"
    " u ul".split()
)
_ATTRIBUTES = frozenset(
    "id lang dir href title src alt value start reversed colspan rowspan scope datetime class role tabindex"
    " aria-label rel open".split()
)
_LINK = re.compile(r"(?:https?://|mailto:)[^\s]+|#r-[^\s]*")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=]+")


def alive(html: str) -> list[str]:
    """What a browser would run, fetch or obey in this; judged by another parser than the one that cleaned."""
    found = []
    for node in LexborHTMLParser(html).root.traverse():  # type: ignore[union-attr]
        if node.tag not in _TAGS:
            found.append(f"<{node.tag}>")
        for name, value in node.attributes.items():
            if name not in _ATTRIBUTES or not _is_harmless(name, value or ""):
                found.append(f"{name}={value}")
    return found


def _is_harmless(name: str, value: str) -> bool:
    if name == "href":
        return bool(_LINK.fullmatch(value))
    if name == "src":
        return bool(_PICTURE.fullmatch(value))
    if name == "id":
        return value.startswith("r-")
    return name != "tabindex" or value == "0"
