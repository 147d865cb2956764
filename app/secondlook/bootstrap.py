"""The one place where the parts are put together."""

from pathlib import Path

from secondlook import paths
from secondlook.jobs.lanes import Lanes
from secondlook.services.accounts import Accounts
from secondlook.services.application import Application
from secondlook.services.approvals import Approvals
from secondlook.services.cases import Cases
from secondlook.services.corrections import Corrections
from secondlook.services.engines import Engines
from secondlook.services.enrol import Enrolment
from secondlook.services.galleries import Galleries
from secondlook.services.hygiene import Hygiene
from secondlook.services.identify import Identify
from secondlook.services.images import Images
from secondlook.services.loosening import Loosening
from secondlook.services.matrices import Matrices
from secondlook.services.measure import Measurements
from secondlook.services.models import Models
from secondlook.services.people import People
from secondlook.services.photographs import SamePhotographs
from secondlook.services.picking import Picking
from secondlook.services.policies import Policies
from secondlook.services.proof import Proofs
from secondlook.services.questions import Questions
from secondlook.services.record import Record
from secondlook.services.rehearse import Rehearsals
from secondlook.services.rehearse_results import RehearsalResults
from secondlook.services.review import Review
from secondlook.storage import derived
from secondlook.storage.database import Store
from secondlook.storage.originals import Originals
from secondlook.vision.box.decoder import Decoder
from secondlook.vision.box.pool import Box
from secondlook.vision.models import ModelStore


def open_models(models: Path | None = None) -> ModelStore:
    """The cards, and the folders where their files are looked for."""
    return ModelStore(paths.cards(), paths.model_folders(models))


def open_decoder() -> Decoder:
    """Whatever decodes pictures; to be closed. It costs nothing before the first one."""
    return Box()


def open_application(
    database: Path | None = None,
    models: Path | None = None,
    *,
    detector: str | None = None,
    recogniser: str | None = None,
) -> Application:
    """Open (or make) a database with everything that works on it.

    Raises ``StorageError`` when the file cannot be used, ``InputError`` for a broken policy file
    and ``ModelError`` for a broken card.
    """
    path = database or paths.default_database()
    policies = Policies(paths.resources() / "policies")
    model_store = open_models(models)
    store = Store(path, derived.refresh)
    lanes = Lanes()
    engines = Engines(model_store, detector, recogniser)
    originals = Originals(paths.originals_of(path))
    lanes.io.submit(originals.sweep)
    decoder = open_decoder()
    images = Images(store, originals, decoder)
    matrices = Matrices(store)
    rehearsal_results = RehearsalResults(store, images)
    loosening = Loosening(store, rehearsal_results)
    enrolment = Enrolment(store, images, engines, matrices, lanes)
    return Application(
        store=store,
        decoder=decoder,
        lanes=lanes,
        models=model_store,
        engines=engines,
        model_choice=Models(store, model_store, engines),
        accounts=Accounts(store),
        people=People(store),
        approvals=Approvals(store, loosening),
        policies=policies,
        galleries=Galleries(store, images, engines),
        enrolment=enrolment,
        corrections=Corrections(store),
        picking=Picking(store, images, engines, enrolment, lanes),
        cases=Cases(store, loosening),
        identify=Identify(store, images, engines, matrices),
        measurements=Measurements(store, images, engines, lanes),
        review=Review(store),
        questions=Questions(store, SamePhotographs(store, images)),
        record=Record(store),
        rehearse=Rehearsals(store, images, engines, matrices, lanes),
        rehearsal_results=rehearsal_results,
        hygiene=Hygiene(store, engines, matrices),
        proofs=Proofs(store, images, engines, matrices, lanes),
    )
