"""Runs the command line as `python -m seatrial`."""

from seatrial.cli import main

main()
