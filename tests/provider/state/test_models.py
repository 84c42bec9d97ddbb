"""The list of models, with its entity tag, and each model by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openai
import pytest
from openai.types import Model

from seatrial_provider import Provider, ScriptError

if TYPE_CHECKING:
    from tests.provider.conftest import Run, Send, Unknown
    from tests.provider.state.conftest import Serve

CODEX = {"slug": "mock-codex", "display_name": "Mock", "priority": 1}


def test_the_sdk_lists_and_reads_the_models(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve(models=["mock", {"id": "org/other", "owned_by": "us"}]) as (_, client):
            listed = [model async for model in client.models.list()]
            assert [(one.id, one.owned_by) for one in listed] == [
                ("mock", "seatrial"),
                ("org/other", "us"),
            ]
            assert await client.models.retrieve("org/other") == listed[1]
            with pytest.raises(openai.NotFoundError) as caught:
                await client.models.retrieve("none")
            assert (caught.value.code, caught.value.param) == ("model_not_found", "model")

    run(main())


def test_what_codex_reads_is_listed_as_it_is(run: Run, send: Send, unknown: Unknown) -> None:
    async def main() -> None:
        async with Provider(models=[CODEX]) as provider:
            listed = (await send(f"{provider.base_url}/models", method="GET")).json()
            assert listed["models"] == [CODEX]
            (model,) = listed["data"]
            assert model["id"] == "mock-codex"
            assert unknown(model, Model) == []

    run(main())


def test_a_list_that_a_client_has_is_not_sent_again(run: Run, send: Send) -> None:
    async def main() -> None:
        async with Provider(models=["mock"]) as provider:
            url = f"{provider.base_url}/models"
            etag = (await send(url, method="GET")).headers["etag"]
            for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
                again = await send(url, method="GET", headers={"if-none-match": known})
                assert (again.status, again.body) == (304, b"")
                assert again.headers["etag"] == etag
            provider.models = ["mock", "more"]
            assert provider.models == ["mock", "more"]
            changed = await send(url, method="GET", headers={"if-none-match": etag})
            assert changed.status == 200
            assert changed.headers["etag"] != etag
            assert provider.verify() == []

    run(main())


@pytest.mark.parametrize("models", ["mock", [1], [{"name": "mock"}], {"id": "mock"}])
def test_what_is_no_list_of_models_is_refused(models: Any) -> None:
    with pytest.raises(ScriptError, match="something else than models"):
        Provider(models=models)
