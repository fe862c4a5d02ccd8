"""Putting a page object into its template, with what every page carries."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac

from matneo.accounts.personas import PERSONAS
from matneo.accounts.roles import ROLES
from matneo.utils.viewer import Viewer
from matneo.web.pages import Page
from matneo.web.viewing import viewer_of

NAVIGATION = (
    ("Projects", "projects", "projects"),
    ("England", "england", "england"),
    ("Areas", "areas", "areas"),
    ("Library", "library", "library"),
    ("Measures", "measures", "measures"),
    ("Trusts", "trusts", "trusts"),
    ("Programme", "programme", "programme"),
)


@dataclass(frozen=True)
class Frame:
    """The parts that stand around every page."""

    brand: str
    viewer: Viewer
    role: str
    demonstration: bool
    today: object
    personas: tuple
    current_email: str
    path: str
    styled: bool
    draft_owner: str  # whose drafts a browser keeps; says nothing about the person


def frame(request: HttpRequest) -> Frame:
    viewer = viewer_of(request)
    roles = [ROLES[key].name for key in ROLES if key in viewer.roles]
    return Frame(
        brand=settings.BRAND_NAME,
        viewer=viewer,
        role=roles[0] if roles else "",
        demonstration=settings.IS_DEMO,
        today=settings.CLOCK.today(),
        personas=PERSONAS if settings.ROLE_SWITCHER else (),
        current_email=request.user.email if viewer.signed_in else "",
        path=request.path,
        styled=STYLED,
        draft_owner=salted_hmac("matneo.drafts", str(viewer.user_id)).hexdigest()[:16]
        if viewer.signed_in
        else "",
    )


def render(request: HttpRequest, template: str, page: Page, status: int = 200) -> HttpResponse:
    context = {"page": page, "frame": frame(request), "navigation": NAVIGATION}
    return HttpResponse(render_to_string(template, context, request, using="jinja2"), status=status)


def _styled() -> bool:
    from pathlib import Path

    return (Path(__file__).parent / "static" / "nhsuk" / "nhsuk-frontend.min.css").exists()


STYLED = _styled()
