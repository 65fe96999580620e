//! The rules of a site's robots.txt for this crawler (RFC 9309).
//!
//! Pure. `robotxt` reads the groups and rules; `robots_rule` matches them. This module adds the
//! meaning of a response other than a file, the largest of several crawl-delays (the library
//! returns the smallest), and groups for `leadqbot/1.0` or `leadqbot*`, which apply to this crawler
//! too.

use std::time::Duration;

use url::{Position, Url};

use crate::robots_rule::{AddressPath, RobotsRule, by_precedence};

/// The maximum size of a robots.txt, in bytes; one byte more shows whether it was cut off.
pub(crate) const FILE_BYTES_MAX: usize = robotxt::BYTE_LIMIT;
/// The delay above which a host counts as slow.
const SLOW_DELAY: Duration = Duration::from_secs(60);
/// The approximate memory that a rule takes in addition to its text, in bytes.
const RULE_BYTES: usize = 64;

/// The rules of one site for one crawler.
#[derive(Debug, Clone)]
pub struct Robots {
    /// The rules, the one that wins first.
    rules: Vec<RobotsRule>,
    delay: Option<Duration>,
    /// The reason why everything is forbidden, if it is not a rule of a file.
    closed: Option<String>,
}

/// The decision of the rules about one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotsVerdict {
    /// Whether it may be requested.
    pub allowed: bool,
    /// The rule that decided, if any: `disallow: /private`.
    pub rule: Option<String>,
}

/// The robots.txt part of a visit: the rule that allowed it, and the pause that the site requests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RobotsNote {
    /// The rule that decided; `None` if no rule matches the address.
    pub rule: Option<String>,
    /// The crawl-delay.
    pub delay: Option<Duration>,
}

impl RobotsNote {
    /// Reports whether the site requests more than a minute between requests. The delay is obeyed
    /// in any case.
    pub fn is_slow(&self) -> bool {
        self.delay.is_some_and(|delay| delay > SLOW_DELAY)
    }
}

/// The meaning of a response for robots.txt.
#[derive(Debug)]
pub(crate) enum RobotsAccess {
    /// These rules apply.
    Known(Robots),
    /// The rules are unknown; the site must not be requested for now.
    Away(String),
}

impl Robots {
    /// Reads a file for the crawler with this product name. Invalid lines are not errors.
    pub fn read(file: &[u8], product: &str) -> Self {
        let file = normalize_agents(whole_lines(file), product);
        let parsed = robotxt::Robots::parse(&file, product);
        let delay = delay_max(&file, parsed.user_agent()).max(parsed.crawl_delay());
        let rules = parsed.rules().iter();
        let rules =
            by_precedence(rules.map(|rule| RobotsRule::new(rule.pattern(), rule.is_allow())));
        Self { rules, delay, closed: None }
    }

    fn open() -> Self {
        Self { rules: Vec::new(), delay: None, closed: None }
    }

    fn closed(why: String) -> Self {
        Self { rules: vec![RobotsRule::new("/", false)], delay: None, closed: Some(why) }
    }

    /// Checks an address of this site against the rules.
    pub fn verdict(&self, url: &Url) -> RobotsVerdict {
        let path = AddressPath::new(&url[Position::BeforePath..Position::AfterQuery]);
        let winner = self.rules.iter().find(|rule| rule.matches(&path));
        let allowed = path.is_robots_file() || winner.is_none_or(RobotsRule::is_allow);
        let rule = match &self.closed {
            Some(why) => Some(why.clone()),
            None => winner.map(ToString::to_string),
        };
        RobotsVerdict { allowed, rule }
    }

    /// Returns the pause that the site requests: the largest, if it names several.
    pub fn delay(&self) -> Option<Duration> {
        self.delay
    }

    /// Estimates its memory use, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let rules: usize = self.rules.iter().map(|rule| rule.bytes() + RULE_BYTES).sum();
        rules + RULE_BYTES
    }
}

/// Returns the address of the rules of a page's site.
pub(crate) fn robots_url(page: &Url) -> Url {
    let mut url = page.clone();
    url.set_path("/robots.txt");
    url.set_query(None);
    url.set_fragment(None);
    url
}

/// Reports whether an address is that of the rules of its site.
pub(crate) fn is_robots_url(url: &Url) -> bool {
    *url == robots_url(url)
}

/// Interprets a response by its status: 401 and 403 forbid the whole site, other client
/// errors allow it, and transient errors leave the rules unknown.
pub(crate) fn access(status: u16, file: &[u8], product: &str) -> RobotsAccess {
    match status {
        200..=299 => RobotsAccess::Known(Robots::read(file, product)),
        401 | 403 => {
            RobotsAccess::Known(Robots::closed(format!("robots.txt returned status {status}")))
        }
        408 | 425 | 429 => RobotsAccess::Away(format!("it returned status {status}")),
        400..=499 => RobotsAccess::Known(Robots::open()),
        _ => RobotsAccess::Away(format!("it returned status {status}")),
    }
}

/// Extracts the product name of a user agent, by which a robots.txt names the crawler.
pub(crate) fn product(user_agent: &str) -> &str {
    let is_part = |c: char| c.is_ascii_alphabetic() || c == '-' || c == '_';
    user_agent.find(|c| !is_part(c)).map_or(user_agent, |end| &user_agent[..end])
}

/// Cuts the file at the maximum size, without a line that is cut off, because half a rule is a
/// different rule.
fn whole_lines(file: &[u8]) -> &[u8] {
    match file.get(..=FILE_BYTES_MAX) {
        None => file,
        Some(start) => {
            let end = start.iter().rposition(|byte| ends_line(*byte));
            &start[..end.unwrap_or_default()]
        }
    }
}

/// Replaces the product name with a version or a star by the plain product name in every group.
fn normalize_agents(file: &[u8], own_product: &str) -> Vec<u8> {
    let mut normalized = Vec::with_capacity(file.len() + 1);
    for line in file.split(|byte| ends_line(*byte)) {
        match field(line) {
            Some((RuleKey::Agent, value)) if product(&value).eq_ignore_ascii_case(own_product) => {
                normalized.extend_from_slice(b"User-agent: ");
                normalized.extend_from_slice(own_product.as_bytes());
            }
            _ => normalized.extend_from_slice(line),
        }
        normalized.push(b'\n');
    }
    normalized
}

/// Finds the largest crawl-delay of the groups for `agent`.
fn delay_max(file: &[u8], agent: &str) -> Option<Duration> {
    let (mut in_agents, mut applies, mut largest) = (false, false, None);
    for line in file.split(|byte| ends_line(*byte)) {
        match field(line) {
            Some((RuleKey::Agent, value)) => {
                applies = (in_agents && applies) || value.eq_ignore_ascii_case(agent);
                in_agents = true;
            }
            Some((RuleKey::Delay, value)) => {
                in_agents = false;
                let seconds = value.parse::<f64>().ok().filter(|_| applies);
                let delay = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                largest = largest.max(delay);
            }
            Some((RuleKey::Rule, _)) => in_agents = false,
            None => {}
        }
    }
    largest
}

/// The keys that delimit a group or set its delay.
#[derive(Clone, Copy)]
enum RuleKey {
    Agent,
    Rule,
    Delay,
}

fn ends_line(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | 0)
}

/// Parses the key and the value of a line, if the key is one of [`RuleKey`].
fn field(line: &[u8]) -> Option<(RuleKey, String)> {
    let line = String::from_utf8_lossy(line);
    let (key, value) = line.split('#').next()?.split_once(':')?;
    let key = match key.trim_matches([' ', '\t', '\u{feff}']).to_ascii_lowercase().as_str() {
        "user-agent" | "user agent" | "useragent" => RuleKey::Agent,
        "crawl-delay" | "crawl delay" | "crawldelay" => RuleKey::Delay,
        "allow" | "disallow" => RuleKey::Rule,
        _ => return None,
    };
    Some((key, value.trim().to_owned()))
}

#[cfg(test)]
mod tests;
