//! The companies of the world: their identity, their rate of hiring, the design of their pages.

use std::collections::BTreeSet;

use crate::dice::Dice;
use crate::templates::Templates;

/// Percentage of public bodies (towns, utilities, hospitals), which buy by tender.
const PUBLIC_PERCENT: u32 = 12;

/// Country, language, currency, legal form, weight.
const COUNTRIES: [(&str, &str, &str, &str, u32); 10] = [
    ("GB", "en", "GBP", "Ltd", 22),
    ("US", "en", "USD", "Inc.", 16),
    ("IE", "en", "EUR", "Ltd", 6),
    ("NL", "en", "EUR", "B.V.", 8),
    ("SE", "en", "SEK", "AB", 5),
    ("DE", "de", "EUR", "GmbH", 20),
    ("AT", "de", "EUR", "GmbH", 5),
    ("CH", "de", "CHF", "AG", 4),
    ("FR", "fr", "EUR", "SAS", 11),
    ("BE", "fr", "EUR", "SA", 3),
];

/// Where a company's openings are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Careers {
    /// On pages of its site.
    Site,
    /// On a separate host below its domain.
    Host,
    /// On a job board, by its number among the outlets.
    Board(usize),
}

/// A company of the world.
#[derive(Debug, Clone)]
pub struct Company {
    /// Its index in the table.
    pub(crate) number: usize,
    /// Its trading name.
    pub name: String,
    /// Its registered name.
    pub legal_name: String,
    /// Its registrable domain.
    pub domain: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// The town of its headquarters.
    pub city: String,
    /// Its industry, in its own language.
    pub industry: String,
    /// The number of employees.
    pub employees: u32,
    /// The language of its pages.
    pub lang: String,
    /// Whether it is a public body.
    pub is_public: bool,
    pub(crate) currency: String,
    pub(crate) founded: i32,
    /// The usual number of openings in 30 days.
    pub(crate) hiring: f64,
    pub(crate) careers: Careers,
    /// Whether postings carry structured data.
    pub(crate) postings_as_data: bool,
    /// Whether postings show their date.
    pub(crate) postings_dated: bool,
    /// The design of its pages, 0 to 3.
    pub(crate) layout: usize,
    /// Whether its pages are at `www.`; otherwise at the bare domain.
    pub(crate) at_www: bool,
    /// The format of its feed.
    pub(crate) feed: FeedKind,
}

/// The feed formats of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FeedKind {
    None,
    Rss,
    Atom,
}

impl Company {
    /// Builds the name of the host of its pages.
    pub fn host(&self) -> String {
        if self.at_www { format!("www.{}", self.domain) } else { self.domain.clone() }
    }

    /// Builds the name of the host of its openings, for companies that have a separate one.
    pub(crate) fn careers_host(&self) -> String {
        format!("careers.{}", self.domain)
    }
}

/// Builds the table. `boards` are the numbers of the job boards among the outlets.
pub(crate) fn companies(
    seed: u64,
    templates: &Templates,
    count: usize,
    boards: &[usize],
    taken: &mut BTreeSet<String>,
) -> Vec<Company> {
    (0..count).map(|number| company(seed, templates, number, boards, taken)).collect()
}

fn company(
    seed: u64,
    templates: &Templates,
    number: usize,
    boards: &[usize],
    taken: &mut BTreeSet<String>,
) -> Company {
    let mut dice = Dice::of(seed, "company", number as u64);
    let (country, lang, currency, legal_form) = country(&mut dice);
    let is_public = dice.percent(PUBLIC_PERCENT);
    let (name, domain) = loop {
        let name = name(&mut dice, templates, lang, is_public);
        let domain = format!("{}.example", slug(&name).replace('-', ""));
        if taken.insert(domain.clone()) {
            break (name, domain);
        }
    };
    let legal_name = if is_public { name.clone() } else { format!("{name} {legal_form}") };
    let industries = if is_public { "public_industries" } else { "industries" };
    let (employees, hiring) = size(&mut dice);
    let careers = match dice.below(10) {
        0..=5 => Careers::Site,
        6..=7 => Careers::Host,
        _ => dice.pick(boards).map_or(Careers::Site, |board| Careers::Board(*board)),
    };
    let postings_as_data = dice.percent(75);
    Company {
        number,
        name,
        legal_name,
        domain,
        country: country.to_owned(),
        city: dice.word(templates.list(&format!("cities_{country}"), lang)).to_owned(),
        industry: dice.word(templates.list(industries, lang)).to_owned(),
        employees,
        lang: lang.to_owned(),
        is_public,
        currency: currency.to_owned(),
        founded: if is_public { dice.between(1890, 1975) } else { dice.between(1962, 2021) },
        hiring,
        careers,
        postings_as_data,
        postings_dated: postings_as_data && dice.percent(88) || dice.percent(40),
        layout: dice.below(4),
        at_www: dice.percent(80),
        feed: match dice.below(10) {
            0..=3 => FeedKind::Rss,
            4..=5 => FeedKind::Atom,
            _ => FeedKind::None,
        },
    }
}

fn country(dice: &mut Dice) -> (&'static str, &'static str, &'static str, &'static str) {
    let all: u32 = COUNTRIES.iter().map(|(.., weight)| weight).sum();
    let mut left = dice.below(all as usize) as u32;
    for (country, lang, currency, legal, weight) in COUNTRIES {
        if left < weight {
            return (country, lang, currency, legal);
        }
        left -= weight;
    }
    ("GB", "en", "GBP", "Ltd")
}

/// Draws the number of employees and of openings in 30 days.
fn size(dice: &mut Dice) -> (u32, f64) {
    let ((least, most), (low, high)) = match dice.below(100) {
        0..=29 => ((8, 49), (0.2, 1.0)),
        30..=69 => ((50, 249), (0.6, 2.6)),
        70..=91 => ((250, 999), (2.0, 6.0)),
        _ => ((1_000, 9_000), (6.0, 18.0)),
    };
    (dice.between(least, most).unsigned_abs(), dice.real(low, high))
}

fn name(dice: &mut Dice, templates: &Templates, lang: &str, is_public: bool) -> String {
    if is_public {
        let pattern = dice.word(templates.list("public_names", lang)).to_owned();
        return pattern.replace("{city}", &town(dice, templates, lang));
    }
    let head = dice.word(templates.list("name_heads", lang)).to_owned();
    let tail = dice.word(templates.list("name_tails", lang)).to_owned();
    let noun = dice.word(templates.list("name_nouns", lang)).to_owned();
    match dice.below(10) {
        0..=4 => format!("{head}{tail}"),
        5..=7 => format!("{head}{tail} {noun}"),
        _ => format!("{head} {noun}"),
    }
}

/// Draws the name of an invented town.
pub(crate) fn town(dice: &mut Dice, templates: &Templates, lang: &str) -> String {
    let head = dice.word(templates.list("town_heads", lang)).to_owned();
    format!("{head}{}", dice.word(templates.list("town_tails", lang)))
}

/// Converts a title to the form it has in a URL path.
pub(crate) fn slug(title: &str) -> String {
    let mut slug = String::new();
    for letter in title.to_lowercase().chars() {
        match letter {
            'a'..='z' | '0'..='9' => slug.push(letter),
            'ä' => slug.push_str("ae"),
            'ö' => slug.push_str("oe"),
            'ü' => slug.push_str("ue"),
            'ß' => slug.push_str("ss"),
            'à' | 'â' => slug.push('a'),
            'é' | 'è' | 'ê' | 'ë' => slug.push('e'),
            'î' | 'ï' => slug.push('i'),
            'ô' => slug.push('o'),
            'ç' => slug.push('c'),
            'û' | 'ù' => slug.push('u'),
            '\'' | '’' => {}
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    slug.trim_end_matches('-').chars().take(70).collect()
}
