"""Sign-in rules for allauth: people are invited; nobody signs up by themselves, and nobody takes another address."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.core.exceptions import ValidationError
from django.shortcuts import resolve_url


class InvitationOnly(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False

    def clean_email(self, email: str) -> str:
        """The second net under the addresses that are not mounted: an address opens what its owner was invited to, so
        whoever is signed in keeps the one they have."""
        user = getattr(self.request, "user", None)
        if user is not None and user.is_authenticated and email.strip().lower() != user.email.lower():
            raise ValidationError(
                "Your address is the one you were invited to. Ask the operator to change it."
            )
        return super().clean_email(email)


class InvitationOnlySocial(DefaultSocialAccountAdapter):
    """An organisation's own sign-in opens the door for people who were invited, and for nobody else."""

    def is_open_for_signup(self, request, sociallogin) -> bool:
        return False

    def get_connect_redirect_url(self, request, socialaccount) -> str:
        return resolve_url("account")  # allauth's list of connections is not mounted
