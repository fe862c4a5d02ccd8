"""What sending in and taking back ask for: it depends on whose figures they are."""

from matneo.accounts.permissions import Permission
from matneo.organisations.models import Organisation


def to_send(organisation: Organisation) -> Permission:
    """National files are brought in by the national team, counts by the trust's people."""
    return Permission.UPLOAD_PUBLISHED if organisation.kind == "england" else Permission.UPLOAD


def to_take_back(organisation: Organisation) -> Permission:
    """Who brings national files in may take them back; in a trust it is a permission of its own."""
    return Permission.UPLOAD_PUBLISHED if organisation.kind == "england" else Permission.WITHDRAW
