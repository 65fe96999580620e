//! What a site's robots.txt says to us (RFC 9309).
//!
//! Pure. The groups and rules are read by `robotxt`; ours are what an answer other than a file
//! means, the largest of several crawl-delays (the library has the smallest), and that a group for
//! `leadqbot/1.0` or `leadqbot*` means us too.

use std::time::Duration;

use url::{Position, Url};

/// Longest robots.txt read, in bytes; one more tells whether it was cut.
pub(crate) const FILE_BYTES_MAX: usize = robotxt::BYTE_LIMIT;
/// Delays above this mark the host as slow.
const SLOW_DELAY: Duration = Duration::from_secs(60);
/// What a rule takes in memory beside its text, roughly.
const RULE_BYTES: usize = 64;

/// The rules of one site for one crawler.
#[derive(Debug, Clone)]
pub struct Robots {
    rules: robotxt::Robots,
    delay: Option<Duration>,
    /// Why everything is forbidden, when no rule of a file says so.
    closed: Option<String>,
}

/// What the rules say about one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotsVerdict {
    /// Whether it may be asked.
    pub allowed: bool,
    /// The rule that decided, if there is one: `disallow: /private`.
    pub rule: Option<String>,
}

/// What goes with a visit: the rule that allowed it, and the pause the site asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RobotsNote {
    /// The rule that decided; none when no rule speaks of the address.
    pub rule: Option<String>,
    /// The crawl-delay.
    pub delay: Option<Duration>,
}

impl RobotsNote {
    /// Whether the site asks for more than a minute between requests. It is obeyed all the same.
    pub fn is_slow(&self) -> bool {
        self.delay.is_some_and(|delay| delay > SLOW_DELAY)
    }
}

/// What an answer to the question for robots.txt means.
#[derive(Debug)]
pub(crate) enum Access {
    /// These rules hold.
    Known(Robots),
    /// Nothing is known; nothing may be asked for now.
    Away(String),
}

impl Robots {
    /// Reads a file for the crawler of this product name. Nothing in it is an error.
    pub fn read(file: &[u8], product: &str) -> Self {
        let file = named_plainly(whole_lines(file), product);
        let rules = robotxt::Robots::parse(&file, product);
        let delay = delay_max(&file, rules.user_agent()).max(rules.crawl_delay());
        Self { rules, delay, closed: None }
    }

    fn open() -> Self {
        Self { rules: robotxt::Robots::allow_all(), delay: None, closed: None }
    }

    fn closed(why: String) -> Self {
        Self { rules: robotxt::Robots::disallow_all(), delay: None, closed: Some(why) }
    }

    /// Judges an address of this site.
    pub fn verdict(&self, url: &Url) -> RobotsVerdict {
        let path = &url[Position::BeforePath..Position::AfterQuery];
        let allowed = self.rules.is_allowed(path);
        let rule = match &self.closed {
            Some(why) => Some(why.clone()),
            None => self.rules.matching_rule(path).map(|rule| {
                let word = if rule.is_allow() { "allow" } else { "disallow" };
                format!("{word}: {}", rule.pattern())
            }),
        };
        RobotsVerdict { allowed, rule }
    }

    /// The pause that the site asks for: the largest, if it names several.
    pub fn delay(&self) -> Option<Duration> {
        self.delay
    }

    /// What it takes in memory, in bytes, roughly.
    pub(crate) fn bytes(&self) -> usize {
        let rules: usize =
            self.rules.rules().iter().map(|rule| rule.pattern().len() + RULE_BYTES).sum();
        let sitemaps: usize =
            self.rules.sitemaps().iter().map(|url| url.as_str().len() + RULE_BYTES).sum();
        rules + sitemaps + RULE_BYTES
    }
}

/// What the status of the answer means. A site that says "not for you" is taken at its word; one
/// that says "not now" may mean anything.
pub(crate) fn access(status: u16, file: &[u8], product: &str) -> Access {
    match status {
        200..=299 => Access::Known(Robots::read(file, product)),
        401 | 403 => Access::Known(Robots::closed(format!("robots.txt answered {status}"))),
        408 | 425 | 429 => Access::Away(format!("it answered {status}")),
        400..=499 => Access::Known(Robots::open()),
        _ => Access::Away(format!("it answered {status}")),
    }
}

/// The product name of a user agent: what a robots.txt calls us.
pub(crate) fn product(user_agent: &str) -> &str {
    let is_part = |c: char| c.is_ascii_alphabetic() || c == '-' || c == '_';
    user_agent.find(|c| !is_part(c)).map_or(user_agent, |end| &user_agent[..end])
}

/// As much of the file as is read, without a line that is cut: half a rule is another rule.
fn whole_lines(file: &[u8]) -> &[u8] {
    match file.get(..=FILE_BYTES_MAX) {
        None => file,
        Some(start) => {
            let end = start.iter().rposition(|byte| ends_line(*byte));
            &start[..end.unwrap_or_default()]
        }
    }
}

/// The file with our name wherever a group names us with a version or a star.
fn named_plainly(file: &[u8], ours: &str) -> Vec<u8> {
    let mut plain = Vec::with_capacity(file.len() + 1);
    for line in file.split(|byte| ends_line(*byte)) {
        match field(line) {
            Some((RuleKey::Agent, value)) if product(&value).eq_ignore_ascii_case(ours) => {
                plain.extend_from_slice(b"User-agent: ");
                plain.extend_from_slice(ours.as_bytes());
            }
            _ => plain.extend_from_slice(line),
        }
        plain.push(b'\n');
    }
    plain
}

/// The largest crawl-delay of the groups for `agent`.
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

/// The keys that say where a group begins and ends and how long it wants us to wait.
#[derive(Clone, Copy)]
enum RuleKey {
    Agent,
    Rule,
    Delay,
}

fn ends_line(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | 0)
}

/// The key and the value of a line, if it is one of those.
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
