"""Each error has an exit code, and the most urgent of several is used."""

from __future__ import annotations

from itertools import permutations

import pytest

from beatpass_tui import errors, exit_codes
from beatpass_tui.errors import BeatPassError

ERRORS: dict[BeatPassError, int] = {
    errors.BeatPassError("Something."): 1,
    errors.InvalidResponse("HTML."): 1,
    errors.OwnerUnverified("Whose?"): 1,
    errors.NotFound("No.", status=404): 1,
    errors.ValidationFailed("No.", status=422, fields={}): 1,
    errors.StatusError("No.", status=418): 1,
    errors.Misconfigured("Certificates."): 1,
    errors.CopiesRemain("One."): 1,
    errors.WriteFailed("Full."): 1,
    errors.UsageError("Both."): 2,
    errors.InvalidBaseURL("http."): 2,
    errors.ConfigError(("Both.", "All.")): 2,
    errors.AmbiguousAccount("Two."): 2,
    errors.NoArtistProfile("None."): 3,
    errors.InvalidToken("Blank."): 4,
    errors.CredentialsError("Damaged."): 4,
    errors.UnknownAccount("Nobody."): 4,
    errors.NotSignedIn("No.", status=401): 4,
    errors.Forbidden("No.", status=403): 4,
    errors.MissingToken("None."): 4,
    errors.TwoFactorRequired("Two."): 4,
    errors.RateLimited("Too many.", retry_after=60): 5,
    errors.Throttled("Less often.", retry_after=60): 5,
    errors.Unreachable("No network."): 6,
    errors.CaptivePortal("A login."): 6,
    errors.ConnectionBlocked("Expired."): 6,
    errors.ServiceUnavailable("Down."): 6,
    errors.ListIncomplete("Rows are missing."): 6,
    errors.ServerError("Failed.", status=500): 6,
    errors.StoreUnavailable("Locked."): 7,
    errors.CredentialsUnusable("Permission denied."): 7,
}


@pytest.mark.parametrize("error, code", ERRORS.items(), ids=lambda value: type(value).__name__)
def test_each_error_has_an_exit_code(error: BeatPassError, code: int) -> None:
    assert error.exit_code == code


def test_every_error_class_is_covered() -> None:
    def tree(kind: type[BeatPassError]) -> set[type[BeatPassError]]:
        below = {kind}
        for child in kind.__subclasses__():
            below |= tree(child)
        return {subclass for subclass in below if subclass.__module__ == errors.__name__}

    assert tree(BeatPassError) - {type(error) for error in ERRORS} == {errors.RequestFailed}


def test_no_error_is_success() -> None:
    assert exit_codes.most_urgent([]) == exit_codes.OK == 0


@pytest.mark.parametrize("urgency", [(4, 3, 5, 6, 7, 2, 1), (3, 5, 7, 1), (6, 7, 1)])
def test_most_urgent_code_is_4_then_3_5_6_7(urgency: tuple[int, ...]) -> None:
    for codes in permutations(urgency):
        assert exit_codes.most_urgent(codes) == urgency[0]
