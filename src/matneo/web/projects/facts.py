"""The facts from which a score is suggested, gathered for the page of the score."""

from matneo.improvement.models import ChangeTest, Member, Project
from matneo.improvement.progress import Facts
from matneo.utils.viewer import Viewer
from matneo.web.projects import evidence, followed


def facts_of(project: Project, viewer: Viewer) -> Facts:
    """What the rows and charts of a project show to this viewer."""
    members = Member.objects.visible_to(viewer).current().filter(project=project)
    tests = ChangeTest.objects.visible_to(viewer).current().filter(project=project)
    return evidence.facts(
        project, followed.read(project, viewer), members.values_list("part", flat=True), list(tests)
    )
