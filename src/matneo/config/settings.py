"""Settings, read once from typed MATNEO_* variables.

The comment above or beside each variable is its meaning in docs/reference/settings.md (`matneo write-reference`).
"""

from pathlib import Path

import environ

from matneo.utils.clock import Clock
from matneo.utils.datadir import DataDir

env = environ.FileAwareEnv()  # MATNEO_X_FILE names a file that holds the value

# The data directory: database, files sent in, rows, releases. `./run --real` uses var/real.
DATA_DIR = DataDir(Path(env.str("MATNEO_DATA_DIR", default="var/demo")).resolve())
MARKER = DATA_DIR.marker()
IS_DEMO = MARKER is not None and MARKER.kind == "demo"
CLOCK = Clock(MARKER.today if MARKER else None)
# What this installation is. node: rows stay in the trust. hub: refuses rows. demo: both, with invented data.
# Left out, the data directory decides: a demonstration is a demo, everything else a node.
PROFILE = env.str("MATNEO_PROFILE", default="demo" if IS_DEMO else "node")
if PROFILE not in {"node", "hub", "demo"}:
    raise environ.ImproperlyConfigured(f"MATNEO_PROFILE is {PROFILE!r}; it may be node, hub or demo.")

# Show the inside of an error to whoever meets it. For developers only; never where others can reach it.
DEBUG = env.bool("MATNEO_DEBUG", default=False)
# Signs sessions and forms. Left out, the key that was made in the data directory on the first start is used.
SECRET_KEY = env.str("MATNEO_SECRET_KEY", default="") or DATA_DIR.secret_key()
# Host names under which people reach this installation, with commas between them; others are refused.
ALLOWED_HOSTS = env.list("MATNEO_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
# The address that people type. Links in messages begin with it; with https:// cookies and redirects become strict.
BASE_URL = env.str("MATNEO_BASE_URL", default="http://127.0.0.1:8000")
# This server is reached from this machine only, so a demonstration may offer "Look as": it signs in without a password.
LOOPBACK_ONLY = env.bool("MATNEO_LOOPBACK", default=False)
ROLE_SWITCHER = IS_DEMO and LOOPBACK_ONLY

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # allauth's list of passkeys says "2 days ago"
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "matneo.audit",
    "matneo.organisations",
    "matneo.accounts",
    "matneo.notifications",
    "matneo.library",
    "matneo.programme",
    "matneo.submissions",
    "matneo.monitoring",
    "matneo.improvement",
    "matneo.emails",
    "matneo.web",
    "matneo.api",
    "matneo.commands",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "matneo.web.guards.refuse_nul_in_address",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "matneo.web.caching.keep_private",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "matneo.web.guards.RefuseNulInForms",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "matneo.web.caching.hold_current",
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
    # postgres://user:password@host:port/name. Left out, a SQLite file in the data directory is used.
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

# --- Signing in -----------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "front"
ACCOUNT_ADAPTER = "matneo.accounts.adapter.InvitationOnly"
SOCIALACCOUNT_ADAPTER = "matneo.accounts.adapter.InvitationOnlySocial"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are invited to an address that is theirs
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGOUT_ON_GET = False  # no link in a message, and no prefetch, changes anything
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
# Five wrong passwords for one person stop that person's password for five minutes, never a colleague's; a code by e-mail
# still works. Twenty wrong ones from one address in a minute stop that address, wide enough for a ward behind one.
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/300s/key"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Where an organisation brings its own sign-in (OpenID Connect): the address of its server. Then all four are set.
OIDC_SERVER = env.str("MATNEO_OIDC_SERVER", default="")
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "organisation",
                # What the sign-in page calls it.
                "name": env.str("MATNEO_OIDC_NAME", default="my organisation's sign-in"),
                # The name under which that server knows this installation.
                "client_id": env.str("MATNEO_OIDC_CLIENT_ID", default=""),
                # The secret that goes with that name.
                "secret": env.str("MATNEO_OIDC_SECRET", default=""),
                "settings": {"server_url": OIDC_SERVER},
            }
        ]
        if OIDC_SERVER
        else [],
    }
}

# --- The browser ----------------------------------------------------------------------------------------------
IS_HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "matneo_session", "matneo_csrf"
CSRF_TRUSTED_ORIGINS = [BASE_URL] if IS_HTTPS else []
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
# A proxy stands in front and sets X-Forwarded-Proto and X-Forwarded-For; without one, anybody could write them.
BEHIND_PROXY = env.bool("MATNEO_BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "matneo.web.errors.csrf"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'", *([OIDC_SERVER] if OIDC_SERVER else [])],
    }
}
PERMISSIONS_POLICY: dict[str, list] = {
    name: []
    for name in (
        "camera",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "payment",
        "usb",
        "fullscreen",
    )
}
SILENCED_SYSTEM_CHECKS = [
    # A loopback demonstration has no certificate; with an https MATNEO_BASE_URL all of these are switched on.
    "security.W004",
    "security.W008",
    "security.W012",
    "security.W016",
]

# --- Messages -------------------------------------------------------------------------------------------------
EMAIL_BACKEND = (
    "matneo.emails.outbox.OutboxBackend" if IS_DEMO else "django.core.mail.backends.smtp.EmailBackend"
)
# The server that takes messages. A demonstration sends none: they lie in its data directory.
EMAIL_HOST = env.str("MATNEO_EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("MATNEO_EMAIL_PORT", default=25)  # the port of that server
EMAIL_HOST_USER = env.str("MATNEO_EMAIL_USER", default="")  # the name to sign in with there, if it asks
EMAIL_HOST_PASSWORD = env.str("MATNEO_EMAIL_PASSWORD", default="")  # the password that goes with it
EMAIL_USE_TLS = env.bool("MATNEO_EMAIL_TLS", default=False)  # encrypt the way to that server (STARTTLS)
DEFAULT_FROM_EMAIL = env.str("MATNEO_EMAIL_FROM", default="matneo@localhost")  # the sender of every message

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True

STATIC_URL = "/static/"
# A folder for `collectstatic`, where a web server of yours serves /static/. Not needed otherwise.
STATIC_ROOT = env.str("MATNEO_STATIC_ROOT", default="") or None
WHITENOISE_USE_FINDERS = True  # no collectstatic step: nothing to forget, nothing to go stale

# What went wrong is told where the server runs, with its traceback: Django by itself would mail it to admins we have not.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},  # a page that is not there is no news
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # nor is a stranger's scan
    },
}

# --- Limits, with safe defaults -------------------------------------------------------------------------------

# The largest file that may be sent in, in bytes.
UPLOAD_MAX_BYTES = env.int("MATNEO_UPLOAD_MAX_BYTES", default=50 * 1024 * 1024)
# How large a packed file or a workbook may become when it is unpacked, in bytes.
UPLOAD_MAX_UNPACKED_BYTES = env.int("MATNEO_UPLOAD_MAX_UNPACKED_BYTES", default=300 * 1024 * 1024)
# How many times larger unpacking may make a file.
UPLOAD_MAX_RATIO = env.int("MATNEO_UPLOAD_MAX_RATIO", default=100)
UNDO_DAYS = 30
TOKEN_DAYS = env.int("MATNEO_TOKEN_DAYS", default=365)  # how many days a program's token lasts
# How many requests a person, or an address of the public, may send to the API: a number per s, m, h or d.
API_RATE = env.str("MATNEO_API_RATE", default="20/s")
# Whose address counts against a limit: a header that anybody can write does not.
NINJA_NUM_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# The name in the header and the title of every page.
BRAND_NAME = env.str("MATNEO_BRAND_NAME", default="MatNeo")
