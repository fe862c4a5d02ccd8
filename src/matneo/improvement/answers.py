"""What several people answered about holding the gains, together: nobody's own answers leave this module."""

from matneo.improvement.models import Project, SustainabilityAnswer
from matneo.improvement.progress import Sustainability, sustainability

FEWEST = 3  # people who answered before an average is shown: they answer alone


def together(project: Project) -> Sustainability | None:
    """The average of the latest answers of each person; one query."""
    latest = {row.user_id: row.levels for row in SustainabilityAnswer.objects.filter(project=project)}
    return sustainability(list(latest.values()))
