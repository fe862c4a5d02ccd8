"""Office files without the clock: the same document makes the same bytes."""

import io
import re
import zipfile
from datetime import date

_DATES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(<)")


def settled(data: bytes, on: date) -> bytes:
    """The same file with every time in it set to a day: of the zip's entries, of its properties, of files inside it."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            content = before.read(name)
            if name.endswith(".xlsx"):
                content = settled(content, on)
            elif name == "docProps/core.xml":
                content = _DATES.sub(rb"\g<1>" + f"{on:%Y-%m-%d}T00:00:00Z".encode() + rb"\3", content)
            entry = zipfile.ZipInfo(name, (on.year, on.month, on.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(entry, content)
    return out.getvalue()
