package hdptest

// nameList holds the parts of generated names. They are plain ASCII: other names are
// hand-made.
type nameList struct {
	first, last, service []string
}

func newNameList() nameList {
	return nameList{
		first: []string{
			"aaron", "abigail", "adam", "adrian", "agnes", "aisha", "alan", "albert", "alex", "alicia", "amanda",
			"amelie", "amir", "ana", "andre", "andrea", "angela", "anita", "anja", "anton", "arjun", "arthur", "astrid",
			"barbara", "beatriz", "ben", "bianca", "birgit", "boris", "bruno", "camille", "carlos", "caroline",
			"cecilia", "charlotte", "chen", "chiara", "chris", "claire", "claudia", "colin", "daniel", "daria", "david",
			"deepa", "diana", "diego", "dmitri", "dora", "edgar", "elena", "elias", "ella", "emil", "emma", "eric",
			"erika", "esther", "eva", "fabian", "fatima", "felix", "fiona", "florian", "frank", "gabriel", "georg",
			"gita", "greta", "hanna", "harald", "helena", "henrik", "ida", "igor", "imran", "irene", "isabel", "ivan",
			"jack", "jakob", "james", "jana", "javier", "jean", "jin", "joana", "joe", "john", "jonas", "jorge", "julia",
			"kai", "karen", "karl", "kate", "keiko", "kevin", "klara", "kofi", "lars", "laura", "lea", "leo", "li",
			"lin", "linda", "luca", "lucia", "luis", "lukas", "magda", "marco", "maria", "marta", "martin", "mateo",
			"max", "mei", "mia", "michael", "mila", "mina", "nadia", "naomi", "nina", "noah", "nora", "oleg", "oliver",
			"omar", "oscar", "otto", "paolo", "patrick", "paul", "pedro", "peter", "petra", "priya", "rachel", "rafael",
			"ravi", "rita", "robert", "rosa", "ruth", "sam", "sara", "sebastian", "sofia", "sonja", "stefan", "sven",
			"tara", "tim", "tom", "vera", "victor", "wei", "yara", "yuki", "zoe",
		},
		last: []string{
			"adams", "ahmed", "andersson", "baker", "bauer", "becker", "bell", "bennett", "berg", "bianchi", "brown",
			"bruno", "campbell", "carter", "castro", "chan", "chen", "clark", "cohen", "collins", "costa", "cruz",
			"davies", "diaz", "dubois", "dupont", "edwards", "evans", "fernandez", "ferrari", "fischer", "fontaine",
			"ford", "foster", "garcia", "gomez", "gonzalez", "graf", "gray", "green", "gupta", "haas", "hall", "hansen",
			"harris", "hernandez", "hoffmann", "horvat", "huang", "hughes", "ito", "ivanov", "jackson", "jansen",
			"jensen", "johansson", "johnson", "jones", "kaya", "keller", "khan", "kim", "king", "klein", "koch",
			"kowalski", "kumar", "lam", "lang", "larsen", "lee", "lefebvre", "lewis", "li", "lopez", "lund", "maier",
			"marino", "martinez", "meier", "mendez", "meyer", "mishra", "mitchell", "moore", "morales", "moreau",
			"moretti", "morgan", "mueller", "murphy", "nagy", "nakamura", "nelson", "nguyen", "nielsen", "nowak",
			"olsen", "ortiz", "park", "patel", "perez", "peters", "petrov", "phillips", "popescu", "price", "ramirez",
			"ramos", "reed", "reyes", "ricci", "richter", "rivera", "roberts", "robinson", "rodriguez", "romano",
			"rossi", "roux", "ruiz", "russo", "sanchez", "santos", "sato", "schmidt", "schneider", "schulz", "schwarz",
			"scott", "silva", "singh", "smith", "sousa", "suzuki", "tanaka", "taylor", "thomas", "thompson", "torres",
			"turner", "varga", "vargas", "vogel", "wagner", "walker", "wang", "watson", "weber", "white", "williams",
			"wilson", "wolf", "wong", "wright", "wu", "yang", "young", "zhang", "zimmermann",
		},
		service: []string{
			"billing", "crm", "dwh", "erp", "grafana", "hr", "jira", "kiosk", "ledger", "mobile", "orders", "partner",
			"powerbi", "salesforce", "sap", "stock", "tableau", "web",
		},
	}
}
