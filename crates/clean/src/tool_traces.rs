//! Extracts traces of the tools behind a page: scripts, response headers and the generator.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use model::DatumKind;
use regex::Regex;
use url::Url;

use crate::data::Draft;
use crate::tree_walk::Survey;

const SCRIPTS_MAX: usize = 200;
/// The maximum number of values of `meta name=generator`.
const GENERATORS_MAX: usize = 100;
/// Response headers that name a tool. Only the name of a cookie is kept.
const HEADERS: &[&str] = &["server", "x-powered-by", "via", "x-generator"];

#[expect(clippy::expect_used, reason = "a constant pattern, tried by every test")]
static LOADED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"//([A-Za-z0-9][A-Za-z0-9.-]{1,100}\.[A-Za-z]{2,20})(/[A-Za-z0-9._~/@-]{0,200}\.js)\b"#,
    )
    .expect("the pattern is valid")
});

/// Collects the traces of a page, sorted.
pub(crate) fn traces(
    survey: &Survey,
    base: Option<&Url>,
    headers: &[(String, String)],
) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = scripts(survey, base)
        .into_iter()
        .map(|source| Draft::new(DatumKind::Script).with("src", &source))
        .collect();
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        if HEADERS.contains(&name.as_str()) {
            seen.insert((name, value.trim().to_owned()));
        } else if name == "set-cookie"
            && let Some((cookie, _)) = value.split_once('=')
        {
            seen.insert((name, cookie.trim().to_owned()));
        }
    }
    drafts.extend(seen.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| {
        Draft::new(DatumKind::Header).with("name", name).with("value", value)
    }));
    let generators: BTreeSet<&str> = survey
        .metas
        .iter()
        .filter(|(name, value)| name == "generator" && !value.trim().is_empty())
        .map(|(_, value)| value.trim())
        .collect();
    drafts.extend(
        generators
            .iter()
            .take(GENERATORS_MAX)
            .map(|value| Draft::new(DatumKind::Generator).with("value", value)),
    );
    drafts
}

/// Lists the hosts and paths of scripts, both in the markup and loaded by inline snippets.
fn scripts(survey: &Survey, base: Option<&Url>) -> Vec<String> {
    let mut found = BTreeSet::new();
    let mut add = |script: String| {
        found.insert(script);
        // Only the first ones in order are kept, at any time.
        if found.len() > SCRIPTS_MAX {
            found.pop_last();
        }
    };
    for source in &survey.script_sources {
        if let Some(url) = absolute(source, base)
            && let Some(host) = url.host_str()
        {
            add(format!("{host}{}", url.path()));
        }
    }
    for script in &survey.inline_scripts {
        for loaded in LOADED.captures_iter(script) {
            if let (Some(host), Some(path)) = (loaded.get(1), loaded.get(2)) {
                add(format!("{}{}", host.as_str().to_ascii_lowercase(), path.as_str()));
            }
        }
    }
    found.into_iter().collect()
}

/// Resolves an http or https address against `base`; other schemes give `None`.
pub(crate) fn absolute(href: &str, base: Option<&Url>) -> Option<Url> {
    let href = href.trim();
    let url = match base {
        Some(base) => base.join(href).ok()?,
        None => Url::parse(href).ok()?,
    };
    matches!(url.scheme(), "http" | "https").then_some(url)
}
