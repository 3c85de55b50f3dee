"""``/api/v1/recordings``: what became of a recording, and its sound."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from uuid import UUID

from aiohttp_pydantic.oas.typing import r200, r206, r304, r400, r404, r416, r503
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.access import Right
from crm.audit import Action
from crm.clients import ClientName
from crm.recording_pauses import pauses_of
from daemon.api.models import RecordingWithWaveform
from daemon.api.parameters import Id, Resource, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.sound import Sound
from daemon.api.viewer import Viewer
from daemon.history.queries import find_call
from daemon.history.seen import Seen
from recordings.models import RecordingState
from recordings.queries import Recording, find_peaks, find_recording


class RecordingResource(Resource):
    """One recording."""

    rights = rules(GET=Right.RECORDINGS_LISTEN)

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r200[RecordingWithWaveform] | r400[ProblemDocument] | r404[ProblemDocument]:
        """One recording, with the peaks of its waveform.

        Status codes:
            200: The recording
            404: There is no such recording
        """
        async with self.context.database.read() as connection:
            recording, owner = await find_heard(connection, id, self.viewer)
            peaks = await find_peaks(connection, id)
            pauses = await connection.run_sync(pauses_of, [recording.call_id])
        await self.context.audit.tell(
            self.viewer.entry(
                Action.RECORDING_OPENED,
                client_id=None if owner is None else owner.id,
                object=str(id),
            )
        )
        model = RecordingWithWaveform.with_peaks(
            recording, peaks or b"", self.viewer, pauses.get(recording.call_id, ())
        )
        return json_response(model)


class AudioResource(Resource):
    """A recording's sound."""

    rights = rules(GET=Right.RECORDINGS_LISTEN)

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> (
        r200
        | r206
        | r304
        | r400[ProblemDocument]
        | r404[ProblemDocument]
        | r416[ProblemDocument]
        | r503[ProblemDocument]
    ):
        """The stored file: the customer on the left channel. ``Range`` gives a part of it.

        Status codes:
            200: The whole file
            206: The part that Range asked for
            304: It is what If-None-Match names
            404: There is no such recording, or it has no stored file
            416: Range lies outside of the file
            503: The storage does not answer
        """
        recording, client_id = await self._stored(id)
        sound = Sound(self.context.storage, recording)
        await sound.look()
        part = sound.part_wanted(self.request)
        await self.context.audit.tell(
            self.viewer.entry(Action.RECORDING_LISTENED, client_id=client_id, object=str(id))
        )
        return await sound.send(self.request, part)

    async def _stored(self, id_: UUID) -> tuple[Recording, UUID | None]:
        async with self.context.database.read() as connection:
            recording, owner = await find_heard(connection, id_, self.viewer)
        if recording.state is not RecordingState.STORED or recording.path is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "audio_not_ready")
        return recording, None if owner is None else owner.id


async def find_heard(
    connection: AsyncConnection, id_: UUID, viewer: Viewer
) -> tuple[Recording, ClientName | None]:
    """The recording, where this viewer may listen to its call, and the client whose call it was.

    A 404 problem where he may not.
    """
    recording = await find_recording(connection, id_)
    if recording is not None:
        heard = Seen(viewer.access, Right.RECORDINGS_LISTEN)
        call = await find_call(connection, recording.call_id, seen=heard)
        if call is not None and not call.private:
            return recording, call.owner
    raise ProblemError(HTTPStatus.NOT_FOUND, "recording_not_found")


ROUTES: Final = (
    ("/api/v1/recordings/{id}", RecordingResource),
    ("/api/v1/recordings/{id}/audio", AudioResource),
)
