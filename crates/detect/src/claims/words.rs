//! Word lists that tell an organisation's name from the words around it. Lower case, sorted by use.

/// Words that never belong to a name, however they are written: they end a run of capitals.
#[rustfmt::skip]
pub(super) const STOPS: &[&str] = &[
    "angebote", "angebot", "ausschreibung", "bieter",
    "in", "on", "at", "by", "for", "from", "with", "to", "as", "after", "before", "when",
    "while", "since", "if", "how", "why", "what", "who", "where", "is", "are", "was", "were",
    "has", "have", "had", "today", "yesterday", "recently", "now", "this", "that", "these",
    "those", "it", "its", "we", "our", "you", "your", "they", "their", "he", "she", "his",
    "her", "i", "my", "all", "both", "each", "every", "some", "many", "most", "more", "other",
    "such", "no", "not", "but", "or", "because", "although", "though", "meanwhile", "earlier",
    "last", "next", "founded", "backed", "headquartered", "based", "led", "january", "february",
    "march", "april", "june", "july", "august", "september", "october", "november", "december",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "jan", "feb",
    "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "januar", "februar", "märz",
    "mai", "juni", "juli", "oktober", "dezember", "im", "am", "mit", "für", "nach", "bei",
    "von", "aus", "auf", "seit", "heute", "wie", "warum", "wenn", "und", "oder", "ist", "hat",
    "wird", "wir", "unser", "unsere", "dans", "avec", "pour", "par", "sur", "nous", "notre",
    "comment", "pourquoi", "ont", "con", "para", "por", "en", "hoy", "cómo", "nuestra",
    "nuestro", "voor", "met", "bij", "naar", "hoe", "onze", "wij", "exclusive", "breaking",
    "update", "news", "report", "watch", "video", "podcast", "read", "also", "via", "about",
    "into", "over", "under", "during", "between", "through", "than", "then", "there", "here",
    "please", "thanks", "thank", "congratulations", "welcome", "introducing", "announcing",
    "meet", "using", "following", "according", "despite", "once", "finally", "first", "second",
    "third", "additionally", "furthermore", "moreover", "however", "therefore", "currently",
    "previously", "originally", "formerly", "former", "new", "per", "vs", "amid", "will", "can",
    "may", "could", "would", "should", "might", "must", "do", "does", "did", "be", "been",
    "being", "get", "gets", "let", "and", "et", "y", "e", "just", "only", "even", "still",
    "says", "said", "series", "round", "soc", "iso", "pre-seed", "yes", "so", "press",
    "release", "announcement", "alongside", "joining", "together", "instead", "another", "any",
    "against", "within", "without", "across", "around", "until", "upon", "like", "unlike",
    "unless", "whether", "which", "whose", "quick", "top", "best", "ready", "see", "join",
    "learn", "discover", "download", "contact", "click",
];

/// Articles a name is stripped of at its front.
#[rustfmt::skip]
pub(super) const ARTICLES: &[&str] = &[
    "the", "a", "an", "der", "die", "das", "ein", "eine", "dem", "den", "des", "la", "le",
    "les", "el", "los", "las", "un", "une", "una", "het", "de", "een", "il", "lo",
];

/// What kind of thing a company is: stands before its name, is not part of it.
#[rustfmt::skip]
pub(super) const DESCRIPTORS: &[&str] = &[
    "startup", "start-up", "startups", "start-ups", "scaleup", "scale-up", "company", "firm",
    "provider", "maker", "developer", "platform", "specialist", "giant", "unicorn", "leader",
    "vergabestelle", "auftraggeber", "auftraggeberin", "auftragnehmer", "bieter", "acheteur",
    "vendor", "supplier", "operator", "pioneer", "fintech", "insurtech", "proptech",
    "healthtech", "edtech", "edutech", "agritech", "biotech", "medtech", "cleantech", "regtech",
    "legaltech", "hrtech", "martech", "adtech", "foodtech", "greentech", "deeptech",
    "deep-tech", "climatetech", "techbio", "chipmaker", "carmaker", "automaker", "drugmaker",
    "lender", "neobank", "insurer", "retailer", "manufacturer", "marketplace", "publisher",
    "broker", "brokerage", "consultancy", "contractor", "builder", "grocer", "airline",
    "innovator", "disruptor", "spinout", "spin-off", "spinoff", "spin-out", "newcomer",
    "challenger", "outfit", "unternehmen", "softwareunternehmen", "anbieter", "hersteller",
    "dienstleister", "plattform", "entwickler", "spezialist", "gründer", "jungunternehmen",
    "firma", "entreprise", "société", "jeune", "pousse", "éditeur", "plateforme", "empresa",
    "compañía", "plataforma", "bedrijf", "softwarebedrijf", "techbedrijf", "aanbieder", "scale",
    "subsidiary",
];

/// Trades that stand before a descriptor, and as often inside a name.
#[rustfmt::skip]
pub(super) const WEAK_DESCRIPTORS: &[&str] = &[
    "business", "enterprise", "app", "software", "saas", "tech", "cybersecurity", "player",
    "brand", "ai", "crypto", "blockchain", "cloud", "data", "payments", "payroll", "security",
    "robotics", "climate", "health", "logistics", "iot",
];

/// Word ends that make a German or Dutch compound a descriptor.
#[rustfmt::skip]
pub(super) const DESCRIPTOR_ENDS: &[&str] = &[
    "unternehmen", "startup", "start-up", "anbieter", "hersteller", "dienstleister",
    "plattform", "entwickler", "spezialist", "bedrijf", "firma", "maker", "tech-startup",
];

/// Peoples and places as adjectives, stripped at a name's front when more follows.
#[rustfmt::skip]
pub(super) const ORIGINS: &[&str] = &[
    "american", "british", "german", "french", "dutch", "spanish", "italian", "swiss",
    "austrian", "belgian", "swedish", "danish", "norwegian", "finnish", "icelandic", "irish",
    "scottish", "welsh", "polish", "czech", "portuguese", "greek", "estonian", "latvian",
    "lithuanian", "ukrainian", "romanian", "bulgarian", "hungarian", "turkish", "israeli",
    "indian", "pakistani", "chinese", "japanese", "korean", "singaporean", "indonesian",
    "vietnamese", "australian", "canadian", "mexican", "brazilian", "argentinian", "chilean",
    "colombian", "nigerian", "kenyan", "egyptian", "european", "nordic", "african", "asian",
    "berliner", "münchner", "münchener", "hamburger", "kölner", "wiener", "zürcher",
    "frankfurter", "stuttgarter", "amsterdamse", "utrechtse", "rotterdamse", "london", "berlin",
    "paris", "us", "uk", "u.s.", "u.k.", "eu", "munich", "amsterdam", "stockholm", "bengaluru",
    "bangalore", "mumbai", "delhi", "singapore", "boston", "nashville", "chicago", "toronto",
    "sydney", "dublin", "edinburgh", "cambridge", "oxford", "german-based", "local", "global",
    "leading", "enterprise", "fast-growing", "deutsche", "deutscher", "deutsches",
    "französische", "schweizer", "österreichische", "nederlandse", "belgische", "française",
    "français", "española", "español", "early-stage", "ai-powered", "ai-driven", "ai-native",
    "cloud", "digital", "b2b",
];

/// Jobs: what follows a company's name before a person's.
#[rustfmt::skip]
pub(super) const TITLES: &[&str] = &[
    "ceo", "cto", "cfo", "coo", "ciso", "cio", "cmo", "cpo", "cro", "founder", "co-founder",
    "cofounder", "co-ceo", "president", "chairman", "chairwoman", "chair", "director",
    "minister", "mayor", "governor", "senator", "professor", "dr", "dr.", "mr", "mr.", "mrs",
    "mrs.", "ms", "ms.", "sir", "lord", "sen.", "rep.", "gov.", "chief", "vp", "head",
    "manager", "partner", "geschäftsführer", "gründer", "vorstand", "pdg", "spokesperson",
    "spokesman", "spokeswoman", "analyst", "engineer", "captain", "officer", "judge", "coach",
    "king", "queen", "pope", "prince",
];

/// Capitalised words that are not an organisation by themselves.
#[rustfmt::skip]
pub(super) const GENERIC: &[&str] = &[
    "startups", "companies", "company", "founders", "investors", "customers", "users",
    "businesses", "banks", "organizations", "organisations", "vendors", "suppliers", "people",
    "government", "congress", "parliament", "team", "teams", "employees", "shareholders",
    "series", "seed", "round", "funding", "capital", "venture", "investment", "type",
    "certification", "compliance", "security", "audit", "report", "contract", "tender", "grant",
    "award", "ceo", "cto", "cfo", "ai", "saas", "api", "b2b", "covid", "covid-19", "internet",
    "web", "cloud", "data", "privacy", "north", "south", "east", "west", "europe", "asia",
    "africa", "america", "china", "india", "germany", "france", "spain", "italy", "japan",
    "russia", "ukraine", "israel", "canada", "australia", "brazil", "mexico", "sweden",
    "norway", "denmark", "finland", "netherlands", "belgium", "switzerland", "austria",
    "poland", "ireland", "britain", "england", "scotland", "wales", "washington", "london",
    "berlin", "paris", "beijing", "moscow", "brussels", "tokyo", "us", "u.s", "uk", "u.k", "eu",
    "usa", "un", "republicans", "democrats", "students", "researchers", "scientists",
    "volunteers", "candidates", "members", "residents", "parents", "women", "men", "software",
    "technology", "services", "solutions", "platform", "product", "products", "features",
    "blog", "home", "chapter", "section", "table", "figure", "step", "part", "note", "tip",
    "question", "answer", "faq", "faqs", "date", "time", "day", "management", "business",
    "project", "phase", "program", "programme", "system", "systems", "department", "marketing",
    "sales", "finance", "engineering", "support", "general", "international", "global", "world",
    "god", "lord", "christmas", "easter", "summer", "winter", "spring", "autumn", "fall",
    "unternehmen", "gründer", "firmen", "kunden", "dollars", "euro", "euros", "overall",
    "total", "results", "revenue", "sources", "details", "devs", "developers", "engineers",
    "analysts", "experts", "nurses", "doctors", "police", "officials", "lawmakers", "everyone",
    "nobody", "someone", "attackers", "hackers", "critics", "fans", "readers", "owners",
    "information",
];

/// Frequent first names: two or three capitalised words that open with one are a person.
#[rustfmt::skip]
pub(super) const FIRST_NAMES: &[&str] = &[
    "james", "john", "robert", "michael", "william", "david", "richard", "joseph", "thomas",
    "charles", "christopher", "daniel", "matthew", "anthony", "mark", "donald", "steven",
    "paul", "andrew", "joshua", "kenneth", "kevin", "brian", "george", "edward", "ronald",
    "timothy", "jason", "jeffrey", "ryan", "jacob", "gary", "nicholas", "eric", "jonathan",
    "stephen", "larry", "justin", "scott", "brandon", "benjamin", "samuel", "gregory", "frank",
    "alexander", "raymond", "patrick", "jack", "dennis", "jerry", "tyler", "aaron", "jose",
    "adam", "nathan", "henry", "douglas", "peter", "zachary", "kyle", "walter", "ethan",
    "jeremy", "christian", "keith", "roger", "simon", "martin", "mary", "patricia", "jennifer",
    "linda", "elizabeth", "barbara", "susan", "jessica", "sarah", "karen", "nancy", "lisa",
    "betty", "margaret", "sandra", "ashley", "kimberly", "emily", "donna", "michelle", "carol",
    "amanda", "melissa", "deborah", "stephanie", "rebecca", "laura", "helen", "sharon",
    "cynthia", "kathleen", "amy", "angela", "anna", "ruth", "brenda", "pamela", "nicole",
    "katherine", "samantha", "christine", "emma", "catherine", "virginia", "rachel", "carolyn",
    "janet", "maria", "heather", "diane", "julie", "joyce", "victoria", "kelly", "christina",
    "joan", "evelyn", "judith", "megan", "andrea", "cheryl", "hannah", "jacqueline", "martha",
    "gloria", "teresa", "ann", "sara", "madison", "frances", "kathryn", "janice", "jean",
    "alice", "julia", "judy", "sophia", "grace", "amber", "jane", "tom", "tim", "mike", "bob",
    "jim", "joe", "steve", "dave", "chris", "matt", "dan", "ben", "sam", "alex", "nick", "tony",
    "jeff", "greg", "bill", "andreas", "stefan", "thorsten", "jürgen", "klaus", "hans",
    "wolfgang", "sabine", "petra", "claudia", "katrin", "pierre", "françois", "jacques",
    "marie", "sophie", "camille", "julien", "nicolas", "antoine", "carlos", "juan", "luis",
    "javier", "miguel", "pedro", "ana", "carmen", "lucia", "jan", "pieter", "willem", "sven",
    "lars", "anders", "erik", "ingrid", "rahul", "amit", "rajesh", "priya", "vijay", "sanjay",
    "anil", "sunil", "ravi", "deepak", "arun", "mohammed", "muhammad", "ahmed", "ali", "omar",
    "wei", "ming", "elon", "barack", "joel", "kate", "lucy", "oliver",
];

/// Nouns by which a text calls its subject again.
#[rustfmt::skip]
pub(super) const BACK_NOUNS: &[&str] = &[
    "company", "startup", "start-up", "firm", "business", "group", "platform", "organisation",
    "organization", "provider", "fintech", "scaleup", "scale-up", "maker", "developer",
    "vendor", "agency", "lender", "insurer", "manufacturer", "operator", "retailer",
    "insurtech", "biotech", "unicorn", "team", "authority", "council", "buyer", "unternehmen", "entreprise", "société",
    "empresa", "compañía", "bedrijf", "firma", "jungunternehmen",
];

/// Words between a subject and its verb.
#[rustfmt::skip]
pub(super) const BETWEEN: &[&str] = &[
    "has", "have", "had", "having", "is", "are", "was", "were", "been", "be", "today",
    "recently", "successfully", "also", "just", "now", "officially", "finally", "already",
    "proudly", "previously", "first", "formally", "quietly", "newly", "reportedly", "yesterday",
    "this", "week", "month", "year", "last", "earlier", "then", "once", "again",
    "independently", "fully", "both", "he", "on", "monday", "tuesday", "wednesday", "thursday",
    "friday", "that", "hat", "haben", "ist", "sind", "wurde", "a", "ont", "est", "été", "ha",
    "han", "heeft", "zijn", "werd", "sich", "se", "s'est", "vient", "de", "d'", "nun", "jetzt",
    "will", "currently", "further", "recientemente", "erfolgreich", "récemment", "seit",
    "voluntarily", "completely", "soon", "gerade", "nu", "onlangs",
];

/// Legal forms, left out of a name's core.
#[rustfmt::skip]
pub(super) const LEGAL_FORMS: &[&str] = &[
    "inc", "incorporated", "ltd", "limited", "llc", "llp", "lp", "plc", "corp", "corporation",
    "co", "gmbh", "ag", "se", "kg", "ug", "ohg", "mbh", "sa", "sas", "sarl", "sasu", "sl",
    "slu", "bv", "nv", "ab", "as", "asa", "aps", "oy", "oyj", "spa", "srl", "sro", "pty", "pvt",
    "private", "kk", "eg", "ev", "holdings", "holding",
];
