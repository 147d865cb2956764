"""The policies that ship with the program."""

from pathlib import Path

from secondlook.domain.errors import InputError
from secondlook.domain.policy import Policy, parse_policy

DEFAULT = "high-stakes"


class Policies:
    """Reads ``*.toml`` of one folder. Raises ``InputError`` for a file that is not a policy."""

    def __init__(self, folder: Path) -> None:
        self._policies = {
            policy.id: policy
            for policy in (
                parse_policy(path.read_text(encoding="utf-8"), source=path.name)
                for path in sorted(folder.glob("*.toml"))
            )
        }

    def shipped(self) -> list[Policy]:
        """Strictest first."""
        return sorted(self._policies.values(), key=lambda p: -p.accept_confidence)

    def default(self) -> Policy:
        return self.get(DEFAULT)

    def get(self, policy_id: str) -> Policy:
        if policy_id not in self._policies:
            raise InputError(
                f"There is no policy “{policy_id}”.",
                remedy=f"The policies are: {', '.join(self._policies)}.",
            )
        return self._policies[policy_id]
