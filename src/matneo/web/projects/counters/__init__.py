"""Counting case by case: the posters of a project, and the page that anybody with the code taps on."""
