"""The encoder's process, ``python -m recordings.worker``: a job a line in, its outcome a line out.

It runs at low priority, so that telephony comes first, and ends with the daemon: end of input.
numpy and libsndfile are loaded here and never in the daemon.
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import BinaryIO

from recordings.errors import ErrorCode, RecordingError, from_os_error
from recordings.job import Stored, StoreJob, error_line
from recordings.mixdown import Codec, mix, read_back
from recordings.original import look
from recordings.storage import Storage, open_storage

NICE = 10


def store(job: StoreJob, storage: Storage) -> Stored:
    """Do one job. Raises ``RecordingError``; the originals are only ever read."""
    customer, company = look(job.customer), look(job.company)
    if not customer.has_sound and not company.has_sound:
        raise RecordingError(ErrorCode.ORIGINAL_CHANGED, "the originals hold no sound any more")
    try:
        draft = storage.spool() / f"{job.recording}.part"
    except OSError as error:
        raise from_os_error(error, "cannot write into the storage") from error
    try:
        mixdown = mix(customer, company, draft, Codec(job.codec))
        storage.put(job.key, draft)
    except OSError as error:
        raise from_os_error(error, "cannot write into the storage") from error
    finally:
        draft.unlink(missing_ok=True)
    try:
        with storage.get(job.key) as stored:
            read_back(mixdown, stored)
    except OSError as error:
        raise from_os_error(error, "cannot read the stored file") from error
    if (look(job.customer), look(job.company)) != (customer, company):
        raise RecordingError(ErrorCode.ORIGINAL_CHANGED, "the originals grew meanwhile")
    return Stored(
        customer=customer,
        company=company,
        sha256=mixdown.sha256,
        size_bytes=mixdown.size_bytes,
        sample_rate=mixdown.stereo.sample_rate,
        duration_seconds=mixdown.duration_seconds,
        peaks=mixdown.waveform.peaks,
        customer_silent=mixdown.waveform.left_silent,
        company_silent=mixdown.waveform.right_silent,
    )


def serve(jobs: BinaryIO, outcomes: BinaryIO) -> None:
    """Answer each line with a line until the input ends. No job ends the process."""
    for line in jobs:
        try:
            job = StoreJob.from_line(line)
            outcome = store(job, open_storage(job.storage)).to_line()
        except RecordingError as error:
            outcome = error_line(error)
        except Exception as error:
            traceback.print_exc()
            outcome = error_line(RecordingError(ErrorCode.INTERNAL, type(error).__name__))
        outcomes.write(outcome)
        outcomes.flush()


def main() -> None:
    """Serve the daemon that started this process."""
    os.nice(NICE)
    # Whatever a library prints must not stand between two outcomes.
    outcomes = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, outcomes)


if __name__ == "__main__":
    main()
