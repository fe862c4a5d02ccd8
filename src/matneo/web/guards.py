"""What is turned away at the door, before anything looks at it: the NUL character, which PostgreSQL does not take."""

from django.http import HttpResponse

from matneo.web.errors import WORDS, error

NUL = "\x00"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def refuse_nul_in_address(get_response):
    """Middleware: an address or a cookie with a NUL is answered in a sentence; nobody is known yet for a page."""

    def answered(request):
        if _in_address(request):
            return HttpResponse(". ".join(WORDS[400]), status=400, content_type="text/plain; charset=utf-8")
        return get_response(request)

    return answered


class RefuseNulInForms:
    """Middleware, after the form token was checked: nothing is read of a form that would be refused anyway."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if _has_form(request) and any(NUL in value for _, values in request.POST.lists() for value in values):
            return error(
                request, 400, "The form holds a character that cannot be kept. Go back and type it again."
            )
        return None


def _in_address(request) -> bool:
    # The query as it came: to take it apart is for those who know what to do with one that has too many parts.
    query = request.META.get("QUERY_STRING", "")
    return (
        NUL in request.path_info
        or "%00" in query
        or NUL in query
        or any(NUL in value for value in request.COOKIES.values())
    )


def _has_form(request) -> bool:
    """The API takes no forms, and asks who sends before it reads a file."""
    return (
        request.method == "POST"
        and request.content_type in FORMS
        and not request.path_info.startswith("/api/")
    )
