"""Addresses of the forms around a project."""

from django.urls import path

from matneo.web.projects import (
    aim,
    choosing,
    coaching,
    ending,
    following,
    looking,
    own_measures,
    ramps,
    reporting,
    scoring,
    sharing,
    studying,
    team,
    telling,
    testing,
)

urlpatterns = [
    path("aim/", aim.aim, name="project_aim"),
    path("team/", team.team, name="project_team"),
    path("measures/", following.measures, name="project_measures"),
    path("measures/own/", own_measures.own_measures, name="project_own_measures"),
    path("ideas/", choosing.ideas, name="project_ideas"),
    path("tests/", ramps.tests, name="project_tests"),
    path("tests/new/", testing.new_test, name="test_new"),
    path("tests/<str:test>/", studying.one_test, name="test"),
    path("story/", telling.tell, name="project_story"),
    path("progress/", scoring.progress, name="project_progress"),
    path("share/", sharing.share, name="project_share"),
    path("share/look/", looking.look, name="project_look"),
    path("notes/", coaching.notes, name="project_notes"),
    path("report/<str:month>/", reporting.report, name="project_report"),
    path("end/", ending.end, name="project_end"),
]
