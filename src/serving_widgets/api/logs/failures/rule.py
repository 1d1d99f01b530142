"""What a rule about one kind of failure consists of."""

from __future__ import annotations

from typing import NamedTuple


class Sign(NamedTuple):
    """What gives a failure away.

    Attributes
    ----------
    piece
        What the line contains; it is looked for first, for a log may be of 100 MB.
    pattern
        What the line has to match besides, behind its prefixes; "" where the piece is enough. What its group ``what``
        matches completes the meaning.
    details
        What lines soon after it match that complete the meaning, too; "" where there are none.
    outcome
        What the line has to match that tells how it ended, at the end of the traceback that follows; it is shown
        instead, and without it the sign counts for itself. "" where there is none.
    in_warnings
        Whether it counts in a line that its own logger calls a warning or less.
    confidence
        How sure it is, from 0 to 1.
    """

    piece: str
    pattern: str = ""
    details: str = ""
    outcome: str = ""
    in_warnings: bool = False
    confidence: float = 0.9


class Rule(NamedTuple):
    """A known failure.

    Attributes
    ----------
    code
        A word for programs.
    signs
        What gives it away.
    title
        What happened, in a few words.
    meaning
        What the line means.
    remedy
        What to do.
    failing, healthy
        Lines of a log that has it, and of one that looks like it and has not.
    rank
        Where it stands among several causes: the lower, the nearer to the root.
    handled
        Whether a program may live with it: it counts only as long as nothing goes well after it.
    needs
        Codes of failures of which it is the cause; it counts only together with one of them, or with an unknown one.
        Empty where it counts alone.
    """

    code: str
    signs: tuple[Sign, ...]
    title: str
    meaning: str
    remedy: str
    failing: str
    healthy: str
    rank: int = 2
    handled: bool = False
    needs: tuple[str, ...] = ()


#: Programs that packages start: one that is missing is not a file of the model's.
PROGRAMS = r"(?:java|ffmpeg|ffprobe|git|tesseract|gcc|g\+\+|nvcc|dot|cmake|pdftoppm|nvidia-smi)"


def raised(types: str) -> str:
    r"""Return the pattern of a line that states an exception: alone, or at the end of an error message.

    Examples
    --------
    >>> import re
    >>> bool(re.search(raised("OSError"), "worker.Failed: builtins.OSError: no"))
    True
    """
    return rf"(?:^[\s│|]*|: |- )(?:\w+\.)*(?:{types}): "
