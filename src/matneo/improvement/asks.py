"""Who is asked for twenty minutes, how often, and what it is called."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings

from matneo.accounts.models import Membership, User
from matneo.improvement.models import Ask
from matneo.organisations.models import Organisation

# Once in this time from one trust to another: being asked must stay a pleasure.
PAUSE = timedelta(days=14)
ANSWER_WITHIN = timedelta(days=14)


def leads_of(trust: Organisation) -> list[User]:
    """The people who lead improvement work there today."""
    rows = _leads([trust.code]).select_related("user").order_by("user_id")
    return list({row.user_id: row.user for row in rows}.values())


def reachable(codes: Iterable[str]) -> frozenset[str]:
    """The trusts of these where somebody can be asked."""
    return frozenset(_leads(codes).values_list("organisation__code", flat=True))


def _leads(codes: Iterable[str]):
    return Membership.objects.on(settings.CLOCK.today()).filter(
        organisation__code__in=list(codes), role="improvement_lead", user__is_active=True
    )


def lately(asker: Organisation, codes: Iterable[str]) -> dict[str, Ask]:
    """Whom this trust asked less than a fortnight ago."""
    since = settings.CLOCK.now() - PAUSE
    rows = Ask.objects.filter(project__organisation=asker, of__code__in=list(codes), at__gt=since)
    return {row.of.code: row for row in rows.select_related("of")}


def again_words(row: Ask) -> str:
    return f"{row.by_name} asked {row.of.short_name} on {row.at:%-d %B}; you can ask again from {row.at + PAUSE:%-d %B}."


def asks_words(row: Ask) -> str:
    """ "Ruth Ellery of Larkworth asks" """
    return f"{row.by_name} of {row.project.organisation.short_name} asks"


def path(row: Ask) -> str:
    return f"/home/asks/{row.pk}/"
