"""How much it proves that a search found nobody."""

from dataclasses import dataclass

from secondlook.domain.faces import Component


@dataclass(frozen=True, slots=True)
class Proof:
    """Of ``tried`` people who are enrolled with a second photograph, ``found`` would have been
    offered on one that is as poor as the probe; none tried: it is not known.

    ``unlike``: in what the probe is poor that could not be imitated: ``found`` is too many then.
    """

    search_id: int
    found: int
    tried: int
    unlike: tuple[Component, ...] = ()

    @property
    def known(self) -> bool:
        return self.tried > 0
