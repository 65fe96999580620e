//! Histories of tools with the expected signals.

use super::{STATEMENT, TRACE};
use crate::signals::tests::story::*;

#[test]
fn a_tool_is_adopted_when_it_is_new_and_written_about() {
    let trace =
        |number| said(TRACE.kind, number, HOME, &[("tool", "HubSpot"), ("channel", "script")]);
    let wrote =
        |number, url| said(STATEMENT.kind, number, url, &[("tool", "hubspot")]).published(number);
    let adopted = "tech_adoption hubspot from 2026-03-02 by";
    check(&story([trace(60)]).seen(50, HOME), &[]);
    check(&story([wrote(60, BLOG)]).seen(50, HOME), &[]);
    let read = check(
        &story([trace(60), trace(61), trace(90), wrote(70, PRESS)]).seen(50, HOME),
        &[&format!("{adopted} 2")],
    );
    assert_eq!(read[0].evidence.len(), 2);
    let explanation = "Adopted HubSpot (script on its pages since 2 Mar 2026; ledger.example named \
                       it on 12 Mar 2026)";
    assert_eq!(read[0].explanation, explanation);
    check(&story([trace(60), wrote(70, BLOG)]), &[&format!("{adopted} 1")]);
    check(&story([trace(60), wrote(75, PRESS)]).seen(50, HOME), &[]);
    // It was adopted on some day after the last observation without it.
    let between = "tech_adoption hubspot from 2026-02-10 by 2";
    check(&story([trace(60), wrote(40, PRESS)]).seen(50, HOME), &[between]);
    check(&story([trace(60), wrote(35, PRESS)]).seen(50, HOME), &[]);
    check(&story([trace(60), wrote(60, PRESS).planned()]).seen(50, HOME), &[]);
    // First contact, and no source gives a date: it may have been in use for years.
    let undated = || said(STATEMENT.kind, 60, BLOG, &[("tool", "HubSpot")]);
    let first_contact = story([trace(60), undated()]);
    check(&first_contact, &[]);
    assert_eq!(first_contact.notes(), ["tool_at_first_contact"]);
    check(&story([trace(60), undated()]).seen(50, HOME), &[&format!("{adopted} 1")]);
    let record = [("tool", "HubSpot"), ("channel", "dns")];
    let record = said(TRACE.kind, 60, "https://acme.example/dns", &record);
    check(&story([record, undated()]).seen(50, HOME), &[]);
}
