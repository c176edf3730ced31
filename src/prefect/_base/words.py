"""Names that people can remember: two friendly words, ``brisk-heron``."""

from __future__ import annotations

import random

ADJECTIVES: tuple[str, ...] = tuple(
    """
    able adept agile airy alert amber amiable ample apt arctic ardent artful astute azure balmy beaming bold
    bonny bouncy brainy brave breezy bright brisk bronze bubbly bucolic calm candid canny careful caring
    casual celestial cheerful cheery chipper choice civil classy clear clever coastal cobalt colorful comfy
    composed copper coral cordial cosmic cozy crafty creamy crimson crisp crystal curious dainty dapper
    daring dashing dazzling deft delicate devoted dewy diligent direct discreet dreamy dusky dynamic eager
    early earnest easy ebony elated electric elegant eloquent emerald eminent endless energetic epic exotic
    expert fabled fair faithful famous fancy fearless festive fine firm fleet floral fluent fluffy fond
    frank free fresh friendly frosty fruitful gallant generous genial gentle genuine gifted glad gleaming
    glossy glowing golden graceful gracious grand grateful gritty handy happy hardy harmonic hasty hazel
    hearty helpful heroic honest hopeful humble humming icy ideal immense indigo inventive ivory jade jaunty
    jazzy jolly jovial joyful jubilant keen kind lavender lavish leafy lean learned legendary level lilac
    limber lively lofty logical loyal lucid lucky lunar lush magenta magic maple marine maroon mellow merry
    mighty mild mindful mint minty misty modest mossy musical mystic natural nautical neat nifty nimble
    noble notable novel oaken observant olive opal open orange orderly organic ornate outgoing pacific
    patient peaceful peach pearl pearly peppy perky placid playful pleasant plucky plum polar polished
    polite precise prime proper proud prudent punctual quaint quick quiet quirky radiant rapid rare ready
    refined regal reliable resolute rich robust rosy royal ruby rugged rural russet rustic saffron sage
    sandy sapphire scarlet scenic seasoned secure serene sharp shiny silent silken silver sincere skillful
    sleek smart smiling smooth snappy snowy sociable solar solid sonic sparkling speedy spirited splendid
    spry stable starry steady stellar sterling stoic stout sturdy subtle sunlit sunny super superb supple
    swift tactful tall tame tawny teal tender thankful thorough thoughtful thrifty tidy timely tireless
    topaz tough tranquil trim true trusty turquoise twinkling umber unhurried upbeat urban urbane useful
    valiant vast velvet verdant versatile vibrant vigilant violet vital vivid wandering warm watchful wavy
    whimsical willing windy winsome wintry wise witty wondrous woodland worthy young zany zealous zesty
    zippy
    """.split()  # noqa: SIM905 - one word per line would hide the list
)
ANIMALS: tuple[str, ...] = tuple(
    """
    aardvark abalone addax agouti albatross alpaca anchovy angelfish anole ant anteater antelope armadillo
    auk avocet axolotl badger bandicoot barbel barbet barnacle bat bear beaver bee beetle bilby binturong
    bison bittern blackbird bluebird bluejay boar bobcat bobolink bongo bonobo buffalo bulbul bullfinch
    bumblebee bunting bushbaby bustard butterfly buzzard camel canary capybara caracal cardinal caribou carp
    cassowary cat caterpillar catfish chameleon chamois cheetah chickadee chinchilla chipmunk chough cicada
    civet clam coati cockatiel cockatoo cod condor coot corgi cormorant cougar coyote crab crane crayfish
    cricket crossbill crow cuckoo curlew cuttlefish deer dingo dipper dolphin donkey dormouse dotterel dove
    dragonfly duck dugong dunlin dunnock eagle echidna eel egret eider eland elephant elk emu ermine falcon
    fennec ferret finch firefly flamingo flounder flycatcher fox frog fulmar gadwall gannet gar gaur gazelle
    gecko gerbil gerenuk gibbon giraffe gnu goat godwit goldeneye goldfinch goldfish goose gopher goshawk
    grackle grebe greenfinch grouse guanaco guillemot gull guppy haddock halibut hamster hare harrier hawk
    hedgehog heron herring hippo hoatzin honeybee hoopoe hornbill horse hound hummingbird hyrax ibex ibis
    iguana impala jacana jackal jackdaw jackrabbit jaguar jay jellyfish jerboa kakapo kangaroo katydid kea
    kestrel kingbird kingfisher kinglet kinkajou kite kittiwake kiwi koala koi kookaburra kudu ladybug
    lapwing lark lemming lemur leopard limpet linnet lion lizard llama lobster longspur loon lorikeet loris
    lynx lyrebird macaque macaw mackerel magpie mallard manatee mandrill manta mantis margay marlin marmoset
    marmot marten martin meadowlark meerkat merganser merlin mink minnow mockingbird mole mongoose moorhen
    moose moth mouse mule muntjac muskox muskrat narwhal newt nighthawk nightingale numbat nuthatch ocelot
    octopus okapi opossum orangutan orca oriole oryx osprey ostrich otter ouzel owl ox oyster panda pangolin
    panther parakeet parrot partridge peacock pelican penguin perch peregrine petrel pheasant phoebe pigeon
    pika pike pintail pipit platypus plover polecat pony porcupine porpoise prawn ptarmigan puffin puma
    quail quetzal quokka quoll rabbit raccoon rail ram raven ray redpoll redstart redwing reindeer rhea
    rhino roadrunner robin rook sable salamander salmon sandpiper sapsucker sardine scallop seahorse seal
    serval shark shearwater sheep shelduck shrew shrike shrimp siskin skate skimmer skink skua skylark sloth
    snail snipe sparrow spider spoonbill springbok squid squirrel stallion starfish starling stilt stingray
    stoat stork sturgeon sunbird swallow swan swift swordfish tamarin tanager tapir tarpon tarsier teal
    tench tern terrapin thrasher thrush tiger toad tortoise toucan towhee treefrog trogon trout tuna turaco
    turbot turkey turnstone turtle urchin veery vervet vicuna viper vireo vole vulture wagtail wallaby
    walleye walrus warbler waterbuck waxbill waxwing weasel weaver whale wheatear whimbrel whinchat whippet
    wigeon wolf wolverine wombat woodcock woodlark woodpecker wren wryneck yak zebra zebu
    """.split()  # noqa: SIM905 - one word per line would hide the list
)

# a generator of its own: seeding the one of `random` for an experiment must not repeat the names of runs
_system = random.SystemRandom()


def two_words(rng: random.Random = _system) -> str:
    """A new name, an adjective and an animal drawn from `rng`; names repeat, ids do not."""
    return f"{rng.choice(ADJECTIVES)}-{rng.choice(ANIMALS)}"
