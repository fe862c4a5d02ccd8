"""What day it is, as a value that is passed in: a demonstration's today stands still."""

from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True)
class Clock:
    """Tells today's date and the time now. `fixed` freezes the date (the time of day goes on); `at` freezes both, for what
    is written down as of an earlier day."""

    fixed: date | None = None
    at: datetime | None = None

    def now(self) -> datetime:
        """The aware time in UTC."""
        if self.at is not None:
            return self.at.astimezone(UTC)
        now = datetime.now(UTC)
        if self.fixed is None:
            return now
        return now.replace(year=self.fixed.year, month=self.fixed.month, day=self.fixed.day)

    def today(self) -> date:
        return self.fixed or self.now().date()
