//! The address under which the team reaches the web app, for links in messages.

use std::net::SocketAddr;
use std::str::FromStr;

use model::EntityId;
use url::Url;

/// The address of the web app, as browsers of the team reach it: behind a proxy, that of the proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(Url);

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_plain = |url: &Url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        };
        let url = Url::parse(text.trim()).ok().filter(is_plain);
        url.map(Self).ok_or_else(|| {
            let text: String = text.chars().take(200).collect();
            format!(
                "{text:?} is no address of a web app: write for example https://leadq.acme.example"
            )
        })
    }
}

impl PublicUrl {
    /// Returns the address of a server that listens on the loopback address, where only browsers of
    /// this machine reach it; `None` for any other, which may have any name for its users.
    pub fn of_listener(address: SocketAddr) -> Option<Self> {
        if !address.ip().is_loopback() {
            return None;
        }
        Url::parse(&format!("http://{address}/")).ok().map(Self)
    }

    /// Returns the address of a company's page, which is a route of the web app
    /// (`web/src/routes/company.tsx`).
    pub fn company_page(&self, company: EntityId) -> String {
        format!("{}/companies/{company}", self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_the_address_of_the_proxy() {
        let company = EntityId([7; 16]);
        for (text, expected) in [
            ("https://leadq.acme.example", Some("https://leadq.acme.example")),
            ("https://leadq.acme.example/", Some("https://leadq.acme.example")),
            (
                " https://Tools.acme.example:8443/leadq/ ",
                Some("https://tools.acme.example:8443/leadq"),
            ),
            ("http://10.0.0.7:8080", Some("http://10.0.0.7:8080")),
            ("https://leadq.bücher.example", Some("https://leadq.xn--bcher-kva.example")),
            ("", None),
            ("leadq.acme.example", None),
            ("ftp://leadq.acme.example", None),
            ("https://", None),
            ("https://ada:word@leadq.acme.example", None),
            ("https://leadq.acme.example/?a=b", None),
            ("https://leadq.acme.example/#wall", None),
            ("javascript:alert(1)", None),
        ] {
            let page = text.parse::<PublicUrl>().ok().map(|url| url.company_page(company));
            let expected = expected.map(|url| format!("{url}/companies/{company}"));
            assert_eq!(page, expected, "{text}");
        }
    }

    #[test]
    fn only_the_loopback_address_is_its_own_name() {
        for (address, expected) in [
            ("127.0.0.1:8080", Some("http://127.0.0.1:8080/companies/")),
            ("[::1]:9000", Some("http://[::1]:9000/companies/")),
            ("0.0.0.0:8080", None),
            ("192.0.2.7:80", None),
            ("[::]:8080", None),
        ] {
            let url = PublicUrl::of_listener(address.parse().unwrap());
            let page = url.map(|url| url.company_page(EntityId([7; 16])));
            let is_expected = match (&page, expected) {
                (Some(page), Some(expected)) => page.starts_with(expected),
                (None, None) => true,
                _ => false,
            };
            assert!(is_expected, "{address}: {page:?}");
        }
    }
}
