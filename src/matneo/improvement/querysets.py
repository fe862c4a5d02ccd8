"""Reading projects: the ladder says who sees the content, and from which step on its card is known."""

import hashlib
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from matneo.improvement.ladder import LISTED_FROM, Rung
from matneo.organisations.models import Link
from matneo.utils.viewer import Viewer

LOCAL = "L-"  # how the ids of an organisation's own measures begin


def may_see(viewer: Viewer, before: str = "") -> Q:
    """Projects whose content this person may see. `before` is the way to the project, such as `project__`."""

    def where(**conditions) -> Q:
        return Q(**{before + name: value for name, value in conditions.items()})

    public = _from(viewer, Rung.PUBLIC, before)
    if not viewer.signed_in:
        return public
    here = viewer.organisations | viewer.caseload
    return (
        public
        | _from(viewer, Rung.PROGRAMME, before)
        | _from(viewer, Rung.TRUST, before) & where(organisation__code__in=here)
        | _from(viewer, Rung.COLLABORATIVE, before) & where(organisation__in=_neighbours(viewer))
        # Being on the team is not enough for whoever has left the trust.
        | where(members__user_id=viewer.user_id, members__end__isnull=True, organisation__code__in=here)
    )


def _from(viewer: Viewer, rung: Rung, before: str = "") -> Q:
    """Projects on this step of the ladder or above. A preview knows one project alone, on the step that it supposes."""
    if viewer.supposing is None:
        return Q(**{f"{before}rung__gte": rung})
    project, step = viewer.supposing
    return Q(**{f"{before}pk__in": [project] if step >= rung else []})


def _neighbours(viewer: Viewer) -> models.QuerySet:
    """The trusts of the collaboratives that this person, or their trust, belongs to."""
    joined = Link.objects.filter(kind="in_psc", end__isnull=True)
    own = joined.filter(source__code__in=viewer.organisations).values("target")
    mine = Q(target__in=own) | Q(target__code__in=viewer.organisations, target__kind="psc")
    return joined.filter(mine).values("source")


class ProjectQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "ProjectQuerySet":
        """Whose content may be seen."""
        seen = self.model.objects.filter(may_see(viewer)).values("pk")
        return self.filter(pk__in=seen)  # a join with the members would answer some twice

    def listed_to(self, viewer: Viewer) -> "ProjectQuerySet":
        """Whose title, area, state and dates may be seen."""
        seen = may_see(viewer)
        if viewer.signed_in:
            seen |= _from(viewer, LISTED_FROM)
        return self.filter(pk__in=self.model.objects.filter(seen).values("pk"))

    def open(self) -> "ProjectQuerySet":
        return self.exclude(state="closed")

    def at_own(self, viewer: Viewer) -> "ProjectQuerySet":
        """Of the viewer's trust, or of the trusts that they look after."""
        return self.filter(organisation__code__in=viewer.organisations | viewer.caseload)

    def near(self, viewer: Viewer) -> "ProjectQuerySet":
        """Of the trusts of the viewer's collaboratives."""
        return self.filter(organisation__in=_neighbours(viewer))


class OfProjectQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "OfProjectQuerySet":
        """What belongs to a project is seen by those who see it; a coach's own notes by that coach alone, and the answers
        about sustainability by the person who gave them."""
        project = self.model._meta.get_field("project").related_model
        seen = self.filter(project__in=project.objects.visible_to(viewer))
        if self.model.__name__ == "CoachNote":
            here = viewer.organisations | viewer.caseload
            shared = Q(shared=True) & Q(project__organisation__code__in=here)
            return seen.filter(shared | Q(user_id=viewer.user_id)) if viewer.signed_in else seen.none()
        return seen

    def current(self) -> "OfProjectQuerySet":
        """What is not over."""
        names = {field.name for field in self.model._meta.get_fields()}
        # A test's end is a day of its plan: what comes first here says that a row is over.
        over = next(name for name in ("withdrawn", "removed", "dropped", "end") if name in names)
        return self.filter(**{f"{over}__isnull": True})


class MeasureQuerySet(OfProjectQuerySet):
    def visible_to(self, viewer: Viewer) -> "MeasureQuerySet":
        """As all of a project; a measure of the trust's own, its name included, by those inside the trust alone."""
        inside = Q(project__organisation__code__in=viewer.inside)
        return super().visible_to(viewer).filter(inside | ~Q(measure__startswith=LOCAL))


class HandoverQuerySet(OfProjectQuerySet):
    def current(self) -> "HandoverQuerySet":
        """Not taken back, and whoever was asked is still on the team and at the trust."""
        from matneo.accounts.models import Membership

        there = Q(to__projects__project=F("project"), to__projects__end=None)
        held = Membership.objects.on(settings.CLOCK.today())
        at_work = held.filter(user=OuterRef("to"), organisation=OuterRef("project__organisation"))
        return super().current().filter(there, Exists(at_work)).distinct()


class TestQuerySet(OfProjectQuerySet):
    __test__ = False  # the name is the field's, not pytest's

    def due(self, today: date) -> "TestQuerySet":
        """Over, and what happened is not written yet."""
        return self.current().filter(decision="", end__lt=today)


class SentQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "SentQuerySet":
        return self.filter(user_id=viewer.user_id)


class CounterQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "CounterQuerySet":
        """Counters and their taps hold exact counts: for those who see the project and are inside its trust."""
        measures = self.model._meta.get_field("project_measure").related_model
        rows = measures.objects.visible_to(viewer).filter(project__organisation__code__in=viewer.inside)
        return self.filter(project_measure__in=rows)

    def with_token(self, token: str) -> "CounterQuerySet":
        return self.filter(digest=hashlib.sha256(token.encode()).hexdigest())


class TapQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "TapQuerySet":
        counters = self.model._meta.get_field("counter").related_model
        return self.filter(counter__in=counters.objects.visible_to(viewer))

    def counting(self) -> "TapQuerySet":
        return self.filter(undone__isnull=True)


class AskQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "AskQuerySet":
        """The person who asked, and those who lead projects at either trust: a step of the ladder opens no letter."""
        if not viewer.signed_in:
            return self.none()
        led = _led(viewer)
        return self.filter(
            Q(by_id=viewer.user_id) | Q(project__organisation__code__in=led) | Q(of__code__in=led)
        )

    def waiting_for(self, viewer: Viewer) -> "AskQuerySet":
        """Not answered yet, and this person may answer."""
        return self.filter(of__code__in=_led(viewer), answered_at__isnull=True)


def _led(viewer: Viewer) -> list[str]:
    from matneo.accounts.access import has_permission
    from matneo.accounts.permissions import Permission

    return [code for code in viewer.organisations if has_permission(viewer, Permission.LEAD_PROJECTS, code)]
