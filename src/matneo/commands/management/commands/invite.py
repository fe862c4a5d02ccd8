"""`matneo invite EMAIL --name NAME --role ROLE --at CODE`: the first people of an installation."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from matneo.accounts import actions
from matneo.accounts.roles import ROLES
from matneo.organisations.models import Organisation


class Command(BaseCommand):
    help = "Gives a person a role from today on and says how to sign in; doing it twice changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("email", help="the person's work e-mail address")
        parser.add_argument("--name", required=True, help="the person's name, as colleagues know it")
        parser.add_argument("--role", required=True, help=f"one of {', '.join(ROLES)}")
        parser.add_argument(
            "--at",
            required=True,
            metavar="CODE",
            help="code of the trust or collaborative; ENG is England of the real register",
        )
        parser.add_argument(
            "--caseload",
            metavar="CODES",
            default="",
            help="codes of trusts, with commas between them, that a coach or collaborative manager looks after; "
            "they are added to those from before",
        )

    def handle(self, *, email, name, role, at, caseload, **options):
        if settings.DATA_DIR.marker() is None:
            raise CommandError(
                f"{settings.DATA_DIR.path} holds no MatNeo data yet. Start ./run once, or name a --data-dir."
            )
        try:
            place = _organisation(at)
            trusts = [_organisation(code) for code in caseload.split(",") if code.strip()]
            made = actions.invite(
                email=email, name=name, role=role, organisation=place, caseload=trusts, by=None
            )
        except actions.Refused as reason:
            raise CommandError(str(reason)) from reason
        user = made.membership.user
        self.stdout.write(
            f"{user.name} has the role {ROLES[role].name} at {place.short_name} from {made.membership.start:%-d %B %Y}."
        )
        self.stdout.write(
            f"To sign in: {settings.BASE_URL}{reverse('account_request_login_code')} sends a code to {user.email}. "
            f"Where e-mail does not work yet, `matneo changepassword {user.email}` sets a password."
        )


def _organisation(code: str) -> Organisation:
    found = Organisation.objects.filter(code=code.strip().upper()).first()
    if found is None:
        raise CommandError(
            f"There is no organisation {code.strip()[:40]}. Codes stand on the organisations' pages."
        )
    return found
