//! Tests of the owners of addresses.

use proptest::prelude::*;

use super::{company_at, label, owner};

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
        ("https://github.io/", "publisher:github.io"),
        ("https://boards.greenhouse.io/Acme/jobs/12", "board:greenhouse/acme"),
        ("https://jobs.lever.co/", "publisher:jobs.lever.co"),
        ("https://www.greenhouse.io/pricing", "domain:greenhouse.io"),
        ("https://acme.wd5.myworkdayjobs.com/en-US/Careers", "board:workday/wd5/acme"),
        ("https://de.linkedin.com/company/acme-robotics/", "board:linkedin/acme-robotics"),
        ("https://www.linkedin.com/in/jane-doe", "publisher:linkedin.com"),
        ("https://medium.com/@acme/why-1", "board:medium/@acme"),
        ("https://github.com/acme/lake", "board:github/acme"),
        ("https://github.com/pricing", "publisher:github.com"),
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

#[test]
fn hosts_of_many_authors_are_publishers() {
    for (url, expect) in [
        ("https://huggingface.co/", "publisher:huggingface.co"),
        ("https://huggingface.co/models?sort=new", "publisher:huggingface.co"),
        ("https://github.com/trending", "publisher:github.com"),
        ("https://www.producthunt.com/", "publisher:producthunt.com"),
        ("https://www.producthunt.com/posts/veldor-lake", "publisher:producthunt.com"),
        ("https://dev.to/", "publisher:dev.to"),
        ("https://dev.to/t/rust", "publisher:dev.to"),
        ("https://news.ycombinator.com/item?id=4", "publisher:news.ycombinator.com"),
        ("https://old.reddit.com/r/startups", "publisher:reddit.com"),
        ("https://fr.m.wikipedia.org/wiki/Lac", "publisher:wikipedia.org"),
        ("https://www.blogspot.com./", "publisher:blogspot.com"),
        ("https://netlify.app/", "publisher:netlify.app"),
        // The first segment is the owner's where the host works so.
        ("https://huggingface.co/veldor-labs", "board:huggingface/veldor-labs"),
        ("https://huggingface.co/datasets/Veldor-Labs/lakes", "board:huggingface/veldor-labs"),
        ("https://dev.to/veldor/why-lakes-1a2b", "board:devto/veldor"),
        ("https://codeberg.org/veldor/lake", "board:codeberg/veldor"),
        ("https://veldor.substack.com/p/lakes", "board:substack/veldor"),
        // Sites of companies, even on a platform or with a name like a publisher's.
        ("https://veldor.netlify.app/", "domain:veldor.netlify.app"),
        ("https://blog.github.com/", "domain:github.com"),
        ("https://veldordev.to.example/", "domain:to.example"),
        ("https://github.com.veldor.example/", "domain:veldor.example"),
        ("https://medium.com.au.example/", "domain:au.example"),
    ] {
        check(url, expect);
    }
}

#[test]
fn a_publisher_is_no_company_but_its_operator_may_be() {
    for (url, expect) in [
        ("https://www.reddit.com/", Some("domain:reddit.com")),
        ("news.ycombinator.com", Some("domain:ycombinator.com")),
        ("https://veldor.example/x", Some("domain:veldor.example")),
        ("https://github.com/veldor", Some("board:github/veldor")),
        ("https://github.com/", None),
        ("https://192.0.2.7/", None),
    ] {
        assert_eq!(company_at(url).map(|one| one.to_string()).as_deref(), expect, "{url}");
    }
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
