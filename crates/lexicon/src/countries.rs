//! Countries by the names that pages and lists use for them. Used by `clean`, `resolve` and `detect`.

/// The rows of [`all`], with their sources.
const NAMES: &str = include_str!("../data/countries.tsv");

/// A country by its codes and names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountryNames {
    /// ISO 3166 alpha-2, upper case.
    pub code: &'static str,
    /// ISO 3166 alpha-3, upper case.
    pub code_3: &'static str,
    names: &'static str,
}

impl CountryNames {
    /// Returns its names in all languages as they are written, the English one first.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.names.split('|')
    }
}

/// Returns every country of ISO 3166, sorted by code.
pub fn all() -> impl Iterator<Item = CountryNames> {
    let rows = NAMES.lines().filter(|row| !row.starts_with('#'));
    rows.filter_map(|row| {
        let (code, rest) = row.split_once('\t')?;
        let (code_3, names) = rest.split_once('\t')?;
        Some(CountryNames { code, code_3, names })
    })
}

/// ISO 3166 alpha-2 codes, each with its other names: lower-case ASCII words, separated by bars.
pub const COUNTRIES: &[(&str, &str)] = &[
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

/// Countries' top-level domains that are open to registrants worldwide: they do not indicate a
/// country.
pub const OPEN_DOMAINS: [&str; 6] = ["co", "me", "tv", "io", "ai", "cc"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_its_codes_and_names() {
        let countries: Vec<CountryNames> = all().collect();
        assert_eq!(countries.len(), 250);
        assert!(countries.is_sorted_by(|one, other| one.code < other.code));
        for country in &countries {
            assert_eq!((country.code.len(), country.code_3.len()), (2, 3), "{country:?}");
            assert!(country.names().all(|name| name.trim() == name && !name.is_empty()));
        }
        let is_listed = |code: &str| countries.iter().any(|country| country.code == code);
        assert!(COUNTRIES.iter().all(|(code, _)| is_listed(code)));
    }
}
