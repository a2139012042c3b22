"""Names behind a `from`: people who are not known here, places, festivals and studios."""

import pytest
from halves import lasting, reader

FILM = reader(lasting)
WHERE = ("what country films are from",)


@pytest.mark.parametrize(
    ("said", "unknown"),
    [
        ("movies by Wes Anderson", ("Wes Anderson",)),
        ("films from Pedro Almodovar", ("Pedro Almodovar",)),
        ("movies starring San Tan", ("San Tan",)),  # whoever stars is a person
        ("movies from New Zealand", WHERE),
        ("films from South Korea, please", WHERE),
        ("movies from Hong Kong", WHERE),
        ("films from the United States", WHERE),
        ("a film from Mexico City", WHERE),
        ("films from the Marx Brothers", ("Marx Brothers",)),
        ("films from the Cannes Film Festival", ()),
        ("films from Cannes Film Festival", ()),
        ("movies from Studio Ghibli", ()),
        ("movies from Columbia Pictures", ()),
        ("movies from Ridley Scott", ()),
    ],
)
def test_a_place_or_a_festival_is_no_person(said, unknown):
    assert FILM(said).unknown == unknown
