"""The only door for data: receive, look at, accept, put aside, take back, type in, sign off."""

from matneo.submissions.actions.files import (
    SameFile,
    accept,
    read_again,
    receive,
    reject,
    sweep,
    withdraw,
)
from matneo.submissions.actions.previewing import Change, Preview, preview
from matneo.submissions.actions.signing import sign_off, sign_off_many
from matneo.submissions.actions.typed import (
    add_local_measure,
    confirm,
    restore_local_measure,
    type_in,
    withdraw_local_measure,
)

__all__ = [
    "Change",
    "Preview",
    "SameFile",
    "accept",
    "add_local_measure",
    "confirm",
    "preview",
    "read_again",
    "receive",
    "reject",
    "restore_local_measure",
    "sign_off",
    "sign_off_many",
    "sweep",
    "type_in",
    "withdraw",
    "withdraw_local_measure",
]
