"""What each recorded action is called on a page: in the past, without its object, which stands beside it."""

WORDS = {
    "accounts.add_membership": "gave a role",
    "accounts.create_token": "made a key for a program",
    "accounts.create_user": "added a person",
    "accounts.end_membership": "ended a role",
    "accounts.revoke_token": "took a program's key back",
    "accounts.set_caseload": "set the trusts that somebody supports",
    "monitoring.annotate": "put a note on a chart",
    "monitoring.rebase": "began a new phase on a chart",
    "monitoring.release": "made a release of all figures",
    "monitoring.withdraw_note": "took a note off a chart",
    "monitoring.withdraw_rebase": "took a new phase back",
    "organisations.load": "loaded the register of organisations",
    "organisations.merge": "joined two organisations",
    "programme.add_pause": "recorded a pause of the programme",
    "programme.add_wave": "added a wave",
    "programme.enrol": "enrolled trusts in a wave",
    "programme.name_leads": "named improvement leads",
    "submissions.accept": "accepted a file: it counts",
    "submissions.add_local_measure": "began a measure of their own",
    "submissions.read_again": "read a file again with other columns",
    "submissions.receive": "sent a file in",
    "submissions.refuse": "sent a file in that held personal details; it was deleted",
    "submissions.reject": "put a file aside: it never counted",
    "submissions.sign_off": "signed figures off",
    "submissions.type_in": "typed counts in",
    "submissions.withdraw": "took a file back: it counts no more",
    "submissions.withdraw_local_measure": "took a measure of their own off",
}


def words(action: str) -> str:
    """Plain words; the code itself for an action of an earlier version that has none any more."""
    return WORDS.get(action, action)
