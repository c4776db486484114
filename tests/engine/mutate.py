"""Break the engine's rules in small ways, one at a time, and see whether a test notices: `make mutate`.

What is needed is copied into a folder of its own, so that the working tree is neither changed nor, while it changes,
measured. There the tests are collected once, and run once to see which lines each of them comes by. For a mutant (see
mutants.py) the process forks; the child gives one function its changed code, runs the tests that come by the changed
statement up to the first that fails, and ends. So a mutant takes milliseconds where it is noticed.

    python -m tests.engine.mutate                                   units, modifiers, choosing, checks, and their weights
    python -m tests.engine.mutate coding/engine/units.py --minutes 5 --seed 2

What was found out is kept in var/mutants.json: a mutant that was noticed is not tried again until its function changes, and
one that was not is tried again once the tests have changed. `--fresh` starts anew.
"""

import functools
import gc
import hashlib
import importlib
import inspect
import json
import os
import random
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from hypothesis import Phase, settings

from coding.engine.entries import CHECK_KEYS, read_checks
from coding.engine.ruledata import read_table
from tests.engine.build import RULES
from tests.engine.mutants import Mutant, inner, mutants, mutated, reweighed

BASE = Path(__file__).resolve().parent.parent.parent
ENGINE = "coding/engine"
WEIGHTS, WEIGHED_IN = f"{ENGINE}/data/checks.toml", f"{ENGINE}/checks/__init__.py"
SUBJECTS = (f"{ENGINE}/units.py", f"{ENGINE}/modifiers.py", f"{ENGINE}/choosing", f"{ENGINE}/checks", WEIGHTS)
KEPT_IN = Path("var/mutants.json")
LEAST_KILLED = 0.85
MOST_PASS = 0.9  # of the tests, or there is no use
LONGEST = 20  # seconds for one mutant; what takes longer runs in circles, and was noticed
MEMORY = 4 << 30
NOT_NOTICED, TOO_LONG = "", "it took too long"
# Those of commands want a database, and those of properties ask what changes an answer, not which one is right.
LEFT_OUT = ("test_suggest_command.py", "test_units_command.py", "test_properties.py")
ANSWERED_ONCE = "test_corpus.py"  # the first test that asks makes the answers for all others
OPTIONS = (
    "--noconftest", "--capture=no", "-p", "no:terminal", "-p", "no:django", "-p", "no:randomly", "-p", "no:cacheprovider",
    "-p", "no:xdist", "-p", "no:xdist.looponfail", "-p", "no:playwright", "-p", "no:cov",
)  # fmt: skip


def modules(base: Path, names: Sequence[str]) -> list[str]:
    paths = [base / name for name in names or SUBJECTS]
    files = sorted(file for path in paths for file in (path.rglob("*.py") if path.is_dir() else [path]))
    return [str(file.relative_to(base)) for file in files]


# In the copy


class Trial:
    """A plugin that runs the tests once as they are, and then, in a fork each, for every mutant."""

    def __init__(self, asked: Namespace) -> None:
        self.asked = asked
        self.failed = False
        self.found = Found(Path(asked.kept), asked.fresh)
        self.paths = modules(Path.cwd(), asked.modules)
        self.watched = sorted({path for path in self.paths if path != WEIGHTS} | {WEIGHED_IN})
        self.passing: list[pytest.Item] = []
        self.lines_of: dict[pytest.Item, set[tuple[str, int]]] = {}
        self.seconds: dict[pytest.Item, float] = {}
        self.kills = Counter(
            (function, found["by"]) for key, found in self.found.noticed.items() for function in of(key)
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed |= report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.run_once(session.items)
        if len(self.passing) < MOST_PASS * len(session.items):
            print("Too many tests fail for finding out anything.")
            return True
        self.found.tests = digest_of_tests()
        possible = [mutant for path in self.paths for mutant in mutants(Path.cwd(), path)]
        random.Random(self.asked.seed).shuffle(possible)
        waiting = self.found.waiting(possible)[: self.asked.most]
        print(
            f"{len(self.passing)} tests; {len(possible)} possible mutants, {len(waiting)} of them to be tried",
            flush=True,
        )
        gc.freeze()  # pages that the collector does not touch are shared with every fork
        until = time.monotonic() + 60 * self.asked.minutes
        for mutant in waiting:
            if time.monotonic() > until:
                break
            self.found.keep(mutant, self.outcome(mutant))
        self.found.write()
        self.found.tell(possible)
        return True

    def run_once(self, items: Sequence[pytest.Item]) -> None:
        """Run the tests as they are, and again in a fork; remember which pass, and what each comes by."""
        with watched(self.watched) as seen:
            for item in items:
                forget(names_of(self.watched))
                seen.clear()
                sys.monitoring.restart_events()
                began = time.perf_counter()
                if self.passes(item):
                    self.passing.append(item)
                self.lines_of[item], self.seconds[item] = set(seen), time.perf_counter() - began
        answering = [item for item in items if item.path.name == ANSWERED_ONCE]
        together = set().union(*(self.lines_of[item] for item in answering))
        self.lines_of.update(dict.fromkeys(answering, together))
        again = forked(lambda: [item.nodeid for item in self.passing if not self.passes(item)], longest=600)
        self.passing = [item for item in self.passing if item.nodeid not in again]
        if failing := [item.nodeid for item in items if item not in self.passing]:
            print(f"{len(failing)} tests are left out, for they fail without any change:", *failing[:9], sep="\n  ")

    def passes(self, item: pytest.Item) -> bool:
        """Say whether a test passes. One that asks for nothing but its parameters is called, without pytest's ceremony."""
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        if isinstance(item, pytest.Function) and set(item.fixturenames) == parameters.keys():
            return does_not_fail(item.obj, parameters)
        if doctest := getattr(item, "dtest", None):
            doctest.globs.update(vars(item.parent.obj))  # they are emptied after each run
        self.failed = False
        item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
        return not self.failed

    def outcome(self, mutant: Mutant) -> str:
        """Return the name of the test that notices a mutant, NOT_NOTICED if none does."""
        concerned = [item for item in self.passing if comes_by(mutant, self.lines_of[item])]
        concerned.sort(key=functools.partial(self.rank, mutant))
        told = forked(lambda: self.first_to_fail(mutant, concerned))
        self.kills.update((function, told) for function in of(mutant.key))
        return told

    def rank(self, mutant: Mutant, item: pytest.Item) -> tuple[object, ...]:
        """Let those come first that noticed others of the function, then others of the module, then what is quick."""
        noticed = (-self.kills[function, item.nodeid] for function in of(mutant.key))
        return *noticed, item.path.name == ANSWERED_ONCE, self.seconds[item]

    def first_to_fail(self, mutant: Mutant, items: Sequence[pytest.Item]) -> str:
        break_in(mutant)
        forget(names_of(self.watched) | {name for name in sys.modules if name.startswith("tests.engine")})
        return next((item.nodeid for item in items if not self.passes(item)), NOT_NOTICED)


def of(key: str) -> tuple[str, str]:
    """Return the function and the module that a mutant's key names."""
    path, function, *_ = key.split(":")
    return f"{path}:{function}", path


def does_not_fail(test: Callable[..., object], parameters: Mapping[str, object]) -> bool:
    try:
        test(**parameters)
    except BaseException:  # whatever it is: SystemExit, and pytest.fail, are none of the usual ones
        return False
    return True


def comes_by(mutant: Mutant, lines: Set[tuple[str, int]]) -> bool:
    """Say whether a test that came by these lines may notice the mutant."""
    if mutant.path == WEIGHTS:
        return any(path == WEIGHED_IN for path, _ in lines)
    return any((mutant.path, line) in lines for line in mutant.lines)


def break_in(mutant: Mutant) -> None:
    """Give the mutant's function its changed code, wherever it was imported to; or the tests' rules the other weight."""
    if mutant.path == WEIGHTS:
        table = Path("checks.toml")
        table.write_text(reweighed(Path.cwd(), mutant), "utf-8")
        RULES.checks.update((entry.slug, entry) for entry in read_checks(read_table(table, "check", CHECK_KEYS)))
        return
    function_of(mutant.path, mutant.function).__code__ = mutated(Path.cwd(), mutant)


def name_of(path: str) -> str:
    parts = Path(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def names_of(paths: Sequence[str]) -> set[str]:
    return {name_of(path) for path in paths}


def function_of(path: str, name: str) -> FunctionType:
    found: object = importlib.import_module(name_of(path))
    for part in name.split("."):
        found = inspect.getattr_static(found, part)
    if isinstance(found, property):
        found = found.fget
    elif isinstance(found, functools.cached_property):
        found = found.func
    return inspect.unwrap(found)


def forget(names: Set[str]) -> None:
    """Empty what these modules keep; what the engine has read out of its files elsewhere stays."""
    for name in names:
        for kept in vars(sys.modules[name]).values():
            if isinstance(kept, functools._lru_cache_wrapper) and kept.__module__ == name:
                kept.cache_clear()


def forked(answer, longest: float = LONGEST):
    """Return what a child of this process answers, TOO_LONG if it does not; one that takes too long is ended."""
    hearing, telling = os.pipe()
    child = os.fork()
    if not child:
        try:
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1), os.dup2(quiet, 2)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            os.write(telling, json.dumps(answer()).encode())
        finally:
            os._exit(0)
    os.close(telling)
    ready, _, _ = select.select([hearing], [], [], longest)
    told = os.read(hearing, 1 << 16) if ready else b""  # one that died told nothing
    os.close(hearing)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return json.loads(told) if told else TOO_LONG


class watched:  # noqa: N801 - reads like a function
    """Yields a set that fills with the lines of these modules that are come by: (path, line)."""

    TOOL = 4

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = paths
        self.seen: set[tuple[str, int]] = set()

    def __enter__(self) -> set[tuple[str, int]]:
        sys.monitoring.use_tool_id(self.TOOL, "mutate")
        names: dict[CodeType, str] = {}

        def note(code: CodeType, line: int) -> object:
            self.seen.add((names[code], line))
            return sys.monitoring.DISABLE  # until the next test

        sys.monitoring.register_callback(self.TOOL, sys.monitoring.events.LINE, note)
        for path in self.paths:
            for function in {mutant.function for mutant in mutants(Path.cwd(), path)}:
                for code in inner(function_of(path, function).__code__):
                    names[code] = path
                    sys.monitoring.set_local_events(self.TOOL, code, sys.monitoring.events.LINE)
        return self.seen

    def __exit__(self, *error: object) -> None:
        sys.monitoring.free_tool_id(self.TOOL)


# What was found out


def digest_of_tests() -> str:
    files = sorted(path for path in Path("tests").rglob("*") if path.suffix in (".py", ".toml", ".jsonl"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


class Found:
    """Which test noticed which mutant, kept from one run to the next."""

    def __init__(self, path: Path, fresh: bool) -> None:
        self.path = path
        self.tests = ""
        self.is_enough = False
        self.noticed: dict[str, dict[str, str]] = {}
        if path.exists() and not fresh:
            self.noticed = json.loads(path.read_text("utf-8"))

    def waiting(self, possible: Sequence[Mutant]) -> list[Mutant]:
        """Return what is to be tried: first what never was, then what was not noticed by the tests of that time."""
        new = [mutant for mutant in possible if mutant.key not in self.noticed]
        again = [mutant for mutant in possible if self._is_due(self.noticed.get(mutant.key))]
        return new + again

    def _is_due(self, found: Mapping[str, str] | None) -> bool:
        return found is not None and found["by"] == NOT_NOTICED and found["tests"] != self.tests

    def keep(self, mutant: Mutant, by: str) -> None:
        self.noticed[mutant.key] = {"mutant": str(mutant), "by": by, "tests": self.tests}
        if len(self.noticed) % 100 == 0:
            self.write()

    def write(self) -> None:
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_text(json.dumps(self.noticed, indent=0, sort_keys=True, ensure_ascii=False), "utf-8")

    def tell(self, possible: Sequence[Mutant]) -> None:
        """Print what no test noticed, and the share of each part that was."""
        parts = defaultdict(list)
        for mutant in sorted(possible, key=lambda mutant: (mutant.path, mutant.lines.start)):
            if mutant.key in self.noticed:
                parts[part_of(mutant)].append(self.noticed[mutant.key]["by"])
                if self.noticed[mutant.key]["by"] == NOT_NOTICED:
                    print(f"not noticed: {mutant}")
        for part, by in parts.items():
            there = sum(part_of(mutant) == part for mutant in possible)
            print(f"{part:<12}{len(by):>5} of {there} tried, {100 * share(by):.1f} % noticed")
        self.is_enough = all(share(by) >= LEAST_KILLED for by in parts.values())


def part_of(mutant: Mutant) -> str:
    return "weights" if mutant.path == WEIGHTS else Path(mutant.path).relative_to(ENGINE).with_suffix("").parts[0]


def share(by: Sequence[str]) -> float:
    return sum(name != NOT_NOTICED for name in by) / len(by)


def in_the_copy(asked: Namespace) -> int:
    one_failure = (Phase.explicit, Phase.generate)  # and no search for the smallest
    settings.register_profile(
        "mutate", deadline=None, derandomize=True, database=None, max_examples=50, phases=one_failure
    )
    settings.load_profile("mutate")
    trial = Trial(asked)
    ignored = [option for name in LEFT_OUT for option in ("--ignore", f"tests/engine/{name}")]
    pytest.main(["-c", "pytest.ini", *OPTIONS, *ignored, "tests/engine", ENGINE], plugins=[trial])
    return int(not trial.found.is_enough)


# Here


def copied(into: Path) -> None:
    """Copy the engine and its tests, and let pytest find its root and its options there."""
    no_bytecode = shutil.ignore_patterns("__pycache__")
    for name in ("coding", "tests/engine"):
        shutil.copytree(BASE / name, into / name, ignore=no_bytecode)
    shutil.copy(BASE / "tests" / "__init__.py", into / "tests")
    (into / "pytest.ini").write_text("[pytest]\naddopts = --doctest-modules\n")


def main() -> int:
    asked = options()
    if asked.copied:
        return in_the_copy(asked)
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder:
        copied(Path(folder))
        there = [*sys.argv[1:], "--copied", "--kept", str(Path(asked.kept).resolve())]
        return subprocess.run([sys.executable, "-m", "tests.engine.mutate", *there], cwd=folder).returncode


def options() -> Namespace:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", help="files or folders; without any: all of these")
    parser.add_argument("--minutes", type=float, default=20, help="stop after this time")
    parser.add_argument("--most", type=int, help="try at most so many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fresh", action="store_true", help="forget what was found out before")
    parser.add_argument("--kept", default=str(KEPT_IN), help="the file that keeps what is found out")
    parser.add_argument("--copied", action="store_true", help="this is the copy; it may be broken")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
