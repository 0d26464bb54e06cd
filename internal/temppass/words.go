package temppass

import "strings"

// wordLength is the length of every word, so that the length of a password depends only
// on the number of words. Longer ones would never be chosen: in the 12 characters of the
// default policy, two words of five letters leave room for one digit, which gives less
// than 30 bits, and four letters and a digit give more bits than five letters.
const wordLength = 4

// wordList returns words that people can spell when they hear them: none has a common
// homophone or another spelling in America, and any two differ in two letters or more.
// None is a word that Spell uses, and none is rude or sad next to another. With fewer
// than 286 words, 25 characters no longer have enoughBits.
func wordList() []string {
	return strings.Fields(`
		acre ajar alto apps aqua arch area atom aura avid
		bank barn bath beam bend best bike bird blob boat book bowl boxy bran brim brow bulb busy
		buzz
		cans cape card chat chef chip city clam clog club coin cola comb copy cork cove crab crew
		crop cube cuff cups curl
		damp dart data deep desk dial dive dome door drip drum duet dune
		edge eggs elms emus epic even exam exit
		fang farm fast feed felt fern figs film fine fish flat foam folk font food free fuel fuse
		game gems gift glad glen glow glue goal gold gown grid grub gulp guru gust
		half harp hazy heat helm hens hero hill hint hoof hope hula husk huts
		ibex iced idea inch inky iris iron item
		jade jars jazz joke judo july jump
		kale keen kelp kind kite kiwi knee
		lace lamb land lark lawn leap lids lily lime lion list loaf logs loop loud luck
		mask mayo meal menu mesh milk mini mole moon moss moth mugs
		nail navy neon news next nice note noun nova
		oats oboe okra onyx opal orca owls oxen
		pack page palm pile pins plan plot plug poem polo pond pool port pots prom puma pure
		quad quiz
		raft rake rams reef rink ripe roar robe rock room rosy ruby rush
		safe saga salt sash shop silo skis slab sled slip snap snow soda soft soil song soup spin
		spot spur stag step suit sumo swan swim
		taco tall taps taxi teak tent tilt tiny tofu toys tray trek trio trot tuba tuft turf tutu
		twin type
		unit
		vase verb view visa volt
		waxy webs well wide wild wing wisp wolf
		yaks yeti yoga
		zany zinc zips zone zoos
	`)
}
