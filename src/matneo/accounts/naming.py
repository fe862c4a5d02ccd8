"""The names of people whom a record calls by their number."""

import re
from collections.abc import Iterable, Mapping

from matneo.accounts.models import User

PERSON = re.compile(r"^person (\d{1,12})\b")


def names_in(records: Iterable[str]) -> Mapping[int, str]:
    """Who the records speak of, by number. A record keeps the number, so that a name can change; whoever may read the
    record may read the name. One query where anybody is spoken of, else none."""
    numbers = {int(found[1]) for record in records if (found := PERSON.match(record))}
    return dict(User.objects.filter(pk__in=numbers).values_list("pk", "name")) if numbers else {}


def with_name(record: str, names: Mapping[int, str]) -> str:
    """ "Joy Adeyemi as staff" of "person 7 as staff"; as it is where there is nobody of that number any more."""
    return PERSON.sub(lambda found: names.get(int(found[1])) or found[0], record)
