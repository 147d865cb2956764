"""The matcher as the services see it: a detector and a recogniser that work together, and what
looks at the heads."""

from collections.abc import Sequence
from dataclasses import replace

from secondlook.domain.calibration import ReferenceCurve
from secondlook.domain.cancel import CancelToken
from secondlook.domain.errors import ModelError
from secondlook.domain.faces import Face, Quality
from secondlook.domain.matching import ModelIdentity
from secondlook.vision.align import align
from secondlook.vision.cards import ModelCard, Task
from secondlook.vision.decode import Pixels
from secondlook.vision.detect import Detector
from secondlook.vision.embed import Recogniser
from secondlook.vision.heads import HEADS, Heads
from secondlook.vision.models import ModelStore, Pair
from secondlook.vision.quality import measure
from secondlook.vision.sessions import Session, Tensor
from secondlook.vision.upright import Upright


class Engine:
    """Pixels to faces, quality and templates. Used from one lane at a time."""

    def __init__(self, detector: Detector, recogniser: Recogniser, heads: Heads) -> None:
        for part in (detector, recogniser, heads):
            check(part.card, part.session)
        assert recogniser.card.alignment is not None  # the card's validation
        self.detector = detector
        self.upright = Upright(detector)
        self.recogniser = recogniser
        self.heads = heads
        self._alignment = recogniser.card.alignment
        self.model = identity(recogniser.card)
        self.detector_identity = identity(detector.card)

    @property
    def cards(self) -> Pair:
        return Pair(self.detector.card, self.recogniser.card)

    @property
    def provider(self) -> str:
        """The execution provider that runs the recogniser."""
        return self.recogniser.session.provider

    @property
    def notices(self) -> tuple[str, ...]:
        """What a person should know about how the models run, e.g. a fall-back to the CPU."""
        sessions = (self.detector.session, self.recogniser.session)
        return tuple(dict.fromkeys(s.notice for s in sessions if s.notice))

    @property
    def reference_curve(self) -> ReferenceCurve | None:
        return self.recogniser.card.reference_curve

    def faces(
        self,
        pixels: Pixels,
        thorough: bool = True,
        *,
        cancel: CancelToken | None = None,
        turn: int | None = None,
    ) -> list[Face]:
        """See ``Upright.faces``."""
        return self.upright.faces(pixels, cancel=cancel, thorough=thorough, turn=turn)

    def quality(self, pixels: Pixels, face: Face) -> Quality:
        return replace(
            measure(pixels, face, self.heads),
            roll_deg=self.upright.roll(pixels, face),
            inversion=self.upright.inversion(pixels, face.seen),
        )

    def crop(self, pixels: Pixels, face: Face) -> Pixels:
        """The aligned uint8 (size, size, 3) crop that the recogniser takes."""
        return align(pixels, face.landmarks, self._alignment.points, self._alignment.size)

    def templates(self, crops: Sequence[Pixels]) -> Tensor:
        """float32 (n, template size), L2-normalised; see ``Recogniser.templates``."""
        return self.recogniser.templates(crops)

    def template(self, pixels: Pixels, face: Face) -> Tensor:
        """float32 (template size,), L2-normalised."""
        template: Tensor = self.templates([self.crop(pixels, face)])[0]
        return template


def open_engine(
    store: ModelStore, detector: str | None = None, recogniser: str | None = None
) -> Engine:
    """Load two models by name, or the best that are present. Raises ``ModelError``."""
    found = store.card(detector) if detector else store.best(Task.DETECTOR)
    named = store.card(recogniser) if recogniser else store.best(Task.RECOGNISER)
    for card, task in ((found, Task.DETECTOR), (named, Task.RECOGNISER)):
        if card.task is not task:
            raise ModelError(f"this model is a {card.task}, not a {task}.", subject=card.name)
    return Engine(
        Detector(found, store.locate(found.name)),
        Recogniser(named, store.locate(named.name)),
        Heads(store.card(HEADS), store.beside(HEADS)),
    )


def check(card: ModelCard, session: Session) -> None:
    """Whether the loaded file takes and gives what the card says. Raises ``ModelError``."""
    spec, shape = card.input, session.inputs.get(card.input.name)
    wanted = (spec.max_batch or None, 3, spec.height or None, spec.width or None)
    faults = []
    if list(session.inputs) != [spec.name] or shape is None or not _fits(shape, wanted):
        faults.append(f"input is {session.inputs}, the card says {spec.name}: {wanted}")
    if gone := [name for name in card.output.names if name not in session.outputs]:
        faults.append(f"there is no output {', '.join(gone)}")
    elif card.output.template_size:
        size = session.outputs[card.output.names[0]][-1]
        if isinstance(size, int) and size != card.output.template_size:
            faults.append(f"templates have {size} numbers, not {card.output.template_size}")
    if faults:
        remedy = f"Put the right {card.file} there, or correct the card."
        message = f"this is the wrong model: {'; '.join(faults)}."
        raise ModelError(message, subject=card.name, remedy=remedy)


def _fits(shape: Sequence[object], wanted: Sequence[int | None]) -> bool:
    """A fixed axis of the file has the size of the card; a free axis takes whatever it says."""
    return len(shape) == len(wanted) and all(
        not isinstance(there, int) or there == size
        for there, size in zip(shape, wanted, strict=True)
    )


def identity(card: ModelCard) -> ModelIdentity:
    return ModelIdentity(card.name, card.version, card.sha256, card.status)
