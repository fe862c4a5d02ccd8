"""Addresses of the pages: readable and stable."""

from django.urls import include, path, re_path

from matneo.web.account import views as account
from matneo.web.home import answering, week
from matneo.web.home import views as home
from matneo.web.learn import views as learn
from matneo.web.library import browse, driver, edit, idea, package, versions
from matneo.web.notes import views as notes
from matneo.web.packs import drivers as pack_drivers
from matneo.web.packs import views as packs
from matneo.web.people import views as people
from matneo.web.projects import drivers as project_drivers
from matneo.web.projects import grid_urls, listing, peers, version
from matneo.web.projects import page as project_page
from matneo.web.projects import start as project_start
from matneo.web.reading import about, charts, england, front, library, places, proof, releases
from matneo.web.submissions import views as submissions

CODE, MEASURE, KIND = (
    r"(?P<code>[A-Za-z0-9-]{2,20})",
    r"(?P<measure>[A-Za-z0-9-]{2,40})",
    r"(?P<kind>svg|png|csv|vl\.json|json)",
)
FORM = r"(?P<form>pptx|docx|pdf|xlsx)"
PLACES = r"(?P<places>trusts|collaboratives|regions|sites|units|networks|systems|boards)"

urlpatterns = [
    path("", front.front, name="front"),
    path("england/", england.england, name="england"),
    re_path(rf"^england/measures/{MEASURE}\.{KIND}$", charts.england_form, name="england_form"),
    path("england/measures/<str:measure>/notes/", notes.england_notes, name="england_notes"),
    path("england/measures/<str:measure>/", charts.england_chart, name="england_chart"),
    path("england/people/", people.england_people, name="england_people"),
    path("england/releases/", releases.releases, name="releases"),
    path("england/audit/", home.england_audit, name="england_audit"),
    path("programme/", about.programme, name="programme"),
    path("areas/", library.areas, name="areas"),
    path("areas/<str:key>/", library.area, name="area"),
    path("library/", browse.library, name="library"),
    path("library/drivers/<str:name>/", driver.driver, name="driver"),
    path("library/ideas/<str:name>/", idea.idea, name="idea"),
    path("library/<str:key>/versions/", versions.package_versions, name="package_versions"),
    path("library/<str:key>/versions/<int:number>/", versions.package_version, name="package_version"),
    path("library/<str:key>/edit/", edit.package_edit, name="package_edit"),
    path("library/<str:key>/diagram.svg", package.picture, name="package_picture"),
    path("library/<str:key>/", package.package, name="package"),
    path("projects/<str:pk>/version/", version.project_version, name="project_version"),
    path("projects/<str:pk>/drivers.svg", pack_drivers.picture, name="project_drivers_picture"),
    path("projects/<str:pk>/drivers.pptx", pack_drivers.slides, name="project_drivers_slides"),
    path("projects/<str:pk>/drivers/", project_drivers.drivers, name="project_drivers"),
    re_path(
        r"^library/(?P<key>[A-Za-z]{2,4})/package\.(?P<form>docx|pdf)$",
        packs.package_document,
        name="package_document",
    ),
    re_path(r"^library/(?P<key>[A-Za-z]{2,4})/diagram\.pptx$", packs.package_slides, name="package_slides"),
    path("measures/", library.measures, name="measures"),
    path("measures/<str:measure>/", library.measure, name="measure"),
    path("wall/", library.wall, name="wall"),
    path("projects/<str:pk>/peers/", peers.peers, name="project_peers"),
    path("projects/", listing.projects, name="projects"),
    path("projects/start/", project_start.start, name="project_start"),
    path("projects/<str:pk>/", project_page.project, name="project"),
    path("method/", about.method, name="method"),
    path("method/proof/", proof.proof, name="proof"),
    path("planted/", about.planted, name="planted"),
    path("who-can-see/", about.who_can_see, name="who_can_see"),
    path("accessibility/", about.accessibility, name="accessibility"),
    path("privacy/", about.privacy, name="privacy"),
    path("learn/semmelweis/", learn.semmelweis, name="semmelweis"),
    path("learn/semmelweis.csv", learn.sheet, name="semmelweis_sheet"),
    path("home/", week.home, name="home"),
    path("home/asks/<str:pk>/", answering.ask, name="ask"),
    path("home/messages/", home.outbox, name="outbox"),
    path("projects/<str:pk>/", include("matneo.web.projects.form_urls")),
    path("account/", account.account, name="account"),
    path("account/sign-out/", account.sign_out, name="sign_out"),
    path("account/look-as/", account.switch_persona, name="switch_persona"),
    path("trusts/<str:code>/upload/", submissions.upload, name="upload"),
    path("trusts/<str:code>/submissions/", submissions.submissions, name="submissions"),
    path("trusts/<str:code>/submissions/<str:pk>/", submissions.submission, name="submission"),
    path("trusts/<str:code>/submissions/<str:pk>/findings.csv", submissions.findings, name="findings"),
    path("trusts/<str:code>/sign-off/", submissions.sign_off, name="sign_off"),
    path("trusts/<str:code>/audit/", home.audit, name="audit"),
    re_path(rf"^trusts/{CODE}/packs/board\.{FORM}$", packs.trust_pack, name="trust_pack"),
    path("projects/<str:pk>/packs/", packs.packs, name="project_packs"),
    re_path(
        rf"^projects/(?P<pk>[a-z0-9]{{1,16}})/packs/(?P<kind>story|board|poster)\.{FORM}$",
        packs.pack,
        name="project_pack",
    ),
    path("trusts/", places.places, {"places": "trusts"}, name="trusts"),
    re_path(rf"^{PLACES}/$", places.places, name="places"),
    re_path(rf"^{PLACES}/{CODE}/measures/{MEASURE}\.{KIND}$", charts.form, name="form"),
    re_path(rf"^{PLACES}/{CODE}/measures/{MEASURE}/notes/$", notes.notes, name="notes"),
    re_path(rf"^{PLACES}/{CODE}/measures/{MEASURE}/$", charts.chart, name="chart"),
    re_path(rf"^(?P<places>trusts|collaboratives)/{CODE}/people/$", people.people, name="people"),
    re_path(rf"^{PLACES}/{CODE}/$", places.place, name="place"),
    *grid_urls.urlpatterns,
]
