"""All services of one open database, for whoever drives them: the window or the command line."""

from dataclasses import dataclass

from secondlook.jobs.lanes import Lanes
from secondlook.services.accounts import Accounts
from secondlook.services.approvals import Approvals
from secondlook.services.cases import Cases
from secondlook.services.corrections import Corrections
from secondlook.services.engines import Engines
from secondlook.services.enrol import Enrolment
from secondlook.services.galleries import Galleries
from secondlook.services.hygiene import Hygiene
from secondlook.services.identify import Identify
from secondlook.services.measure import Measurements
from secondlook.services.models import Models
from secondlook.services.people import People
from secondlook.services.picking import Picking
from secondlook.services.policies import Policies
from secondlook.services.proof import Proofs
from secondlook.services.questions import Questions
from secondlook.services.record import Record
from secondlook.services.rehearse import Rehearsals
from secondlook.services.rehearse_results import RehearsalResults
from secondlook.services.review import Review
from secondlook.storage.database import Store
from secondlook.vision.box.decoder import Decoder
from secondlook.vision.models import ModelStore


@dataclass(frozen=True, slots=True)
class Application:
    store: Store
    decoder: Decoder
    lanes: Lanes
    models: ModelStore
    engines: Engines
    model_choice: Models
    accounts: Accounts
    people: People
    approvals: Approvals
    policies: Policies
    galleries: Galleries
    enrolment: Enrolment
    picking: Picking
    corrections: Corrections
    cases: Cases
    identify: Identify
    measurements: Measurements
    review: Review
    questions: Questions
    record: Record
    rehearse: Rehearsals
    rehearsal_results: RehearsalResults
    hygiene: Hygiene
    proofs: Proofs

    def close(self) -> None:
        self.decoder.close()  # first: the lanes wait for what runs, and that may wait for a decoder
        self.lanes.close()
        self.store.close()
