"""The database is written in actions, the kit, commands' actions and migrations alone."""

import ast
from pathlib import Path

HUB = Path(__file__).resolve().parents[2] / "src" / "bangtin" / "hub"
WRITES = {
    "save",
    "create",
    "bulk_create",
    "bulk_update",
    "update",
    "delete",
    "get_or_create",
    "update_or_create",
    "add",
    "set",
}
# Sets, dicts and responses have these too: they count after a manager or queryset only.
AFTER_MANAGER = {"add", "set", "update", "delete", "create"}
MODEL_SAVE = {"update_fields", "using", "force_insert", "force_update"}
# a bench fills a scratch database of its own, faster than the desks' deeds would; a new database has no deeds yet
ALLOWED = ("actions", "migrations", "tests", "kit", "benches", "laying_down")


def _is_query(node: ast.expr) -> bool:
    """Whether the expression goes through a manager: `X.objects…` or `row.things.filter(…)`."""
    names = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    return bool(names & {"objects", "filter", "exclude", "all", "_default_manager"})


def _writes(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES):
            continue
        name = node.func.attr
        if name in AFTER_MANAGER and not _is_query(node.func.value):
            continue
        if name == "save" and (node.args or {word.arg for word in node.keywords} - MODEL_SAVE):
            continue  # a picture or document saved to a path
        found.append(f"{path.relative_to(HUB)}:{node.lineno} {name}")
    return found


def test_the_database_is_written_in_actions_only() -> None:
    places = []
    for path in HUB.rglob("*.py"):
        parts = {part.removesuffix(".py") for part in path.relative_to(HUB).parts}
        if not parts & set(ALLOWED):
            places += _writes(path)
    assert [place for place in places if not place.startswith("accounts/models.py")] == []
