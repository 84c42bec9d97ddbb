"""Records what a real provider answers, as a script that answers it again."""

from seatrial_provider.recording.recorder import Recorder, RecorderError

__all__ = ["Recorder", "RecorderError"]
