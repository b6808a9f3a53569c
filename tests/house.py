"""The shape of the package, read from its imports: `python -m tests.house` prints it.

A room is a folder or a file at the top of the package; a floor is the length of the longest chain
of imports below it. Imports within functions and for type checkers count like all others.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1] / "vqclip"
FILES = sorted(ROOT.rglob("*.py"))

Graph = Mapping[str, set[str]]


def module_of(path: Path) -> str:
    """The dotted name of a file, without the package's own."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_of(path): path for path in FILES}


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted names that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                longer = f"{node.module}.{alias.name}"
                yield longer if longer.removeprefix("vqclip.") in MODULES else node.module


def modules_below(path: Path) -> set[str]:
    """The modules of the package that a file imports; the package's own face is ''."""
    names = {name for name in imported(path) if name.split(".")[0] == "vqclip"}
    return {name.removeprefix("vqclip").removeprefix(".") for name in names} - {module_of(path)}


def room_of(module: str) -> str:
    """The room a module lies in."""
    return module.split(".")[0]


def rooms() -> dict[str, set[str]]:
    """Every room with the rooms that it imports from."""
    graph: dict[str, set[str]] = {}
    for module, path in MODULES.items():
        own = graph.setdefault(room_of(module), set())
        own |= {room_of(other) for other in modules_below(path)} - {room_of(module)}
    return graph


def inside(folder: str) -> dict[str, set[str]]:
    """The files and folders of one folder, each with those of its neighbours it imports from."""
    prefix = f"{folder}."

    def item(module: str) -> str:
        return module.removeprefix(prefix).split(".")[0]

    graph: dict[str, set[str]] = {}
    for module, path in MODULES.items():
        if module.startswith(prefix):
            near = {item(other) for other in modules_below(path) if other.startswith(prefix)}
            graph.setdefault(item(module), set()).update(near - {item(module)})
    return graph


def folders() -> list[str]:
    """Every folder of modules, as a dotted name."""
    return sorted({module_of(path.parent / "__init__.py") for path in FILES} - {""})


def floors(graph: Graph) -> dict[str, int]:
    """The floor of every room, from 1.

    Raises:
        ValueError: rooms import each other in a circle.
    """
    found: dict[str, int] = {}

    def floor(room: str, above: tuple[str, ...]) -> int:
        if room in above:
            raise ValueError(f"a circle: {' -> '.join((*above[above.index(room) :], room))}")
        if room not in found:
            below = [floor(other, (*above, room)) for other in sorted(graph.get(room, set()))]
            found[room] = 1 + max(below, default=0)
        return found[room]

    for room in graph:
        floor(room, ())
    return found


def functions() -> Iterator[tuple[Path, ast.FunctionDef, int, int]]:
    """Yield every function with its lines (docstring apart) and its parameters (self apart)."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
                names = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                yield path, node, lines, sum(name.arg not in ("self", "cls") for name in names)


def main() -> None:
    """Print the rooms by floor, and the figures of the house."""
    graph = rooms()
    own = {room: below - {""} for room, below in graph.items() if room}
    places = floors(own)
    for number in range(max(places.values()), 0, -1):
        names = sorted(room for room, floor in places.items() if floor == number)
        print(f"floor {number}: {', '.join(names)}")
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    longest = max(lengths, key=lambda path: lengths[path])
    texts = [path.read_text(encoding="utf-8") for path in FILES]
    anys = sum(text.count("Any]") + text.count(": Any") + text.count("-> Any") for text in texts)
    measured = list(functions())
    print(f"rooms: {len(own)}, floors: {max(places.values())}", end=", ")
    print(f"imports between rooms: {sum(map(len, own.values()))}")
    print(f"files: {len(FILES)}, lines: {sum(lengths.values())}", end=", ")
    print(f"longest: {longest.relative_to(ROOT)}, {lengths[longest]} lines")
    print(f"functions over 30 lines: {sum(lines > 30 for _, _, lines, _ in measured)}", end=", ")
    most = max(count for _, _, _, count in measured)
    print(f"over 8 parameters: {sum(n > 8 for *_, n in measured)}, the most: {most}")
    print(f"uses of Any: {anys}")


if __name__ == "__main__":
    main()
