//! Recognizes boards: the pages of one company on a host that is shared by many companies.

use lexicon::hosts::{
    HOSTS, NO_JOBS, PATHS_OF_VENDORS, SharedHost, SlugAt, VENDOR_LABELS, VENDOR_PATHS,
};
use model::{Entity, EntityKind};
use url::Url;

const SLUG_CHARS_MAX: usize = 120;

/// The pages of one company on a shared host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Board {
    /// The vendor of the software, for example `greenhouse`.
    pub vendor: &'static str,
    /// A separate namespace of the vendor: `eu`, or a Workday data centre such as `wd5`.
    pub region: Option<String>,
    /// The company's slug (Workday: its tenant) as written, percent-decoded.
    pub slug: String,
    /// Workday: the site below the tenant, if the address contains one.
    pub site: Option<String>,
}

impl Board {
    /// Builds the entity of the board: lower case, without the site, because a company may have
    /// several sites.
    pub fn entity(&self) -> Entity {
        let slug = self.slug.to_lowercase();
        let value = match &self.region {
            Some(region) => format!("{}/{region}/{slug}", self.vendor),
            None => format!("{}/{slug}", self.vendor),
        };
        Entity::new(EntityKind::Board, value)
    }

    /// Builds an address of the board; `None` for a board that does not come from [`board`].
    pub fn url(&self) -> Option<String> {
        let row = HOSTS.iter().find(|row| self.is_of(row) && makes_addresses(row))?;
        let mut url = Url::parse(&format!("https://{}/", row.host)).ok()?;
        match row.slug {
            SlugAt::Subdomain => url.set_host(Some(&format!("{}.{}", self.slug, row.host))).ok()?,
            SlugAt::Path(prefix) => {
                let mut path = url.path_segments_mut().ok()?;
                path.pop_if_empty().extend(prefix.iter().copied().chain([self.slug.as_str()]));
            }
            SlugAt::Tenant => {
                let host = format!("{}.{}.{}", self.slug, self.region.as_deref()?, row.host);
                url.set_host(Some(&host)).ok()?;
                let mut path = url.path_segments_mut().ok()?;
                path.pop_if_empty().extend(self.site.as_deref());
            }
            SlugAt::Query(..) | SlugAt::TenantPath => return None,
        }
        Some(url.into())
    }

    fn is_of(&self, row: &SharedHost) -> bool {
        let region = row.slug == SlugAt::Tenant || self.region.as_deref() == row.region;
        row.vendor == self.vendor && region
    }
}

/// Checks whether a vendor's addresses have a locale before the slug.
fn has_locales(row: &SharedHost) -> bool {
    matches!(row.vendor, "rippling" | "welcometothejungle")
}

/// Checks whether the address of a board can be built from a row.
fn makes_addresses(row: &SharedHost) -> bool {
    !matches!(row.slug, SlugAt::Query(..) | SlugAt::TenantPath)
}

/// The relation of an address to shared hosts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Shared {
    /// A company's board.
    Board(Board),
    /// A page of this shared host that belongs to no company.
    Nobody(&'static str),
    /// Not a shared host.
    No,
}

/// Returns the board of an address on a shared host, or `None` for any other address.
pub fn board(url: &str) -> Option<Board> {
    match shared(&crate::http_url::parse(url)?) {
        Shared::Board(board) => Some(board),
        Shared::Nobody(_) | Shared::No => None,
    }
}

/// Checks whether an address belongs to a company's board on a host where companies post jobs.
pub fn is_job_board(url: &str) -> bool {
    board(url).is_some_and(|board| !NO_JOBS.contains(&board.vendor))
}

pub(crate) fn shared(url: &Url) -> Shared {
    let Some(host) = url.host_str() else { return Shared::No };
    let host = host.trim_end_matches('.');
    let mut answer = Shared::No;
    for row in HOSTS {
        match read(row, host, url) {
            Shared::Board(board) => return Shared::Board(board),
            Shared::Nobody(host) => answer = Shared::Nobody(host),
            Shared::No => {}
        }
    }
    answer
}

fn read(row: &SharedHost, host: &str, url: &Url) -> Shared {
    match row.slug {
        SlugAt::Path(prefix) => {
            if !is_host(row, host) {
                return Shared::No;
            }
            let segments = segments(url);
            let slug = after(row, &segments, prefix)
                .filter(|slug| !prefix.is_empty() || !is_of_vendor(row, slug));
            board_or_nobody(row, row.region, slug, None)
        }
        SlugAt::Query(segment, parameter) => {
            if host != row.host || segments(url).first().is_none_or(|first| first != segment) {
                return Shared::No;
            }
            let slug = url.query_pairs().find(|(name, _)| name == parameter);
            board_or_nobody(row, row.region, slug.map(|(_, slug)| slug.into_owned()), None)
        }
        SlugAt::Subdomain => match label_before(host, row.host) {
            Some(label) if !label.contains('.') && !VENDOR_LABELS.contains(&label) => {
                board_or_nobody(row, row.region, Some(label.to_owned()), None)
            }
            _ => Shared::No,
        },
        SlugAt::Tenant => match label_before(host, row.host).and_then(|l| l.rsplit_once('.')) {
            Some((tenant, centre)) if !tenant.contains('.') => {
                let segments = without_locale(segments(url));
                // The vendor's API repeats tenant and site: /wday/cxs/tenant/site/jobs.
                let site = match segments.as_slice() {
                    [wday, cxs, _, site, ..] if wday == "wday" && cxs == "cxs" => Some(site),
                    [first, ..] if !is_locale(first) => Some(first),
                    _ => None,
                };
                board_or_nobody(row, Some(centre), Some(tenant.to_owned()), site.cloned())
            }
            _ => Shared::No,
        },
        SlugAt::TenantPath => match label_before(host, row.host) {
            Some(centre) if !centre.contains('.') => {
                match without_locale(segments(url)).as_slice() {
                    [recruiting, tenant, site, ..] if recruiting == "recruiting" => {
                        board_or_nobody(row, Some(centre), Some(tenant.clone()), Some(site.clone()))
                    }
                    _ => Shared::Nobody(row.host),
                }
            }
            _ => Shared::No,
        },
    }
}

/// Checks whether a host is that of a row, or one of its variants: `www`, the mobile host, or the
/// country hosts of LinkedIn.
fn is_host(row: &SharedHost, host: &str) -> bool {
    let bare = row.host.strip_prefix("www.").unwrap_or(row.host);
    let is_variant = |label: &str| {
        let country = label.len() == 2 && row.vendor.starts_with("linkedin");
        country || matches!(label, "www" | "m" | "mobile")
    };
    host == bare || label_before(host, bare).is_some_and(is_variant)
}

fn label_before<'h>(host: &'h str, end: &str) -> Option<&'h str> {
    host.strip_suffix(end)?.strip_suffix('.').filter(|label| !label.is_empty())
}

fn segments(url: &Url) -> Vec<String> {
    let Some(segments) = url.path_segments() else { return Vec::new() };
    segments.filter(|segment| !segment.is_empty()).take(8).map(decoded).collect()
}

fn decoded(segment: &str) -> String {
    // The URL library decodes percent signs only in queries.
    let plus = segment.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    let mut pairs = url::form_urlencoded::parse(plus.as_bytes());
    pairs.next().map_or_else(|| segment.to_owned(), |(name, _)| name.into_owned())
}

/// Finds the segment after a prefix, and after the locale if the vendor has one before it.
fn after(row: &SharedHost, segments: &[String], prefix: &[&str]) -> Option<String> {
    let found = |segments: &[String]| {
        let (head, rest) = segments.split_at_checked(prefix.len())?;
        let fits = head.iter().zip(prefix).all(|(one, other)| one.eq_ignore_ascii_case(other));
        rest.first().filter(|_| fits).cloned()
    };
    match segments.split_first() {
        // The first segment is a locale only if a slug follows it.
        Some((first, rest)) if has_locales(row) && is_locale(first) && !is_page(rest) => {
            found(rest)
        }
        _ => found(segments),
    }
}

/// Checks whether the segments follow a slug, not a locale: none, or `jobs` as in `ab/jobs`.
fn is_page(rest: &[String]) -> bool {
    rest.first().is_none_or(|first| first == "jobs")
}

fn without_locale(segments: Vec<String>) -> Vec<String> {
    match segments.split_first() {
        Some((first, rest)) if is_locale(first) && !rest.is_empty() => rest.to_vec(),
        _ => segments,
    }
}

/// Matches locales such as `de`, `en-us` and `pt_BR`.
fn is_locale(segment: &str) -> bool {
    let (language, country) = match segment.split_once(['-', '_']) {
        Some((language, country)) => (language, Some(country)),
        None => (segment, None),
    };
    let two = |word: &str| word.len() == 2 && word.bytes().all(|b| b.is_ascii_alphabetic());
    two(language) && country.is_none_or(two)
}

fn board_or_nobody(
    row: &SharedHost,
    region: Option<&str>,
    slug: Option<String>,
    site: Option<String>,
) -> Shared {
    let slug = slug.map(|slug| slug.trim().to_owned()).filter(|slug| is_slug(slug));
    match slug {
        Some(slug) => Shared::Board(Board {
            vendor: row.vendor,
            region: region.map(str::to_owned),
            slug,
            site,
        }),
        None => Shared::Nobody(row.host.strip_prefix("www.").unwrap_or(row.host)),
    }
}

/// Checks whether a first path segment is a page of the host, not of a customer.
fn is_of_vendor(row: &SharedHost, segment: &str) -> bool {
    let segment = segment.to_lowercase();
    let mut paths = PATHS_OF_VENDORS.iter().filter(|(vendor, _)| *vendor == row.vendor);
    VENDOR_PATHS.contains(&segment.as_str())
        || paths.any(|(_, paths)| paths.contains(&segment.as_str()))
}

fn is_slug(slug: &str) -> bool {
    slug.chars().any(char::is_alphanumeric)
        && slug.chars().count() <= SLUG_CHARS_MAX
        && !slug.chars().any(|c| c.is_control() || matches!(c, '/' | '\\' | '|'))
}

#[cfg(test)]
mod tests;
