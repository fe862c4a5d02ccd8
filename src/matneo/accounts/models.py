"""People and their dated memberships."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.management.base import CommandError
from django.db import models
from django.db.models import F, Q

from matneo.accounts.querysets import MembershipQuerySet, TokenQuerySet
from matneo.accounts.roles import NO_SUPERUSER, ROLES


class UserManager(BaseUserManager):
    """Django's commands look people up by e-mail; creating one is an action."""

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    def create_superuser(self, **_):
        raise CommandError(NO_SUPERUSER)


class User(AbstractBaseUser):
    """A person, known by a work e-mail address."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    is_invented = models.BooleanField(default=False)
    created = models.DateTimeField()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        db_table = "person"

    def __str__(self) -> str:
        return self.name

    def get_username(self) -> str:
        return self.email

    # There is no superuser here and no admin site: access.py alone says who may do what.
    is_staff = False
    is_superuser = False

    def has_perm(self, perm, obj=None) -> bool:
        return False

    def has_module_perms(self, label) -> bool:
        return False


class Membership(models.Model):
    """From `start` up to and without `end`, a person has a role at an organisation."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=30, choices=[(key, role.name) for key, role in ROLES.items()])
    start = models.DateField()
    end = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        db_table = "person_membership"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(end__isnull=True),
                name="membership_once_open",
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="membership_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.organisation_id}"


class Caseload(models.Model):
    """A trust that a coach or collaborative manager looks after, from a day on."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="caseload")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="coaches"
    )
    start = models.DateField()
    end = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        db_table = "person_caseload"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(end__isnull=True), name="caseload_once_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} looks after {self.organisation_id}"


class ApiToken(models.Model):
    """A program's way to ask as a person. Only the hash of the secret is kept; it ends by itself and can be revoked."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField()
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        db_table = "person_token"
        ordering = ["-created"]

    def __str__(self) -> str:
        return self.name
