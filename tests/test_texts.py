"""Texts by others: every text of a file declares what it may hold, and none is read as code."""

from __future__ import annotations

import ast
import typing
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import BaseModel, TypeAdapter, ValidationError

from sim.analysis.problem import Search, read_problem
from sim.core.seen import escaped
from sim.scenario import texts
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.quantity import OneOf
from sim.scenario.schema import Scenario
from sim.sweeps.design import Design, design_of
from sim.sweeps.factors import Factor
from viz.cli.main import main
from viz.dashboard.controls import linked
from viz.text.tables import Table
from viz.text.terminal import plain, print_table, say

VIZ = Path(__file__).parents[1] / "viz"
HOSTILE = {
    "null": "a\0b",
    "escape": "a\x1b[31mb",
    "bell": "a\ab",
    "tab": "a\tb",
    "return": "a\rb",
    "delete": "a\x7fb",
    "C1": "a\x9bb",
    "line separator": "a\u2028b",
    "right to left": "a\u202eb",
    "isolate": "a\u2066b",
    "mark of direction": "a\u200fb",
    "zero width": "a\u200bb",
    "joiner": "a\u200db",
    "byte order": "a\ufeffb",
    "soft hyphen": "a\u00adb",
    "filler": "a\u3164b",
    "variation": "a\ufe0fb",
    "tag": "a\U000e0041b",
    "private": "a\ue000b",
    "surrogate": "a\udc80b",
}
KINDS = ("Name", "Line", "Title", "Prose", "Source", "Key", "Setting")
ONE_LINE = tuple(kind for kind in KINDS if kind not in ("Prose", "Source"))
FINE = ("Mistral", "AT'T 2", "名前", "Ямал", "naïve e\u0301", "L 7 nm (EUV), 50 %", "中\u3000文")
MARKUP = "[bold red]x[/] [/foo] [link=file:///etc/passwd]x[/link] :boom: {task.total} <b> \\1"


def check(kind: str, text: str) -> str:
    return TypeAdapter(getattr(texts, kind)).validate_python(text)


# --- the rule ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", HOSTILE)
def test_no_text_holds_what_is_not_seen(kind, what):
    with pytest.raises(ValidationError):
        check(kind, HOSTILE[what])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", FINE)
def test_texts_of_all_languages_are_taken(kind, text):
    assert check(kind, text) == text


@pytest.mark.parametrize("kind", KINDS)
def test_texts_are_bounded(kind):
    longest = next(m for m in getattr(texts, kind).__metadata__ if isinstance(m, texts.Text))
    assert check(kind, "a" * longest.longest)
    with pytest.raises(ValidationError, match="at most"):
        check(kind, "a" * (longest.longest + 1))


@pytest.mark.parametrize("kind", ONE_LINE)
def test_new_lines_are_for_prose(kind):
    assert check("Prose", "two\nlines")
    with pytest.raises(ValidationError, match="must be one line"):
        check(kind, "two\nlines")


@pytest.mark.parametrize("name", ["", " ", "a ", " a", "a/b", "a\\b", "<a>", "-1", "=1", "@a", "_"])
def test_names_are_plain(name):
    with pytest.raises(ValidationError):
        check("Name", name)


@pytest.mark.parametrize("text", ["", " ", "\u3000"])
@pytest.mark.parametrize("kind", ["Source", "Title", "Name"])
def test_what_must_be_said_is_not_blank(kind, text):
    with pytest.raises(ValidationError):
        check(kind, text)


@pytest.mark.parametrize(
    "month", ["２０２０-01", "٢٠٢٠-٠١", "2020-1", "2020-+1", "2020-01\n", "0000-01"]
)
def test_months_have_ascii_digits(month):
    for kind in ("Month", "Start"):
        with pytest.raises(ValidationError):
            check(kind, month)


@pytest.mark.parametrize("root", [Scenario, Design, Search, Factor], ids=lambda root: root.__name__)
def test_every_text_of_the_schema_declares_what_it_may_hold(root):
    bare = [
        f"{model.__name__}.{name}"
        for model in models(root)
        for name, field in model.model_fields.items()
        if not any(isinstance(item, texts.Text) for item in field.metadata)
        and has_bare_text(field.annotation)
    ]
    assert not bare


def models(root: type[BaseModel]) -> set[type[BaseModel]]:
    """A model and all that it is made of."""
    found, new = set(), [root]
    while new:
        model = new.pop()
        if model not in found:
            found.add(model)
            for field in model.model_fields.values():
                new += [*parts_of(field.annotation), *parts_of(tuple(field.metadata))]
    return found


def parts_of(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, OneOf):
        yield from annotation.kinds.values()
    elif isinstance(annotation, typing.TypeVar) or hasattr(annotation, "__default__"):
        yield from parts_of(annotation.__default__)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    inside = annotation if isinstance(annotation, tuple) else typing.get_args(annotation)
    for part in inside:
        yield from parts_of(part)


def has_bare_text(annotation: Any) -> bool:
    if typing.get_origin(annotation) is typing.Annotated:
        kind, *metadata = typing.get_args(annotation)
        return not any(isinstance(m, texts.Text) for m in metadata) and has_bare_text(kind)
    if typing.get_origin(annotation) is typing.Literal:
        return False
    return annotation is str or any(has_bare_text(part) for part in typing.get_args(annotation))


def test_the_walk_over_the_schema_finds_bare_texts():
    class Loose(BaseModel):
        kept: dict[texts.Name, texts.Prose | None]
        open: dict[str, int]

    assert not has_bare_text(Loose.model_fields["kept"].annotation)
    assert has_bare_text(Loose.model_fields["open"].annotation)
    assert len(models(Scenario)) > 70


def test_designs_and_problems_follow_the_rule(tmp_path):
    sampler = {"kind": "lhs", "points": 2}
    factor = {"key": "effort.eta", "low": 0.1, "high": 1.0}
    for bad in ({"title": "a\x1b"}, {"factors": {"a/b": factor}}, {"set": ["a\u202e=1"]}):
        tree = {"title": "Fine", "sampler": sampler, "factors": {"eta": factor}} | bad
        with pytest.raises(ScenarioError) as refused:
            design_of(tree)
        assert len(refused.value.problems) == 1
        assert "[key]" not in str(refused.value)
    file = tmp_path / "search.toml"
    file.write_text('title = "a\\u202eb"\nscenario = "as_enacted"\nreference = "no_controls"\n')
    with pytest.raises(ScenarioError, match=r"title: .* not seen: U\+202E"):
        read_problem(file)


# --- how the rest is shown -----------------------------------------------------------------------


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_not_seen_is_shown_by_its_number(what):
    shown = escaped(HOSTILE[what])
    assert shown.isprintable() and shown.startswith("a\\") and shown.endswith("b")
    assert all(unicodedata.category(c)[0] != "C" for c in str(Problem(shown, shown, shown)))


def test_problems_show_no_command_of_a_terminal():
    said = str(Problem("f\x1b[2J.toml", "labs.\u202e", "wrong\x07", "do\x9b"))
    assert said == "f\\x1b[2J.toml: labs.\\u202e: wrong\\x07 (do\\x9b)"


def test_tables_take_no_markup(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    print_table(Table(MARKUP, ["name", MARKUP], [["\x1b[31ma", MARKUP]], ("name",)))
    printed = capsys.readouterr().out
    assert printed.count("[link=file:///etc/passwd]x[/link] :boom: {task.total} <b> \\1") == 3
    assert "\\x1b[31ma" in printed and "\x1b" not in printed
    assert plain(MARKUP).plain == MARKUP


@pytest.mark.parametrize("columns", ["80", "100"])
def test_tables_are_never_cut(capsys, monkeypatch, columns):
    """What does not fit the line goes on in the next one."""
    monkeypatch.setenv("COLUMNS", columns)
    print_table(Table("", ["name", "number"], [["a", "0123456789" * 13]], ("name",)))
    printed = capsys.readouterr().out
    assert sum(map(str.isdigit, printed)) == 130
    assert max(map(len, printed.splitlines())) <= int(columns)


def test_what_is_said_takes_no_markup(capsys):
    say(MARKUP)
    say("two\nlines \x1b[2J", on_stderr=True)
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == (f"{MARKUP}\n", "two\nlines \\x1b[2J\n")


def test_bars_take_no_markup(monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    from viz.cli import progress

    for bar in (progress.progress, progress.progress_of_worlds):
        with bar(f"{MARKUP} \x1b]0;title\a") as tick:
            assert tick is not None
            tick(1, 2)
    assert "\x1b]0;" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["\x1b[31mrun"],
        ["--\x1b[31m"],
        ["run", "--\x1b[31m"],
        ["run", "--worlds", "\x1b[31m"],
        ["run", "\x1b[31m"],
        ["check", "as_enacted", "--set", "labs.\x1b[31m=1"],
        ["report", "\x1b[31m"],
    ],
    ids=repr,
)
def test_errors_show_no_command_of_a_terminal(arguments):
    answer = CliRunner().invoke(main, arguments)
    assert answer.exit_code == 2
    assert "\x1b" not in answer.output and "\\x1b" in answer.output


def test_all_that_is_printed_goes_through_one_place():
    """Commands and texts print by `viz.text.terminal`, which takes no markup."""
    wrong = []
    for file in sorted([*(VIZ / "cli").glob("*.py"), *(VIZ / "text").glob("*.py")]):
        if file.name == "terminal.py":
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            at = f"{file.name}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                if called in ("print", "click.echo", "click.secho", "Console", "Text"):
                    wrong.append(f"{at} calls {called}")
                if called == "TextColumn" and "markup=False" not in ast.unparse(node):
                    wrong.append(f"{at} takes markup")
            module = node.module if isinstance(node, ast.ImportFrom) else None
            if module and module.split(".")[0] == "rich" and file.name != "progress.py":
                wrong.append(f"{at} imports {module}")
    assert not wrong


# --- links ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/data?year=2024&kind=chips&x=1",
        "http://example.org/a;b,c'd",
        "https://example.org/wiki/Chip_(computing)",
        "https://example.org/?q=<",
    ],
)
def test_addresses_are_linked_whole(address):
    whole = address.rstrip("<").replace("&", "&amp;").replace("'", "&#39;")
    assert f'href="{whole}"' in linked(f"(see {address}).")


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "https://", "ftp://a"]
)
def test_nothing_else_is_linked(text):
    assert "<a" not in linked(text)


def test_a_link_cannot_leave_its_attribute():
    opened = linked('https://a.b/" onclick="alert(1)')
    assert opened.startswith('<a href="https://a.b/" target="_blank" rel="noopener noreferrer">')
    assert "<script" not in linked("https://a.b/<script>")
