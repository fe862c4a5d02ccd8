"""Addresses of the forms around a project."""

from django.urls import path

from matneo.web.projects import ramps, studying, testing

urlpatterns = [
    path("tests/", ramps.tests, name="project_tests"),
    path("tests/new/", testing.new_test, name="test_new"),
    path("tests/<str:test>/", studying.one_test, name="test"),
]
