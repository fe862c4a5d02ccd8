"""When something cannot be shown: what happened, and where to go from here."""

from django.core.exceptions import DisallowedHost
from django.http import HttpResponse

from matneo.web.pages import Page
from matneo.web.render import render

WORDS = {
    400: (
        "That address does not make sense",
        "Perhaps a link was cut in two. Go back, or start at the front page.",
    ),
    403: (
        "This is not open to you",
        "It belongs to people of another organisation, or needs you to sign in.",
    ),
    404: ("Nothing is here", "The page may have moved, or the address has a slip in it."),
    413: ("That is too large", "Send the file in parts, for example one year at a time."),
    429: ("That was a lot at once", "Wait a minute, then try again."),
    500: (
        "Something went wrong here",
        "It is our slip, not yours. What you had typed is still in the form if you go back.",
    ),
}


def error(request, status: int, detail: str = "") -> HttpResponse:
    title, words = WORDS[status]
    page = Page(title=title, lead=detail or words, visible_to="everyone", fresh="", next_steps=())
    return render(request, "pages/error.jinja", page, status=status)


def bad_request(request, exception=None):
    if isinstance(exception, DisallowedHost):
        # A page of ours would ask for the very host name that is refused.
        words = "This installation does not answer under that name. Use the address that you were given."
        return HttpResponse(words, status=400, content_type="text/plain")
    return error(request, 400)


def forbidden(request, exception=None):
    return error(request, 403, str(exception) if exception and str(exception) else "")


def not_found(request, exception=None):
    return error(request, 404)


def server_error(request):
    return HttpResponse(
        "<!doctype html><html lang='en'><title>Something went wrong</title><h1>Something went wrong here</h1>"
        "<p>It is our slip, not yours. Go back and try again.</p></html>",
        status=500,
    )


def csrf(request, reason=""):
    return error(
        request,
        403,
        "The form was open for a long time, or cookies are off. Go back, load the page again and send it once more.",
    )
