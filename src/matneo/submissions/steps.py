"""The list of what happened to a submission: a line for each step, never edited."""

from django.conf import settings

from matneo.submissions.models import Submission, SubmissionEvent


def add_step(submission: Submission, state: str, by, reason: str) -> None:
    SubmissionEvent.objects.create(
        submission=submission,
        state=state,
        at=settings.CLOCK.now(),
        by_name=by.name if by else "MatNeo",
        reason=reason,
    )
