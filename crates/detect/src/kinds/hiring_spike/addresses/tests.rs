//! Addresses that differ by their language only, and those that differ by more.

use super::*;

#[test]
fn only_the_language_is_left_out() {
    let key = |url: &str| position(url).map(|position| position.key);
    for (one, other, is_one) in [
        ("https://acme.example/en/careers/90", "http://www.acme.example/de/karriere/90/", true),
        ("https://acme.example/careers/90", "https://acme.example/de/karriere/90#apply", true),
        ("https://en.acme.example/jobs/90.html", "https://fr.acme.example/emplois/90", true),
        ("https://jobs.acme.example/fr-ch/90", "https://karriere.acme.example/de-CH/90", true),
        ("https://acme.example/job?id=90&lang=en", "https://acme.example/job?id=90&lang=sv", true),
        ("https://acme.example/en/jobs/4711-cook", "https://acme.example/de/jobs/4711-koch", true),
        ("https://acme.example/english/jobs/x7", "https://acme.example/deutsch/jobs/x7", true),
        ("https://acme.example/en/careers/90", "https://acme.example/de/karriere/91", false),
        ("https://acme.example/en/careers/90", "https://other.example/de/karriere/90", false),
        ("https://acme.example/en/2026-cook", "https://acme.example/de/2026-koch", false),
        ("https://acme.example/en/jobs/cook", "https://acme.example/de/jobs/koch", false),
        ("https://acme.example/leeds/jobs/90", "https://acme.example/york/jobs/90", false),
        ("https://acme.example/job?id=90", "https://acme.example/job?id=91", false),
    ] {
        assert_eq!(key(one) == key(other), is_one, "{one} {other}");
        assert!(key(one).is_some(), "{one}");
    }
    for url in ["https://acme.example/", "https://acme.example/de/karriere", "nonsense", ""] {
        assert_eq!(key(url), None, "{url}");
    }
}
