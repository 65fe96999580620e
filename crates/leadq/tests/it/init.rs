//! `leadq init`: profiles, lists of accounts, and following their sites.

use std::fs;

use crate::program::{Leadq, Printed};

/// A list as a spreadsheet writes it: UTF-16 with a title above the header, and two wrong rows.
fn list() -> Vec<u8> {
    let text = "sep=;\r\nKunden 2026\r\nFirma;Webseite;Land;Betreuer\r\n\
                Müller & Söhne;https://mueller.example/de;Deutschland;A\r\n\
                \"Ohne Ende;ohne.example;DE;B\r\n\
                Ohne Seite;;DE;C\r\n\
                Fjord;fjord.example;Norge;D\r\n";
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_list_of_accounts_is_shown_stored_and_followed() {
    let leadq = Leadq::new();
    let path = leadq.folder.path().join("list.csv");
    fs::write(&path, list()).unwrap();
    let line = format!("leadq init --accounts {}", path.display());

    let shown = leadq.sh(&format!("{line} --dry-run"), "");
    assert_eq!(shown.code, 0, "{shown:?}");
    for part in [
        "UTF-16LE, fields separated by `;`, header in line 3",
        "Webseite  domain",
        "Betreuer  (ignored)",
        "mueller.example",
        "Müller & Söhne",
        "2 rows with a company, 2 left out",
        "line 5: a quote is not closed",
        "line 6: no domain",
    ] {
        assert!(shown.out.contains(part), "{part}: {}", shown.out);
    }
    assert!(!leadq.data().exists(), "nothing is stored");

    let stored = leadq.sh(&line, "");
    assert_eq!(stored.code, 0, "{stored:?}");
    for part in [
        "you know 2 more companies, from 2 rows",
        "columns used: Firma as name, Webseite as domain, Land as country; ignored: Betreuer",
        "left out: 2 rows",
        "leadq watch --accounts",
    ] {
        assert!(stored.out.contains(part), "{part}: {}", stored.out);
    }
    let lead = leadq.sh("leadq lead fjord.example --json", "").json();
    assert!(lead.to_string().contains("\"NO\""), "{lead}");

    let followed = leadq.sh("leadq watch --accounts", "");
    assert_eq!(followed.out, "following 2 more sites of your accounts; followed already: 0\n");
    let again = leadq.sh("leadq watch --accounts --json", "").json();
    assert_eq!((&again["accounts"], &again["new"]), (&2.into(), &0.into()));
    let watched = leadq.sh("leadq watch --json", "").json();
    let mut domains: Vec<&str> = watched["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["domain"].as_str().unwrap())
        .collect();
    domains.sort_unstable();
    assert_eq!(domains, ["fjord.example", "mueller.example"]);
    let none = Leadq::new().sh("leadq watch --accounts", "");
    assert!(none.code == 0 && none.out.contains("leadq init --accounts FILE"), "{none:?}");
}

#[test]
fn countries_are_stored_by_their_codes() {
    let leadq = Leadq::new();
    let line = "leadq init --product Data --country 'Germany,Österreich,uk' --country Frankreich";
    assert_eq!(leadq.sh(line, "").code, 0);
    let shown = leadq.sh("leadq init --show", "").out;
    let codes: String = shown.split_whitespace().collect();
    assert!(codes.contains("region=[\"DE\",\"AT\",\"GB\",\"FR\",]"), "{shown}");
    for country in ["GERMANYY", "Europe", "XX", "DACH"] {
        let refused = leadq.sh(&format!("leadq init --product Data --country {country} --yes"), "");
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.err.contains(&format!("there is no country {country:?}")), "{refused:?}");
    }
    let profile = leadq.folder.path().join("profile.toml");
    fs::write(&profile, shown.replace("\"AT\"", "\"Schweiz\"")).unwrap();
    assert_eq!(leadq.sh(&format!("leadq init --from {}", profile.display()), "").code, 0);
    let shown = leadq.sh("leadq init --show", "").out;
    assert!(shown.contains("\"CH\"") && !shown.contains("\"AT\""), "{shown}");
    fs::write(&profile, shown.replace("\"CH\"", "\"Swiss Alps\"")).unwrap();
    let refused = leadq.sh(&format!("leadq init --from {}", profile.display()), "");
    assert!(refused.code == 2 && refused.err.contains("profile.toml: there is no"), "{refused:?}");
}

#[test]
fn products_are_replaced_only_with_consent() {
    let leadq = Leadq::new();
    let init = |args: &str| -> Printed { leadq.sh(&format!("leadq init {args}"), "") };
    assert_eq!(init("--product 'Data quality' --role CDO").code, 0);
    let first = init("--show").out;
    // The same again changes nothing, and accounts leave the profile as it is.
    assert_eq!(init("--product 'Data quality' --role CDO").code, 0);
    assert_eq!(init("--accounts fixtures/tour/accounts.csv").code, 0);
    for other in
        ["--product Rockets", "--product 'Data quality'", "--from fixtures/tour/profile.toml"]
    {
        let refused = init(other);
        assert_eq!(refused.code, 2, "{other}: {refused:?}");
        assert!(refused.err.contains("Data quality (product data-quality)"), "{refused:?}");
        assert!(refused.err.contains("--yes"), "{refused:?}");
    }
    assert_eq!(init("--show").out, first, "nothing was replaced");
    // A file with the same product is a new version of the profile.
    let profile = leadq.folder.path().join("profile.toml");
    fs::write(&profile, first.replace("CDO", "CTO")).unwrap();
    assert_eq!(init(&format!("--from {}", profile.display())).code, 0);
    assert!(init("--show").out.contains("CTO"));
    assert_eq!(init("--product Rockets --yes").code, 0);
    let shown = init("--show").out;
    assert!(shown.contains("Rockets") && !shown.contains("Data quality"), "{shown}");
}
