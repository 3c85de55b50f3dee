"""``/api/v1/embedding``: which other sites' pages may show a button of ours."""

from __future__ import annotations

from typing import Final

from aiohttp_pydantic.oas.typing import r200
from pydantic import BaseModel

from daemon.api.parameters import Open, Resource, rules
from daemon.api.responses import json_response


class EmbeddingModel(BaseModel):
    """What the settings say in ``http.embed_origins``."""

    origins: list[str]


class EmbeddingResource(Resource):
    """Sites that are listed."""

    rights = rules(GET=Open.SIGNED_IN)

    async def get(self) -> r200[EmbeddingModel]:
        """Origins whose pages may frame ``/dial`` and cards, ask for callbacks with a key, and call
        at once where somebody allowed it.

        Status codes:
            200: The origins
        """
        origins = list(self.context.settings.http.embed_origins)
        return json_response(EmbeddingModel(origins=origins))


ROUTES: Final = (("/api/v1/embedding", EmbeddingResource),)
