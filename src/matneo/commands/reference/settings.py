"""Every MATNEO_* variable, its default and its meaning, read from the source that asks for it."""

import ast
import io
import tokenize
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matneo.commands.reference.markdown import code, page, sentence, table

KINDS = {"str": "text", "bool": "true or false", "int": "number", "list": "list", "get": "text"}
LEAD = (
    "Every setting is an environment variable. Set it before `./run`, `matneo` or the web server starts; it is read "
    "once. `MATNEO_X_FILE` names a file that holds the value of `MATNEO_X`, for every one of them that is read from "
    "`config/settings.py`: so a password need not stand in the environment. `1`, `true`, `yes` and `on` mean true."
)


@dataclass(frozen=True)
class Setting:
    """One variable: how its value is read, what it is without one (as source text), and what it means."""

    name: str
    kind: str
    default: str
    meaning: str
    module: str


def found(sources: Mapping[str, str]) -> list[Setting]:
    """The variables of these sources (module name -> text), in the order in which they are read."""
    return [setting for module, text in sources.items() for setting in _of(module, text)]


def markdown(settings: Iterable[Setting]) -> str:
    rows = [(code(s.name), s.kind, code(s.default) or "none", s.meaning) for s in settings]
    return page("Settings", LEAD, table(("Variable", "Value", "Without it", "Meaning"), rows))


def _of(module: str, text: str) -> list[Setting]:
    tree, comments = ast.parse(text), _comments(text)
    statement = {
        line: node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt)
        for line in range(node.lineno, _head_end(node) + 1)
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _variable(node)]
    return [
        Setting(
            _variable(call),
            KINDS[call.func.attr],  # type: ignore[attr-defined]
            _default(call),
            sentence(_meaning(call.lineno, statement.get(call.lineno, call.lineno), comments)),
            module,
        )
        for call in sorted(calls, key=lambda call: call.lineno)
    ]


def _variable(call: ast.Call) -> str:
    """The variable that `env.str("MATNEO_X", …)` or `os.environ.get("MATNEO_X", …)` asks for."""
    if not (isinstance(call.func, ast.Attribute) and call.func.attr in KINDS and call.args):
        return ""
    first = call.args[0]
    value = first.value if isinstance(first, ast.Constant) else ""
    return value if isinstance(value, str) and value.startswith("MATNEO_") else ""


def _head_end(node: ast.stmt) -> int:
    """The last line of a statement, or of its head where a block follows."""
    body = getattr(node, "body", None)
    return body[0].lineno - 1 if isinstance(body, list) and body else node.end_lineno or node.lineno


def _default(call: ast.Call) -> str:
    given = [k.value for k in call.keywords if k.arg == "default"] + call.args[1:2]
    return _shown(given[0]) if given else ""


def _shown(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value).lower() if isinstance(node.value, bool) else str(node.value)
    if isinstance(node, ast.List):
        return ",".join(_shown(entry) for entry in node.elts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return str(int(_shown(node.left)) * int(_shown(node.right)))
    if isinstance(node, ast.IfExp):
        return f"{_shown(node.body)} or {_shown(node.orelse)}"
    return ast.unparse(node)


def _comments(text: str) -> dict[int, tuple[str, bool]]:
    """Line -> (words, whether the comment has the line to itself)."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {
        token.start[0]: (token.string.lstrip("# "), not token.line[: token.start[1]].strip())
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def _meaning(line: int, first: int, comments: Mapping[int, tuple[str, bool]]) -> str:
    """Beside the call, else right above it, else right above its statement."""
    if line in comments:
        return comments[line][0]
    return _above(line, comments) or _above(first, comments)


def _above(line: int, comments: Mapping[int, tuple[str, bool]]) -> str:
    words: list[str] = []
    while (line := line - 1) in comments and comments[line][1]:
        words.insert(0, comments[line][0])
    return " ".join(words)
