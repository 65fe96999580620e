//! Determines the role of an address from its path, its host and the text of a link to it.

use lexicon::{WordList, links};
use store::db::AddressRole;
use url::Url;

/// The words that indicate a role.
struct Words {
    role: AddressRole,
    /// The role of addresses below such an address.
    below: AddressRole,
    /// Segments of a path, or first labels of a host.
    segments: &'static WordList,
    /// Phrases in the text of a link.
    phrases: &'static WordList,
}

/// The roles that are indicated by words, in the order in which they are tried.
static WORDS: [Words; 2] = [
    Words {
        role: AddressRole::Careers,
        below: AddressRole::Posting,
        segments: &links::CAREERS_SEGMENTS,
        phrases: &links::CAREERS_PHRASES,
    },
    Words {
        role: AddressRole::Newsroom,
        below: AddressRole::Article,
        segments: &links::NEWSROOM_SEGMENTS,
        phrases: &links::NEWSROOM_PHRASES,
    },
];

/// The extensions of files that are not pages.
const NO_PAGES: &[&str] = &[
    "pdf", "jpg", "jpeg", "png", "gif", "svg", "webp", "ico", "zip", "gz", "mp3", "mp4", "mov",
    "avi", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "css", "js", "json", "ics", "vcf", "exe",
    "dmg", "woff", "woff2",
];

/// The maximum number of words in a link that names only a role.
const PHRASE_WORDS_MAX: usize = 5;

/// Determines the role of an address, according to its words and those of a link to it.
pub(crate) fn role_of(url: &Url, link_words: &str) -> Option<AddressRole> {
    let segments = segments(url);
    if is_no_page(&segments) {
        return None;
    }
    if segments.iter().any(|segment| links::LISTS.contains(&segment.as_str())) {
        return None;
    }
    by_segments(url, &segments).or_else(|| by_host(url, &segments)).or_else(|| by_words(link_words))
}

/// Checks whether an address names a file that is not a page.
pub(crate) fn names_no_page(url: &Url) -> bool {
    is_no_page(&segments(url))
}

fn is_no_page(segments: &[String]) -> bool {
    let ending = segments.last().and_then(|last| last.rsplit_once('.'));
    ending.is_some_and(|(_, ending)| NO_PAGES.contains(&ending))
}

/// Splits a path into its segments: lower case, decoded, with hyphens, without a leading locale.
pub(crate) fn segments(url: &Url) -> Vec<String> {
    let Some(segments) = url.path_segments() else { return Vec::new() };
    let decoded = segments.filter(|segment| !segment.is_empty()).take(10).map(|segment| {
        let whole = segment.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
        let mut pairs = url::form_urlencoded::parse(whole.as_bytes());
        let name = pairs.next().map(|(name, _)| name.into_owned()).unwrap_or_default();
        name.to_lowercase().replace(['_', ' '], "-")
    });
    let mut segments: Vec<String> = decoded.collect();
    if segments.len() > 1 && segments.first().is_some_and(|first| is_locale(first)) {
        segments.remove(0);
    }
    segments
}

/// Matches locales such as `de` and `en-us`.
fn is_locale(segment: &str) -> bool {
    let mut parts = segment.split('-');
    let two = |part: Option<&str>| {
        part.is_none_or(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphabetic()))
    };
    two(parts.next()) && two(parts.next()) && parts.next().is_none()
}

fn by_segments(url: &Url, segments: &[String]) -> Option<AddressRole> {
    for (index, segment) in segments.iter().enumerate() {
        let word = segment.rsplit_once('.').map_or(segment.as_str(), |(stem, _)| stem);
        let is_last = index + 1 == segments.len();
        for words in &WORDS {
            let is_named = words.segments.contains(&word)
                || (index == 0
                    && words.role == AddressRole::Careers
                    && is_about(words.segments, word));
            if !is_named {
                continue;
            }
            let rest = segments.get(index + 1..).unwrap_or_default();
            // A nested section is still a list: /news/press-releases, /careers/jobs, /news/2026.
            let is_section =
                |part: &String| words.segments.contains(&part.as_str()) || is_year(part);
            return Some(if !is_last && !rest.iter().all(is_section) {
                words.below
            } else if words.role == AddressRole::Careers && names_position(url) {
                AddressRole::Posting
            } else {
                words.role
            });
        }
        let month = segments.get(index + 1);
        if is_year(segment)
            && month.is_some_and(|month| is_month(month))
            && index + 2 < segments.len()
        {
            return Some(AddressRole::Article);
        }
    }
    None
}

/// Matches segments such as `careers-at-acme` and `acme-jobs`.
fn is_about(words: &[&str], segment: &str) -> bool {
    words.iter().any(|word| {
        let before = segment.strip_prefix(word).is_some_and(|rest| rest.starts_with('-'));
        before || segment.strip_suffix(word).is_some_and(|rest| rest.ends_with('-'))
    })
}

fn is_year(segment: &str) -> bool {
    segment.len() == 4 && segment.starts_with("20") && segment.bytes().all(|b| b.is_ascii_digit())
}

fn is_month(segment: &str) -> bool {
    segment.len() <= 2 && segment.parse::<u8>().is_ok_and(|month| (1..=12).contains(&month))
}

fn names_position(url: &Url) -> bool {
    url.query_pairs().any(|(key, _)| links::POSITION_KEYS.contains(&key.to_lowercase().as_str()))
}

fn by_host(url: &Url, segments: &[String]) -> Option<AddressRole> {
    let label = url.host_str()?.split('.').next()?.to_lowercase();
    let words = WORDS.iter().find(|words| words.segments.contains(&label.as_str()))?;
    Some(if segments.is_empty() { words.role } else { words.below })
}

fn by_words(words: &str) -> Option<AddressRole> {
    let folded = words.to_lowercase();
    let said: Vec<&str> = folded.split_whitespace().collect();
    if said.is_empty() || said.len() > PHRASE_WORDS_MAX {
        return None;
    }
    let says = |phrase: &&str| {
        let phrase: Vec<&str> = phrase.split_whitespace().collect();
        said.windows(phrase.len()).any(|window| {
            window
                .iter()
                .zip(&phrase)
                .all(|(word, wanted)| word.trim_matches(|c: char| !c.is_alphanumeric()) == *wanted)
        })
    };
    WORDS.iter().find(|row| row.phrases.iter().any(says)).map(|row| row.role)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, words: &str, expect: Option<AddressRole>) {
        let url = Url::parse(address).unwrap();
        assert_eq!(role_of(&url, words), expect, "{address} {words:?}");
    }

    #[test]
    fn addresses_and_words_tell_roles_in_several_languages() {
        use AddressRole::{Article, Careers, Newsroom, Posting};
        for (path, words, expect) in [
            ("/careers", "", Some(Careers)),
            ("/de/karriere/", "", Some(Careers)),
            ("/fr/nous-rejoindre", "", Some(Careers)),
            ("/Join_Us.html", "", Some(Careers)),
            ("/about/trabalhe-conosco", "", Some(Careers)),
            ("/jobs-bei-acme", "", Some(Careers)),
            ("/careers/jobs", "", Some(Careers)),
            ("/careers/senior-engineer", "", Some(Posting)),
            ("/careers/jobs/4711", "", Some(Posting)),
            ("/careers?gh_jid=4711", "", Some(Posting)),
            ("/news", "", Some(Newsroom)),
            ("/press/press-releases/2026", "", Some(Newsroom)),
            ("/company/aktuelles/neues-werk", "", Some(Article)),
            ("/2026/03/we-moved", "", Some(Article)),
            ("/blog/why-careers-matter", "", Some(Article)),
            ("/news/category/product", "", None),
            ("/news/report.pdf", "", None),
            ("/team", "Jobs & Karriere", Some(Careers)),
            ("/team", "We’re a team of people who love their jobs", None),
            ("/x", "Notizie", Some(Newsroom)),
            ("/x", "Karriär", Some(Careers)),
            ("/product", "Product", None),
            ("/", "", None),
        ] {
            check(&format!("https://www.acme.example{path}"), words, expect);
        }
        check("https://jobs.acme.example/", "", Some(Careers));
        check("https://jobs.acme.example/o/engineer", "", Some(Posting));
        check("https://blog.acme.example/we-moved", "", Some(Article));
    }
}
