"""The engine is a library of its own: importing all of it brings in no framework and no database."""

import subprocess
import sys

SCRIPT = """
import importlib, pkgutil, sys
import coding.engine
for module in pkgutil.walk_packages(coding.engine.__path__, "coding.engine."):
    importlib.import_module(module.name)
strangers = sorted({name.split(".")[0] for name in sys.modules} & {"django", "clinic", "notes", "psycopg"})
assert not strangers, strangers
"""


def test_the_engine_imports_nothing_of_the_app():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
