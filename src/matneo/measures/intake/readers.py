"""Bytes become a table of text cells. Sizes are judged before anything is parsed; every refusal is a sentence."""

import csv
import gzip
import io
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from matneo.measures.intake.findings import Refused
from matneo.measures.intake.workbooks import BOOK, Look, too_wide

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bytes as sent, bytes unpacked, and how many times larger unpacking may make a file; then columns of any file,
    rows of a workbook, and cells that a workbook unfolds to or that short rows are filled up with."""

    size: int = 50 * MB
    unpacked: int = 300 * MB
    ratio: int = 100
    columns: int = 1_000
    rows: int = 1_000_000
    cells: int = 5_000_000


@dataclass(frozen=True)
class Guess:
    """What we took the file for; shown to the person who sent it."""

    form: str  # csv, xlsx
    encoding: str
    delimiter: str
    sheet: str

    def words(self) -> str:
        if self.form == "xlsx":
            return f"an Excel workbook, sheet {self.sheet!r}"
        names = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
        return f"text with {names.get(self.delimiter, self.delimiter)} between the columns, written in {self.encoding}"


@dataclass(frozen=True)
class Table:
    """Cells as text. Row 0 of `cells` is row 2 of the sheet."""

    columns: tuple[str, ...]
    cells: pl.DataFrame
    guess: Guess

    def rows(self) -> list[tuple[str, ...]]:
        found: list[tuple[str, ...]] = self.cells.rows()
        return found


def read(file: Path, name: str, limits: Limits) -> Table:
    """Read a CSV, gzipped CSV or XLSX file. Raises Refused."""
    size = file.stat().st_size
    if size == 0:
        raise Refused(
            f"{name} is empty. Choose the file again, or save it once more from the program that made it."
        )
    if size > limits.size:
        raise Refused(
            f"{name} has {size / MB:.0f} MB and the limit is {limits.size // MB} MB. Send a part of it, for example one year."
        )
    content = file.read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = _gunzip(content, name, limits)
    if content[:4] == b"PK\x03\x04":
        return _xlsx(content, name, limits)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Refused(
            f"{name} is an old or password-protected Excel file. Save it as .xlsx without a password, or as CSV."
        )
    if content[:5] in (b"%PDF-",) or b"\x00\x00\x00" in content[:64]:
        raise Refused(f"{name} is not a table. Send CSV or XLSX.")
    return _csv(content, name, limits)


def _gunzip(content: bytes, name: str, limits: Limits) -> bytes:
    allowed = min(limits.unpacked, max(len(content) * limits.ratio, MB))
    unpacker, out = zlib.decompressobj(wbits=31), bytearray()
    try:
        out += unpacker.decompress(content, allowed + 1)
        if len(out) > allowed:
            raise Refused(_too_large(name, limits))
        if not unpacker.eof:
            raise Refused(f"{name} ends in the middle: it was cut off on its way. Send it again.")
    except (zlib.error, gzip.BadGzipFile, EOFError) as problem:
        raise Refused(f"{name} cannot be unpacked: it is damaged. Send it again.") from problem
    if out[:2] == b"\x1f\x8b":
        raise Refused(f"{name} is packed twice. Unpack it once and send it again.")
    return bytes(out)


def _xlsx(content: bytes, name: str, limits: Limits) -> Table:
    import fastexcel

    look = Look(name, limits.rows, limits.columns, limits.cells)
    seen = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(seen, "w") as copy:
            entries = archive.infolist()
            _only_a_workbook(entries, name)
            allowed = min(limits.unpacked, max(len(content) * limits.ratio, MB))
            # The directory of a hostile archive may lie: what comes out is counted, not what it promises.
            left = allowed
            for entry in entries:
                part = look.part(entry.filename)
                with archive.open(entry) as stream, copy.open(entry.filename, "w") as kept:
                    while chunk := stream.read(MB):
                        left -= len(chunk)
                        if left < 0:
                            raise Refused(_too_large(name, limits))
                        part.feed(chunk)
                        kept.write(chunk)
                    part.feed(b"", last=True)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as problem:
        raise Refused(f"{name} is damaged or was cut off on its way. Send it again.") from problem
    look.finish()
    # The copy holds just what was looked at: another reader could find a second directory in the archive as sent.
    content = seen.getvalue()
    try:
        book = fastexcel.read_excel(content)
        sheet = book.load_sheet(0, header_row=None, dtypes="string")
        cells = sheet.to_polars()
    except Exception as problem:  # the reader's errors have no common class
        raise Refused(f"{name} cannot be read as a workbook. Save it again as .xlsx, or as CSV.") from problem
    rows = [["" if cell is None else str(cell).strip() for cell in row] for row in cells.iter_rows()]
    return _table(rows, name, Guess("xlsx", "", "", book.sheet_names[0]), limits)


def _only_a_workbook(entries: list[zipfile.ZipInfo], name: str) -> None:
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused(f"{name} is protected by a password. Save it without one.")
    names = [entry.filename.lower() for entry in entries]
    if BOOK not in names:
        raise Refused(f"{name} is an archive, not a workbook. Unpack it and send the table inside.")
    # Rows of other tables that no sheet shows: they would be kept without having been looked at.
    if any(part.startswith(("xl/pivotcache/", "xl/externallinks/", "xl/embeddings/")) for part in names):
        raise Refused(
            f"{name} holds copies of other tables (a pivot table, a link to another workbook or an embedded file). "
            "Copy just the table, as values, into a new workbook and send that."
        )
    # Two parts of one name, or a second kind of workbook inside: what is looked at would not be what is read.
    if len(set(names)) < len(names) or {"xl/workbook.bin", "content.xml"} & set(names):
        raise Refused(f"{name} is put together as no spreadsheet program does. Save it again as .xlsx.")


def _csv(content: bytes, name: str, limits: Limits) -> Table:
    text, encoding = _decode(content, name)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t|", key=first.count)
    if not first.count(delimiter):
        raise Refused(
            f"{name} has one column only. A table needs columns, separated by commas, semicolons or tabs."
        )
    try:
        rows = [
            [cell.strip() for cell in row]
            for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
        ]
    except csv.Error as problem:
        raise Refused(
            f"{name} cannot be read as CSV ({problem}). Is a quotation mark left open?"
        ) from problem
    return _table(rows, name, Guess("csv", encoding, delimiter, ""), limits)


def _decode(content: bytes, name: str) -> tuple[str, str]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            try:
                return content.decode(encoding), {"utf-8-sig": "UTF-8"}.get(encoding, "UTF-16")
            except UnicodeDecodeError as problem:
                raise Refused(
                    f"{name} says it is {encoding} and is not. Save it again as CSV UTF-8."
                ) from problem
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        pass
    text = content.decode("cp1252", errors="replace")
    strange = sum(1 for character in text if ord(character) < 32 and character not in "\r\n\t") + text.count(
        "\ufffd"
    )
    if strange > len(text) / 200:
        raise Refused(f"{name} is not text that we can read. Save it again as CSV UTF-8, or as XLSX.")
    return text, "Windows-1252"


def _table(rows: list[list[str]], name: str, guess: Guess, limits: Limits) -> Table:
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) < 2:
        raise Refused(f"{name} has no rows below its header. Is it the right sheet?")
    header = [cell.strip() for cell in rows[0]]
    while header and not header[-1]:
        header.pop()
    if len(header) > limits.columns:
        raise Refused(too_wide(name, len(header), limits.columns))
    columns = tuple(cell or f"column {place}" for place, cell in enumerate(header, 1))
    twice = sorted(cell for cell, times in Counter(columns).items() if times > 1)
    if twice:
        raise Refused(f"{name} has two columns called {twice[0][:60]!r}. Rename one of them.")
    for number, row in enumerate(rows[1:], 2):
        if len(row) > len(columns) and any(row[len(columns) :]):
            raise Refused(
                f"{name}, row {number} has {len(row)} cells and the header {len(columns)}. Is a comma in a number?"
            )
    # Every row is filled up to the width of the header: a million short rows under a wide one would fill the memory.
    if sum(max(len(columns) - len(row), 0) for row in rows[1:]) > limits.cells:
        raise Refused(
            f"{name} has a header of {len(columns):,} cells over rows that are much shorter. "
            "Delete the columns that hold nothing, and send it again."
        )
    body = [(row + [""] * len(columns))[: len(columns)] for row in rows[1:]]
    cells = pl.DataFrame(body, schema=dict.fromkeys(columns, pl.String), orient="row")
    return Table(columns, cells, guess)


def _too_large(name: str, limits: Limits) -> str:
    return (
        f"{name} grows beyond {limits.unpacked // MB} MB, or {limits.ratio} times its size, when it is unpacked. "
        "Send it in parts."
    )
