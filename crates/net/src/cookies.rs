//! The cookies of one visit (RFC 6265).
//!
//! Some sites answer only after they have set a cookie. Cookies are kept for the requests of one
//! visit, are sent only to the hosts that they belong to, and end with the visit: they are neither
//! stored nor logged, which is why the type has no `Debug`.

use cookie::Cookie;
use cookie_store::CookieStore;
use http::{HeaderMap, HeaderValue, header};
use url::{Host, Url};

/// The maximum number of cookies of a visit.
const COOKIES_MAX: usize = 50;
/// The maximum size of a cookie's name and value, in bytes (RFC 6265, 6.1).
const COOKIE_BYTES_MAX: usize = 4096;
/// The maximum size of the cookies of one request, in bytes.
const HEADER_BYTES_MAX: usize = 8192;

/// The cookies that the responses of a visit have set.
#[derive(Default)]
pub(crate) struct Cookies {
    store: CookieStore,
    count: usize,
}

impl Cookies {
    /// Takes the cookies that a response from `url` sets.
    pub(crate) fn take(&mut self, url: &Url, headers: &HeaderMap) {
        for value in headers.get_all(header::SET_COOKIE) {
            let Ok(value) = std::str::from_utf8(value.as_bytes()) else { continue };
            let Ok(cookie) = Cookie::parse(value) else { continue };
            if self.count < COOKIES_MAX && may_set(url, &cookie) {
                self.count += 1;
                // A refused cookie is one that the response may not set.
                let _ = self.store.insert_raw(&cookie, url);
            }
        }
    }

    /// Builds the `Cookie` header of a request, if it needs one.
    pub(crate) fn header(&self, url: &Url) -> Option<HeaderValue> {
        let mut pairs: Vec<String> = self
            .store
            .get_request_values(url)
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        // The store has no order.
        pairs.sort_unstable();
        let mut bytes = 0;
        pairs.retain(|pair| {
            bytes += pair.len() + "; ".len();
            bytes <= HEADER_BYTES_MAX
        });
        let mut value = HeaderValue::from_bytes(pairs.join("; ").as_bytes()).ok()?;
        value.set_sensitive(true);
        (!pairs.is_empty()).then_some(value)
    }
}

/// Reports whether a response from `url` may set a cookie: not for other hosts, not for a public
/// suffix such as `co.uk`, and not for encrypted connections over a plain one.
fn may_set(url: &Url, cookie: &Cookie<'_>) -> bool {
    if cookie.name().len() + cookie.value().len() > COOKIE_BYTES_MAX {
        return false;
    }
    let is_encrypted = url.scheme() == "https";
    let is_secure = cookie.secure() == Some(true);
    if is_secure && !is_encrypted {
        return false;
    }
    let name = cookie.name().to_ascii_lowercase();
    let domain = cookie.domain().map(|domain| domain.trim_start_matches('.').to_ascii_lowercase());
    let domain = domain.filter(|domain| !domain.is_empty());
    if name.starts_with("__host-") {
        return is_secure && domain.is_none() && cookie.path() == Some("/");
    }
    if name.starts_with("__secure-") && !is_secure {
        return false;
    }
    let Some(domain) = domain else { return true };
    match url.host() {
        Some(Host::Domain(host)) => {
            let rest = host.strip_suffix(&domain);
            let is_within = rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
            is_within && psl::suffix_str(&domain).is_some_and(|suffix| suffix != domain)
        }
        Some(host) => host.to_string() == domain,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    /// Checks the cookies that are sent to `to` after `from` has set some.
    fn check(from: &str, set: &[&str], to: &str, expected: Option<&str>) {
        let mut cookies = Cookies::default();
        let fields = set
            .iter()
            .map(|value| (header::SET_COOKIE, HeaderValue::from_bytes(value.as_bytes()).unwrap()));
        cookies.take(&url(from), &fields.collect());
        let sent = cookies.header(&url(to));
        let sent = sent.as_ref().map(|value| value.to_str().unwrap());
        assert_eq!(sent, expected, "{set:?} from {from} to {to}");
    }

    #[test]
    fn cookies_go_to_the_hosts_that_they_belong_to() {
        let site = "https://www.tarnfield.co.uk/news/a";
        for (set, to, expected) in [
            ("seen=1", site, Some("seen=1")),
            ("seen=1; Path=/", "https://www.tarnfield.co.uk/", Some("seen=1")),
            (
                "seen=\"a b\"; HttpOnly; Path=/",
                "https://www.tarnfield.co.uk/",
                Some("seen=\"a b\""),
            ),
            ("seen=1", "https://www.tarnfield.co.uk/news/b", Some("seen=1")),
            ("seen=1", "https://www.tarnfield.co.uk/", None),
            ("seen=1; Path=/de", "https://www.tarnfield.co.uk/dental", None),
            ("seen=1; Path=/de", "https://www.tarnfield.co.uk/de/", Some("seen=1")),
            ("seen=1; Path=/", "https://tarnfield.co.uk/", None),
            ("seen=1; Path=/", "https://jobs.tarnfield.co.uk/", None),
            (
                "seen=1; Path=/; Domain=.Tarnfield.co.uk",
                "https://jobs.tarnfield.co.uk/",
                Some("seen=1"),
            ),
            ("seen=1; Path=/; Domain=tarnfield.co.uk", "https://tarnfield.co.uk/", Some("seen=1")),
            ("seen=1; Path=/; Domain=co.uk", site, None),
            ("seen=1; Path=/; Domain=uk", site, None),
            ("seen=1; Path=/; Domain=quillhaven.co.uk", "https://quillhaven.co.uk/", None),
            ("seen=1; Path=/; Domain=field.co.uk", "https://field.co.uk/", None),
            ("seen=1; Path=/; Secure", "http://www.tarnfield.co.uk/", None),
            ("seen=1; Path=/; Max-Age=0", "https://www.tarnfield.co.uk/", None),
            ("__Host-seen=1; Path=/", "https://www.tarnfield.co.uk/", None),
            (
                "__Host-seen=1; Path=/; Secure",
                "https://www.tarnfield.co.uk/",
                Some("__Host-seen=1"),
            ),
            ("no pair", site, None),
        ] {
            check(site, &[set], to, expected);
        }
        let plain = "http://tarnfield.example/";
        check(plain, &["seen=1; Secure"], "https://tarnfield.example/", None);
        check(plain, &["a=1", "b=2", "a=3"], plain, Some("a=3; b=2"));
        check("http://8.8.8.8/", &["a=1; Domain=8.8.8"], "http://8.8.8.8/", None);
        check("http://blog.github.io/", &["a=1; Domain=github.io"], "http://blog.github.io/", None);
    }

    #[test]
    fn cookies_are_bounded() {
        let long = format!("long={}", "x".repeat(COOKIE_BYTES_MAX));
        check("http://tarnfield.example/", &[&long], "http://tarnfield.example/", None);
        let mut cookies = Cookies::default();
        let many = (0..1_000).map(|number| {
            let value = format!("n{number}={}", "x".repeat(1_000));
            (header::SET_COOKIE, HeaderValue::from_str(&value).unwrap())
        });
        cookies.take(&url("http://tarnfield.example/"), &many.collect());
        let sent = cookies.header(&url("http://tarnfield.example/")).unwrap();
        assert!(sent.len() <= HEADER_BYTES_MAX && sent.is_sensitive());
    }
}
