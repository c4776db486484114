"""Plumbline's settings: one file, fed by environment variables.

| variable | meaning |
|---|---|
| DATABASE_URL | PostgreSQL as the web role; without it the embedded server's, for development only |
| OWNER_DATABASE_URL | as the owner; set for migrate, load and restore alone, never for the web process |
| PLUMBLINE_CHAIN_KEY, PLUMBLINE_CHAIN_KEY_ID | the key of the chain of signatures, kept apart from the database, and its name |
| PLUMBLINE_CHAIN_KEYS | keys that were in use before, `id:key` with commas between: what they signed is still checked |
| PLUMBLINE_BEHIND_PROXY | 1 where each request comes through a proxy that ends TLS and writes X-Forwarded-Proto and -For itself |
| PLUMBLINE_SECOND_FACTOR_ROLES | roles that need a second factor, such as clinician,admin, or none |
| PLUMBLINE_IDLE_MINUTES, PLUMBLINE_SESSION_HOURS | after how long without a deed, and after how long at most, a session ends |
| PLUMBLINE_GLASS_MINUTES | how long access for an emergency lasts |
| PLUMBLINE_BACKUP_RECIPIENTS | public keys of age, with commas between, of those who may open a backup |
| PLUMBLINE_BACKUP_DIR | where /readyz looks for the newest backup, if it is to |
| PLUMBLINE_WEB_ROLE | the web role's name, where it is another one than the embedded server's |
| PLUMBLINE_ACCESS_LOG | 0 leaves out the line that the log has for each request |
| DJANGO_SECRET_KEY_FALLBACKS | keys of the app of before, with commas between: authenticator apps and PINs made with them count |
| DJANGO_SECRET_KEY, DJANGO_DEBUG, DJANGO_ALLOWED_HOSTS, PLUMBLINE_THREADS | as their names say |
"""

import os
import sys
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.csp import CSP

from clinic.database import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules

# Who we are

DEBUG = os.environ.get("DJANGO_DEBUG", "") == "1"
DEVELOPMENT_KEY = "only-for-development-and-tests-never-with-a-real-patient"
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", DEVELOPMENT_KEY)
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("DJANGO_SECRET_KEY_FALLBACKS", "").split(",") if key]
# signs the chain of signatures; it lies outside the database, and its id tells which key signed what after a change
CHAIN_KEY = os.environ.get("PLUMBLINE_CHAIN_KEY", DEVELOPMENT_KEY)
CHAIN_KEY_ID = os.environ.get("PLUMBLINE_CHAIN_KEY_ID", "1")
CHAIN_KEYS = dict(pair.split(":", 1) for pair in os.environ.get("PLUMBLINE_CHAIN_KEYS", "").split(",") if pair)
ALLOWED_HOSTS = os.environ.get("DJANGO_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
IS_EMBEDDED = not os.environ.get("DATABASE_URL")
# served to this machine alone, by `manage.py serve`: without TLS, files straight from their folders
IS_LOCAL = IS_EMBEDDED or DEBUG or TESTING or os.environ.get("PLUMBLINE_LOCAL") == "1"
ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"
INTERNAL_IPS: list[str] = []

# What is installed

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_tasks_db",
    "clinic",
    "notes",
    "coding",
]

MIDDLEWARE = [
    "clinic.operations.logs.RequestLogMiddleware",
    "clinic.operations.headers.HeadersMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clinic.signin.sessions.SessionEndMiddleware",
    "clinic.signin.locking.DeviceMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "clinic.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "clinic.middleware.MemberMiddleware",
    "clinic.middleware.RefusalMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ]
            if not DEBUG
            else ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
            "builtins": ["clinic.templatetags.plumbline"],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Where things are kept

THREADS = int(os.environ.get("PLUMBLINE_THREADS", "8"))
WEB_ROLE = os.environ.get("PLUMBLINE_WEB_ROLE", embedded.WEB)


def _database(url: str, *, is_owner: bool) -> dict[str, object]:
    """Read `postgresql://user:password@host:port/name`; a host that is a percent-encoded folder is a socket."""
    parts = urlsplit(url)
    options: dict[str, object] = dict(parse_qsl(parts.query))
    if not is_owner:
        options["options"] = (
            "-c statement_timeout=15000 -c lock_timeout=4000 -c idle_in_transaction_session_timeout=30000"
        )
        if os.environ.get("PLUMBLINE_POOL"):  # set by what serves; a command ends sooner than a pool's threads do
            # who waits for a connection waits briefly, and not more than a few do; the others are told to come back
            options["pool"] = {
                "min_size": 1, "max_size": THREADS, "timeout": 2, "max_waiting": THREADS * 3, "reconnect_timeout": 2,
            }  # fmt: skip
            options["connect_timeout"] = 2
    return {
        "ENGINE": "clinic.database",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


_embedded = embedded.addresses() if IS_EMBEDDED else {}
DATABASE_URL = os.environ.get("DATABASE_URL") or _embedded.get("web", "postgresql://127.0.0.1:1/not-started")
OWNER_DATABASE_URL = os.environ.get("OWNER_DATABASE_URL", "")
DATABASES = {"default": _database(OWNER_DATABASE_URL or DATABASE_URL, is_owner=bool(OWNER_DATABASE_URL))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}  # what takes longer; see clinic.exports.jobs
BACKUP_RECIPIENTS = [key.strip() for key in os.environ.get("PLUMBLINE_BACKUP_RECIPIENTS", "").split(",") if key.strip()]
BACKUP_DIR = os.environ.get("PLUMBLINE_BACKUP_DIR", "")
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "var" / "vendor"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if IS_LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = IS_LOCAL

# Who may come in

AUTH_USER_MODEL = "clinic.User"
LOGIN_URL = "clinic:login"
LOGIN_REDIRECT_URL = "clinic:home"
LOGOUT_REDIRECT_URL = "clinic:login"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
IDLE_MINUTES = int(os.environ.get("PLUMBLINE_IDLE_MINUTES", "30"))
SESSION_HOURS = int(os.environ.get("PLUMBLINE_SESSION_HOURS", "12"))
# How long access for an emergency lasts that somebody took by a reason.
GLASS_MINUTES = int(os.environ.get("PLUMBLINE_GLASS_MINUTES", "60"))
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_COOKIE_HTTPONLY = True
# On this machine alone a password is enough, so that the demo can be tried with the one that is printed.
_roles = os.environ.get("PLUMBLINE_SECOND_FACTOR_ROLES", "" if IS_LOCAL else "clinician,biller,admin,auditor")
SECOND_FACTOR_ROLES = [role.strip() for role in _roles.split(",") if role.strip() not in ("", "none")]
CSRF_FAILURE_VIEW = "clinic.views.errors.csrf_failed"

# allauth checks passwords, codes and passkeys, and counts wrong ones. Its pages, sign-up and mail are not used (clinic.signin).
# Tries are counted in a table: a restart forgets none, and two processes count together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "clinic_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # or a flood of names would push out what is counted
    }
}
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "clinic.signin.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# by key: somebody's name at an address, or somebody; by address: a net against one who tries many names
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key,100/15m/ip", "login_anywhere": "50/1h/key"}
MFA_ADAPTER = "clinic.signin.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = IS_LOCAL
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Plumbline"
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}

# What a browser may do

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],  # the form base draws its arrows and ticks with data: images
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "manifest-src": [CSP.SELF],
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from this machine, without TLS
_is_https = not IS_LOCAL
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _is_https
SECURE_HSTS_SECONDS = 31_536_000 if _is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _is_https
# the header is anybody's to send: it is believed only where a proxy is known to overwrite it
IS_BEHIND_PROXY = _is_https and os.environ.get("PLUMBLINE_BEHIND_PROXY") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = int(IS_BEHIND_PROXY)  # the last address in X-Forwarded-For is the one that the proxy saw
FILE_UPLOAD_HANDLERS = ["clinic.operations.uploads.TakesNoFiles"]
DATA_UPLOAD_MAX_MEMORY_SIZE = (
    4 * 1024 * 1024
)  # a note of a megabyte of text, percent-encoded, still arrives and is answered

# Words and days

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "clinic.formats"

# What is written down: never a path, a query, a form's data or an SQL parameter

_logs_requests = os.environ.get("PLUMBLINE_ACCESS_LOG", "0" if TESTING else "1") == "1"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "clinic.operations.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "plumbline": {"level": "INFO"},
        "plumbline.requests": {"level": "INFO" if _logs_requests else "WARNING"},
        "django.tasks": {"level": "WARNING"},
    },
}
