"""Addresses of the grid of months and weeks, and of counting by tapping."""

from django.urls import path

from matneo.web.projects.counters import tapping
from matneo.web.projects.counters import views as counters
from matneo.web.projects.grid import handing
from matneo.web.projects.grid import views as grid

urlpatterns = [
    path("projects/<str:pk>/months/", grid.months, name="project_months"),
    path("projects/<str:pk>/months/<str:month>/", grid.month, name="project_month"),
    path("projects/<str:pk>/months/<str:month>/cells/", grid.cells, name="project_cells"),
    path("projects/<str:pk>/months/<str:month>/hand/", handing.hand_month, name="project_month_hand"),
    path("projects/<str:pk>/weeks/", grid.weeks, name="project_weeks"),
    path("projects/<str:pk>/weeks/<str:week>/", grid.week, name="project_week"),
    path("projects/<str:pk>/weeks/<str:week>/cells/", grid.week_cells, name="project_week_cells"),
    path("projects/<str:pk>/weeks/<str:week>/hand/", handing.hand_week, name="project_week_hand"),
    path("projects/<str:pk>/counters/", counters.counters, name="project_counters"),
    path("tap/<str:token>/", tapping.tap, name="tap"),
]
