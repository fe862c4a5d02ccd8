"""A document as the answer to a request: its bytes, its kind, its name."""

from functools import lru_cache

from django.http import HttpResponse
from django.utils.text import slugify

from matneo.charts.document import Document
from matneo.charts.office import excel, pdf, powerpoint, word

OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "pptx": f"{OFFICE}.presentationml.presentation",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
WRITERS = {"pptx": powerpoint.write, "docx": word.write, "xlsx": excel.write, "pdf": pdf.write}
NAMES = {"pptx": "PowerPoint", "docx": "Word", "pdf": "PDF", "xlsx": "Excel"}


def give(document: Document, form: str, name: str) -> HttpResponse:
    """The file; where this server cannot make it, a page that says what to do instead."""
    try:
        content = _content(document, form)
    except pdf.NoPaper as reason:
        return HttpResponse(str(reason), status=501, content_type="text/plain; charset=utf-8")
    answer = HttpResponse(content, content_type=TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{slugify(name) or "document"}.{form}"'
    return answer


@lru_cache(maxsize=32)
def _content(document: Document, form: str) -> bytes:
    """Kept for whoever asks for the very same document again: it says for whom it is, and the same is the same file."""
    return WRITERS[form](document)
