"""Paths into a document, as they are written: `outlets.places."St. Gallen".technicians`."""

Path = tuple[str | int, ...]

QUOTES = "\"'"


def parse_path(text: str) -> tuple[str, ...]:
    """The names of a dotted path. A name that holds a dot stands in quotation marks, single or
    double (doubled inside: they stand for themselves), or has a backslash before each dot.

    Raises ValueError for an empty name and for a quotation mark that does not end.
    """
    return split_path(text)[0]


def split_path(text: str, end: str = "") -> tuple[tuple[str, ...], str]:
    """As `parse_path`, up to the first of the characters `end` outside of quotation marks, and
    what stands from there on."""
    names: list[str] = []
    at = 0
    while True:
        name, at = _name(text, at, end)
        names.append(name)
        if at == len(text) or text[at] in end:
            return tuple(names), text[at:]
        at += 1  # the dot


def _name(text: str, at: int, end: str) -> tuple[str, int]:
    """The name that begins at `at`, and where it ends."""
    blanks = len(text[at:]) - len(text[at:].lstrip())
    if text[at + blanks : at + blanks + 1] in tuple(QUOTES):
        return _quoted(text, at + blanks, end)
    name, begun = "", at
    while at < len(text) and text[at] != "." and text[at] not in end:
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
        name += text[at]
        at += 1
    if begun == 0:
        name = name.lstrip()
    if at == len(text) or text[at] in end:
        name = name.rstrip()
    if not name:
        raise ValueError("a name is empty")
    return name, at


def _quoted(text: str, at: int, end: str) -> tuple[str, int]:
    mark, name = text[at], ""
    at += 1
    while True:
        close = text.find(mark, at)
        if close < 0:
            raise ValueError(f"a quotation mark {mark} does not end")
        name += text[at:close]
        at = close + 1
        if text[at : at + 1] != mark:
            break
        name, at = name + mark, at + 1
    at += len(text[at:]) - len(text[at:].lstrip())
    if at < len(text) and text[at] != "." and text[at] not in end:
        raise ValueError(f"a dot is needed after {mark}{name}{mark}")
    return name, at


def dotted(path: Path) -> str:
    """A path as it is written for --set, for `parse_path` to read."""
    return ".".join(_written(str(step)) for step in path)


def _written(name: str) -> str:
    plain = name and name == name.strip() and name[0] not in QUOTES
    if plain and not any(mark in name for mark in ".=\\"):
        return name
    return '"' + name.replace('"', '""') + '"'
