"""Names of two words for runs that were given none: `<adjective>-<animal>`."""

from __future__ import annotations

import random

_ADJECTIVES = """
able agile airy amber ample apt arctic ardent azure balmy bold brave breezy bright brisk bronze calm candid
careful cheery civil clear clever coral cosmic cozy crisp curious dapper daring deft dewy eager early
earnest easy elated fair famous fancy fearless fine firm fleet fond free fresh frosty gallant gentle gifted
glad golden graceful grand hardy hasty hazel hearty honest humble icy ideal indigo ivory jade jolly jovial
keen kind lavender lean lilac lively loyal lucid lucky lunar magic maroon mellow merry mighty mild mint
misty modest neat nimble noble novel oaken olive opal open patient peach pearl placid plucky polite prime
proud quick quiet quirky rapid rare ready regal robust rosy royal ruby rustic sage sandy scarlet serene
sharp shiny silent silver sincere sleek smart snowy solar solid spry stable steady stout sturdy sunny super
swift tawny teal tender thrifty tidy timely topaz tough tranquil true trusty upbeat urban vast velvet
verdant vivid warm wise witty young zesty
"""
_ANIMALS = """
addax albatross alpaca anchovy anole antelope asp auk avocet axolotl badger barbel bat bear beaver bee
beetle bison bittern boar bobcat bongo bonobo buffalo bulbul bunting bushbaby buzzard camel caracal caribou
carp cat chamois cheetah chinchilla chough cicada civet clam coati cod condor coot corgi cormorant cougar
coyote crab crane cricket crow cuckoo curlew deer dingo dipper dolphin dormouse dove dragonfly duck dunlin
eagle echidna eel egret eider eland elk emu falcon ferret finch firefly flamingo fox frog gannet gar gaur
gazelle gecko gerbil gibbon giraffe gnu goat goose goshawk grebe grouse gull guppy haddock hamster hare
harrier hawk hedgehog heron herring hoopoe hornbill horse hound hyrax ibex ibis iguana impala jackal jackdaw
jaguar jay jerboa kestrel kite kiwi koala koi kudu lapwing lark lemming lemur leopard limpet linnet lion
lizard llama lobster loon lynx macaw magpie mallard manatee mantis marlin marmot marten martin mink mole
mongoose moose moth mouse mule muntjac narwhal newt numbat ocelot octopus okapi opossum orca oriole oryx
osprey otter owl ox oyster panda panther parrot partridge peacock pelican penguin perch petrel pheasant
pigeon pika pike pipit platypus plover pony porcupine porpoise puffin puma quail quokka quoll rabbit raccoon
ram raven redpoll redstart reindeer robin rook salmon sandpiper seahorse seal serval shark sheep shrew
shrike skink skua skylark sloth snail snipe sparrow spider squid squirrel stallion starling stingray stoat
stork sturgeon swallow swan swift tamarin tanager tapir teal tench tern thrush tiger toad tortoise toucan
trout tuna turbot turkey turtle viper vole vulture wagtail wallaby walrus warbler weasel whale whimbrel
whippet wigeon wolf wolverine wombat woodcock wren yak zebra zebu
"""
ADJECTIVES = tuple(_ADJECTIVES.split())
ANIMALS = tuple(_ANIMALS.split())

# a generator of its own: seeding the one of `random` for an experiment must not repeat the names of runs
_choices = random.SystemRandom()


# a generator of its own: seeding the one of `random` for an experiment must not repeat the names of runs
_system = random.SystemRandom()


def two_words(rng: random.Random = _system) -> str:
    """A new name, an adjective and an animal drawn from `rng`; names repeat, ids do not."""
    return f"{rng.choice(ADJECTIVES)}-{rng.choice(ANIMALS)}"
