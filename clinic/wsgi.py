"""What gunicorn serves. With keys that everybody knows, or with the owner's address at hand, it does not start."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("PLUMBLINE_POOL", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

application = get_wsgi_application()

from clinic import clock  # noqa: E402 - the apps must be ready first
from clinic.operations.checks import refuse_an_unsafe_start  # noqa: E402
from clinic.operations.starting import get_ready  # noqa: E402

refuse_an_unsafe_start()
clock.serve()
get_ready()
