"""A policy can name the least model it accepts on. Frozen."""

from secondlook.storage.migrations import acceptance_until_0005 as acceptance

SQL = acceptance.AGAIN
