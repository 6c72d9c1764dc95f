"""The error sentences that the sources can say: each call that makes one, as a template with {} for what is put in.

C++ says `NotFound("table {} does not exist", name)`; Python `CommandError(what, where, remedy)`, `ConfigError(what,
field, remedy)` and, inside the SQL parser, `error_at`, `.error` and `.refused`, whose place the caller adds.
"""
# SPDX-License-Identifier: Apache-2.0
import ast
import dataclasses
import functools
import pathlib
import re

PROJECT = pathlib.Path(__file__).resolve().parents[2]
HOLE = "{}"
# A template with fewer letters of its own only passes on another sentence.
LETTERS_MIN = 6

# The part of the product that a file belongs to: the longest prefix wins.
AREAS = {
    "src/": "The engine",
    "src/cli/": "Commands and flags",
    "src/config/": "Configs",
    "src/sql/": "SQL",
    "src/expr/": "Expressions and types",
    "src/types/": "Expressions and types",
    "src/aggregate/": "Aggregations",
    "src/plan/": "Runs",
    "src/run/": "Runs",
    "src/iceberg/": "Tables",
    "src/avro/": "Tables",
    "src/catalog/": "Tables",
    "src/storage/": "Files, object store and settings",
    "src/codec/": "Online",
    "src/kv/": "Online",
    "src/online/": "Online",
    "src/fetch_python/": "Online",
    "src/engine_python/": "Notebook",
    "python/": "Commands and flags",
    "python/ai/": "Configs",
    "python/gnomon/compile.py": "Configs",
    "python/gnomon/conf_": "Configs",
    "python/gnomon/compiled_conf.py": "Configs",
    "python/gnomon/config_import.py": "Configs",
    "python/gnomon/naming.py": "Configs",
    "python/gnomon/notebook/": "Notebook",
    "python/gnomon/refresh.py": "Configs",
    "python/gnomon/repo_rules.py": "Configs",
    "python/gnomon/repository.py": "Configs",
    "python/gnomon/side_file.py": "Configs",
    "python/gnomon/source_tables.py": "Configs",
    "python/gnomon/spark_sql/": "SQL",
}

CPP_CODE = re.compile(r"\b(InvalidArgument|NotFound|AlreadyExists|Conflict|Unavailable|Corruption|Unimplemented"
                      r"|Internal|Cancelled)\(\s*(?=\")")
CPP_TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|("(?:[^"\\\n]|\\.)*")|(\'(?:[^\'\\\n]|\\.)+\')', re.DOTALL)
CPP_LITERAL = re.compile(r'\s*"((?:[^"\\\n]|\\.)*)"')
CODE_ROW = re.compile(r'\{ErrorCode::k\w+, "(\w+)", (\d+),')
# Python callable -> (position of the sentence's first part, that of the remedy or None, has its place put in later).
PYTHON_CALLS = {
    "CommandError": (0, 2, False),
    "ConfigError": (0, 2, False),
    "SqlError": (0, None, True),
    "error_at": (2, None, True),
    "error": (0, None, True),
    "refused": (0, 1, True),
}


@dataclasses.dataclass(frozen=True)
class Template:
    """One sentence that `file` can say; `text` has {} where a value is put in."""

    code: str
    text: str
    file: str

    @property
    def letters(self):
        return len(re.sub(r"[^A-Za-z]", "", self.text.replace(HOLE, "")))

    @property
    def area(self):
        return AREAS[max((p for p in AREAS if self.file.startswith(p)), key=len)]

    @functools.cached_property
    def pattern(self):
        what, dash, remedy = self.text.partition(" - ")
        # Callers put the place in front of the remedy (PlacedAt in C++).
        text = what + HOLE + dash + remedy if dash else what
        return re.compile(".*?".join(map(re.escape, text.split(HOLE))), re.DOTALL)


def exit_statuses(project=PROJECT):
    """The code's name -> exit status, from the one table in C++."""
    return {name: int(status) for name, status in CODE_ROW.findall((project / "src/base/error_code.h").read_text())}


def _unescape(literal):
    return literal.replace(r"\"", '"').replace(r"\'", "'").replace(r"\n", " ").replace(r"\\", "\\")


def _without_comments(text):
    return CPP_TOKEN.sub(lambda match: match[0] if match[1] or match[2] else " ", text)


def cpp_templates(text, file):
    """The templates of one C++ file."""
    text = _without_comments(text)
    for call in CPP_CODE.finditer(text):
        position, pieces = call.end(), []
        while literal := CPP_LITERAL.match(text, position):
            pieces.append(_unescape(literal[1]))
            position = literal.end()
        sentence = re.sub(r"\{[^{}]*\}", HOLE, "".join(pieces).replace("{{", "\0").replace("}}", "\1"))
        yield Template(call[1], sentence.replace("\0", "{").replace("\1", "}"), file)


def _python_text(node):
    """A string expression as a template: what is not written out is a hole."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_python_text(value) for value in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _python_text(node.left) + _python_text(node.right)
    return HOLE


def _argument(call, position, name):
    for keyword in call.keywords:
        if keyword.arg == name:
            return _python_text(keyword.value)
    return _python_text(call.args[position]) if position is not None and position < len(call.args) else ""


def python_templates(text, file):
    """The templates of one Python file."""
    is_sql = file.startswith("python/gnomon/spark_sql/")
    for call in ast.walk(ast.parse(text)):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name not in PYTHON_CALLS or (name in ("error", "refused") and not is_sql):
            continue
        what_at, remedy_at, placed_later = PYTHON_CALLS[name]
        what, remedy = _argument(call, what_at, "what"), _argument(call, remedy_at, "remedy")
        if name == "refused":
            what += " is not proven equal to Spark's"
        if placed_later and remedy_at is None:
            what, dash, remedy = what.partition(" - ")
            remedy = remedy if dash else ""
        # The place stands between the two, if there is one.
        sentence = what + HOLE + (f" - {remedy}" if remedy else "")
        yield Template("InvalidArgument", re.sub(r"(\{\}){2,}", HOLE, " ".join(sentence.split())), file)


def scan(project=PROJECT):
    """All templates of the sources, each once, the same from one call to the next."""
    found = set()
    for path in sorted((project / "src").rglob("*")):
        if path.suffix in (".cc", ".h") and not re.search(r"_(test|bench|fuzz|fixture)\.", path.name):
            found.update(cpp_templates(path.read_text(), path.relative_to(project).as_posix()))
    for path in sorted((project / "python").rglob("*.py")):
        found.update(python_templates(path.read_text(), path.relative_to(project).as_posix()))
    return sorted((t for t in found if t.letters >= LETTERS_MIN), key=lambda t: (t.file, t.text))


def match(templates, sentence):
    """The template that says most of `sentence`, or None. Context that was put in front of it does not matter."""
    fitting = [template for template in templates if template.pattern.search(sentence)]
    return max(fitting, key=lambda t: (t.letters, t.file), default=None)
