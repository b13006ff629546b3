"""Titles, sentences, ids and moments for sample content, drawn from a seeded source."""

import hashlib
import random
from datetime import UTC, datetime, timedelta

from dsclone_tui.sandbox.stamps import stamp

BEGINNING = datetime(2025, 2, 3, 8, 0, tzinfo=UTC)
DAYS = 420

MATERIALS = ("Oak", "Walnut", "Linen", "Wool", "Copper", "Slate", "Cork", "Ash", "Stoneware", "Felt", "Birch", "Brass")
THINGS = (
    "Desk",
    "Lamp",
    "Kettle",
    "Shelf",
    "Blanket",
    "Chair",
    "Planter",
    "Mirror",
    "Tray",
    "Stool",
    "Clock",
    "Basket",
)
VERBS = ("Choosing", "Repairing", "Restoring", "Styling", "Understanding", "Caring for", "Measuring", "Moving")
PLACES = ("a small kitchen", "the hallway", "a north-facing room", "the workshop", "a rented flat", "the garden shed")
NAMES = ("Ines", "Tomas", "Greta", "Yusuf", "Clara", "Milan", "Rosa", "Henrik", "Amara", "Luca", "Nadia", "Oskar")
FAMILIES = ("Halloran", "Vidal", "Brandt", "Okafor", "Lindqvist", "Moreau", "Castell", "Novak", "Ferris", "Adeyemi")
OPENINGS = ("The finish", "A second coat", "The delivery crew", "Our workshop", "This season's batch", "The joint")
MIDDLES = ("keeps its colour", "needs a dry day", "arrives in two parts", "holds more than it looks", "ages gently")
ENDINGS = (
    "if it stays out of direct sun.",
    "so plan for an extra weekend.",
    "and comes with spare fittings.",
    "as long as the screws are tightened by hand.",
    "which is why we sell it in pairs.",
)


class Words:
    """A seeded source of believable text: the same `seed` gives the same words in the same order."""

    def __init__(self, seed: str) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - sample text, no secret
        pick = self.rng.choice
        self._paragraphs = [
            " ".join(f"{pick(OPENINGS)} {pick(MIDDLES)} {pick(ENDINGS)}" for _ in range(self.rng.randint(2, 5)))
            for _ in range(200)
        ]
        self._moments = sorted(
            stamp(BEGINNING + timedelta(seconds=self.rng.randrange(DAYS * 86400))) for _ in range(600)
        )

    def product(self) -> str:
        return f"{self.rng.choice(MATERIALS)} {self.rng.choice(THINGS)} {self.rng.randint(1, 99)}"

    def headline(self) -> str:
        pick = self.rng.choice
        return f"{pick(VERBS)} a {pick(MATERIALS).lower()} {pick(THINGS).lower()} for {pick(PLACES)}"

    def person(self) -> str:
        return f"{self.rng.choice(NAMES)} {self.rng.choice(FAMILIES)}"

    def paragraph(self) -> str:
        return self.rng.choice(self._paragraphs)

    def moments(self) -> tuple[str, str]:
        """A creation and a later (or the same) update."""
        first, second = self.rng.randrange(600), self.rng.randrange(600)
        return self._moments[min(first, second)], self._moments[max(first, second)]

    def price(self) -> float:
        return self.rng.randrange(900, 64900, 50) / 100


def digest(*parts: object) -> str:
    """32 hex digits that depend on nothing but `parts`: what makes an id the same in every store."""
    return hashlib.md5("/".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()


def slug(title: str) -> str:
    return title.lower().replace(" ", "-")
