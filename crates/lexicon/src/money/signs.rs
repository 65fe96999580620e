//! Signs and abbreviations of currencies that belong to no single language: the symbols of CLDR, and
//! those that the press uses. The names of currencies are in the languages' files.

/// A sign as written, and its codes: the first is the usual one, the others are those of their own
/// countries. A sign that begins with `-` has no usual code.
#[rustfmt::skip]
pub(super) const SIGNS: &[(&str, &str)] = &[
    // Symbols.
    ("$", "USD"), ("€", "EUR"), ("£", "GBP"), ("¥", "JPY CNY"), ("￥", "JPY CNY"), ("₹", "INR"),
    ("₨", "INR PKR LKR NPR MUR"), ("₩", "KRW KPW"), ("₺", "TRY"), ("₴", "UAH"), ("₽", "RUB"),
    ("₸", "KZT"), ("₪", "ILS"), ("₫", "VND"), ("₱", "PHP CUP"), ("₦", "NGN"), ("฿", "THB"),
    ("₡", "CRC"), ("₲", "PYG"), ("₵", "GHS"), ("৳", "BDT"), ("₭", "LAK"), ("₮", "MNT"),
    ("៛", "KHR"), ("₾", "GEL"), ("֏", "AMD"), ("₼", "AZN"), ("﷼", "IRR SAR OMR YER QAR"),
    // Dollars and pounds of a country.
    ("US$", "USD"), ("USD$", "USD"), ("U$S", "USD"), ("$US", "USD"), ("A$", "AUD"), ("AU$", "AUD"),
    ("AUD$", "AUD"), ("C$", "CAD"), ("CA$", "CAD"), ("CAD$", "CAD"), ("$CAD", "CAD"), ("NZ$", "NZD"),
    ("HK$", "HKD"), ("S$", "SGD"), ("SG$", "SGD"), ("SGD$", "SGD"), ("NT$", "TWD"), ("R$", "BRL"),
    ("BRL$", "BRL"), ("MX$", "MXN"), ("Mex$", "MXN"), ("MXN$", "MXN"), ("CLP$", "CLP"),
    ("COL$", "COP"), ("COP$", "COP"), ("AR$", "ARS"), ("ARS$", "ARS"), ("$U", "UYU"), ("Bs", "BOB VES"),
    ("J$", "JMD"), ("TT$", "TTD"), ("BZ$", "BZD"), ("N$", "NAD"), ("E£", "EGP"), ("£E", "EGP"),
    ("CN¥", "CNY"), ("JP¥", "JPY"), ("GH₵", "GHS"), ("S/", "PEN"), ("US-$", "USD"),
    // Abbreviations that are no codes.
    ("kr", "- SEK NOK DKK ISK"), ("Kč", "CZK"), ("Kcs", "CZK"), ("zł", "PLN"), ("Fr", "CHF"),
    ("SFr", "CHF"), ("sFr", "CHF"), ("Ft", "HUF"), ("lei", "RON MDL"), ("Rs", "INR PKR LKR NPR MUR SCR"),
    ("Rp", "IDR"), ("RM", "MYR"), ("R", "ZAR"), ("RMB", "CNY"), ("NIS", "ILS"), ("STG", "GBP"),
    ("KSh", "KES"), ("Ksh", "KES"), ("KShs", "KES"), ("TSh", "TZS"), ("USh", "UGX"), ("TL", "TRY"),
    ("Tk", "BDT"), ("Dh", "AED MAD"), ("Dhs", "AED MAD"), ("DH", "MAD AED"), ("SR", "SAR"),
    ("QR", "QAR"), ("KD", "KWD"), ("BD", "BHD"), ("FCFA", "XOF XAF"), ("F CFA", "XOF XAF"),
    ("CFA", "XOF XAF"), ("Kz", "AOA"), ("NTD", "TWD"), ("CNH", "CNY"),
    // Names that several countries use.
    ("peso", "- MXN COP CLP ARS UYU PHP DOP CUP"), ("pesos", "- MXN COP CLP ARS UYU PHP DOP CUP"),
    ("dinar", "- RSD KWD BHD JOD DZD TND IQD LYD MKD"),
    ("dinars", "- RSD KWD BHD JOD DZD TND IQD LYD MKD"),
    ("kronor", "SEK"), ("kroner", "- NOK DKK"), ("krone", "- NOK DKK"), ("krona", "- SEK ISK"),
    ("kronen", "- SEK NOK DKK CZK"), ("couronnes", "- SEK NOK DKK CZK"),
    ("coronas", "- SEK NOK DKK CZK"), ("crowns", "- SEK NOK DKK CZK"),
    ("shillings", "- KES TZS UGX SOS"),
];

/// Signs that are written with these capitals only: in others they are words or units.
pub(super) const CASED: &[&str] = &[
    "Fr", "SFr", "sFr", "Ft", "R", "RM", "SR", "QR", "KD", "BD", "TL", "DH", "Dh", "Dhs", "Kz",
    "Bs", "Tk", "STG", "NIS", "CFA", "FCFA", "F CFA", "CNH", "Rp",
];

/// Codes that are so common that they are also written in small letters. None is a word.
pub(super) const IN_SMALL_LETTERS: &[&str] = &[
    "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "INR", "JPY",
    "MXN", "NOK", "NZD", "PLN", "SEK", "SGD", "USD", "ZAR", "KRW", "UAH",
];

/// Codes that are also words or names in capitals: before a number they count on pages of their
/// countries only.
pub(super) const WORDS_IN_CAPITALS: &[&str] =
    &["ALL", "TOP", "CUP", "PEN", "COP", "SOS", "MAD", "BAM", "GEL", "BOB", "PHP", "STN", "CHE"];

/// Forms that stand after a number only.
pub(super) const AFTER_NUMBERS_ONLY: &[&str] = &["won", "real", "quid"];

/// Letters before a code or a sign that scale it: `MSEK`, `TEUR`, `Mkr`.
pub(super) const SCALE_LETTERS: &[(&str, i64)] = &[
    ("mrd", 1_000_000_000),
    ("mio", 1_000_000),
    ("mia", 1_000_000_000),
    ("mn", 1_000_000),
    ("md", 1_000_000_000),
    ("bn", 1_000_000_000),
    ("t", 1_000),
    ("k", 1_000),
    ("m", 1_000_000),
    ("b", 1_000_000_000),
];

/// Countries by language, for signs that several countries use.
pub(super) const COUNTRY_OF_LANGUAGE: &[(&str, &str)] = &[
    ("sv", "SE"),
    ("no", "NO"),
    ("nb", "NO"),
    ("nn", "NO"),
    ("da", "DK"),
    ("is", "IS"),
    ("fo", "FO"),
    ("cs", "CZ"),
    ("zh", "CN"),
    ("ja", "JP"),
    ("ko", "KR"),
    ("ro", "RO"),
    ("sr", "RS"),
    ("mk", "MK"),
    ("ur", "PK"),
    ("si", "LK"),
    ("ne", "NP"),
    ("sq", "AL"),
    ("tr", "TR"),
    ("ka", "GE"),
    ("bs", "BA"),
    ("fa", "IR"),
];
