"""A language model is chosen by its name: opened, measured, and written where the settings are read."""

import json
import re

import pytest
from failing_server import failing
from tiny_llm import folder_of
from typer.testing import CliRunner

from chat.llm import Unavailable, open_llm
from chat.llm.capabilities import PROMPTS, keeps_to_schema, measured, read_capabilities, write_capabilities
from chat.llm.choosing import set_language, use
from chat.llm.scripted import Scripted
from retrieval.command import application
from retrieval.errors import Problem
from retrieval.settings import Settings, read_settings

WRITTEN = """# what we changed in spring
port = 8000  # the old one was taken

language = "none:"  # too slow
threads = 1
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    return tmp_path


def test_the_setting_is_changed_and_the_rest_of_the_file_stays(here):
    file = here / "penchant.toml"
    set_language(file, "scripted:")
    assert file.read_text() == 'language = "scripted:"\n'
    file.write_text(WRITTEN)
    set_language(file, 'local:a "quoted" name')
    assert file.read_text() == WRITTEN.replace('"none:"', "'local:a \"quoted\" name'") or (
        file.read_text() == WRITTEN.replace("none:", 'local:a \\"quoted\\" name')
    )
    assert (read_settings().language, read_settings().port) == ('local:a "quoted" name', 8000)
    file.write_text("port =")
    with pytest.raises(Problem, match=r"penchant\.toml is not valid TOML"):
        set_language(file, "none:")
    assert file.read_text() == "port ="


def test_a_model_is_opened_measured_and_written(here, monkeypatch):
    folder_of(here / "var" / "models" / "tiny")
    monkeypatch.setattr("chat.llm.guarded.NO_TEXT", re.compile("(?!)"))  # a random model says anything
    told = use("tiny", Settings())
    assert told.startswith("local:tiny weighs titles and words reasons; it reads ")
    settings = read_settings()
    assert settings.language == "local:tiny"
    found = read_capabilities(settings)
    assert (found.window, found.scores, found.schema_kept) == (2048, True, 1.0)
    assert found.prefill > 0 < found.decode
    assert use("none:", settings).startswith("Words will be by template")
    assert read_settings().language == "none:"
    assert read_capabilities(read_settings()) is None
    assert "local:tiny" in json.loads((here / "var" / "models" / "capabilities.json").read_text())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("smolm2-135m-instruct", "did you mean 'smollm2-135m-instruct'"),
        ("gpt-9", r"no model 'gpt-9'; here or to be had: smollm2-135m-instruct, mine \("),
        ("all-minilm-l6-v2", "all-minilm-l6-v2 is no language model; here or to be had: smollm2-135m-instruct, mine"),
        ("llamacpp:mine", "llama.cpp reads GGUF files, and .*mine holds none; say local:mine instead"),
        ("local:nobody/some.gguf", "there is no file 'nobody/some.gguf'"),
        ("http://127.0.0.1:9/v1#some", r"127\.0\.0\.1:9/v1 cannot be reached; is it running"),
        ("http://127.0.0.1:9/v1", "must be http://HOST:PORT/v1#MODEL"),
    ],
)
def test_an_unknown_name_says_what_there_is_and_changes_nothing(here, name, said):
    folder = here / "var" / "models" / "mine"
    folder.mkdir(parents=True)
    for file in ("config.json", "model.safetensors"):
        (folder / file).write_text("{}")
    with pytest.raises(Problem, match=said):
        use(name, Settings())
    assert not (here / "penchant.toml").exists()


def test_a_server_without_that_model_lists_those_it_has(here):
    with failing() as server, pytest.raises(Problem, match="has no model 'gpt-9'; it has fine"):
        use(server.address("gpt-9"), Settings())
    assert not (here / "penchant.toml").exists()


def test_the_environment_that_wins_is_named(monkeypatch):
    monkeypatch.setenv("PENCHANT_LANGUAGE", "none:")
    assert "PENCHANT_LANGUAGE to 'none:', which wins over penchant.toml" in use("scripted:", read_settings())


def test_what_keeps_to_a_schema_and_what_does_not():
    class Saying:
        def __init__(self, text):
            self.text = text

        def stream(self, messages, schema=None):
            assert schema["additionalProperties"] is False
            yield self.text

    for text, holds in [
        ('{"order": [1, 2, 3, 4, 5]}', True),
        ('{"order": [1, 2, 3, 4, 6]}', False),
        ('{"order": [1, 2, 3, 4]}', False),
        ('{"order": ["1", "2", "3", "4", "5"]}', False),
        ('Sure! {"order": [1, 2, 3, 4, 5]}', False),
        ("[1, 2, 3, 4, 5]", False),
    ]:
        assert [keeps_to_schema(Saying(text), number) for number in range(PROMPTS)] == [holds] * PROMPTS
    assert measured("scripted:", Scripted()).schema_kept == 0


def test_a_model_that_says_nothing_is_not_chosen():
    class Mute(Scripted):
        def stream(self, messages, schema=None):
            yield from ()

    with pytest.raises(Unavailable, match="nothing to say"):
        measured("mute", Mute())


def test_what_was_measured_is_of_one_model(here):
    settings = Settings(language="scripted:")
    found = measured("scripted:", open_llm(settings))
    write_capabilities(settings, found)
    write_capabilities(settings, found.model_copy(update={"language": "local:other", "window": 1}))
    assert read_capabilities(settings) == found
    assert read_capabilities(Settings(language="local:other")).window == 1
    (here / "var" / "models" / "capabilities.json").write_text("{")
    assert read_capabilities(settings) is None


def test_the_commands_list_and_choose():
    run = CliRunner()
    listed = run.invoke(application(), ["models"])
    assert listed.exit_code == 0
    assert "smollm2-135m-instruct" in listed.output
    taught = run.invoke(application(), ["models", "use", "--help"]).output
    for kind in ("llamacpp:", "local:", "http://", "none:", "vLLM", "Ollama", "PENCHANT_LANGUAGE_KEY"):
        assert kind in taught
    assert "scripted: weighs titles" in run.invoke(application(), ["models", "use", "scripted:"]).output
    assert read_settings().language == "scripted:"
