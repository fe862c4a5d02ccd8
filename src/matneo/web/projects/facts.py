"""The facts from which a score is suggested."""

from matneo.improvement import answers
from matneo.improvement.models import ChangeTest, Member, Project, ProjectMeasure
from matneo.improvement.progress import Facts
from matneo.utils.viewer import Viewer


def facts_of(project: Project, viewer: Viewer) -> Facts:
    """What the project's own rows show. What charts show is not among it yet: shifts and goals are taken as not there."""
    members = Member.objects.visible_to(viewer).current().filter(project=project)
    parts = {part.strip().casefold() for part in members.values_list("part", flat=True) if part.strip()}
    families = list(
        ProjectMeasure.objects.visible_to(viewer)
        .current()
        .filter(project=project)
        .values_list("family", "goal")
    )
    tests = ChangeTest.objects.visible_to(viewer).current().filter(project=project)
    together = answers.together(project)
    return Facts(
        has_aim=bool(project.aim and project.by_when),
        parts_on_team=len(parts),
        has_diagram=True,  # every project begins with its package's
        measures=len(families),
        balancing=sum(family == "balancing" for family, _ in families),
        baseline_points=0,
        tests_closed=tests.exclude(decision="").count(),
        charted=0,
        process_shift=False,
        outcome_shift=False,
        gap_closed=None,
        months_since_shift=None,
        goals=sum(goal is not None for _, goal in families),
        goals_met=0,
        sustainability=together.total if together else None,
    )
