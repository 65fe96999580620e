//! Tests of the owners of addresses.

use proptest::prelude::*;

use super::{label, owner};

#[track_caller]
fn check(url: &str, expect: &str) {
    let entity = owner(url).map(|entity| entity.to_string());
    assert_eq!(entity.as_deref().unwrap_or("nobody"), expect, "{url}");
}

#[test]
fn owners() {
    for (url, expect) in [
        ("https://www.acme.example/about?x=1", "domain:acme.example"),
        ("acme.example", "domain:acme.example"),
        ("//cdn.acme.example/x.js", "domain:acme.example"),
        ("HTTPS://Shop.ACME.example./", "domain:acme.example"),
        ("http://blog.acme.co.uk:8080/", "domain:acme.co.uk"),
        ("https://bücher-acme.example/", "domain:xn--bcher-acme-9db.example"),
        ("https://acme.blogspot.com/2026", "domain:acme.blogspot.com"),
        ("https://docs.acme.github.io/", "domain:acme.github.io"),
        ("https://github.io/", "domain:github.io"),
        ("https://boards.greenhouse.io/Acme/jobs/12", "board:greenhouse/acme"),
        ("https://jobs.lever.co/", "nobody"),
        ("https://www.greenhouse.io/pricing", "domain:greenhouse.io"),
        ("https://acme.wd5.myworkdayjobs.com/en-US/Careers", "board:workday/wd5/acme"),
        ("https://de.linkedin.com/company/acme-robotics/", "board:linkedin/acme-robotics"),
        ("https://www.linkedin.com/in/jane-doe", "nobody"),
        ("https://medium.com/@acme/why-1", "board:medium/@acme"),
        ("https://github.com/acme/lake", "board:github/acme"),
        ("https://github.com/pricing", "nobody"),
        ("https://192.0.2.7/x", "nobody"),
        ("https://[2001:db8::1]/", "nobody"),
        ("https://localhost/", "nobody"),
        ("https://com/", "nobody"),
        ("mailto:jane@acme.example", "nobody"),
        ("ftp://acme.example/", "nobody"),
        ("", "nobody"),
    ] {
        check(url, expect);
    }
    assert_eq!(label("acme.co.uk"), "acme");
    assert_eq!(label("acme.example"), "acme");
}

proptest! {
    #[test]
    fn no_input_breaks_it(url in "\\PC*", host in "[a-zA-Z0-9.é-]{0,40}", path in "\\PC{0,40}") {
        let _ = owner(&url);
        let owned = owner(&format!("https://{host}/{path}"));
        // The owner of an owner's address is the owner itself.
        if let Some(entity) = owned && entity.kind == model::EntityKind::Domain {
            prop_assert_eq!(owner(&entity.value), Some(entity));
        }
    }
}
