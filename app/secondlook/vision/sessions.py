"""onnxruntime sessions: which execution provider is used, and told truthfully."""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # must be there before the library loads

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]

from secondlook.domain.errors import ModelError
from secondlook.vision.onnx_file import require_whole

onnxruntime.disable_telemetry_events()

Tensor = npt.NDArray[np.float32]

CPU = "CPUExecutionProvider"
DIRECTML = "DmlExecutionProvider"
PREFERRED = (DIRECTML, "CUDAExecutionProvider", "OpenVINOExecutionProvider", CPU)
_SHORT = {"dml": DIRECTML, "directml": DIRECTML, "cuda": PREFERRED[1], "openvino": PREFERRED[2]}
_SHORT["cpu"] = CPU


class Session:
    """One loaded model. ``provider`` is the one really used; ``notice`` says why, if not asked for.

    ``inputs`` and ``outputs`` give name to shape as the file declares them (a free axis is a str
    or None). One run at a time: DirectML demands it, and on few cores more would only slow each
    other and the window. Another session may run meanwhile.
    """

    def __init__(self, session: "onnxruntime.InferenceSession", notice: str) -> None:
        self._session = session
        self.provider: str = session.get_providers()[0]
        self.notice = notice
        self._turn = threading.Lock()
        self.inputs = {node.name: tuple(node.shape) for node in session.get_inputs()}
        self.outputs = {node.name: tuple(node.shape) for node in session.get_outputs()}

    def run(self, tensor: Tensor, names: Sequence[str]) -> list[Tensor]:
        """The outputs ``names`` for the only input. Raises ``ModelError`` when the run fails."""
        try:
            with self._turn:
                return list(self._session.run(list(names), {next(iter(self.inputs)): tensor}))
        except Exception as error:  # each provider raises classes of its own
            message = f"the model failed while running on {self.provider} ({_short(error)})."
            remedy = "Set SECONDLOOK_PROVIDER=cpu and start again; if it stays, report it."
            raise ModelError(message, remedy=remedy) from error


def open_session(path: Path, *, providers: Sequence[str] | None = None) -> Session:
    """Load a model file on the best provider present, else on the CPU with a notice.

    ``providers``: names to try instead, in order; the environment variable SECONDLOOK_PROVIDER
    (cpu, cuda, dml, openvino, or a full name) comes before ``PREFERRED``. Raises ``ModelError``
    when the file cannot be loaded even on the CPU.
    """
    present = onnxruntime.get_available_providers()
    wanted = tuple(providers) if providers else _from_environment() or PREFERRED
    named = wanted is not PREFERRED
    missing = [name for name in wanted if name not in present] if named else []
    notices = [f"{name} is not available here." for name in missing]
    for name in (*(n for n in wanted if n in present and n != CPU), CPU):
        try:
            session = _load(path, name)
        except ModelError as error:  # no provider may have it
            remedy = error.remedy or "Check it with: secondlook models verify"
            raise ModelError(error.message, subject=str(path), remedy=remedy) from error
        except Exception as error:  # each provider raises classes of its own
            if name == CPU:
                raise _not_loaded(path, error) from error
            notices.append(f"{name} could not load {path.name} ({_short(error)}).")
            continue
        if session.get_providers()[0] != name:
            notices.append(f"{name} did not start.")
        if notices:
            notices.append(f"Running on {session.get_providers()[0]}.")
        return Session(session, " ".join(notices))
    raise AssertionError("the CPU was tried last")


def _from_environment() -> tuple[str, ...]:
    name = os.environ.get("SECONDLOOK_PROVIDER", "").strip()
    return (_SHORT.get(name.lower(), name),) if name else ()


def _load(path: Path, provider: str) -> "onnxruntime.InferenceSession":
    options = onnxruntime.SessionOptions()
    # Measured on two cores: a second thread gains nothing for models this small, and threads that
    # spin while idle double the time of whichever session runs next (see tests/bench).
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    if provider == DIRECTML:
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.enable_mem_pattern = False
    chain = [provider] if provider == CPU else [provider, CPU]
    # Loaded from the bytes that were looked through, and as nothing but ONNX.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    data = path.read_bytes()
    require_whole(data)
    return onnxruntime.InferenceSession(data, sess_options=options, providers=chain)


def _short(error: Exception) -> str:
    """The first line of a provider's error: the rest is a stack of C++ files."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _not_loaded(path: Path, error: Exception) -> ModelError:
    message = f"the model file cannot be loaded ({_short(error)})."
    remedy = "Check it with: secondlook models verify"
    return ModelError(message, subject=str(path), remedy=remedy)
