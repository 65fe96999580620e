//! Tests of lists in common formats.

use std::time::{Duration, Instant};

use encoding_rs::{Encoding, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};
use proptest::prelude::*;

use super::accounts;

#[track_caller]
fn check(csv: &str, expect: &[&str], notes: &[&str]) {
    check_bytes(csv.as_bytes(), expect, notes);
}

#[track_caller]
fn check_bytes(list: &[u8], expect: &[&str], notes: &[&str]) {
    let csv = String::from_utf8_lossy(list.get(..2_000).unwrap_or(list)).into_owned();
    let (found, found_notes) = accounts(list);
    assert!(found.rejected <= found_notes.len(), "{csv}");
    let found: Vec<String> = found
        .accounts
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

/// Reads a header with a domain, and returns the fields that its columns are used for.
#[track_caller]
fn check_columns(header: &str, expect: &[&str]) {
    let (found, _) = accounts(header.as_bytes());
    let fields: Vec<&str> =
        found.columns.iter().map(|column| column.field.unwrap_or("-")).collect();
    assert_eq!(fields, expect, "{header}");
}

#[test]
fn delimiters_and_lines_before_the_header() {
    let row = ["acme.example Acme, Works DE - -"];
    check("sep=;\r\nDomain;Name;Country\r\nacme.example;Acme, Works;DE\r\n", &row, &[]);
    check("\"sep=|\"\nDomain|Name|Country\nacme.example|Acme, Works|DE\n", &row, &[]);
    check("Domain|Name|Country\nacme.example|Acme, Works|DE\n", &row, &[]);
    check("Domain\tName\tCountry\r\nacme.example\tAcme, Works\tDE", &row, &[]);
    check("sep=^\nDomain^Name^Country\nacme.example^Acme, Works^DE\n", &row, &[]);
    check("Domain,Name,Country\r\r\nacme.example,\"Acme, Works\",\"DE\"\r\r\n", &row, &[]);
    check("Domain,Name,Country\racme.example,\"Acme, Works\",DE\r", &row, &[]);
    check("Kunden, Stand 1.11.2026\n\nDomain;Name;Land\nacme.example;Acme, Works;DE\n", &row, &[]);
    check(
        "sep=,\nAlle Firmen;;\n\"Export \"\"Q3\"\"\"\nFirma,Webseite,Land\n\"Acme, Works\",acme.example,DE\nBorex,borex,DE\n",
        &row,
        &["account_domain_invalid: line 6"],
    );
    // A delimiter that stands in the text only is none.
    check("domain;notes, open; more\nacme.example;a,b,c;d\n", &["acme.example - - - -"], &[]);
    check("website list of 2026\nAcme\n", &[], &["accounts_without_domain: line 1"]);
}

#[test]
fn encodings() {
    let list = "Firma;Webseite;Land\r\nMüller & Söhne;mueller.example;Österreich\r\n";
    let row = ["mueller.example Müller & Söhne AT - -"];
    let wide = |bytes: fn(u16) -> [u8; 2], mark: &str| -> Vec<u8> {
        mark.encode_utf16().chain(list.encode_utf16()).flat_map(bytes).collect()
    };
    for mark in ["\u{feff}", ""] {
        check_bytes(&wide(u16::to_le_bytes, mark), &row, &[]);
        check_bytes(&wide(u16::to_be_bytes, mark), &row, &[]);
    }
    let check_in = |encoding: &'static Encoding, list: &str, row: &str| {
        let (bytes, _, had_errors) = encoding.encode(list);
        assert!(!had_errors && std::str::from_utf8(&bytes).is_err());
        check_bytes(&bytes, &[row], &[]);
    };
    check_in(WINDOWS_1252, list, row[0]);
    check_in(
        WINDOWS_1252,
        "Société|Site web|Pays\nPâtisserie d’Aubrac|aubrac.example|Suède\n",
        "aubrac.example Pâtisserie d’Aubrac SE - -",
    );
    check_in(
        WINDOWS_1250,
        "Firma;Strona www;Kraj\nŻółta Łódź Spółka Jawna w Łodzi;lodz.example;Węgry\n",
        "lodz.example Żółta Łódź Spółka Jawna w Łodzi HU - -",
    );
    check_in(
        WINDOWS_1251,
        "Компания;Сайт;Страна\nСеверный берег;bereg.example;Германия\n",
        "bereg.example Северный берег DE - -",
    );
    check_in(
        SHIFT_JIS,
        "会社名,ホームページ,国\n北風倉庫株式会社,kitakaze.example,日本\n",
        "kitakaze.example 北風倉庫株式会社 JP - -",
    );
    // One line in another encoding does not change the others.
    let mut mixed = "domain,name\na.example,Müller\nb.example,Søby\nc.example,".as_bytes().to_vec();
    mixed.extend(b"Gr\xfcn\n");
    check_bytes(
        &mixed,
        &["a.example Müller - - -", "b.example Søby - - -", "c.example Grün - - -"],
        &[],
    );
    // Text that only looks like another encoding stays as it is.
    check("domain,name\na.example,MÃ¼ller\n", &["a.example MÃ¼ller - - -"], &[]);
}

#[test]
fn titles_of_columns() {
    check_columns(
        "Company Domain Name,Company name,Country/Region,Industry,Number of Employees",
        &["domain", "name", "country", "industry", "employees"],
    );
    check_columns("Webseite;Firma;Land", &["domain", "name", "country"]);
    check_columns(
        "Firmenname;Länderkürzel;Mitarbeiterzahl;Branche;Internetadresse",
        &["name", "country", "employees", "industry", "domain"],
    );
    check_columns(
        "Website (URL)|Account Name|BillingCountry|NumberOfEmployees",
        &["domain", "name", "country", "employees"],
    );
    check_columns(
        "Raison sociale;Site internet;Pays;Secteur d’activité;Effectif",
        &["name", "domain", "country", "industry", "employees"],
    );
    check_columns(
        "Razón social;Página web;PAÍS;Nº de empleados",
        &["name", "domain", "country", "employees"],
    );
    check_columns(
        "Nazwa firmy;Strona internetowa;Kraj;Branża;Liczba pracowników",
        &["name", "domain", "country", "industry", "employees"],
    );
    check_columns(
        "公司名称,官网,国家,行业,员工人数",
        &["name", "domain", "country", "industry", "employees"],
    );
    check_columns(
        "Organization - Name,Customer Website,# Employees",
        &["name", "domain", "employees"],
    );
    check_columns("Company_Domain__c,company_name", &["domain", "name"]);
    // In a list of contacts `Name` is a person's, and what only resembles a title is none.
    check_columns("Name;Firma;Domain", &["-", "name", "domain"]);
    check_columns("Naam,Domein", &["name", "domain"]);
    check_columns(
        "Domain,Contact Name,Account Owner,County,Landline,Domain expiry,Email,Deal size",
        &["domain", "-", "-", "-", "-", "-", "-", "-"],
    );
    check_columns("Domain;Domain;Land;Rechnungsland", &["domain", "domain", "country", "-"]);
    // The site counts where there is no domain, and one that is no company's counts nowhere.
    check(
        "Website URL,Domain,Name\nhttps://www.acme.example/,,Acme\nborex.test,borex.example,Borex\nn/a,-,Corvin\nhttps://zeta.example,unknown,Zeta\n",
        &["acme.example Acme - - -", "borex.example Borex - - -", "zeta.example Zeta - - -"],
        &["account_without_domain: line 4"],
    );
}

#[test]
fn quotes() {
    check(
        "domain,name\nacme.example,\"Acme \\\"Robot\\\" Works\"\n",
        &["acme.example Acme \"Robot\" Works - - -"],
        &[],
    );
    check(
        "name;domain\n\"Atelier \\\"Nord\\\", Lyon\";nord.example\n\"C:\\\\\";c.example\n",
        &["nord.example Atelier \"Nord\", Lyon - - -", "c.example C:\\ - - -"],
        &[],
    );
    check(
        "domain,name\nacme.example,\"Acme \"\"Robot\"\" Works\"\n",
        &["acme.example Acme \"Robot\" Works - - -"],
        &[],
    );
    check(
        "domain,name\nacme.example, \"Acme, Works\" \nb.example,\"B\\\"\n",
        &["acme.example Acme, Works - - -", "b.example B\\ - - -"],
        &[],
    );
    check(
        "domain,name\nacme.example,\"Acme\" Works\nb.example,5\" Pipes\n",
        &["acme.example \"Acme\" Works - - -", "b.example 5\" Pipes - - -"],
        &[],
    );
    check(
        "domain,name,notes\r\nacme.example,\"Acme\r\nWorks\",\"one, two\r\n\r\nthree\"\r\nb.example,B,\r\nx,X,\r\n",
        &["acme.example Acme Works - - -", "b.example B - - -"],
        &["account_domain_invalid: line 7"],
    );
}

#[test]
fn rows_that_cannot_be_read() {
    let unclosed = "account_line_unreadable: line 3: a quote is not closed";
    let rows = ["a.example A - - -", "c.example C - - -", "d.example D - - -"];
    // Nothing closes it; a later row does; a later field opens right behind it.
    check(
        "domain,name\r\na.example,A\r\nb.example,\"B\r\nc.example,C\r\nd.example,D\r\n",
        &rows,
        &[unclosed],
    );
    check(
        "domain,name\na.example,A\nb.example,\"B\nc.example,C\nd.example,\"D\"\n",
        &rows,
        &[unclosed],
    );
    check(
        "domain,name\na.example,A\nb.example,\"B\nc.example,C\nd.example,D\ne,E\"\n",
        &rows,
        &[unclosed, "account_domain_invalid: line 6"],
    );
    check(
        "domain;name;country\na.example;A;\nb.example;\"B;\"DE\"\nc.example;\"C\";\nd.example;D;\n",
        &rows,
        &[unclosed],
    );
    check(
        "domain\tname\na.example\tA\nb.example\t\"B\nc.example\tC\n\"d.example\"\t\"D\"",
        &rows,
        &[unclosed],
    );
    let nul = "account_line_unreadable: line 3: it has a NUL";
    check("domain,name\na.example,A\nb.example,B\0B\nc.example,C\nd.example,D\n", &rows, &[nul]);
    check(
        "domain,name\r\na.example,A\r\nb.example\0,B\r\nc.example,C\r\nd.example,D\r\n",
        &rows,
        &[nul],
    );
    let large = "account_line_unreadable: line 3: a field is larger";
    for long in ["x".repeat(3 << 20), format!("\"{}\"", "x, \r\n".repeat(600_000))] {
        let list = format!(
            "domain,name\r\na.example,A\r\nb.example,{long}\r\nc.example,C\r\n\r\nd.example,D\r\nz,\r\n"
        );
        let last = if long.starts_with('"') { "line 600007" } else { "line 7" };
        check(&list, &rows, &[large, &format!("account_domain_invalid: {last}")]);
    }
    // What is too long for a name, but no more, costs the name only.
    let list = format!("domain,name\na.example,A\nc.example,{}\n", "C ".repeat(150));
    check(&list, &["a.example A - - -", "c.example - - - -"], &["account_value_unusable: line 3"]);
}

#[test]
fn lists_that_are_made_to_take_long() {
    let begun = Instant::now();
    let open = format!("domain,name\n{}", "5\",\"\n".repeat(40_000));
    let wide = format!("domain,name\n{}", ",".repeat(200_000));
    let quotes = format!("domain,name\n{}", "a.example,\"\"\"\n".repeat(10_000));
    for list in [open, wide, quotes] {
        let (_, notes) = accounts(list.as_bytes());
        assert!(!notes.is_empty() && notes.len() <= 1_001, "{}", notes.len());
    }
    let (found, notes) = accounts(&vec![b'a'; 25 << 20]);
    assert!(found.accounts.is_empty() && notes[0].code == "accounts_too_large");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

proptest! {
    #[test]
    fn no_input_breaks_it(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        rows in "(sep=[;|]\r?\n)?(domain[,;\t|]name\r?\n)?([a-z\\\\\"., ;|\r\n\t\0é]{0,120})",
    ) {
        let _ = accounts(&bytes);
        let (found, _) = accounts(rows.as_bytes());
        prop_assert!(found.accounts.iter().all(|account| !account.domain.is_empty()));
    }
}
