"""The operations for programs, from the OpenAPI description that the product serves."""

from collections.abc import Mapping
from typing import Any

from matneo.commands.reference.markdown import code, page, sentence, table

LEAD = (
    "All addresses begin with `/api/v1/`; `/api/v1/openapi.json` is this description for programs. A program sends the token of its "
    "person: `Authorization: Bearer …`, made on the page *My account*. It sees and does what that person may see and do. Reading "
    'needs no token; then it sees what the public sees. Every refusal is JSON with one sentence: `{"problem": "…"}`. Too many '
    "requests at once are answered with 429 (`MATNEO_API_RATE`)."
)

ANSWERS = {
    "200": "done, or here it is",
    "201": "taken in",
    "401": "the token is not good",
    "403": "this person may not",
    "404": "not there, or not for this person",
    "422": "it cannot be done like this, and why",
}


def markdown(description: Mapping[str, Any]) -> str:
    operations = [
        (method.upper(), path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    overview = [
        (code(f"{method} {path}"), sentence(operation.get("description", "")))
        for method, path, operation in operations
    ]
    schemas = description["components"]["schemas"]
    return page(
        "API",
        LEAD,
        table(("Operation", "What it does"), overview),
        *[_operation(*entry) for entry in operations],
        "## Shapes",
        *[_schema(name, schema) for name, schema in schemas.items()],
    )


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    parts = [f"## `{method} {path}`", sentence(operation.get("description", ""))]
    given = [_parameter(entry) for entry in operation.get("parameters", [])] + _body(operation)
    parts += [table(("Given", "Where", "Kind", ""), given)] if given else []
    parts.append(table(("Answer", "Holds"), [_answer(*entry) for entry in operation["responses"].items()]))
    parts.append("Who: " + _who(operation))
    return "\n\n".join(parts)


def _who(operation: Mapping[str, Any]) -> str:
    names = {name for entry in operation.get("security", []) for name in entry}
    return (
        "a token or a signed-in browser." if "SessionAuth" in names else "anybody; with a token, that person."
    )


def _parameter(entry: Mapping[str, Any]) -> tuple[str, ...]:
    schema = entry["schema"]
    note = "needed" if entry.get("required") else _default(schema)
    return code(entry["name"]), entry["in"], _kind(schema), note


def _default(schema: Mapping[str, Any]) -> str:
    value = schema.get("default")
    return (
        f"without it: {code(str(value).lower() if isinstance(value, bool) else value)}"
        if value not in (None, "")
        else ""
    )


def _body(operation: Mapping[str, Any]) -> list[tuple[str, ...]]:
    found = operation.get("requestBody", {}).get("content", {})
    rows: list[tuple[str, ...]] = []
    for kind, content in found.items():
        schema = content["schema"]
        if "$ref" in schema:
            rows.append(("the body", kind, _kind(schema), "needed"))
        rows += [
            (code(name), kind, _kind(part), "needed") for name, part in schema.get("properties", {}).items()
        ]
    return rows


def _answer(status: str, answer: Mapping[str, Any]) -> tuple[str, str]:
    kinds = [_kind(content["schema"]) for content in answer.get("content", {}).values()]
    return f"{status}: {ANSWERS[status]}", ", ".join(kinds)


def _schema(name: str, schema: Mapping[str, Any]) -> str:
    needed = schema.get("required", [])
    rows = [
        (code(field), _kind(part), "" if field in needed else "may be left out")
        for field, part in schema.get("properties", {}).items()
    ]
    return f"### {name}\n\n{table(('Field', 'Kind', ''), rows)}"


def _kind(schema: Mapping[str, Any]) -> str:
    """A JSON schema in words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if schema.get("prefixItems"):
        return f"list of {len(schema['prefixItems'])}: " + ", ".join(map(_kind, schema["prefixItems"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return {"binary": "a file", "date": "date"}.get(
        schema.get("format", ""), str(schema.get("type", "anything"))
    )
