"""A chart in a paragraph of its own, kept with its caption, with words for those who do not see."""

from io import BytesIO
from xml.sax.saxutils import quoteattr

from docx.document import Document as WordDocument
from docx.oxml.ns import nsdecls
from docx.shared import Inches

from services.platform.documents.charts import Picture

WIDTH_MAX_INCHES = 6.1
SPACES = nsdecls("w", "wp", "a", "pic", "r")


def picture(word: WordDocument, drawn: Picture, number: int, alternative: str) -> str:
    relation, _ = word.part.get_or_add_image(BytesIO(drawn.png))
    scale = min(1.0, WIDTH_MAX_INCHES / drawn.width_inches)
    wide, high = (int(Inches(size * scale)) for size in (drawn.width_inches, drawn.height_inches))
    said = quoteattr(alternative)
    return (
        f'<w:p {SPACES}><w:pPr><w:pStyle w:val="Figure"/></w:pPr><w:r><w:drawing>'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/>'
        f'<wp:docPr id="{number}" name="Figure {number}" descr={said}/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="figure-{number}.png"/>'
        f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{relation}"/>'
        "<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>"
        f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
