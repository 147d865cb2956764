"""How a head is turned, and what hides eyes, nose and mouth, as a small network sees it.

Five points do not show it: a detector puts them where they would be if it were a face that it
knows, so the embedded one reads a profile as half turned, and points the mouth out on a mask. The
network sees the pixels around them. It ships with the program and always is this one, whatever
cards are added: what it says decides what can be accepted.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from secondlook.domain.errors import ModelError
from secondlook.domain.faces import Face
from secondlook.domain.placing import LAYOUT
from secondlook.vision.align import align
from secondlook.vision.cards import ModelCard
from secondlook.vision.decode import Pixels
from secondlook.vision.sessions import Session, open_session
from secondlook.vision.tensors import to_tensor

HEADS = "secondlook-mini-heads"


SIDE = 126
LEFT, TOP = 7, 3
"""Where the common layout, a crop of 112 px, lies in the wider one that shows ears and hair too:
the card's alignment, before it is reduced."""
_POINTS = tuple((x + LEFT, y + TOP) for x, y in LAYOUT)


def around(pixels: Pixels, face: Face) -> Pixels:
    """The upright crop of ``SIDE`` px around a face in a BGR picture. Raises ``ImageError`` where
    the points coincide."""
    return align(pixels, face.landmarks, _POINTS, SIDE)


@dataclass(frozen=True, slots=True)
class Head:
    """``yaw``, ``pitch``: degrees from frontal, either way. ``eyes``, ``mouth``: 0..1, how much is
    to be seen of the eye that is hidden more, and of nose or mouth, whichever is hidden more."""

    yaw: float
    pitch: float
    eyes: float
    mouth: float


class Heads:
    """The network, loaded from a hash-checked file."""

    def __init__(self, card: ModelCard, path: Path) -> None:
        self.card = card
        self.session: Session = open_session(path)

    def read(self, wide: Pixels) -> Head:
        """Of one face, as ``around`` cuts it out. Raises ``ModelError`` when the run fails."""
        side = self.card.input.width
        crop = cv2.resize(wide, (side, side), interpolation=cv2.INTER_AREA)
        tensor = to_tensor(np.asarray(crop, np.uint8)[None], self.card.input)
        turn, hidden = self.session.run(tensor, self.card.output.names)
        if not (np.isfinite(turn).all() and np.isfinite(hidden).all()):
            message = "the model returned numbers that are no turn."
            remedy = "Check the file with: secondlook models verify"
            raise ModelError(message, subject=self.card.name, remedy=remedy)
        (yaw, pitch), (eyes, mouth) = np.abs(turn[0]), 1 - hidden[0]
        return Head(float(yaw), float(pitch), float(eyes), float(mouth))
