"""What may be wrong in a module: its mutants, each one small change in the syntax tree of one of its functions.

A comparison turned, a number moved by one, a condition reversed or taken out, `and` for `or`, plus for minus, a result
forgotten. Of the table of checks, every weight is a mutant: a stop that is a tip, a tip that is a stop. A mutant is known by
its function's text, so that what was found out about it holds until the function changes.
"""

import ast
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

TURNED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.And: ast.Or, ast.Or: ast.And, ast.BitOr: ast.BitAnd,
}  # fmt: skip

WEIGHT = re.compile(r'(default|softer|harder|insurer|medicare|auto|workers_comp|self_pay) = "(\w+)"')
OTHER = {"note_stop": "line_stop", "line_stop": "tip", "warn": "tip", "tip": "line_stop", "off": "tip"}

type Change = tuple[ast.AST, str, Callable[[], object]]


@dataclass(frozen=True, slots=True)
class Mutant:
    """The nth possible change of a function: where it is, what it does, and the lines of the statement it is in."""

    path: str  # of the module, from the root of the project
    function: str  # as Python qualifies it
    number: int
    lines: range
    told: str
    text: str  # a hash of the function's

    @property
    def key(self) -> str:
        return f"{self.path}:{self.function}:{self.text}:{self.number}"

    def __str__(self) -> str:
        return f"{self.path}:{self.lines.start}: {self.function}: {self.told}"


def mutants(base: Path, path: str) -> list[Mutant]:
    """Return all the mutants of a module, or of the table of checks."""
    text = (base / path).read_text("utf-8")
    if path.endswith(".toml"):
        return list(_weights(path, text))
    tree = ast.parse(text)
    return [
        Mutant(path, name, number, lines, told, digest(ast.unparse(function)))
        for name, function in functions(tree)
        for number, (lines, (_, told, _)) in enumerate(changes(function))
    ]


def mutated(base: Path, mutant: Mutant) -> CodeType:
    """Return the code of the mutant's function, with the change."""
    tree = ast.parse((base / mutant.path).read_text("utf-8"))
    function = dict(functions(tree))[mutant.function]
    _, (_, _, change) = list(changes(function))[mutant.number]
    change()
    module = compile(ast.fix_missing_locations(tree), str(base / mutant.path), "exec")
    return next(code for code in inner(module) if code.co_qualname == mutant.function)


def functions(tree: ast.Module | ast.ClassDef, within: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield the functions of a module and the methods of its classes; what is defined in a function is part of it."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield within + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from functions(node, f"{within}{node.name}.")


def inner(code: CodeType) -> Iterator[CodeType]:
    """Yield a code and all that is defined in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from inner(constant)


def _weights(path: str, text: str) -> Iterator[Mutant]:
    slug = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("slug"):
            slug = line.split('"')[1]
        if found := WEIGHT.match(line):
            told = f"{found[1]} is {OTHER[found[2]]}, and not {found[2]}"
            yield Mutant(path, slug, 0, range(number, number + 1), told, digest(line))


def reweighed(base: Path, mutant: Mutant) -> str:
    """Return the table of checks with the mutant's weight changed."""
    lines = (base / mutant.path).read_text("utf-8").splitlines()
    at = mutant.lines.start - 1
    lines[at] = WEIGHT.sub(lambda found: f'{found[1]} = "{OTHER[found[2]]}"', lines[at])
    return "\n".join(lines)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def changes(function: ast.FunctionDef) -> Iterator[tuple[range, Change]]:
    """Yield every possible change of a function, with the lines of its statement."""
    for statement in ast.walk(function):
        if isinstance(statement, ast.stmt) and statement is not function and not is_no_behaviour(statement):
            for node in walk(statement):
                yield from ((lines_of(statement), change) for change in changes_of(node))


def is_no_behaviour(statement: ast.stmt) -> bool:
    """Say whether a statement is a docstring, or an error whose words nobody tests."""
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_text or isinstance(statement, ast.Raise | ast.FunctionDef)


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a statement itself, without the statements in it and without annotations.

    `strict=True` says what its author knew already: no test can come by two lists of different lengths.
    """
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return
    yield node
    for name, child in ast.iter_fields(node):
        if name not in ("annotation", "returns", "decorator_list"):
            for each in child if isinstance(child, list) else [child]:
                if isinstance(each, ast.AST) and not isinstance(each, ast.stmt):
                    yield from walk(each)


def lines_of(statement: ast.stmt) -> range:
    """Return the lines of a statement, without those of the statements in it."""
    body = getattr(statement, "body", None)
    end = max(body[0].lineno - 1, statement.lineno) if body else statement.end_lineno or statement.lineno
    return range(statement.lineno, end + 1)


def changes_of(node: ast.AST) -> Iterator[Change]:
    said = next(iter(ast.unparse(node).splitlines()), "")[:70]
    match node:
        case ast.Compare(ops=[op, *_]) if type(op) in TURNED:
            yield node, f"comparison turned in {said}", lambda: node.ops.__setitem__(0, TURNED[type(op)]())
        case ast.BinOp(op=op) | ast.BoolOp(op=op) | ast.AugAssign(op=op) if type(op) in TURNED:
            other = TURNED[type(op)]
            yield node, f"{type(op).__name__} is {other.__name__} in {said}", put(node, op=other())
        case ast.Constant(value=bool(value)):
            yield node, f"{value} is {not value}", put(node, value=not value)
        case ast.Constant(value=int(value)):
            yield node, f"{value} is {value + 1}", put(node, value=value + 1)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            # `not not x`: its truth, as a truth
            yield node, f"no 'not' in {said}", put(node, operand=ast.UnaryOp(ast.Not(), operand))
        case ast.If(test=test) | ast.IfExp(test=test):
            yield node, f"always so: {ast.unparse(test)[:60]}", put(node, test=ast.Constant(True))
            yield node, f"never so: {ast.unparse(test)[:60]}", put(node, test=ast.Constant(False))
        case ast.comprehension(ifs=[first, *_]):
            yield node, f"not left out: {ast.unparse(first)[:60]}", lambda: node.ifs.pop(0)
        case ast.Return(value=ast.expr() as value) if not means_no(value):
            yield node, f"forgotten: {said}", put(node, value=ast.Constant(None))
        case ast.Expr(value=ast.Yield()):
            yield node, f"forgotten: {said}", put(node, value=ast.Constant(None))


def put(node: ast.AST, **values: object) -> Callable[[], object]:
    return lambda: [setattr(node, name, value) for name, value in values.items()]


def means_no(node: ast.expr) -> bool:
    """Say whether a result that is forgotten would be the same to whoever asks."""
    return isinstance(node, ast.Constant) and (node.value is None or node.value is False)
