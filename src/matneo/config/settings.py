"""Settings, read once from typed MATNEO_* variables. docs/reference/settings.md lists them."""

from pathlib import Path

import environ

from matneo.utils.clock import Clock
from matneo.utils.datadir import DataDir

env = environ.FileAwareEnv()  # MATNEO_X_FILE names a file that holds the value

DATA_DIR = DataDir(Path(env.str("MATNEO_DATA_DIR", default="var/demo")).resolve())
MARKER = DATA_DIR.marker()
IS_DEMO = MARKER is not None and MARKER.kind == "demo"
CLOCK = Clock(MARKER.today if MARKER else None)
# node: rows stay in the trust. hub: refuses rows. demo: both, with invented data.
PROFILE = env.str("MATNEO_PROFILE", default="demo" if IS_DEMO else "node")
if PROFILE not in {"node", "hub", "demo"}:
    raise environ.ImproperlyConfigured(f"MATNEO_PROFILE is {PROFILE!r}; it may be node, hub or demo.")

DEBUG = env.bool("MATNEO_DEBUG", default=False)
SECRET_KEY = env.str("MATNEO_SECRET_KEY", default="") or DATA_DIR.secret_key()
ALLOWED_HOSTS = env.list("MATNEO_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
BASE_URL = env.str("MATNEO_BASE_URL", default="http://127.0.0.1:8000")
# The role switcher signs in without a password: only with invented data, only on this machine.
LOOPBACK_ONLY = env.bool("MATNEO_LOOPBACK", default=False)
ROLE_SWITCHER = IS_DEMO and LOOPBACK_ONLY

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "matneo.audit",
    "matneo.organisations",
    "matneo.accounts",
    "matneo.notifications",
    "matneo.programme",
    "matneo.submissions",
    "matneo.monitoring",
    "matneo.emails",
    "matneo.web",
    "matneo.api",
    "matneo.commands",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "matneo.config.urls"
WSGI_APPLICATION = "matneo.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "jinja2",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "matneo.web.jinja.environment"},
    },
    {
        # Only for allauth's own pages, which extend our layout.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent.parent / "web" / "templates" / "django"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]


def _database() -> dict:
    url = env.str("MATNEO_DATABASE_URL", default="")
    if url:
        config = env.db_url_config(url)
        config["OPTIONS"] = {**config.get("OPTIONS", {}), "pool": True}
        return config
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR.database,
        "OPTIONS": {
            # Without IMMEDIATE a read that turns into a write fails at once when another writer is at work.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
            "PRAGMA cache_size=-20000; PRAGMA mmap_size=134217728; PRAGMA foreign_keys=ON",
        },
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = env.str("MATNEO_STATIC_ROOT", default=str(DATA_DIR.path / "static"))
WHITENOISE_USE_FINDERS = True  # no collectstatic step: nothing to forget, nothing to go stale

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Limits, with safe defaults (docs/architecture.md).
UPLOAD_MAX_BYTES = env.int("MATNEO_UPLOAD_MAX_BYTES", default=50 * 1024 * 1024)
UPLOAD_MAX_UNPACKED_BYTES = env.int("MATNEO_UPLOAD_MAX_UNPACKED_BYTES", default=300 * 1024 * 1024)
UPLOAD_MAX_RATIO = env.int("MATNEO_UPLOAD_MAX_RATIO", default=100)
UNDO_DAYS = 30
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

BRAND_NAME = env.str("MATNEO_BRAND_NAME", default="MatNeo")
