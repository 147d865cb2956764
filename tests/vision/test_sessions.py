"""Which provider runs a model, and what is said when it is not the one asked for."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from secondlook.domain.errors import ModelError
from secondlook.paths import cards
from secondlook.vision import sessions
from secondlook.vision.cards import ModelCard
from secondlook.vision.embed import Recogniser
from secondlook.vision.engine import check
from secondlook.vision.models import ModelStore
from secondlook.vision.sessions import CPU, DIRECTML, Session, Tensor, open_session


class FakeRuntime:
    """Stands for onnxruntime's session: gives what it is told to, counts who is inside."""

    def __init__(self, provider: str, output: Tensor | None = None) -> None:
        self.provider, self.output = provider, output
        self.inside = self.most = 0

    def get_providers(self) -> list[str]:
        return [self.provider, CPU]

    def get_inputs(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(name="input", shape=["n", 3, 8, 8])]

    def get_outputs(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(name="output", shape=["n", 4])]

    def run(self, names: list[str], feeds: dict[str, Tensor]) -> list[Tensor]:
        self.inside += 1
        self.most = max(self.most, self.inside)
        if self.output is None:
            raise RuntimeError("device lost\n  at file.cpp:12")
        self.inside -= 1
        return [self.output]


@pytest.fixture
def present(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The providers that the machine seems to have; every one of them loads."""
    names = [CPU]
    monkeypatch.delenv("SECONDLOOK_PROVIDER", raising=False)
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: names)
    monkeypatch.setattr(sessions, "_load", lambda _, provider: FakeRuntime(provider))
    return names


def test_telemetry_is_off() -> None:
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"


@pytest.mark.parametrize(
    ("there", "used"),
    [
        ([CPU], CPU),
        (["AzureExecutionProvider", CPU], CPU),
        ([CPU, "OpenVINOExecutionProvider"], "OpenVINOExecutionProvider"),
        (["OpenVINOExecutionProvider", "CUDAExecutionProvider", CPU], "CUDAExecutionProvider"),
        (["CUDAExecutionProvider", CPU, DIRECTML], DIRECTML),
    ],
)
def test_order_of_preference(present: list[str], there: list[str], used: str) -> None:
    present[:] = there
    session = open_session(Path("x.onnx"))
    assert (session.provider, session.notice) == (used, "")


def test_the_environment_names_one(present: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    present[:] = [CPU, DIRECTML]
    monkeypatch.setenv("SECONDLOOK_PROVIDER", "cpu")
    assert open_session(Path("x.onnx")).provider == CPU
    monkeypatch.setenv("SECONDLOOK_PROVIDER", "cuda")
    session = open_session(Path("x.onnx"))
    assert session.provider == CPU
    assert "CUDAExecutionProvider is not available here." in session.notice
    assert open_session(Path("x.onnx"), providers=[DIRECTML]).provider == DIRECTML


def test_a_provider_that_fails_gives_way_with_a_notice(
    present: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    present[:] = [CPU, DIRECTML]

    def load(path: Path, provider: str) -> FakeRuntime:
        if provider == DIRECTML:
            raise RuntimeError("no adapter\n  at dml.cpp:1")
        return FakeRuntime(provider)

    monkeypatch.setattr(sessions, "_load", load)
    session = open_session(Path("x.onnx"))
    assert session.provider == CPU
    assert "could not load x.onnx (no adapter)" in session.notice
    assert session.notice.endswith(f"Running on {CPU}.")


def test_what_really_runs_is_told(present: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """onnxruntime may drop a provider silently while loading."""
    present[:] = [CPU, "CUDAExecutionProvider"]
    monkeypatch.setattr(sessions, "_load", lambda *_: FakeRuntime(CPU))
    session = open_session(Path("x.onnx"))
    assert session.provider == CPU
    assert "did not start" in session.notice


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "x.onnx"
    path.write_bytes(b"not a model")
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        open_session(path)
    assert caught.value.subject == str(path)


def test_a_failing_run_is_a_known_error() -> None:
    session = Session(FakeRuntime(CPU), "")
    with pytest.raises(ModelError, match=r"device lost\)") as caught:
        session.run(np.zeros((1, 3, 8, 8), np.float32), ["output"])
    assert "SECONDLOOK_PROVIDER=cpu" in caught.value.remedy


def test_directml_runs_one_at_a_time() -> None:
    fake = FakeRuntime(DIRECTML, np.zeros((1, 4), np.float32))
    session = Session(fake, "")
    tensor = np.zeros((1, 3, 8, 8), np.float32)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: session.run(tensor, ["output"]), range(200)))
    assert fake.most == 1


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_numbers_that_are_no_template(value: float) -> None:
    card = ModelStore(cards(), []).card("mobilefacenet-foamliu")
    recogniser = Recogniser.__new__(Recogniser)
    recogniser.card = card
    recogniser.session = Session(FakeRuntime(CPU, np.full((1, 128), value, np.float32)), "")
    with pytest.raises(ModelError, match="not a template"):
        recogniser.templates([np.zeros((112, 112, 3), np.uint8)])


def test_a_file_that_is_another_model_than_its_card_says() -> None:
    session = Session(FakeRuntime(CPU), "")
    card = ModelStore(cards(), []).card("reid-retail-0095")

    def changed(**parts: object) -> ModelCard:
        spec = card.input.model_copy(update={"width": 8, "height": 8})
        output = card.output.model_copy(update={"template_size": 4})
        return card.model_copy(update={"input": spec, "output": output, **parts})

    check(changed(), session)
    wrong: list[tuple[dict[str, object], str]] = [
        ({"input": card.input}, "128"),
        ({"output": card.output}, "templates have 4 numbers, not 256"),
        ({"output": card.output.model_copy(update={"names": ("x",)})}, "no output x"),
        ({"input": card.input.model_copy(update={"name": "data"})}, "data"),
    ]
    for parts, says in wrong:
        with pytest.raises(ModelError, match="wrong model") as caught:
            check(changed(**parts), session)
        assert says in caught.value.message
        assert caught.value.subject == "reid-retail-0095"
