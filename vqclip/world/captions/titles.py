"""What drawings are called: the jargon of emoji in plain words, with articles."""

from __future__ import annotations

import re

from vqclip.world.words import article, singular

RENAMED: dict[str, str] = {
    "lady beetle": "ladybug", "two-hump camel": "camel", "honeybee": "bee",
    "hot beverage": "cup of coffee",
    "automobile": "car", "oncoming automobile": "car", "oncoming bus": "bus",
    "oncoming taxi": "taxi", "oncoming police car": "police car", "couch and lamp": "sofa",
    "t-rex": "dinosaur", "sauropod": "long-necked dinosaur", "deciduous tree": "tree",
    "evergreen tree": "pine tree", "locomotive": "steam train", "tram car": "tram",
    "light rail": "train", "railway car": "railway carriage", "ringed planet":
    "planet with a ring", "planet with a ring": "planet with a ring",
    "glowing star": "star", "sun with face": "sun with a face",
    "spouting whale": "whale", "front-facing baby chick": "baby chick",
    "jack-o-lantern": "halloween pumpkin", "leafless tree": "bare tree",
    "closed book": "book", "mount fuji": "mountain", "red apple": "red apple",
    "mx claus": "Santa Claus", "mrs claus": "mother Christmas", "mage": "wizard",
    "man mage": "wizard", "woman mage": "witch", "person mage": "wizard",
    "technologist": "person with a laptop", "man technologist": "man with a laptop",
    "woman technologist": "woman with a laptop", "health worker": "doctor",
    "gem stone": "gem", "wrapped gift": "gift", "game die": "die", "headphone": "headphones",
    "national park": "forest with a mountain", "beach with umbrella": "beach with an umbrella",
    "desert island": "island with a palm tree", "camping": "tent under trees",
    "hot springs": "steaming spring", "cityscape": "city", "cityscape at dusk": "city at sunset",
    "night with stars": "starry night", "bridge at night": "bridge at night", "foggy":
    "city in the fog", "sunrise": "sunrise over the sea", "sunset": "sunset over a city",
    "derelict house": "old broken house", "telephone receiver": "telephone receiver",
    "closed umbrella": "closed umbrella", "umbrella with rain drops": "umbrella in the rain",
    "umbrella on ground": "beach umbrella", "water wave": "wave", "full moon face":
    "moon with a face", "new moon face": "dark moon with a face", "first quarter moon face":
    "half moon with a face", "last quarter moon face": "half moon with a face",
    "snowman without snow": "snowman", "shallow pan of food": "pan of food",
    "meat on bone": "meat on a bone", "poultry leg": "chicken leg", "cheese wedge":
    "piece of cheese", "cooked rice": "bowl of rice", "steaming bowl": "bowl of noodle soup",
    "green salad": "bowl of salad", "pot of food": "pot of stew", "leafy green": "lettuce",
    "cut of meat": "steak", "soft ice cream": "ice cream cone", "ear of corn": "ear of corn",
    "bottle with popping cork": "bottle of champagne", "clinking beer mugs": "two beer mugs",
    "clinking glasses": "two glasses of champagne", "tumbler glass": "glass of whisky",
    "teacup without handle": "cup of green tea", "cup with straw": "cup with a straw",
    "magnifying glass tilted left": "magnifying glass", "magnifying glass tilted right":
    "magnifying glass", "red paper lantern": "red lantern", "old key": "key", "locked":
    "padlock", "unlocked": "open padlock", "closed mailbox with lowered flag": "mailbox",
    "closed mailbox with raised flag": "mailbox", "open mailbox with lowered flag": "mailbox",
    "open mailbox with raised flag": "mailbox", "e-mail": "envelope", "roll of paper":
    "toilet paper", "wastebasket": "trash can", "rolled-up newspaper": "newspaper",
    "man's shoe": "brown shoe", "woman's hat": "hat", "billed cap": "cap", "clutch bag": "purse",
    "one-piece swimsuit": "swimsuit", "thong sandal": "flip flop", "woman's clothes": "blouse",
    "hourglass done": "hourglass", "hourglass not done": "hourglass", "pile of poo": "pile of poo",
    "classical building": "greek temple", "high voltage": "lightning bolt", "shooting star":
    "shooting star", "milky way": "milky way", "sparkles": "sparkling stars", "nest with eggs":
    "nest with eggs", "sheaf of rice": "ear of wheat", "paw prints": "two paw prints",
    "goblin": "red goblin", "ogre": "red ogre", "alien monster": "purple space monster",
    "horizontal traffic light": "traffic light", "vertical traffic light": "traffic light",
    "military medal": "medal", "sports medal": "gold medal",
    "framed picture": "painting in a frame",
    "musical keyboard": "piano keyboard", "studio microphone": "microphone",
    "carousel horse": "carousel horse", "mahjong red dragon": "mahjong tile",
    "pool 8 ball": "billiard ball", "water pistol": "green water gun", "crescent moon":
    "crescent moon", "fish cake with swirl": "fish cake", "mate": "cup of mate tea",
    "bullseye": "target", "japanese dolls": "two japanese dolls", "carp streamer": "fish kites",
    "person in lotus position": "person meditating", "man in lotus position": "man meditating",
    "woman in lotus position": "woman meditating", "person in steamy room": "person in a sauna",
    "man in steamy room": "man in a sauna", "woman in steamy room": "woman in a sauna",
    "woman health worker": "woman doctor", "man health worker": "man doctor",
    "bust in silhouette": "silhouette of a person", "busts in silhouette":
    "silhouette of two people", "person in suit levitating": "man in a suit",
}  # fmt: skip
"""Names of drawings in plain words; of the others, the name is plain."""
CLUTTER = re.compile(
    r" facing right| (?:square|round) button| \(fruit\)|^kenney |, .*$|^oncoming ", re.IGNORECASE
)
"""What is left out of names."""
MASS = frozenset(
    [
        "ice",
        "fire",
        "fog",
        "salt",
        "butter",
        "bread",
        "popcorn",
        "bacon",
        "chocolate",
        "spaghetti",
        "soap",
        "wood",
        "lettuce",
        "honey",
        "beer",
        "coffee",
        "tea",
        "milk",
        "ginger",
        "garlic",
        "broccoli",
        "coral",
        "confetti",
        "money",
        "rice",
        "sushi",
        "curry",
        "sake",
        "fireworks",
        "luggage",
        "clothing",
        "jewelry",
        "water",
        "toilet-paper",
        "foliage",
        "art",
        "seaweed",
        "seafood",
        "asparagus",
        "spinach",
        "smoke",
        "grass",
        "dirt",
        "sand",
        "snow",
        "lightning",
        "wind",
        "rain",
    ]
)
"""Nouns without an article and a plural."""
UNCOUNTED = re.compile(
    r"^(?:\d|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|many|a|an|the|no"
    r"|half past|people|women|men|hands|santa|mother|father|mrs|statue|tokyo|toilet paper|stairs"
    r"|milky way|starry night)\b"
)
"""Names that begin so take no article."""
SEX = re.compile(r"^(?P<sex>man|woman) (?P<role>\w+(?: \w+)?)$")
"""An emoji's name of a person with a role."""
DEEDS = re.compile(r"(?:ing|[Nn][Oo]|OK)$")


def plain_name(name: str) -> str:
    """Return the name of a drawing in plain words, without an article: "ladybug"."""
    name, joint, skin = name.lower().partition(" with ")
    if not skin.endswith(" skin"):
        name, skin = name + joint + skin, ""
    name = RENAMED.get(name, CLUTTER.sub("", name))
    return f"{name} with {skin}" if skin else name


def titled(name: str) -> str:
    """Return a plain name with the article that a caption gives it: "a ladybug", "grapes"."""
    head = re.split(r" (?:with|in|of|on|at|under|over|from|and|behind) ", name)[0]
    last = head.split()[-1] if head else name
    if UNCOUNTED.search(name) or last in MASS or head.replace(" ", "-") in MASS:
        return name
    if last.endswith("s") and singular(last) != last:
        return name  # a plural
    return article(name)


def other_titles(name: str) -> list[str]:
    """Return other titles that a name allows: parts of it, and people by sex, skin and role."""
    titles: list[str] = []
    base, _, skin = name.partition(" with ")
    if skin.endswith(" skin"):
        tone = skin.split()[0]
        titles += [titled(base), f"{article(tone)}-skinned {base}"]
    else:
        base = name
    if base.endswith(" face") and len(base.split()) == 2:
        animal = base.removesuffix(" face")
        titles += [titled(animal), f"the face of {titled(animal)}", f"head of {titled(animal)}"]
    found = SEX.match(base)
    if found and not DEEDS.search(found["role"].split()[0]):
        role, sex = found["role"], found["sex"]
        adjective = "female" if sex == "woman" else "male"
        titles += [titled(role), f"a {adjective} {role}", f"{article(sex)} who is {titled(role)}"]
    elif found:
        deed = found["role"]
        titles += [f"a person {deed}", f"somebody {deed}"]
    return titles
