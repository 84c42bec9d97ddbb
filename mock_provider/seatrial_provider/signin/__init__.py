"""A sign-in service: authorisation, tokens, device codes, and the account that they are for."""

from seatrial_provider.signin.account import Account
from seatrial_provider.signin.endpoints import Endpoint
from seatrial_provider.signin.grants import DeviceState, Tokens
from seatrial_provider.signin.scripted import Scripted, refused
from seatrial_provider.signin.service import SignIn

__all__ = ["Account", "DeviceState", "Endpoint", "Scripted", "SignIn", "Tokens", "refused"]
