"""`python -m seatrial_provider`: the provider as a program of its own."""

from seatrial_provider.standalone.command import main

main()
