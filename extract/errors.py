"""What can go wrong when a file is read, each said in one line: what is wrong, and what to do."""


class ExtractError(Exception):
    """A file could not be read. ``problem`` is one line; ``source`` is the file's path as given."""

    def __init__(self, source: str, problem: str) -> None:
        # Both go into ``args``, so that the error survives the way back from a worker process.
        super().__init__(source, problem)
        self.source = source
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.source}: {self.problem}"


class UnsupportedFormat(ExtractError):
    """No reader knows this kind of file."""


class EmptyFile(UnsupportedFormat):
    """Nothing is in the file, so that it is of no format at all."""

    def __init__(self, source: str, problem: str = "the file is empty; export or upload it again") -> None:
        super().__init__(source, problem)


class UnreadableFile(ExtractError):
    """The format is known, but the file is damaged."""


class TooLarge(UnreadableFile):
    """A file is beyond the limits of limits.py."""


class EncryptedFile(UnreadableFile):
    """A password is needed to open the file."""

    def __init__(
        self, source: str, problem: str = "the file is protected by a password; save it without one"
    ) -> None:
        super().__init__(source, problem)
