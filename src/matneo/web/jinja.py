"""The template environment: a misspelt name stops the page instead of printing nothing."""

from datetime import date, datetime

from django.conf import settings
from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader, select_autoescape
from jinja2.exceptions import UndefinedError
from markupsafe import Markup


class StrictUndefined(ChainableUndefined):
    """May be chained and tested, as the NHS.UK macros need; raises when it would be printed or counted."""

    def _stop(self, *_):
        raise UndefinedError(self._undefined_message)

    __str__ = __iter__ = __len__ = __int__ = __float__ = __add__ = __html__ = _stop

    def __bool__(self) -> bool:
        return False


def environment(**options) -> Environment:
    options.pop("loader", None)
    options.pop("undefined", None)
    options["autoescape"] = select_autoescape(default=True, default_for_string=True)
    made = Environment(  # noqa: S701  (autoescape is on for everything)
        loader=ChoiceLoader([PackageLoader("matneo.web", "templates")]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        **options,
    )
    made.globals.update(
        url=reverse, static=static, settings_brand=settings.BRAND_NAME, get_messages=get_messages
    )
    made.filters.update(day=day, month=month, lower_first=lower_first, safe_svg=Markup)
    return made


def day(value: date | datetime | None) -> str:
    """12 November 2025."""
    return f"{value:%-d %B %Y}" if value else ""


def month(value: date | None) -> str:
    return f"{value:%B %Y}" if value else ""


def lower_first(words: str) -> str:
    """A sentence as the second half of another."""
    return words[:1].lower() + words[1:]
