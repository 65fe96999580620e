//! Tests of lists in common formats.

use proptest::prelude::*;

use super::accounts;

#[track_caller]
fn check(csv: &str, expect: &[&str], notes: &[&str]) {
    let (found, found_notes) = accounts(csv);
    let found: Vec<String> = found
        .iter()
        .map(|one| {
            let words =
                [&one.name, &one.country, &one.industry].map(|w| w.as_deref().unwrap_or("-"));
            let count = one.employees.map_or("-".to_owned(), |count| count.to_string());
            format!("{} {} {count}", one.domain, words.join(" "))
        })
        .collect();
    assert_eq!(found, expect, "{csv}");
    let found_notes: Vec<String> =
        found_notes.iter().map(|note| format!("{}: {}", note.code, note.detail)).collect();
    assert_eq!(found_notes.len(), notes.len(), "{found_notes:?}");
    for (note, start) in found_notes.iter().zip(notes) {
        assert!(note.starts_with(start), "{note}");
    }
}

#[test]
fn lists() {
    check("domain,name\nacme.example,Acme\n", &["acme.example Acme - - -"], &[]);
    check(
        "\u{feff}Company Name;Website;Country;Sector;Size\r\n\"Acme; Works\";https://www.acme.example/de;Germany;Software;51-200\r\n",
        &["acme.example Acme; Works DE Software 125"],
        &[],
    );
    check(
        "url\tEmployees\nacme.example\t\"1,200\"\n\nzeta.example\t10.000+\n",
        &["acme.example - - - 1200", "zeta.example - - - 10000"],
        &[],
    );
    check(
        "domain,country,employees\n,DE,5\nnot a domain,DE,5\nacme.example,Atlantis,many\nACME.example,DE,5\n",
        &["acme.example - - - -"],
        &[
            "account_without_domain: line 2",
            "account_domain_invalid: line 3",
            "account_country_unknown: line 4",
            "account_employees_unclear: line 4",
            "account_repeated: line 5",
        ],
    );
    check("name,country\nAcme,DE\n", &[], &["accounts_without_domain: line 1"]);
    check("", &[], &["accounts_without_domain"]);
    check(
        "domain,name\nacme.example\nzeta.example,Zeta,extra\n",
        &["acme.example - - - -", "zeta.example Zeta - - -"],
        &[],
    );
}

proptest! {
    #[test]
    fn no_input_breaks_it(text: String, rows in "(domain[,;\t]name\n)?([a-z\".,;\n\t]{0,80})") {
        let _ = accounts(&text);
        let _ = accounts(&rows);
    }
}
