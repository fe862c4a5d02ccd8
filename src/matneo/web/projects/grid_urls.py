"""Addresses of the month's grid and of counting by tapping."""

from django.urls import path

from matneo.web.projects.counters import tapping
from matneo.web.projects.counters import views as counters
from matneo.web.projects.grid import views as grid

urlpatterns = [
    path("projects/<str:pk>/months/", grid.months, name="project_months"),
    path("projects/<str:pk>/months/<str:month>/", grid.month, name="project_month"),
    path("projects/<str:pk>/months/<str:month>/cells/", grid.cells, name="project_cells"),
    path("projects/<str:pk>/counters/", counters.counters, name="project_counters"),
    path("tap/<str:token>/", tapping.tap, name="tap"),
]
