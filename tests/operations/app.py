"""What gunicorn serves, on the day of the tests."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

from tests.day import move_the_apps_clock

move_the_apps_clock()

from clinic.wsgi import application as application  # noqa: E402 - the day comes first
