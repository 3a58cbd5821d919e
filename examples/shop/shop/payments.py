"""The client of the payment provider."""

import json
from http.client import HTTPConnection


class PaymentUnavailable(Exception):
    """The provider gave no answer; nothing is known about the charge."""


class RateLimited(Exception):
    """The provider takes no more requests for now."""


class PaymentDeclined(Exception):
    """The provider refused the card."""


class PaymentClient:
    def __init__(self, host: str, port: int, timeout: float = 5.0) -> None:
        self._address = host, port
        self._timeout = timeout

    def charge(self, cart: str, cents: int) -> str:
        """Charge the card of a cart; returns the provider's reference."""
        status, answer = self._post("/charges", {"cart": cart, "cents": cents})
        if status == 429:
            raise RateLimited(f"429 Too Many Requests: {answer['error']}")
        if status != 201:
            raise PaymentDeclined(answer["error"])
        return answer["reference"]

    def _post(self, path: str, body: dict[str, object]) -> tuple[int, dict[str, str]]:
        connection = HTTPConnection(*self._address, timeout=self._timeout)
        try:
            connection.request("POST", path, json.dumps(body))
            response = connection.getresponse()
            return response.status, json.load(response)
        except TimeoutError as error:
            raise PaymentUnavailable(f"no answer to POST {path}") from error
        finally:
            connection.close()
