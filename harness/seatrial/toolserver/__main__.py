"""`python -m seatrial.toolserver`: the same as `seatrial serve tools`."""

from seatrial.toolserver.command import tools

if __name__ == "__main__":
    tools()
