"""The import graph is the data flow: each package knows only those before it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ["retrieval", "recommender", "chat", "eval"]
UNDERSTANDING = ["text", "titles", "acts", "values", "references"]  # each knows only those before it
HEAVY = ["chromadb", "sentence_transformers", "transformers", "peft", "gradio", "accelerate", "bm25s"]
HEAVY += ["openai", "xllamacpp"]
MODULES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    """Full names of all modules a file imports, at the top or inside functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} uses a relative import"
            names |= {str(node.module)} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_packages_before_its_own(path):
    own = PACKAGES.index(path.relative_to(ROOT).parts[0])
    later = set(PACKAGES[own + 1 :])
    assert not {name for name in imported(path) if name.split(".")[0] in later}


@pytest.mark.parametrize("room", UNDERSTANDING)
def test_what_reads_messages_knows_only_what_reads_before_it(room):
    within = "chat.understanding."
    before = {f"{within}{one}" for one in UNDERSTANDING[: UNDERSTANDING.index(room) + 1]}
    files = sorted((ROOT / "chat" / "understanding" / room).glob("*.py"))
    known = {name for path in files for name in imported(path) if name.startswith(within)}
    assert len(files) > 1
    assert {".".join(name.split(".")[:3]) for name in known} <= before


@pytest.mark.parametrize("library", HEAVY)
def test_a_heavy_library_is_known_to_one_module(library):
    knowing = [path for path in MODULES if library in {name.split(".")[0] for name in imported(path)}]
    assert len(knowing) <= 1, f"{library} is imported by {', '.join(map(str, knowing))}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nobody_hides_the_builtin_eval(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert not [alias for alias in node.names if alias.name.split(".")[0] == "eval"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_says_its_idea_first(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def loaded_by(code):
    """The names of the libraries that a fresh Python has loaded after this code."""
    code = f"import sys\n{code}\nprint(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return {name.split(".")[0] for name in loaded.split()} | set(loaded.split())


def test_help_loads_no_heavy_library():
    tops = loaded_by("from retrieval.command import application\napplication()")
    assert not tops & {*HEAVY, "matplotlib", "torch", "scipy", "sqlalchemy", "polars", "pydantic"}


def test_what_answers_a_turn_loads_no_library_that_only_some_models_or_commands_need():
    tops = loaded_by("import chat.assembly, recommender.recommending, retrieval.index.indexing")
    rare = {*HEAVY, "matplotlib", "sklearn", "scipy.stats", "polars"} - {"accelerate", "bm25s"}
    assert "torch" in tops
    assert not tops & rare
