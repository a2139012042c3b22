"""Words that state no fact about an item or a person by themselves: a sentence may have them without evidence.

What is missing is missing on purpose: whatever praises beyond a recommendation, negates, counts, compares, dates or
speaks of people other than the one who is spoken to.
"""

GLUE = frozenset(
    """
    a an the this that these those it its itself which what when where while as at by for from in into of on onto
    to toward towards with within up upon after around about beside besides along alongside next near
    between through and or but so if then both either also too well just quite simply nicely neatly naturally
    easily gladly here there again still once perhaps maybe given is are was be been being has have having do does
    can could may might will would shall should i me my you your yours yourself one ones some another such
    something somewhat sort kind kin bit more much them their how why because since previously earlier already
    back down under among we us due thanks owing therefore hence together whenever whether let
    """.split()
)
VERBS = frozenset(
    """
    try trying watch watching see seeing view viewing read reading consider pick picking choose look looking turn
    take takes give gives giving bring brings bringing offer offers offering share shares sharing match matches
    matching fit fits fitting suit suits suiting go goes going come comes coming sit sits sitting stay stays stand
    stands follow follows following pair pairs make makes making keep keeps keeping answer answers answering meet
    meets met meeting deliver delivers provide provides belong belongs add adds lead leads continue continues
    complement complements accompany accompanies recommend recommended suggest suggested think guess hope find
    feel feels seem seems appear appears sound sounds enjoy enjoying like liking love please get gets want wanted
    wanting wish need needs named mentioned asked asking requested know start begin serve serves cover covers show
    shows shown put listed work works earn earns deserve deserves came dates dated released remind reminds
    explains explain leaning lean leans draw draws carry carries hold holds return chime chimes hooked say says
    said fulfil fulfils satisfy satisfies combine combines blend blends mix mixes happen happens count counts rank
    ranks place places placed picked am appeal appeals suggests recommends chosen selected select join joins treat
    reward delight click made dating hails fall falls classified tagged labelled categorised categorized based
    according per overlap overlaps brought gave took went sat stayed stood followed made kept added led continued felt
    found got began served covered carried held returned combined blended mixed counted ranked fell joined worked
    appeared seemed sounded expect expects expecting await awaits awaiting lie lies lying lay arrive arrives arrived
    open opens opened premiere premieres premiered turns turned leads landed lands reach reaches reached
    """.split()
)
NOUNS = frozenset(
    """
    choice choices pick option idea suggestion recommendation match fit companion partner pair step stop place
    spot list evening night tonight weekend time moment mood look way thing things taste wish request reason
    history past candidate mix blend touch dose note element elements side spirit vein line lines direction
    combination title titles genre genres release word words passage follow liking shelf ground common
    addition pairing use order watchlist bill chance suggestions recommendations picks bet
    """.split()
)
PRAISE = frozenset(  # of a choice, never of the item: `a fine companion`, not `a fine film`
    """
    good great nice fine lovely solid strong natural sensible easy obvious perfect ideal worthy pleasant useful
    handy promising interesting welcome comfortable enjoyable
    """.split()
)
ADJECTIVES = frozenset(
    "worth happy glad close similar akin right likely possible suited suitable same higher ready".split()
)
WORDS = GLUE | VERBS | NOUNS | PRAISE | ADJECTIVES

CONTRACTED = {
    "you've": "you have",
    "you'd": "you would",
    "you'll": "you will",
    "you're": "you are",
    "it's": "it is",
    "it'll": "it will",
    "that's": "that is",
    "there's": "there is",
    "here's": "here is",
    "i'd": "i would",
    "i'm": "i am",
    "i'll": "i will",
    "i've": "i have",
    "let's": "let us",
}
