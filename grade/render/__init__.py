"""Rendering: a look over a still, a sequence or a movie, written by any number of processes.

The way of a job, and the module of each step::

    Request                        request        what is asked for
       |
     plan()                        planner        checks everything, compiles, and finds out which
       |                                          files must be written and why
       |   frame_selection, request_checks, sample_frame, delivery_presets, movie_plan, movie_key
     Plan                          plan
       |
    Stream.outcomes()              stream         runs the steps below on threads, frames overlap
       |
       |   Scheduler.take()        scheduler      the next frame, claimed (ledger.claim)
       |   FrameLoader.load()      frame_loader   plate, other inputs, their checksums
       |   Grader.grade()          frame.grader   one kernel for all outputs of the frame
       |   deliver()               frame.delivery a file, counted and checksummed; or the frame of a
       |                                          movie (movie_outputs)
       |   JournalWriter           journal_writer a row of the journal (ledger.journal)
       |
    Outcome, Outcome ...  ->  Report              report: counts, the last line, the exit code

- ``frame``: how one frame is graded, counted and written.
- ``ledger``: what lies on disk beside the frames. Claims are hidden files while a frame is written;
  journals in ``.grade/`` say what was written from what. By them a later run skips what is up to
  date (`ledger.resume`), and `status` and `verify` read nothing else.
- ``show``: one look over many shots, each of which is planned and streamed as above.
"""

from grade.render.frame.destination import Destination
from grade.render.frame_selection import Task
from grade.render.plan import Plan
from grade.render.planner import plan
from grade.render.report import Outcome, Report
from grade.render.request import Request
from grade.render.stream import Stream

__all__ = ["Destination", "Outcome", "Plan", "Report", "Request", "Stream", "Task", "plan"]
