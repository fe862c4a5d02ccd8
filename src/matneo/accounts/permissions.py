"""Everything that may be asked for."""

from enum import StrEnum


class Permission(StrEnum):
    """What a person may be allowed to do; each is asked for one organisation unless it says so."""

    VIEW_HOME = "see one's own week"
    VIEW_INSIDE = "see exact counts, newest first"
    VIEW_SUBMISSIONS = "see what was sent in, and what was found"
    UPLOAD = "send counts in, look at the preview and accept it"
    SUBMIT_ROWS = "send rows about births in (on a node)"
    UPLOAD_PUBLISHED = "bring a published national file in"
    WITHDRAW = "take an accepted submission back within 30 days"
    SIGN_OFF = "let figures be seen outside"
    ANNOTATE = "put a note on a chart"
    REBASE = "begin a new phase on a chart, with a reason"
    VIEW_AUDIT = "read what was done here"
    VIEW_OUTBOX = "read the messages sent to oneself"
    MANAGE_MEMBERS = "invite people and give roles"
    WORK_ON_PROJECTS = "start projects, and work on them with their team"
    LEAD_PROJECTS = "share, hand over and close the trust's projects"
    COACH_PROJECTS = "give a coach's score and notes"
    RELEASE = "make a new release of all figures"
    EDIT_LIBRARY = "publish a new version of a change package"
