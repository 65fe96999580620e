//! The numbers that are read in texts, and the writings that are one number.

use lexicon::money::AmountLocale;

use super::*;
use crate::claims::money;

#[track_caller]
fn check(text: &str, expect: &[&str]) {
    let amounts = money::find(text, AmountLocale::default());
    let found: Vec<&str> =
        find(text, &amounts).into_iter().map(|reference| reference.text).collect();
    assert_eq!(found, expect, "{text}");
}

#[test]
fn numbers_are_read_whole() {
    for (text, expect) in [
        ("see notice no. 2026/S 214-645312 for more", &["2026/S 214-645312"][..]),
        ("notice no. 312-645-2026, lots 1 and 2", &["312-645-2026"]),
        ("Bekanntmachung 645312-2026 (Az.: 4.2-0311/26)", &["645312-2026", "4.2-0311/26"]),
        ("notice no. 0450 2026 11873", &["0450 2026 11873"]),
        ("unter Az. IV B 3 - 4.2-0311/26 veröffentlicht", &["IV B 3 - 4.2-0311/26"]),
        ("Vergabe-Nr. 26-0311-E", &["26-0311-E"]),
        ("Réf. : DAF-2026-118", &["DAF-2026-118"]),
        ("n° de dossier : 26.045/B", &["26.045/B"]),
        ("Reference number | 2026-118822", &["2026-118822"]),
        ("número de expediente: CONT 2026/0034", &["CONT 2026/0034"]),
        ("CIG A01B23C456", &["A01B23C456"]),
        ("nr sprawy: ZP.271.12.2026.", &["ZP.271.12.2026"]),
        ("Sagsnr. 88.12.00-Ø54-3-26", &["88.12.00-Ø54-3-26"]),
        ("Das Aktenzeichen lautet 4.2-0312/26.", &["4.2-0312/26"]),
        ("tenders (Az. 1.1-0001/26 und Az. 1.1-0002/26)", &["1.1-0001/26", "1.1-0002/26"]),
    ] {
        check(text, expect);
    }
}

#[test]
fn other_numbers_are_no_references() {
    for text in [
        "the City of Phoenix, AZ 85001",
        "the contract 2026-2029",
        "a tender for 12000 tonnes",
        "Ausschreibung: 1500 Notebooks",
        "with reference to Directive 2014/24/EU",
        "Ref. 12.03.2026",
        "worth no less than 5000000 euros",
        "no. 12 of 2026",
        "Vergabe-Nr. 2026",
        "contract (EUR 2,600,000)",
        "avis du 12 mars 2026",
        "contract no later than 2026-12-01",
        "[phone]",
    ] {
        check(text, &[]);
    }
}

#[test]
fn a_number_has_one_form() {
    let forms = |texts: &[&str]| texts.iter().map(|text| canonical(text)).collect::<Vec<_>>();
    for same in [
        &["2026/S 214-645312", "2026/S 214 – 645312", "645312-2026", "00645312-2026"][..],
        &["312-645-2026", "312645-2026", "2026/S 001-312645"],
        &["4.2-0311/26", "4.2 – 0311/26", "4.2-0311 /26"],
        &["ZP.271.12.2026", "zp.271.12.2026"],
    ] {
        let forms = forms(same);
        assert!(forms.iter().all(|form| *form == forms[0]), "{forms:?}");
    }
    let others =
        ["1-12/26", "11-2/26", "112/26", "312-645-2026", "312-646-2026", "2026/S", "2026-27"];
    let mut forms = forms(&others);
    forms.sort();
    forms.dedup();
    assert_eq!(forms.len(), others.len());
}
