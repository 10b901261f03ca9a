"""Settings. Everything that differs between one person's desk and a site comes from the
environment (see README, "Settings"); the defaults are for one person on one machine."""

import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from studyapp.database import database
from studyapp.email import email_settings
from studyapp.env import env_bool, env_int, env_list, env_str

BASE_DIR = Path(__file__).resolve().parent.parent


def _data_folder() -> Path:
    """Where everything is kept, made on first use; absolute, for processes that start elsewhere."""
    folder = Path(env_str("STUDYAPP_DATA_DIR", str(BASE_DIR / "var"))).expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data folder {folder} cannot be made ({error.strerror}). "
            "Name another one in STUDYAPP_DATA_DIR."
        ) from error
    return folder


DATA_DIR = _data_folder()

DEBUG = env_bool("STUDYAPP_DEBUG", default=False)

ONE_PERSON = env_bool("STUDYAPP_ONE_PERSON", default=True)
"""One learner, let in without a form. Safe only on loopback; see accounts.middleware."""

ALLOWED_HOSTS = env_list("STUDYAPP_ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])


def _secret_key() -> str:
    """The given key, or one made on first use and kept in the data folder."""
    if key := env_str("STUDYAPP_SECRET_KEY", ""):
        return key
    path = DATA_DIR / "secret-key"
    try:
        if not path.exists():
            _write_secret(path)
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be read or written ({error.strerror}). Mend the folder's permissions, "
            "or name another one in STUDYAPP_DATA_DIR."
        ) from error


def _write_secret(path: Path) -> None:
    """Put a secret at ``path``, for nobody else to read, and whole before anybody can read it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(50))
    draft.rename(path)


SECRET_KEY = _secret_key()

INSTALLED_APPS = [
    "studyapp.home",
    "studyapp.study",
    "studyapp.quizzes",
    "studyapp.sandbox",
    "studyapp.library",
    "studyapp.accounts",
    "studyapp.ui",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "template_partials",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "studyapp.sandbox.endpoint.AwsEndpointMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "studyapp.accounts.middleware.LoopbackOnlyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "studyapp.accounts.middleware.LocalLearnerMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "studyapp.accounts.middleware.GuestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "studyapp.urls"
WSGI_APPLICATION = "studyapp.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "studyapp.accounts.context.people",
            ],
        },
    },
]

DATABASES = {
    "default": database(
        env_str("STUDYAPP_DATABASE_URL", ""),
        pool=env_int("STUDYAPP_DATABASE_POOL", 0),
        folder=DATA_DIR,
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    }
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:today"
LOGOUT_REDIRECT_URL = "account_login"

# Who has an account is nobody's business: sign-up and a forgotten password answer all alike.
ACCOUNT_ADAPTER = "studyapp.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"join_class": "10/m/ip", "begin_as_guest": "30/h/ip"}
ACCOUNT_USER_DISPLAY = "studyapp.accounts.services.name_of"
MFA_ADAPTER = "studyapp.accounts.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
MFA_TOTP_ISSUER = "studyapp"

SIGN_UP = env_bool("STUDYAPP_SIGN_UP", default=True)
"""Whether people may make themselves an account, where there are many."""

GUESTS = env_int("STUDYAPP_GUESTS", 0)
"""How many may try the site without an account at a time, where there are many; see
accounts.guests."""

# Attempts at signing in are counted here, so all processes of this machine have to share it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
    }
}

globals().update(email_settings(env_str("STUDYAPP_EMAIL_URL", "")))
DEFAULT_FROM_EMAIL = env_str("STUDYAPP_EMAIL_FROM", "studyapp@localhost")

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default"],
    }
}

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "studyapp.ui.staticfiles.BundledStaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
HTTPS = env_bool("STUDYAPP_HTTPS", default=False)
"""Whether people reach the site by https alone: cookies go nowhere else then, and browsers are
told to ask for nothing else for a year."""

PROXIES = env_int("STUDYAPP_PROXIES", 0)
"""Reverse proxies in front, each of which says for whom it asks (``X-Forwarded-For``) and how it
was asked (``X-Forwarded-Proto``). Where there are none, nobody is believed who says so."""

SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "studyapp_session"
CSRF_COOKIE_NAME = "studyapp_csrf"

NOTE_SECONDS = env_int("STUDYAPP_NOTE_SECONDS", 10)
"""How long one note may take to read or render before its worker is killed and the note named."""

NOTE_WORKERS = env_int("STUDYAPP_NOTE_WORKERS", 2)
"""Worker processes that read and render notes during an import."""

SANDBOX_OPEN = ONE_PERSON and env_bool("STUDYAPP_SANDBOX_OPEN", default=False)
"""Whether the sandbox takes any key and any signature, as the local learner's."""

SANDBOX_POOLS = env_int("STUDYAPP_SANDBOX_POOLS", 100)
SANDBOX_USERS = env_int("STUDYAPP_SANDBOX_USERS", 20_000)
SANDBOX_MEGABYTES = env_int("STUDYAPP_SANDBOX_MEGABYTES", 200)
SANDBOX_CALLS = env_int("STUDYAPP_SANDBOX_CALLS", 0 if ONE_PERSON else 1_200)
"""What one learner may have in a region, or take, or ask in a minute. 0 is no limit."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
