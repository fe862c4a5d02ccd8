"""What was found in a file, as one viewer may see it."""

from dataclasses import replace

from matneo.accounts.access import has_permission
from matneo.accounts.permissions import Permission
from matneo.measures.intake.findings import Finding
from matneo.submissions.models import Kind, Submission
from matneo.utils.viewer import Viewer

LEFT_OUT = "left out"
# What a finding says without the value that it was found in.
_PLAIN = {
    "type": "A value is not of the kind that this column holds.",
    "range": "A value is not possible in this column.",
    "trust": "Rows are of a trust for which nothing may be sent in here.",
    "site": "The code of a site is not in the register, or not of that trust.",
}
_NO_VALUE = frozenset({"required", "future", "running"})  # these speak of no cell's value


def sees_values(submission: Submission, viewer: Viewer) -> bool:
    """A cell of a row about a birth is a piece of that row, and rows are seen by who may send them in."""
    return submission.kind != Kind.BIRTHS or has_permission(
        viewer, Permission.SUBMIT_ROWS, submission.organisation.code
    )


def findings(submission: Submission, viewer: Viewer) -> tuple[Finding, ...]:
    """The findings kept with a submission; of rows about births without the cells' values for who may not see rows."""
    listed = tuple(Finding(**entry) for entry in submission.report.get("listed", []))
    return listed if sees_values(submission, viewer) else tuple(map(_without_value, listed))


def _without_value(found: Finding) -> Finding:
    if found.rule in _NO_VALUE:
        return found
    return replace(
        found, value=LEFT_OUT, sentence=_PLAIN.get(found.rule, "Something in this column is not right.")
    )
