"""What a workbook would unfold to, read from its XML as it streams by: before a reader reserves memory for it."""

import posixpath
import re
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat

from matneo.measures.intake.findings import Refused

_PLACE = re.compile(r"\$?([A-Za-z]{1,4})\$?([0-9]{1,9})")
BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


@dataclass
class Extent:
    """The corner farthest from A1, how many cells are written, and how many of those hold something."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    filled: int = 0


@dataclass
class Look:
    """Fed with every part of the archive in turn. Raises Refused, in a sentence, for what no reader should open.

    Every part is looked at, wherever it lies: the directory of a workbook may call any part a sheet.
    """

    name: str
    rows: int
    columns: int
    cells: int
    extents: dict[str, Extent] = field(default_factory=dict)
    sheets: list[tuple[str, str]] = field(default_factory=list)  # what a sheet is called, and its link
    links: dict[str, str] = field(default_factory=dict)

    def part(self, path: str) -> "_Part":
        """A feed for one part."""
        return _Part(self, path)

    def finish(self) -> None:
        """Only the first sheet is read: whatever the others hold would be kept without having been looked at."""
        if not self.sheets:
            raise Refused(f"{self.name} has no sheet. Save it again as .xlsx, or as CSV.")
        places = [posixpath.normpath(self._place(link)) for _, link in self.sheets]
        if any(place.lower() not in self.extents for place in places):
            raise Refused(f"{self.name} names a sheet that is not in it. Save it again as .xlsx, or as CSV.")
        for path, extent in self.extents.items():
            if extent.filled and path != places[0].lower():
                called = [
                    sheet
                    for (sheet, _), place in zip(self.sheets, places, strict=True)
                    if place.lower() == path
                ]
                which = f"sheet {called[0][:60]!r}" if called else "a part that belongs to no sheet"
                raise Refused(
                    f"{self.name} holds cells in {which} too, and only the first sheet is read. "
                    "Send a workbook with one sheet; look for hidden ones."
                )

    def _place(self, link: str) -> str:
        target = self.links.get(link, "")
        return target.lstrip("/") if target.startswith(("/", "xl/")) else f"xl/{target}"

    def check(self, extent: Extent) -> None:
        if extent.columns > self.columns:
            raise Refused(too_wide(self.name, extent.columns, self.columns))
        area = extent.rows * extent.columns
        if extent.rows > self.rows or max(area, extent.cells) > self.cells:
            raise Refused(
                f"{self.name} reaches to row {extent.rows:,} and column {extent.columns:,}, which is more than can be read "
                f"({self.rows:,} rows, {self.cells:,} cells). Copy just the table into a new workbook, or send CSV."
            )


class _Part:
    """One part of the archive. `expat` knows each encoding; entities are refused before any is declared."""

    def __init__(self, look: Look, path: str) -> None:
        self.look, self.path = look, path.lower()
        self.extent = Extent()
        self.row = self.column = 0
        self.in_cell = False
        # A picture is no XML, and no sheet: a sheet has to end in .xml, or `finish` will not find it.
        self.parser = expat.ParserCreate() if self.path.endswith((".xml", ".rels")) else None
        if self.parser is not None:
            self.parser.StartDoctypeDeclHandler = self._doctype
            self.parser.StartElementHandler = self._start
            self.parser.EndElementHandler = self._end

    def feed(self, chunk: bytes, last: bool = False) -> None:
        if self.parser is None:
            return
        try:
            self.parser.Parse(chunk, last)
        except (expat.ExpatError, ValueError, LookupError) as problem:
            raise Refused(
                f"{self.look.name} is damaged: a part of it is no XML. Save it again as .xlsx, or as CSV."
            ) from problem
        if last and self.path.endswith(".xml"):
            self.look.extents[self.path] = self.extent

    def _doctype(self, *_: object) -> None:
        raise Refused(
            f"{self.look.name} holds XML that no spreadsheet program writes. Save it again as .xlsx."
        )

    def _start(self, tag: str, given: dict[str, str]) -> None:
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if tag == "c":
            self.in_cell = True
            self.extent.cells += 1
            self.column += 1
            self._reach(given.get("r", ""))
        elif tag in ("v", "is", "f"):
            self.extent.filled += self.in_cell
        elif tag == "row":
            told = given.get("r", "")
            self.row = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else self.row + 1
            self.column = 0
            self._reach("")
        elif tag == "dimension":
            for corner in given.get("ref", "").split(":"):
                self._reach(corner)
                self.row = self.column = 0
        elif tag == "sheet" and self.path == BOOK:
            link = next((value for key, value in given.items() if key.rpartition(":")[2] == "id"), "")
            self.look.sheets.append((given.get("name", ""), link))
        elif tag == "Relationship" and self.path == LINKS:
            self.look.links[given.get("Id", "")] = given.get("Target", "")
        elif tag == "Relationship" and given.get("Type", "").endswith("/officeDocument"):
            self._only_there(given.get("Target", ""))

    def _only_there(self, target: str) -> None:
        # A reader goes where this leads: to another list of sheets than the one that is looked at here.
        if target.lstrip("/").lower() != BOOK:
            raise Refused(
                f"{self.look.name} keeps its sheets where no spreadsheet program does. Save it again."
            )

    def _end(self, tag: str) -> None:
        if tag == "c" or tag.endswith(":c"):
            self.in_cell = False

    def _reach(self, place: str) -> None:
        """A cell may say where it stands; where it does not, it follows the one before."""
        found = _PLACE.fullmatch(place)
        if found:
            self.row, self.column = int(found[2]), _column(found[1])
        extent = self.extent
        if self.row > extent.rows or self.column > extent.columns or extent.cells > self.look.cells:
            extent.rows, extent.columns = max(extent.rows, self.row), max(extent.columns, self.column)
            self.look.check(extent)


@lru_cache(maxsize=20_000)
def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def too_wide(name: str, columns: int, most: int) -> str:
    return f"{name} has {columns:,} columns and the limit is {most:,}. Delete the empty ones, or copy just the table."
