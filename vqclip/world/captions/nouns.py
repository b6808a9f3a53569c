"""Common nouns of drawings in other words: synonyms, young ones, breeds and brands of the trade."""

from __future__ import annotations

from vqclip.world.words import plural

_TABLE = """
cat: kitten, kitty, pussycat, tabby, tomcat, cat, cat
dog: puppy, doggy, hound, spaniel, terrier, labrador, dog, dog
poodle: dog
black cat: cat
guide dog: dog, labrador
horse: pony, stallion, mare, foal
donkey: mule, ass
cow: cattle, calf, heifer
ox: bull, bullock
water buffalo: buffalo
bison: buffalo
sheep: lamb, ewe
ewe: sheep, lamb
ram: sheep
goat: kid goat, billy goat
pig: piglet, hog, swine
boar: wild boar, wild pig
rabbit: bunny, hare
mouse: little mouse
rat: rodent
hamster: guinea pig, rodent
chipmunk: squirrel
bear: brown bear, grizzly bear
polar bear: white bear, ice bear
panda: panda bear
koala: koala bear
wolf: grey wolf
lion: big cat
tiger: big cat
leopard: cheetah, jaguar, big cat
elephant: baby elephant
hippopotamus: hippo
rhinoceros: rhino
camel: dromedary
two-hump camel: camel
llama: alpaca
deer: stag, doe, reindeer
moose: elk
gorilla: ape
orangutan: ape
monkey: chimpanzee, little monkey
crocodile: alligator
lizard: gecko
snake: serpent, python
turtle: tortoise, sea turtle
frog: toad
dinosaur: tyrannosaurus, t-rex
long-necked dinosaur: dinosaur, brontosaurus
dragon: winged dragon
bird: songbird, little bird, sparrow
chicken: hen
rooster: cock
baby chick: chick
hatching chick: chick in an egg
duck: mallard
swan: white swan
goose: white goose
eagle: hawk, falcon
dove: pigeon, white dove
parrot: macaw
black bird: crow, raven, blackbird
turkey: turkey bird
fish: little fish
tropical fish: fish, clownfish
blowfish: pufferfish, puffer fish
shark: great white shark
orca: killer whale
whale: blue whale
octopus: squid
crab: red crab
lobster: crayfish
shrimp: prawn
butterfly: moth
ladybug: ladybird, beetle
bee: honeybee, bumblebee
ant: insect
beetle: insect, bug
cockroach: insect, bug
fly: housefly
mosquito: insect
spider: tarantula
caterpillar: bug
worm: earthworm
snail: slug
rose: red rose
sunflower: sunflower blossom
tulip: flower
hibiscus: flower
cherry blossom: blossom, sakura
blossom: flower
bouquet: bunch of flowers, flowers
potted plant: houseplant, plant in a pot
pine tree: fir tree, evergreen, conifer
palm tree: palm
tree: oak, leafy tree
cactus: saguaro
maple leaf: autumn leaf
fallen leaf: autumn leaves, leaves
four leaf clover: lucky clover
mushroom: toadstool
apple: red apple
tangerine: orange, mandarin
orange: tangerine
watermelon: slice of watermelon
banana: bananas
grapes: bunch of grapes
cherries: two cherries
eggplant: aubergine
ear of corn: corn, maize
bell pepper: pepper
hot pepper: chili pepper, chilli
potato: spud
bread: loaf of bread, loaf
baguette: french bread
croissant: pastry
french fries: fries, chips
hamburger: burger, cheeseburger
hot dog: sausage in a bun
pizza: slice of pizza
sandwich: sub
egg: fried egg
doughnut: donut
cookie: biscuit
birthday cake: cake
shortcake: piece of cake, cake
cupcake: muffin
ice cream: ice cream cone, sundae
candy: sweet
lollipop: lolly
chocolate bar: chocolate
cup of coffee: coffee, cup of tea, mug of coffee, hot coffee
teapot: tea pot
beer mug: beer, glass of beer
wine glass: glass of wine, red wine
cocktail glass: cocktail, martini
sofa: couch, settee
chair: seat
bed: double bed
bathtub: bath, tub
toilet: loo
door: wooden door
desk: writing desk
book: old book
open book: book
books: pile of books, stack of books
lamp: desk lamp
light bulb: lightbulb, bulb
candle: burning candle
clock: wall clock
mantelpiece clock: old clock
watch: wristwatch
hourglass: sand timer
television: tv, telly, tv set
laptop: notebook computer, computer
desktop computer: computer, pc
mobile phone: cell phone, smartphone, phone
telephone: phone
camera: photo camera
movie camera: film camera
headphone: headphones
guitar: acoustic guitar
violin: fiddle
trumpet: horn
piano: grand piano
drum: drums
saxophone: sax
umbrella: parasol, brolly
glasses: spectacles, eyeglasses
sunglasses: shades, dark glasses
handbag: purse, bag
backpack: rucksack
briefcase: suitcase
luggage: suitcase
t-shirt: shirt, tee shirt
jeans: trousers, pants
dress: gown
coat: jacket
scarf: shawl
top hat: black hat, hat
crown: golden crown
ring: diamond ring
gem: diamond, jewel
running shoe: sneaker, trainer, shoe
high-heeled shoe: high heel, shoe
woman's boot: boot
hiking boot: boot
necktie: tie
trophy: golden cup
gift: present, wrapped present
balloon: red balloon
teddy bear: teddy, toy bear
die: dice
soccer ball: football
american football: football
key: old key
hammer: tool
axe: ax
crossed swords: two swords, swords
dagger: knife
knife: kitchen knife
bow and arrow: bow
bomb: round bomb
scissors: pair of scissors
magnifying glass: lens
telescope: spyglass
envelope: letter
mailbox: letter box, letterbox
shopping cart: shopping trolley
treasure chest: chest of gold
trash can: dustbin, rubbish bin, bin
car: automobile, auto, motor car
red car: car
taxi: cab, taxicab
sport utility vehicle: suv, jeep
racing car: race car, formula one car, sports car
police car: cop car
pickup truck: pick-up, truck
delivery truck: truck, lorry, van
articulated lorry: truck, big truck
fire engine: fire truck
bus: coach
trolleybus: bus
tram: streetcar, trolley
steam train: locomotive, train, steam engine
high-speed train: train
bullet train: train
metro: subway train, underground train
bicycle: bike, push bike
motorcycle: motorbike
motor scooter: scooter, moped
kick scooter: scooter
tractor: farm tractor
airplane: plane, aeroplane, jet
small airplane: plane, propeller plane
helicopter: chopper
rocket: spaceship, space rocket
flying saucer: ufo, alien spaceship
ship: ocean liner, steamship
passenger ship: ship, cruise ship
sailboat: sailing boat, yacht, boat
speedboat: motorboat, boat
canoe: kayak, rowing boat
ferry: boat
house: home, cottage
house with garden: house with a garden, house with a tree
hut: cabin, shack
castle: fortress, palace
Japanese castle: pagoda, castle
church: chapel
mosque: islamic temple
hindu temple: temple
shinto shrine: torii gate
classical building: greek temple, temple
office building: office block, skyscraper
factory: industrial plant
hospital: clinic
school: schoolhouse
convenience store: shop, store
tent: camping tent
ferris wheel: big wheel
fountain: water fountain
volcano: erupting volcano
mountain: mount
snow-capped mountain: snowy mountain, mountain peak
planet with a ring: saturn, ringed planet
moon: lunar disc
full moon: moon
crescent moon: half moon, moon
star: golden star
sun: shining sun
cloud: white cloud
snowman: snow man
rainbow: colorful rainbow
tornado: whirlwind, twister
fire: flame, flames
robot: android, droid
alien: extraterrestrial
ghost: spook, spirit
skull: death's head
clown: jester
snowflake: ice crystal
astronaut: spaceman, cosmonaut
teacher: professor, schoolteacher
doctor: physician
police officer: policeman, cop
firefighter: fireman
cook: chef
farmer: peasant
scientist: chemist, researcher
artist: painter
student: graduate
singer: rock star
judge: magistrate
pilot: aviator
mechanic: repairman
construction worker: builder
detective: spy, private eye
wizard: magician, sorcerer
witch: sorceress
vampire: dracula
mermaid: sea maiden
man: guy, gentleman, male
woman: lady, female
boy: lad, little boy
girl: little girl, young girl
baby: infant, toddler
child: kid
person: human, figure
old man: elderly man, grandfather, grandpa
old woman: elderly woman, grandmother, grandma, granny
princess: royal girl
prince: young king
Santa Claus: father christmas, santa
"""

NOUNS: dict[str, tuple[str, ...]] = {
    name.lower(): tuple(word.strip() for word in others.split(","))
    for name, _, others in (line.partition(": ") for line in _TABLE.strip().splitlines())
}
"""By a noun in the singular, words that people type for it."""
NOUNS |= {
    plural(name): tuple(plural(word) for word in words)
    for name, words in NOUNS.items()
    if plural(name) not in NOUNS and " of " not in name
}
LONGEST = max(len(name.split()) for name in NOUNS)
"""Words of the longest name."""
BROADER: dict[str, tuple[str, ...]] = {
    "animal-bird": ("bird", "animal"),
    "animal-mammal": ("animal",),
    "animal-bug": ("insect", "bug"),
    "animal-marine": ("sea animal", "sea creature"),
    "animal-reptile": ("reptile", "animal"),
    "animal-amphibian": ("animal",),
    "plant-flower": ("flower", "plant"),
    "plant-other": ("plant",),
    "food-fruit": ("fruit",),
    "food-vegetable": ("vegetable",),
    "food-prepared": ("food", "meal"),
    "food-asian": ("food", "meal"),
    "food-sweet": ("dessert", "sweets"),
    "food-marine": ("seafood",),
    "drink": ("drink", "beverage"),
    "musical-instrument": ("musical instrument", "instrument"),
    "tool": ("tool",),
    "clothing": ("clothes",),
    "place-building": ("building",),
    "place-religious": ("temple", "building"),
    "transport-ground": ("vehicle",),
    "transport-water": ("boat", "vessel"),
    "transport-air": ("aircraft",),
    "money": ("money",),
    "computer": ("computer equipment",),
    "cat-face": ("cat face",),
    "person-role": ("person",),
    "person-activity": ("person",),
    "person-sport": ("athlete",),
}
"""By the subgroup of a drawing, words for whatever is in it."""
