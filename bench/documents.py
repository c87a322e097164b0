"""Small real documents for the programmes, each different, kept in the store as intake keeps them."""

from datetime import date
from uuid import uuid4

from services.intake.submissions import Handed
from shared.contracts import DocumentKind
from shared.manifest import Manifest, ManifestFile
from shared.objects import Objects, digest

TEXT = """滨海经济技术开发区行政服务中心关于调整办事窗口服务时间的通知

各单位、各位办事群众：
为进一步方便企业和群众办事，经研究，决定自2026年12月1日起调整办事窗口服务时间。周一至周五上午8:30至11:30，
下午13:00至17:00；周六上午设值班窗口，受理社会保障、不动产登记和税务三类事项。请各单位提前做好人员安排，
并在办事大厅显著位置公告。咨询电话：0410-88660452。
编号：{}
"""

LETTERS = str.maketrans("0123456789", "ghijklmnop")
"""A number that makes it unique, without digits: some would be taken for a telephone's."""


async def hand_in(objects: Objects, source: str) -> Handed:
    """One document whose bytes are in the store."""
    key = str(uuid4())
    content = TEXT.format(key.translate(LETTERS)).encode()
    manifest = Manifest(
        title="关于调整办事窗口服务时间的通知",
        kind=DocumentKind.NOTICE,
        department="service",
        author="liu.fang",
        theme="02.01",
        created_on=date(2026, 11, 20),
        files=(
            ManifestFile(
                name="notice.txt", media_type="text/plain", size=len(content), sha256=digest(content)
            ),
        ),
    )
    await objects.put(content)
    await objects.put(manifest.to_bytes())
    return Handed(source, key, digest(manifest.to_bytes()), manifest)
