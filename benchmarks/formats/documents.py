"""Makes documents with a growing number of one element: Markdown, DOCX, ODT, XLSX and PDF."""

import io
import zipfile
from collections.abc import Callable
from typing import Final

__all__ = ["docx", "odt", "pdf", "workbook"]

_Maker = Callable[[int], str | bytes]

_W: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_SHEET: Final = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATED: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _archive(members: dict[str, str | bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def _text(content: str | bytes) -> str:
    return content if isinstance(content, str) else content.decode()


def docx(body: _Maker, styles: _Maker = lambda _size: "") -> _Maker:
    """Makes a DOCX with the given elements in its text, and in its styles."""
    return lambda size: _archive(
        {
            "[Content_Types].xml": "<Types/>",
            "word/styles.xml": f"<w:styles {_W}>{_text(styles(size))}</w:styles>",
            "word/document.xml": f"<w:document {_W}><w:p><w:r><w:t>নদী</w:t></w:r></w:p>"
            f"{_text(body(size))}</w:document>",
        }
    )


def odt(body: _Maker) -> _Maker:
    """Makes an OpenDocument text with the given elements in its text."""
    return lambda size: _archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": '<o:c xmlns:o="office" xmlns:text="text"><text:p>নদী</text:p>'
            f"{_text(body(size))}</o:c>",
        }
    )


def workbook(rows: _Maker, strings: _Maker = lambda _size: "") -> _Maker:
    """Makes a workbook with one sheet, whose first row names a title."""
    named = '<row><c t="inlineStr"><is><t>title</t></is></c></row>'
    return lambda size: _archive(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_KIND}.sharedStrings+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="a" '
            f'Type="{_RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook {_SHEET} xmlns:r="{_RELATED}"><sheets>'
            '<sheet name="a" sheetId="1" r:id="a"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship '
            f'Id="a" Type="{_RELATED}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f"<worksheet {_SHEET}><sheetData>{named}{_text(rows(size))}"
            "</sheetData></worksheet>",
            "xl/sharedStrings.xml": f"<sst {_SHEET}>{_text(strings(size))}</sst>",
        }
    )


def pdf(content: _Maker, pages: Callable[[int], int] = lambda _size: 1) -> _Maker:
    """Makes a PDF whose pages share one content of a quarter of the bytes, as an object takes many bytes."""

    def made(size: int) -> bytes:
        shown = _text(content(size // 4)).encode("latin-1")
        count = pages(size)
        kids = " ".join(f"{number} 0 R" for number in range(5, 5 + count))
        objects = {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: f"<</Type/Pages/Kids[{kids}]/Count {count}/MediaBox[0 0 600 800]"
            "/Resources<</Font<</F 3 0 R>>>>>>".encode(),
            3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            4: b"<</Length %d>>\nstream\n%s\nendstream" % (len(shown), shown),
            **dict.fromkeys(range(5, 5 + count), b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>"),
        }
        held = b"".join(b"%d 0 obj\n%s\nendobj\n" % each for each in objects.items())
        return b"%PDF-1.7\n" + held + b"trailer\n<</Root 1 0 R/Size 9000000>>\n%%EOF\n"

    return made
