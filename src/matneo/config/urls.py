"""Addresses of the product."""

from django.http import HttpResponse
from django.urls import include, path
from django.views.generic import RedirectView

handler400 = "matneo.web.errors.bad_request"
handler403 = "matneo.web.errors.forbidden"
handler404 = "matneo.web.errors.not_found"
handler500 = "matneo.web.errors.server_error"


def healthz(request):
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/v1/", include("matneo.api.urls")),
    path("api/", RedirectView.as_view(url="/api/v1/openapi.json"), name="api_docs"),
    path("accounts/", include("matneo.web.account.sign_in_urls")),
    path("", include("matneo.web.urls")),
]
