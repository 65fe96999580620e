//! Reads the robots directives of a page: `X-Robots-Tag` and `<meta name=robots>`.

/// The permissions that a page gives to crawlers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Permission {
    pub(crate) keep: bool,
    pub(crate) follow: bool,
}

/// Reads the permissions that header fields and meta tags give to the crawler `agent`. The
/// strictest directive applies.
pub(crate) fn permission(
    headers: &[(String, String)],
    metas: &[(String, String)],
    agent: &str,
) -> Permission {
    let fields = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("x-robots-tag"));
    let fields = fields.filter_map(|(_, value)| for_us(value, agent));
    let metas =
        metas.iter().filter(|(name, _)| name == "robots" || name.eq_ignore_ascii_case(agent));
    let metas = metas.map(|(_, content)| content.as_str());
    let mut permission = Permission { keep: true, follow: true };
    for directive in fields.chain(metas).flat_map(|value| value.split(',')) {
        match directive.trim().to_ascii_lowercase().as_str() {
            "noindex" => permission.keep = false,
            "nofollow" => permission.follow = false,
            "none" => permission = Permission { keep: false, follow: false },
            _ => {}
        }
    }
    permission
}

/// Removes the crawler's name from a header's directives; `None` if they are for another crawler.
fn for_us<'v>(value: &'v str, agent: &str) -> Option<&'v str> {
    match value.split_once(':') {
        // Directives with a value, such as `unavailable_after: date`, are not crawler names.
        Some((name, rest)) if !name.contains([',', '_', '-']) => {
            name.trim().eq_ignore_ascii_case(agent).then_some(rest)
        }
        _ => Some(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strictest_word_counts() {
        let check = |header: &str, meta: (&str, &str), keep: bool, follow: bool| {
            let headers = [("x-robots-tag".to_owned(), header.to_owned())];
            let metas = [(meta.0.to_owned(), meta.1.to_owned())];
            let actual = permission(&headers, &metas, "leadqbot");
            assert_eq!(actual, Permission { keep, follow }, "{header:?} {meta:?}");
        };
        check("", ("description", "noindex"), true, true);
        check("noindex, nofollow", ("", ""), false, false);
        check("LeadqBot: noindex", ("", ""), false, true);
        check("otherbot: noindex", ("", ""), true, true);
        check("unavailable_after: 25 Jun 2099 15:00:00 PST", ("", ""), true, true);
        check("", ("robots", "NONE"), false, false);
        check("", ("leadqbot", "nofollow"), true, false);
        check("", ("googlebot", "noindex"), true, true);
        check("noarchive", ("robots", "index,follow"), true, true);
    }
}
