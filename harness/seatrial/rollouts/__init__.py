"""Saved conversations as fixtures: written in the shape of any release, damaged, and read."""

from seatrial.rollouts.conversation import Exchange, Ran, SavedConversation
from seatrial.rollouts.damage import DAMAGES, Damage
from seatrial.rollouts.generation import Generation, generations
from seatrial.rollouts.read import Rollout, archived, read, sessions
from seatrial.rollouts.write import rollout_lines, save

__all__ = [
    "DAMAGES",
    "Damage",
    "Exchange",
    "Generation",
    "Ran",
    "Rollout",
    "SavedConversation",
    "archived",
    "generations",
    "read",
    "rollout_lines",
    "save",
    "sessions",
]
