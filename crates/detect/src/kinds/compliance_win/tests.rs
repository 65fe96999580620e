//! Histories of certificates with the expected signals.

use super::CERTIFICATION;
use crate::signals::tests::story::*;

#[test]
fn a_certificate_needs_a_link_and_a_source_that_may_tell() {
    let cert = |number, url, standard, link: bool| {
        let mut slots = vec![("standard", standard)];
        if link {
            slots.push(("certificate_url", "https://trust.acme.example/report.pdf"));
        }
        said(CERTIFICATION.kind, number, url, &slots).published(number)
    };
    let won = "compliance_win 2026-03 soc_2_type_2 from";
    check(&story([cert(60, PRESS, "soc_2_type_2", false)]), &[]);
    check(&story([cert(60, PRESS, "soc_2_type_2", true)]), &[&format!("{won} 2026-03-02 by 1")]);
    let linked = |days| {
        story([
            cert(60, PRESS, "soc_2_type_2", false),
            cert(60 + days, BLOG, "soc_2", true).about("registry:gb/7"),
        ])
    };
    check(&linked(20), &[&format!("{won} 2026-03-02 by 2")]);
    // Too far: the link proves the later report only.
    check(&linked(90), &["compliance_win 2026-05 soc_2 from 2026-05-31 by 1"]);
    check(&story([cert(60, PRESS, "iso_9001", true)]), &[]);
    check(&story([cert(60, PRESS, "iso_27001", true).planned()]), &[]);
    check(&story([cert(60, PRESS, "iso_27001", true).by("board:jobs/other")]), &[]);
    check(
        &story([cert(60, PRESS, "iso_27001", true).by("board:lever/acme")]),
        &["compliance_win 2026-03 iso_27001 from 2026-03-02 by 1"],
    );
}
