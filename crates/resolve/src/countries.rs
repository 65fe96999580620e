//! Countries by the words that pages and lists use for them.

/// ISO 3166 alpha-2 codes, each with the names it goes by besides.
const COUNTRIES: &[(&str, &str)] = &[
    ("AE", "united arab emirates|uae|emirates"),
    ("AR", "argentina"),
    ("AT", "austria|osterreich"),
    ("AU", "australia"),
    ("BA", "bosnia and herzegovina|bosnia"),
    ("BD", "bangladesh"),
    ("BE", "belgium|belgie|belgique|belgien"),
    ("BG", "bulgaria|balgariya"),
    ("BH", "bahrain"),
    ("BR", "brazil|brasil"),
    ("BY", "belarus"),
    ("CA", "canada"),
    ("CH", "switzerland|schweiz|suisse|svizzera"),
    ("CL", "chile"),
    ("CN", "china|peoples republic of china|prc"),
    ("CO", "colombia"),
    ("CR", "costa rica"),
    ("CY", "cyprus"),
    ("CZ", "czech republic|czechia|cesko|ceska republika"),
    ("DE", "germany|deutschland|allemagne|alemania"),
    ("DK", "denmark|danmark"),
    ("DO", "dominican republic"),
    ("EC", "ecuador"),
    ("EE", "estonia|eesti"),
    ("EG", "egypt"),
    ("ES", "spain|espana|spanien|espagne"),
    ("FI", "finland|suomi"),
    ("FR", "france|frankreich|francia"),
    ("GB", "united kingdom|uk|great britain|england|scotland|wales|northern ireland|u k"),
    ("GE", "georgia"),
    ("GH", "ghana"),
    ("GR", "greece|ellada|hellas"),
    ("GT", "guatemala"),
    ("HK", "hong kong"),
    ("HR", "croatia|hrvatska"),
    ("HU", "hungary|magyarorszag"),
    ("ID", "indonesia"),
    ("IE", "ireland|eire|republic of ireland"),
    ("IL", "israel"),
    ("IN", "india"),
    ("IS", "iceland|island"),
    ("IT", "italy|italia|italien|italie"),
    ("JO", "jordan"),
    ("JP", "japan|nippon"),
    ("KE", "kenya"),
    ("KR", "south korea|korea|republic of korea"),
    ("KW", "kuwait"),
    ("KZ", "kazakhstan"),
    ("LB", "lebanon"),
    ("LI", "liechtenstein"),
    ("LK", "sri lanka"),
    ("LT", "lithuania|lietuva"),
    ("LU", "luxembourg|luxemburg"),
    ("LV", "latvia|latvija"),
    ("MA", "morocco|maroc"),
    ("MD", "moldova"),
    ("ME", "montenegro"),
    ("MK", "north macedonia"),
    ("MT", "malta"),
    ("MX", "mexico"),
    ("MY", "malaysia"),
    ("NG", "nigeria"),
    ("NL", "netherlands|the netherlands|nederland|holland|niederlande"),
    ("NO", "norway|norge"),
    ("NZ", "new zealand"),
    ("OM", "oman"),
    ("PA", "panama"),
    ("PE", "peru"),
    ("PH", "philippines|the philippines"),
    ("PK", "pakistan"),
    ("PL", "poland|polska"),
    ("PT", "portugal"),
    ("QA", "qatar"),
    ("RO", "romania"),
    ("RS", "serbia|srbija"),
    ("RU", "russia|russian federation|rossiya"),
    ("SA", "saudi arabia"),
    ("SE", "sweden|sverige|schweden"),
    ("SG", "singapore"),
    ("SI", "slovenia|slovenija"),
    ("SK", "slovakia|slovensko"),
    ("TH", "thailand"),
    ("TN", "tunisia|tunisie"),
    ("TR", "turkey|turkiye"),
    ("TW", "taiwan"),
    ("TZ", "tanzania"),
    ("UA", "ukraine|ukraina"),
    ("UG", "uganda"),
    ("US", "united states|united states of america|usa|u s a|u s|the united states"),
    ("UY", "uruguay"),
    ("UZ", "uzbekistan"),
    ("VE", "venezuela"),
    ("VN", "vietnam|viet nam"),
    ("ZA", "south africa"),
];

/// The ISO 3166 alpha-2 code, upper case, of a code or a country's name; nothing for words that
/// name none. Two letters are taken for a code as they stand, `UK` for `GB`.
pub fn country_code(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        let code = text.to_ascii_uppercase();
        return Some(if code == "UK" { "GB".to_owned() } else { code });
    }
    if text.len() > 80 {
        return None;
    }
    let words = crate::names::plain_words(text).join(" ");
    let known = COUNTRIES.iter().find(|(_, names)| names.split('|').any(|name| name == words));
    known.map(|(code, _)| (*code).to_owned())
}

/// The country of a country's own top-level domain; those that everybody registers under say
/// nothing.
pub(crate) fn country_of_domain(domain: &str) -> Option<String> {
    const OPEN: [&str; 6] = ["co", "me", "tv", "io", "ai", "cc"];
    let top = domain.rsplit('.').next()?;
    if OPEN.contains(&top) {
        return None;
    }
    let code = if top == "uk" { "GB".to_owned() } else { top.to_ascii_uppercase() };
    COUNTRIES.iter().any(|(known, _)| *known == code).then_some(code)
}
