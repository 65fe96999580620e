//! Tests of parsing addresses of boards and of building them.

use proptest::prelude::*;

use super::{Board, board, is_job_board};
use lexicon::hosts::HOSTS;

#[track_caller]
fn check(url: &str, expect: &str) {
    let found = board(url);
    let shown = found.as_ref().map(|b| {
        let site = b.site.as_deref().map(|site| format!(" {site}")).unwrap_or_default();
        format!("{}{site}", b.entity().value)
    });
    assert_eq!(shown.as_deref().unwrap_or("none"), expect, "{url}");
}

#[test]
fn boards() {
    for (url, expect) in [
        ("https://job-boards.eu.greenhouse.io/acme", "greenhouse/eu/acme"),
        ("https://boards.greenhouse.io/embed/job_board/js?for=acme&b=1", "greenhouse/acme"),
        ("https://boards.greenhouse.io/embed/job_app?token=7", "none"),
        ("https://boards-api.greenhouse.io/v1/boards/acme/jobs?content=true", "greenhouse/acme"),
        ("https://jobs.eu.lever.co/acme/4f0c", "lever/eu/acme"),
        ("https://api.lever.co/v0/postings/acme?mode=json", "lever/acme"),
        ("https://jobs.lever.co/ab/4f0c", "lever/ab"),
        ("https://jobs.ashbyhq.com/Acme%20Robotics/form", "ashby/acme robotics"),
        ("https://apply.workable.com/acme/j/AB12/", "workable/acme"),
        ("https://apply.workable.com/j/AB12/", "none"),
        ("https://apply.workable.com/api/v1/widget/accounts/acme?details=true", "workable/acme"),
        ("https://acme.workable.com/", "workable/acme"),
        ("https://jobs.smartrecruiters.com/Acme1/74-cook", "smartrecruiters/acme1"),
        (
            "https://jobs.smartrecruiters.com/oneclick-ui/company/Acme1/publication/4",
            "smartrecruiters/acme1",
        ),
        ("https://api.smartrecruiters.com/v1/companies/Acme1/postings", "smartrecruiters/acme1"),
        ("https://ats.rippling.com/acme/jobs", "rippling/acme"),
        ("https://ats.rippling.com/en-GB/acme/jobs/4f", "rippling/acme"),
        ("https://ats.rippling.com/ac/jobs", "rippling/ac"),
        ("https://acme.wd1.myworkdayjobs.com/External", "workday/wd1/acme External"),
        ("https://acme.wd1.myworkdayjobs.com/en-us", "workday/wd1/acme"),
        (
            "https://acme.wd1.myworkdayjobs.com/wday/cxs/acme/External/jobs",
            "workday/wd1/acme External",
        ),
        (
            "https://wd5.myworkdaysite.com/en-US/recruiting/acme/External/job/1",
            "workday/wd5/acme External",
        ),
        ("https://jobs.gem.com/acme", "gem/acme"),
        ("https://acme.jobs.personio.de/job/1", "personio/acme"),
        ("https://acme.recruitee.com/api/offers/", "recruitee/acme"),
        ("https://acme.na.teamtailor.com/jobs", "teamtailor/na/acme"),
        ("https://acme.bamboohr.com/careers", "bamboohr/acme"),
        ("https://www.bamboohr.com/careers", "none"),
        ("https://join.com/companies/acme/12-cook", "join/acme"),
        ("https://www.welcometothejungle.com/fr/companies/acme/jobs", "welcometothejungle/acme"),
        ("https://acme.medium.com/", "medium-site/acme"),
        ("https://m.facebook.com/acme", "facebook/acme"),
        ("https://acme.example/greenhouse.io", "none"),
        ("https://notgreenhouse.io/acme", "none"),
    ] {
        check(url, expect);
    }
}

proptest! {
    #[test]
    fn every_board_has_an_address_of_its_own(
        row in 0..HOSTS.len(), slug in "[A-Za-z0-9][A-Za-z0-9._ &+%é-]{2,20}", site in proptest::option::of("[A-Z][a-z_]{3,9}"),
    ) {
        let host = &HOSTS[row];
        let url = match host.slug {
            super::SlugAt::Path(prefix) => {
                let mut url = url::Url::parse(&format!("https://{}/", host.host)).unwrap();
                let segments = prefix.iter().copied().chain([slug.as_str()]);
                url.path_segments_mut().unwrap().pop_if_empty().extend(segments);
                url.to_string()
            }
            super::SlugAt::Tenant => format!("https://acme.wd3.{}/{}", host.host, site.unwrap_or_default()),
            super::SlugAt::TenantPath => format!("https://wd3.{}/recruiting/acme/Site", host.host),
            super::SlugAt::Subdomain => format!("https://acme-{}.{}/x", row, host.host),
            super::SlugAt::Query(segment, name) => format!("https://{}/{segment}/x?{name}=acme", host.host),
        };
        if let Some(found) = board(&url) {
            let again = found.url().and_then(|url| board(&url));
            prop_assert_eq!(again, Some(found));
        }
    }

    #[test]
    fn no_input_breaks_it(path in "\\PC{0,60}", row in 0..HOSTS.len()) {
        let found: Option<Board> = board(&format!("https://{}/{path}", HOSTS[row].host));
        if let Some(found) = found {
            prop_assert!(!found.slug.is_empty());
            let _ = found.url();
        }
    }
}

#[test]
fn networks_are_no_job_boards() {
    for (url, expect) in [
        ("https://boards.greenhouse.io/acme", true),
        ("https://acme.recruitee.com/o/engineer", true),
        ("https://www.linkedin.com/company/acme", false),
        ("https://github.com/acme", false),
        ("https://boards.greenhouse.io/", false),
        ("https://acme.example/careers", false),
    ] {
        assert_eq!(is_job_board(url), expect, "{url}");
    }
}
