//! Hosts by their names: THE table of those that serve thousands of companies, none of which is ever
//! keyed by host, the hosts on which many authors write, and labels and endings that classify a host.

use crate::WordList;

/// The place of the company's slug in an address of such a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlugAt {
    /// The path segment after these segments.
    Path(&'static [&'static str]),
    /// The label before the host.
    Subdomain,
    /// A query parameter, on a path that ends with this segment.
    Query(&'static str, &'static str),
    /// A label `tenant.wdN` before the host, and a site as the first path segment.
    Tenant,
    /// The segments `recruiting/tenant/site` below a host `wdN.…`.
    TenantPath,
}

/// One row: a host, the vendor of its boards, and the place of the slug.
#[derive(Debug)]
pub struct SharedHost {
    /// The vendor's name in the entity's key.
    pub vendor: &'static str,
    /// A separate namespace of the same vendor, for example `eu`.
    pub region: Option<&'static str>,
    /// The host, or the part after the company's label.
    pub host: &'static str,
    /// The place of the slug.
    pub slug: SlugAt,
}

const fn path(vendor: &'static str, host: &'static str) -> SharedHost {
    SharedHost { vendor, region: None, host, slug: SlugAt::Path(&[]) }
}

const fn below(
    vendor: &'static str,
    host: &'static str,
    prefix: &'static [&'static str],
) -> SharedHost {
    SharedHost { vendor, region: None, host, slug: SlugAt::Path(prefix) }
}

const fn label(vendor: &'static str, host: &'static str) -> SharedHost {
    SharedHost { vendor, region: None, host, slug: SlugAt::Subdomain }
}

const fn regional(
    vendor: &'static str,
    region: &'static str,
    host: &'static str,
    slug: SlugAt,
) -> SharedHost {
    SharedHost { vendor, region: Some(region), host, slug }
}

/// Every such host. A board's address is built from the first row of its vendor and region; if
/// several rows match an address, the first in the table is used.
pub const HOSTS: &[SharedHost] = &[
    // ---- applicant tracking -------------------------------------------------------------------
    SharedHost {
        vendor: "greenhouse",
        region: None,
        host: "boards.greenhouse.io",
        slug: SlugAt::Query("embed", "for"),
    },
    path("greenhouse", "boards.greenhouse.io"),
    SharedHost {
        vendor: "greenhouse",
        region: None,
        host: "job-boards.greenhouse.io",
        slug: SlugAt::Query("embed", "for"),
    },
    path("greenhouse", "job-boards.greenhouse.io"),
    below("greenhouse", "boards-api.greenhouse.io", &["v1", "boards"]),
    below("greenhouse", "api.greenhouse.io", &["v1", "boards"]),
    regional("greenhouse", "eu", "job-boards.eu.greenhouse.io", SlugAt::Query("embed", "for")),
    regional("greenhouse", "eu", "job-boards.eu.greenhouse.io", SlugAt::Path(&[])),
    regional("greenhouse", "eu", "boards.eu.greenhouse.io", SlugAt::Query("embed", "for")),
    regional("greenhouse", "eu", "boards.eu.greenhouse.io", SlugAt::Path(&[])),
    path("lever", "jobs.lever.co"),
    below("lever", "api.lever.co", &["v0", "postings"]),
    regional("lever", "eu", "jobs.eu.lever.co", SlugAt::Path(&[])),
    regional("lever", "eu", "api.eu.lever.co", SlugAt::Path(&["v0", "postings"])),
    path("ashby", "jobs.ashbyhq.com"),
    below("ashby", "api.ashbyhq.com", &["posting-api", "job-board"]),
    below("workable", "apply.workable.com", &["api", "v1", "widget", "accounts"]),
    below("workable", "apply.workable.com", &["api", "v1", "accounts"]),
    below("workable", "apply.workable.com", &["api", "v3", "accounts"]),
    path("workable", "apply.workable.com"),
    below("workable", "www.workable.com", &["api", "accounts"]),
    below("workable", "jobs.workable.com", &["company"]),
    label("workable", "workable.com"),
    // Pages of the two programmes are below the programme's name.
    below("smartrecruiters", "jobs.smartrecruiters.com", &["external-referrals", "company"]),
    below("smartrecruiters", "jobs.smartrecruiters.com", &["oneclick-ui", "company"]),
    path("smartrecruiters", "jobs.smartrecruiters.com"),
    path("smartrecruiters", "careers.smartrecruiters.com"),
    below("smartrecruiters", "api.smartrecruiters.com", &["v1", "companies"]),
    below("rippling", "ats.rippling.com", &["api", "v2", "board"]),
    path("rippling", "ats.rippling.com"),
    SharedHost { vendor: "workday", region: None, host: "myworkdayjobs.com", slug: SlugAt::Tenant },
    SharedHost {
        vendor: "workday",
        region: None,
        host: "myworkdaysite.com",
        slug: SlugAt::TenantPath,
    },
    path("gem", "jobs.gem.com"),
    label("personio", "jobs.personio.de"),
    label("personio", "jobs.personio.com"),
    label("recruitee", "recruitee.com"),
    label("teamtailor", "teamtailor.com"),
    regional("teamtailor", "na", "na.teamtailor.com", SlugAt::Subdomain),
    label("bamboohr", "bamboohr.com"),
    label("breezy", "breezy.hr"),
    label("pinpoint", "pinpointhq.com"),
    below("jobvite", "jobs.jobvite.com", &["careers"]),
    path("jobvite", "jobs.jobvite.com"),
    label("icims", "icims.com"),
    label("jazzhr", "applytojob.com"),
    label("softgarden", "softgarden.io"),
    below("join", "join.com", &["companies"]),
    below("welcometothejungle", "www.welcometothejungle.com", &["companies"]),
    label("taleo", "taleo.net"),
    path("ukg", "recruiting.ultipro.com"),
    below("dover", "app.dover.com", &["jobs"]),
    below("dover", "app.dover.com", &["apply"]),
    label("freshteam", "freshteam.com"),
    label("zohorecruit", "zohorecruit.com"),
    regional("zohorecruit", "eu", "zohorecruit.eu", SlugAt::Subdomain),
    label("homerun", "homerun.co"),
    label("factorial", "factorialhr.com"),
    below("comeet", "www.comeet.com", &["jobs"]),
    path("polymer", "jobs.polymer.co"),
    label("eightfold", "eightfold.ai"),
    label("trakstar", "hire.trakstar.com"),
    label("talentlyft", "talentlyft.com"),
    label("hirehive", "hirehive.com"),
    below("jobscore", "careers.jobscore.com", &["careers"]),
    label("catsone", "catsone.com"),
    label("applicantpro", "applicantpro.com"),
    label("careerplug", "careerplug.com"),
    label("traffit", "traffit.com"),
    label("onlyfy", "onlyfy.jobs"),
    label("dvinci", "dvinci-hr.com"),
    label("oracle", "fa.ocs.oraclecloud.com"),
    below("wellfound", "wellfound.com", &["company"]),
    below("ycombinator", "www.ycombinator.com", &["companies"]),
    // ---- publishing and social ----------------------------------------------------------------
    path("medium", "medium.com"),
    label("medium-site", "medium.com"),
    label("substack", "substack.com"),
    label("wordpress", "wordpress.com"),
    label("tumblr", "tumblr.com"),
    label("hashnode", "hashnode.dev"),
    path("devto", "dev.to"),
    below("linkedin", "linkedin.com", &["company"]),
    below("linkedin-showcase", "linkedin.com", &["showcase"]),
    below("linkedin-school", "linkedin.com", &["school"]),
    path("x", "x.com"),
    path("x", "twitter.com"),
    path("facebook", "facebook.com"),
    path("instagram", "instagram.com"),
    below("youtube", "youtube.com", &["c"]),
    below("youtube-channel", "youtube.com", &["channel"]),
    path("youtube", "youtube.com"),
    path("tiktok", "tiktok.com"),
    below("crunchbase", "crunchbase.com", &["organization"]),
    below("producthunt", "producthunt.com", &["products"]),
    below("g2", "g2.com", &["products"]),
    // ---- code and pages of many makers --------------------------------------------------------
    below("github", "github.com", &["orgs"]),
    path("github", "github.com"),
    below("github", "raw.githubusercontent.com", &[]),
    below("github", "api.github.com", &["orgs"]),
    path("gitlab", "gitlab.com"),
    path("bitbucket", "bitbucket.org"),
    path("huggingface", "huggingface.co"),
    below("huggingface", "huggingface.co", &["datasets"]),
    below("huggingface", "huggingface.co", &["spaces"]),
    below("huggingface", "huggingface.co", &["organizations"]),
    path("codeberg", "codeberg.org"),
    path("gitee", "gitee.com"),
    path("kaggle", "kaggle.com"),
    label("notion", "notion.site"),
    label("zendesk", "zendesk.com"),
    label("atlassian", "atlassian.net"),
    label("statuspage", "statuspage.io"),
    label("freshdesk", "freshdesk.com"),
    label("readme", "readme.io"),
    path("intercom", "intercom.help"),
    below("google-sites", "sites.google.com", &["view"]),
];

/// Vendors of hosts where companies publish, or are described, but post no jobs.
pub const NO_JOBS: &[&str] = &[
    "medium",
    "medium-site",
    "substack",
    "wordpress",
    "tumblr",
    "hashnode",
    "devto",
    "linkedin",
    "linkedin-showcase",
    "linkedin-school",
    "x",
    "facebook",
    "instagram",
    "youtube",
    "youtube-channel",
    "tiktok",
    "crunchbase",
    "producthunt",
    "g2",
    "github",
    "gitlab",
    "bitbucket",
    "huggingface",
    "codeberg",
    "gitee",
    "kaggle",
    "notion",
    "zendesk",
    "atlassian",
    "statuspage",
    "freshdesk",
    "readme",
    "intercom",
    "google-sites",
    "wellfound",
    "ycombinator",
];

/// Labels before a vendor's host that are its own, not a customer's.
pub const VENDOR_LABELS: &[&str] = &[
    "www",
    "app",
    "api",
    "blog",
    "help",
    "support",
    "docs",
    "status",
    "developer",
    "developers",
    "go",
    "info",
    "resources",
    "careers",
    "jobs",
    "about",
    "legal",
    "static",
    "assets",
    "cdn",
    "login",
    "secure",
    "community",
    "learn",
    "academy",
    "get",
    "try",
    "partners",
    "en",
    "news",
    "policy",
    "investors",
    "press",
    "engineering",
    "hire",
    "apply",
];

/// First path segments that are the vendor's own pages, not a customer's.
pub const VENDOR_PATHS: &[&str] = &[
    "about",
    "api",
    "assets",
    "blog",
    "careers",
    "company",
    "contact",
    "customers",
    "docs",
    "download",
    "embed",
    "enterprise",
    "events",
    "explore",
    "favicon.ico",
    "features",
    "groups",
    "hashtag",
    "help",
    "home",
    "in",
    "intent",
    "j",
    "jobs",
    "legal",
    "login",
    "marketplace",
    "me",
    "new",
    "news",
    "orgs",
    "p",
    "people",
    "playlist",
    "policies",
    "pricing",
    "privacy",
    "pub",
    "results",
    "robots.txt",
    "search",
    "security",
    "settings",
    "share",
    "sharer",
    "shorts",
    "signin",
    "signup",
    "site",
    "sitemap.xml",
    "sponsors",
    "static",
    "status",
    "tag",
    "team",
    "terms",
    "topic",
    "topics",
    "trending",
    "watch",
    "wp-login.php",
];

/// First path segments that are pages of one host, not of a customer, by the vendor of the host.
pub const PATHS_OF_VENDORS: &[(&str, &[&str])] = &[
    ("bitbucket", &["account", "dashboard", "product"]),
    ("codeberg", &["forgejo", "user"]),
    ("devto", &["challenges", "latest", "listings", "podcasts", "t", "tags", "top", "videos"]),
    ("facebook", &["pages", "permalink.php", "photo", "profile.php", "reel", "story.php"]),
    ("gitee", &["all-about-git", "organizations"]),
    (
        "github",
        &[
            "apps",
            "codespaces",
            "collections",
            "copilot",
            "customer-stories",
            "gist",
            "issues",
            "notifications",
            "open-source",
            "premium-support",
            "pulls",
            "readme",
            "resources",
            "solutions",
            "stars",
        ],
    ),
    ("gitlab", &["dashboard", "projects", "users"]),
    (
        "huggingface",
        &[
            "api",
            "chat",
            "collections",
            "datasets",
            "inference",
            "join",
            "learn",
            "models",
            "organizations",
            "papers",
            "posts",
            "spaces",
            "tasks",
        ],
    ),
    ("instagram", &["accounts", "direct", "reel", "reels", "stories"]),
    ("kaggle", &["code", "competitions", "datasets", "discussions", "learn", "models"]),
    ("medium", &["feed", "m", "membership", "tags"]),
    ("tiktok", &["discover", "foryou", "music", "video"]),
    ("x", &["i", "messages", "notifications"]),
    ("youtube", &["feed", "live"]),
];

/// Hosts on which many authors write, none of whom owns the host. Used by `resolve` and `detect`,
/// through [`publisher_of`].
static PUBLISHERS: WordList = WordList::new(|language| &language.hosts.publishers);

/// Returns the publisher whose host this is: a host in lower case on which many authors write, or
/// its variant for a language, a country or a device. `None` for hosts of companies, and for other
/// hosts of the operator, such as `blog.github.com`.
pub fn publisher_of(host: &str) -> Option<&'static str> {
    let is_variant = |label: &str| {
        // "ir" is for investors, who read what the operator writes.
        let is_place = label.len() == 2 && label != "ir";
        is_place || matches!(label, "www" | "m" | "mobile" | "old" | "amp" | "simple" | "pt-br")
    };
    PUBLISHERS.iter().copied().find(|publisher| {
        host.strip_suffix(publisher).is_some_and(|before| {
            before.is_empty()
                || before.strip_suffix('.').is_some_and(|labels| labels.split('.').all(is_variant))
        })
    })
}

/// Labels before a country's top-level domain under which names are registered. Used by `detect`. An
/// approximation of the public suffix list: enough to compare names, never a key. `resolve` has the
/// real list.
pub const SECOND_LEVELS: [&str; 7] = ["co", "com", "org", "net", "gov", "ac", "edu"];

/// Endings of names that are not in the public DNS. Used by `net`.
pub const LOCAL_NAMES: &[&str] = &[
    "alt",
    "corp",
    "example",
    "home",
    "home.arpa",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
    "test",
];

#[cfg(test)]
mod tests {
    use super::publisher_of;

    #[test]
    fn publishers_are_known_by_their_hosts_and_variants() {
        for (host, expected) in [
            ("huggingface.co", Some("huggingface.co")),
            ("www.producthunt.com", Some("producthunt.com")),
            ("de.m.wikipedia.org", Some("wikipedia.org")),
            ("gist.github.com", Some("gist.github.com")),
            ("news.ycombinator.com", Some("news.ycombinator.com")),
            // Other hosts of the operators, and companies whose names end like a publisher's.
            ("ycombinator.com", None),
            ("blog.github.com", None),
            ("ir.reddit.com", None),
            ("acmedev.to", None),
            ("netflix.com", None),
            ("acme.example", None),
            ("", None),
        ] {
            assert_eq!(publisher_of(host), expected, "{host}");
        }
    }
}
