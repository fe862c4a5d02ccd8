"""Addresses for programs, under /api/v1/."""

from django.urls import path

from matneo.api.views import api

urlpatterns = [path("", api.urls)]
