//! Determines the role of an address from its path, its host and the text of a link to it.

use lexicon::links;
use store::db::AddressRole;
use url::Url;

use super::polled_source::RoleWords;
use crate::sources::{POLLED, article};

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
        for (role, words) in named_roles() {
            let is_named = words.segments.contains(&word)
                || (index == 0 && words.is_joined && is_about(words.segments, word));
            if !is_named {
                continue;
            }
            let rest = segments.get(index + 1..).unwrap_or_default();
            // A nested section is still a list: /news/press-releases, /careers/jobs, /news/2026.
            let is_section =
                |part: &String| words.segments.contains(&part.as_str()) || is_year(part);
            let is_entry = !is_last && !rest.iter().all(is_section) || (words.names_entry)(url);
            return Some(if is_entry { words.below } else { role });
        }
        let month = segments.get(index + 1);
        if is_year(segment)
            && month.is_some_and(|month| is_month(month))
            && index + 2 < segments.len()
        {
            return Some(article::ROLE);
        }
    }
    None
}

/// Lists the roles that are indicated by words, in the order in which they are tried.
fn named_roles() -> impl Iterator<Item = (AddressRole, &'static RoleWords)> {
    POLLED.iter().filter_map(|source| source.words.as_ref().map(|words| (source.role, words)))
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

fn by_host(url: &Url, segments: &[String]) -> Option<AddressRole> {
    let label = url.host_str()?.split('.').next()?.to_lowercase();
    let (role, words) =
        named_roles().find(|(_, words)| words.segments.contains(&label.as_str()))?;
    Some(if segments.is_empty() { role } else { words.below })
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
    named_roles().find(|(_, words)| words.phrases.iter().any(says)).map(|(role, _)| role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::{careers, newsroom, posting};

    fn check(address: &str, words: &str, expect: Option<AddressRole>) {
        let url = Url::parse(address).unwrap();
        assert_eq!(role_of(&url, words), expect, "{address} {words:?}");
    }

    #[test]
    fn addresses_and_words_tell_roles_in_several_languages() {
        for (path, words, expect) in [
            ("/careers", "", Some(careers::ROLE)),
            ("/de/karriere/", "", Some(careers::ROLE)),
            ("/fr/nous-rejoindre", "", Some(careers::ROLE)),
            ("/Join_Us.html", "", Some(careers::ROLE)),
            ("/about/trabalhe-conosco", "", Some(careers::ROLE)),
            ("/jobs-bei-acme", "", Some(careers::ROLE)),
            ("/careers/jobs", "", Some(careers::ROLE)),
            ("/careers/senior-engineer", "", Some(posting::ROLE)),
            ("/careers/jobs/4711", "", Some(posting::ROLE)),
            ("/careers?gh_jid=4711", "", Some(posting::ROLE)),
            ("/news", "", Some(newsroom::ROLE)),
            ("/press/press-releases/2026", "", Some(newsroom::ROLE)),
            ("/company/aktuelles/neues-werk", "", Some(article::ROLE)),
            ("/2026/03/we-moved", "", Some(article::ROLE)),
            ("/blog/why-careers-matter", "", Some(article::ROLE)),
            ("/news/category/product", "", None),
            ("/news/report.pdf", "", None),
            ("/team", "Jobs & Karriere", Some(careers::ROLE)),
            ("/team", "We’re a team of people who love their jobs", None),
            ("/x", "Notizie", Some(newsroom::ROLE)),
            ("/x", "Karriär", Some(careers::ROLE)),
            ("/product", "Product", None),
            ("/", "", None),
        ] {
            check(&format!("https://www.acme.example{path}"), words, expect);
        }
        check("https://jobs.acme.example/", "", Some(careers::ROLE));
        check("https://jobs.acme.example/o/engineer", "", Some(posting::ROLE));
        check("https://blog.acme.example/we-moved", "", Some(article::ROLE));
    }
}
