"""Sign-in rules for allauth: people are invited; nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class InvitationOnly(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False


class InvitationOnlySocial(DefaultSocialAccountAdapter):
    """An organisation's own sign-in opens the door for people who were invited, and for nobody else."""

    def is_open_for_signup(self, request, sociallogin) -> bool:
        return False
