"""From a probe to recorded candidates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from secondlook.domain.blank import is_blank
from secondlook.domain.cancel import CancelToken
from secondlook.domain.errors import ImageError, ImageFault, InputError, PolicyRefusal
from secondlook.domain.faces import Face, Point, quarter
from secondlook.domain.marks import people_needed
from secondlook.domain.pictures import as_damaged
from secondlook.domain.placing import placed, seen_by
from secondlook.domain.records import Case, Operator, Probe
from secondlook.domain.review import ProbeOrigin
from secondlook.services.authority import Act, require
from secondlook.services.copies import CopyFinder
from secondlook.services.declarations import analyse, declare_origin
from secondlook.services.engines import Engines
from secondlook.services.images import Images, PixelData, pixel_data
from secondlook.services.matrices import Matrices
from secondlook.services.open_cases import log_probe, require_open, untouched, untouched_probe
from secondlook.services.photographs import SamePhotographs
from secondlook.services.resemblance import complete, templates_of
from secondlook.services.searching import SearchRecorder, SearchResult, look_for_limits
from secondlook.storage import acts, cases, log, questions, tries, unknowns
from secondlook.storage.database import Connection, Store
from secondlook.storage.unknowns import Unknown
from secondlook.vision.cards import Task
from secondlook.vision.decode import read_original


@dataclass(frozen=True, slots=True)
class Compared:
    """N of an unknown, now and after a search that is considered.

    galleries: people by the gallery that they are in now, "" for who has left. pictures: how many
    share N. elsewhere: people looked through elsewhere, as somebody declared; N is never less.
    analysis_first: whether what the unknown was first searched under asks for its analysis before
    candidates are seen.
    """

    now: int
    after: int
    galleries: tuple[tuple[str, int], ...] = ()
    pictures: int = 1
    elsewhere: int = 0
    analysis_first: bool = False


class Identify:
    def __init__(self, store: Store, images: Images, engines: Engines, matrices: Matrices) -> None:
        self._store = store
        self._images = images
        self._engines = engines
        self._matrices = matrices
        self._copies = CopyFinder(store, SamePhotographs(store, images))

    # Probes

    def add_probe(
        self,
        operator: Operator,
        case_id: int,
        source: Path | bytes,
        name: str = "",
        page: int = 0,
    ) -> Probe:
        """Keep the original, find its faces, measure them. Runs on the inference lane.

        ``page``: which picture of the file, from 0. Any but the first becomes an original of its
        own beside the file: an unknown goes by the picture that shows it. Raises ``ImageError``;
        a picture without a face is kept, since points can be placed by hand.
        """
        require(self._store.read(), operator, Act.PREPARE_PROBE)
        name = name or (source.name if isinstance(source, Path) else "Pasted image")
        name = name.encode(errors="replace").decode()  # file names need not be text
        data = read_original(source) if isinstance(source, Path) else source
        full = str(source) if isinstance(source, Path) else name
        picture = read = self._images.decode(data, name=full, page=page)
        size = len(data)
        engine = self._engines.current()
        faces = engine.faces(picture.pixels)
        qualities = [
            as_damaged(engine.quality(picture.pixels, f), f, picture.damage) for f in faces
        ]
        if page:
            name = f"{name}, {page + 1}/{read.pages}"
            size, picture = self._images.keep_page(data, read, name)
        else:
            self._images.keep(data, picture)
        with self._store.write() as db:
            require(db, operator, Act.PREPARE_PROBE)
            require_open(cases.get(db, case_id))
            self._images.note(db, size, picture)
            if page:
                self._images.note_page(db, operator.username, picture, read, len(data))
            probe_id = cases.add_probe(
                db, case_id, operator.id, picture.sha256, name, faces, qualities
            )
            codes = [note.code.value for note in picture.notes]
            payload = {
                "case": case_id, "original": picture.sha256, "faces": len(faces), "notes": codes
            }  # fmt: skip
            log_probe(db, operator, "probe added", probe_id, payload)
            return cases.probe(db, probe_id)

    def pages(self, source: Path | bytes, name: str = "") -> int:
        """How many pictures a file offers to choose from. Raises ``ImageError``."""
        data = read_original(source) if isinstance(source, Path) else source
        full = str(source) if isinstance(source, Path) else name
        return self._images.decode(data, name=full).pages

    def page(self, source: Path, number: int) -> PixelData:
        """One of them, from 0, for showing. Raises ``ImageError``."""
        return pixel_data(self._images.decode(read_original(source), name=str(source), page=number))

    def choose_face(self, operator: Operator, probe_id: int, index: int) -> Probe:
        with self._store.write() as db:
            require(db, operator, Act.PREPARE_PROBE)
            probe = _open_probe(db, probe_id)
            if not 0 <= index < len(probe.faces):
                count = len(probe.faces)
                faces = "1 face" if count == 1 else f"{count} faces"
                raise InputError(f"This probe has {faces}; there is no number {index + 1}.")
            cases.choose_face(db, probe_id, index)
            log_probe(db, operator, "face chosen", probe_id, {"face": index})
            return _with_analysis(db, operator, probe_id)

    def place_face(self, operator: Operator, probe_id: int, points: Sequence[Point]) -> Probe:
        """Add a face from five points set by hand, and choose it. Runs on the inference lane.

        Its quality is the worse of what the points and what the detector's own face there show.
        Raises ``InputError`` for points that are no face.
        """
        require(self._store.read(), operator, Act.PREPARE_PROBE)
        probe = cases.probe(self._store.read(), probe_id)
        picture = self._images.picture(probe.original_sha256)
        engine = self._engines.current()
        size = picture.width, picture.height
        face = placed(points, operator.username, engine.faces(picture.pixels), size)
        quality = as_damaged(engine.quality(picture.pixels, face), face, picture.damage)
        with self._store.write() as db:
            require(db, operator, Act.PREPARE_PROBE)
            probe = _open_probe(db, probe_id)
            cases.set_faces(db, probe_id, [*probe.faces, face], [*probe.qualities, quality])
            cases.choose_face(db, probe_id, len(probe.faces))
            payload = {"landmarks": [list(p) for p in points], "detector_score": face.score}
            log_probe(db, operator, "face placed", probe_id, payload)
            return _with_analysis(db, operator, probe_id)

    def turn(self, operator: Operator, probe_id: int, turn: int) -> Probe:
        """Look for faces with the picture turned by ``turn`` degrees clockwise (a quarter), add
        those that are new, and choose the largest of them. Runs on the inference lane.

        As with points placed by hand, what the detector sees there by itself counts too: a face
        taken the wrong way up has no score, and its eyes are off level by as much. Raises
        ``InputError`` where no face is seen that way up.
        """
        require(self._store.read(), operator, Act.PREPARE_PROBE)
        if turn not in (0, 90, 180, 270):
            raise InputError("A picture is turned by quarters.")
        probe = cases.probe(self._store.read(), probe_id)
        pixels = self._images.picture(probe.original_sha256).pixels
        engine = self._engines.current()
        by_itself = engine.faces(pixels)
        faces = [
            seen_by(face, operator.username, by_itself)
            for face in engine.faces(pixels, turn=turn)
            if quarter(face) == turn
        ]
        qualities = [engine.quality(pixels, face) for face in faces]
        with self._store.write() as db:
            require(db, operator, Act.PREPARE_PROBE)
            probe = _open_probe(db, probe_id)
            known = [face for face in probe.faces if quarter(face) == turn]
            new = [
                (face, quality)
                for face, quality in zip(faces, qualities, strict=True)
                if not any(face.box.at_one_place(other.box) for other in known)
            ]
            if not known and not new:
                raise InputError(
                    f"No face is seen with the picture turned by {turn} degrees.",
                    remedy="Place the five points by hand, or turn it on.",
                )
            every = [*probe.faces, *(face for face, _ in new)]
            cases.set_faces(db, probe_id, every, [*probe.qualities, *(q for _, q in new)])
            largest = max([face for face, _ in new] or known, key=lambda face: face.box.size)
            cases.choose_face(db, probe_id, every.index(largest))
            log_probe(db, operator, "probe turned", probe_id, {"turn": turn, "faces": len(new)})
            return _with_analysis(db, operator, probe_id)

    def declare(
        self, operator: Operator, probe_id: int, origin: ProbeOrigin, analysis: str
    ) -> Probe:
        """Where the probe comes from, and what this person's analysis of it found.

        Raises ``PolicyRefusal`` where the picture was declared to be something that the policy
        blocks: that is corrected by somebody else (``Questions.correct_origin``).
        """
        with self._store.write() as db:
            require(db, operator, Act.PREPARE_PROBE)
            probe = _open_probe(db, probe_id)
            case = cases.get(db, probe.case_id)
            declare_origin(db, operator, probe, origin, case.policy)
            analyse(db, operator, probe, analysis)
            cases.declare(db, probe_id, origin, analysis)
            log_probe(db, operator, "probe declared", probe_id, {"origin": origin.value})
            return cases.probe(db, probe_id)

    def as_seen_by(self, viewer: Operator, probe: Probe) -> Probe:
        """With this person's own analysis: what somebody else found would sway theirs."""
        db = self._store.read()
        return _as_seen_by(db, require(db, viewer, Act.LOOK), probe)

    def probe(self, probe_id: int) -> Probe:
        return cases.probe(self._store.read(), probe_id)

    # Pictures for the screens

    def probe_image(self, probe_id: int) -> PixelData:
        return self.original_image(self.probe(probe_id).original_sha256)

    def original_image(self, sha256: str) -> PixelData:
        return self._images.pixels(sha256)

    def face_thumbnail(self, sha256: str, face: Face, size: int = 160) -> bytes:
        return self._images.face_thumbnail(sha256, face, size)

    # Searching

    def compared(self, operator: Operator, probe_id: int, gallery_id: int | None) -> Compared:
        """What N of the probe's face is made of, and what a search of a gallery would make it.

        A person who turns out to be shown on other pictures too brings their comparisons along.
        """
        db = self._store.read()
        require(db, operator, Act.LOOK)
        probe = cases.probe(db, probe_id)
        policy = cases.get(db, probe.case_id).policy
        known = unknowns.find(db, probe.original_sha256, probe.face) if probe.face else None
        made = tries.comparisons(db, known.shown) if known else set()
        elsewhere = tries.declared(db, known.shown) if known else 0
        before = tries.counted(made, elsewhere).persons(policy)
        after = before
        if gallery_id is not None:
            model = self._engines.card(Task.RECOGNISER)
            more = tries.would_be(db, gallery_id, model.sha256, model.status)
            after = tries.counted(made | more, elsewhere).persons(policy)
        if known is None:
            return Compared(before, after)
        galleries = tuple(tries.by_gallery(db, known.shown))
        pictures = unknowns.pictures(db, known.shown)
        analysis_first = _asked_to_analyse(db, known)
        return Compared(before, after, galleries, pictures, elsewhere, analysis_first)

    @staticmethod
    def what_is_missing(case: Case, probe: Probe, *, analysis_first: bool = False) -> list[str]:
        """What the person still has to do before this probe can be searched. ``analysis_first``:
        asked of the unknown by what it was first searched under (``Compared``)."""
        policy, missing = case.policy, []
        if case.closed_at:
            missing.append("The case is closed.")
        if probe.face is None:
            missing.append(
                "Pick the face to search with." if probe.faces else "Place the five points by hand."
            )
        if probe.origin is ProbeOrigin.UNDECLARED:
            missing.append("Declare where the probe comes from.")
        if (policy.probe_analysis_first or analysis_first) and is_blank(probe.analysis):
            missing.append("Write down what the probe shows, before candidates are seen.")
        at_once = policy.authorisation_required and policy.authorisation_deadline_hours == 0
        if at_once and is_blank(case.authorisation):
            missing.append("Record the authorisation.")
        return missing

    def search(
        self,
        operator: Operator,
        probe_id: int,
        gallery_id: int,
        cancel: CancelToken | None = None,
    ) -> SearchResult:
        """Compare the chosen face with a gallery, and record what came of it, also nothing.

        Runs on the inference lane. Raises ``PolicyRefusal`` when an examiner leaves out what
        ``what_is_missing`` names (a command-line search records the gap, and the policy refuses
        acceptance for it), ``ModelMismatch``, ``InputError`` and ``Cancelled``.
        """
        cancel = cancel or CancelToken()
        db = self._store.read()
        operator = require(db, operator, Act.SEARCH)
        probe = _as_seen_by(db, operator, untouched_probe(db, probe_id))
        case = untouched(db, probe.case_id)
        require_open(case)
        unknown = unknowns.find(db, probe.original_sha256, probe.face) if probe.face else None
        first = _asked_to_analyse(db, unknown)
        missing = self.what_is_missing(case, probe, analysis_first=first)
        if missing and operator.examines:
            raise PolicyRefusal("This search cannot start yet.", remedy=" ".join(missing))
        if probe.face is None or probe.quality is None:
            raise _no_face(probe)
        engine = self._engines.current()
        people = people_needed(case.policy.examiners)
        loaded = self._matrices.get(gallery_id, cancel, people)
        cancel.poll()
        pixels = self._images.picture(probe.original_sha256, cancel).pixels
        templates = templates_of(engine, pixels, probe.face)
        shown = case.policy.max_candidates
        copies = self._copies.find(
            probe, pixels, templates.chosen, engine.model, loaded.matrix, shown
        )
        complete(self._store, self._images, engine, cancel)
        look_for_limits(db, loaded, engine, case.policy)
        cancel.poll()
        with self._store.write() as tx:
            require(tx, operator, Act.SEARCH)
            recorder = SearchRecorder(tx, operator, case, probe, engine, loaded, copies)
            return recorder.record(templates)


def _as_seen_by(db: Connection, viewer: Operator, probe: Probe) -> Probe:
    if not viewer.examines:
        return probe
    known = unknowns.find(db, probe.original_sha256, probe.face) if probe.face else None
    own = acts.last_analysis(db, known.id, viewer.id) if known else None
    return replace(probe, analysis=own or "")


def _asked_to_analyse(db: Connection, unknown: Unknown | None) -> bool:
    """By a policy that binds the unknown."""
    bound = questions.binding_policies(db, unknown.photograph) if unknown else ()
    return any(policy.probe_analysis_first for policy in bound)


def _open_probe(db: Connection, probe_id: int) -> Probe:
    probe = untouched_probe(db, probe_id)
    require_open(cases.get(db, probe.case_id))
    return probe


def _with_analysis(db: Connection, operator: Operator, probe_id: int) -> Probe:
    """What this person wrote before the face was chosen is their analysis of that face."""
    probe = cases.probe(db, probe_id)
    declared = log.of(db, "probe declared", f"probe {probe_id}")
    if declared and declared[-1].signer == operator.id:
        analyse(db, operator, probe, probe.analysis)
    return probe


def _no_face(probe: Probe) -> ImageError:
    message, remedy = (
        f"{len(probe.faces)} faces were found, and none is chosen.",
        "Pick one in the window, or crop the picture to one person.",
    )
    if not probe.faces:
        message = "no face was found."
        remedy = (
            "Choose a picture, or a page of the file, in which the face is visible; in the window "
            "its five points can be placed by hand."
        )
    return ImageError(ImageFault.NO_FACE, message, subject=probe.source_name, remedy=remedy)
