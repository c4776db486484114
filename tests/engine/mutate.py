"""Break the engine's rules in small ways, one at a time, and see whether a test notices: `make mutate`.

A mutant is one change in the syntax tree of one module: a comparison turned, a number moved by one, a condition reversed or
taken out, `and` for `or`, plus for minus, a result forgotten. It is imported in place of the module by a process of its own
that runs the engine's tests up to the first failure; no file is changed. Which mutants are tried is drawn with a seed, so
that a run can be had again.

    python -m tests.engine.mutate                                   units, choosing and checks, for twenty minutes
    python -m tests.engine.mutate coding/engine/units.py --minutes 5 --seed 2
"""

import ast
import importlib.abc
import importlib.util
import multiprocessing
import os
import random
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg  # noqa: F401 - what every run needs is there when it begins
import pytest

BASE = Path(__file__).resolve().parent.parent.parent
ENGINE = BASE / "coding" / "engine"
SUBJECTS = ("units.py", "modifiers.py", "bills.py", "rows.py", "spine.py", "choosing", "checks")
LEAST_KILLED = 0.85
LONGEST = 180  # seconds for one mutant; what takes longer runs in circles, and was noticed
PASSED, SOME_FAILED, TOO_LONG = 0, 1, -1

TURNED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.And: ast.Or, ast.Or: ast.And, ast.BitOr: ast.BitAnd,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """The nth possible change of a module: where it is, and what it does."""

    path: Path
    number: int
    line: int
    told: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(BASE)}:{self.line}: {self.told}"


def mutants(path: Path) -> list[Mutant]:
    """Return all the mutants of a module."""
    tree = ast.parse(path.read_text("utf-8"))
    return [Mutant(path, n, node.lineno, told) for n, (node, told, _) in enumerate(changes(tree))]


def mutated(mutant: Mutant) -> ast.Module:
    """Return the module's tree with the change."""
    tree = ast.parse(mutant.path.read_text("utf-8"))
    _, _, change = list(changes(tree))[mutant.number]
    change()
    return ast.fix_missing_locations(tree)


def changes(tree: ast.Module):
    """Yield every possible change: the node, what would be done, and a function that does it."""
    for node in worth_changing(tree):
        yield from changes_of(node)


def worth_changing(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes of functions; annotations, decorators and messages of errors are no behaviour to test."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            yield from (node for statement in function.body for node in walk(statement))


def walk(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef | ast.Raise) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ):
        return
    yield node
    for name, child in ast.iter_fields(node):
        if name not in ("annotation", "returns", "decorator_list"):
            for each in child if isinstance(child, list) else [child]:
                if isinstance(each, ast.AST):
                    yield from walk(each)


def changes_of(node: ast.AST):
    said = next(iter(ast.unparse(node).splitlines()), "")[:70]
    match node:
        case ast.Compare(ops=[op, *_]) if type(op) in TURNED:
            yield node, f"comparison turned in {said}", lambda: node.ops.__setitem__(0, TURNED[type(op)]())
        case ast.BinOp(op=op) | ast.BoolOp(op=op) | ast.AugAssign(op=op) if type(op) in TURNED:
            yield node, f"{type(op).__name__} is {TURNED[type(op)].__name__} in {said}", turned(node)
        case ast.Constant(value=bool(value)):
            yield node, f"{value} is {not value}", lambda: setattr(node, "value", not value)
        case ast.Constant(value=int(value)):
            yield node, f"{value} is {value + 1}", lambda: setattr(node, "value", value + 1)
        case ast.UnaryOp(op=ast.Not()):
            yield node, f"no 'not' in {said}", lambda: setattr(node, "op", ast.UAdd()) or wrap(node)
        case ast.If(test=test) | ast.IfExp(test=test):
            yield node, f"always so: {ast.unparse(test)[:60]}", lambda: setattr(node, "test", ast.Constant(True))
            yield node, f"never so: {ast.unparse(test)[:60]}", lambda: setattr(node, "test", ast.Constant(False))
        case ast.comprehension(ifs=[first, *_]):
            node.lineno = first.lineno
            yield node, f"not left out: {ast.unparse(first)[:60]}", lambda: node.ifs.pop(0)
        case ast.Return(value=ast.expr() as value) if not is_none(value):
            yield node, f"forgotten: {said}", lambda: setattr(node, "value", ast.Constant(None))
        case ast.Expr(value=ast.Yield()):
            yield node, f"forgotten: {said}", lambda: setattr(node, "value", ast.Constant(None))


def turned(node: ast.BinOp | ast.BoolOp | ast.AugAssign):
    return lambda: setattr(node, "op", TURNED[type(node.op)]())


def wrap(node: ast.UnaryOp) -> None:
    """Let `not x` be `not not x`: its truth, as a truth."""
    node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)


def is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


# A run of the tests


class InPlace(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Loads one module from a changed tree, everything else as usual."""

    def __init__(self, mutant: Mutant) -> None:
        parts = mutant.path.relative_to(BASE).with_suffix("").parts
        self.name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self.mutant = mutant

    def find_spec(self, name, path=None, target=None):
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.mutant.path, loader=self)

    def get_filename(self, name):
        return str(self.mutant.path)

    def get_data(self, path):
        return Path(path).read_bytes()

    def get_code(self, name):
        return compile(mutated(self.mutant), str(self.mutant.path), "exec")


def tests_for(path: Path) -> list[str]:
    """Return the engine's tests, those first that bear the module's name: most mutants die there."""
    names = {path.stem, path.parent.name}
    files = sorted((BASE / "tests" / "engine").glob("test_*.py"))
    files = [file for file in files if file.name not in ("test_corpus.py", "test_properties.py")]
    near = [file for file in files if any(name in file.stem for name in names)]
    rest = [file for file in files if file not in near]
    # The doctests go in as a folder: a file that is named is imported by pytest's own hook, and not by ours.
    return [str(file) for file in (*near, *rest, BASE / "tests" / "engine" / "test_corpus.py", ENGINE)]


class Failures:
    """A plugin that keeps the names of the tests that fail."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def pytest_runtest_logreport(self, report) -> None:
        if report.failed:
            self.names.append(report.nodeid)


def run_tests(mutant: Mutant | None, tests: Sequence[str], telling) -> None:
    """In a process of its own: run tests up to the first failure, or all without a mutant; tell which failed."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1), os.dup2(quiet, 2)
    if mutant:
        sys.meta_path.insert(0, InPlace(mutant))
    options = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist", *(["-x"] if mutant else [])]
    failures = Failures()
    status = pytest.main([*options, *tests], plugins=[failures])
    telling.send((int(status), failures.names))
    os._exit(0)


def outcome(mutant: Mutant | None, tests: Sequence[str]) -> tuple[int, list[str]]:
    """Return the tests' status and the names of those that failed; a run that takes too long has failed."""
    forked = multiprocessing.get_context("fork")
    hearing, telling = forked.Pipe(duplex=False)
    process = forked.Process(target=run_tests, args=(mutant, tests, telling))
    process.start()
    telling.close()
    try:
        return hearing.recv() if hearing.poll(LONGEST) else (TOO_LONG, [])
    except EOFError:
        return TOO_LONG, []  # it ended before it could tell
    finally:
        process.kill()
        process.join()


def modules(names: Sequence[str]) -> list[Path]:
    paths = [BASE / name for name in names] or [ENGINE / name for name in SUBJECTS]
    return sorted(file for path in paths for file in (path.rglob("*.py") if path.is_dir() else [path]))


def main() -> int:
    asked = options()
    possible = [mutant for path in modules(asked.modules) for mutant in mutants(path)]
    random.Random(asked.seed).shuffle(possible)
    status, failing = outcome(None, tests_for(ENGINE / "suggest.py"))
    if status not in (PASSED, SOME_FAILED):
        print("The tests do not run here: try `python -m pytest tests/engine`.")
        return 2
    if failing:
        print(f"{len(failing)} tests are left out, for they fail without any change, as {failing[0]} does")
    tried, survivors = try_out(possible[: asked.most], failing, until=time.monotonic() + 60 * asked.minutes)
    killed = 1 - len(survivors) / tried
    print(f"{tried} of {len(possible)} possible mutants tried (seed {asked.seed}), {100 * killed:.1f} % noticed")
    return int(killed < LEAST_KILLED)


def try_out(possible: Sequence[Mutant], failing: Sequence[str], *, until: float) -> tuple[int, list[Mutant]]:
    """Try mutants until the time is up; return how many were tried, and those that no test noticed."""
    left_out = [option for name in failing for option in ("--deselect", name)]
    tried, survivors = 0, []
    for mutant in possible:
        if time.monotonic() > until:
            break
        tried += 1
        if outcome(mutant, [*left_out, *tests_for(mutant.path)])[0] == PASSED:
            survivors.append(mutant)
            print(f"not noticed: {mutant}", flush=True)
    return tried, survivors


def options() -> Namespace:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", help="files or folders; without any: units, modifiers, choosing, checks")
    parser.add_argument("--minutes", type=float, default=20, help="stop after this time")
    parser.add_argument("--most", type=int, help="try at most so many")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
