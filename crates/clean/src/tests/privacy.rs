//! Tests that e-mail addresses and telephone numbers are removed and other numbers are kept.

use proptest::prelude::*;

use crate::redact::redact;

#[test]
fn addresses_and_numbers_are_taken_out() {
    for (text, expect) in [
        ("Write to jane.doe+x@mail.acme.example.", "Write to [e-mail]."),
        ("jörg@müller.example", "[e-mail]"),
        ("info (at) acme (dot) example", "[e-mail]"),
        ("info[at]acme.example", "[e-mail]"),
        ("Tel.: +43 (0)316 / 12 34 56-0", "Tel.: [phone]"),
        ("Tel 0316 123456, Fax 0316 123457", "Tel [phone], Fax [phone]"),
        ("call 541-714-1388 now", "call [phone] now"),
        ("(541) 714-1388", "[phone]"),
        ("0049 30 901820", "[phone]"),
        ("Office: 030/901820-0", "Office: [phone]"),
        ("+390654321987", "[phone]"),
        ("079 0442 1744 mobile", "[phone] mobile"),
        // Labels, with what may stand between them and their numbers.
        ("Mobile 22 123 456", "Mobile [phone]"),
        ("call us at 5551234 today", "call us at [phone] today"),
        ("Phone number: 5551234", "Phone number: [phone]"),
        ("Mobile no. 312-645-2026", "Mobile no. [phone]"),
        ("Call us on no. 020 7946 0955", "Call us on no. [phone]"),
        ("Kontakt-Nr. 312-645-2026", "Kontakt-Nr. [phone]"),
        ("Tel. (Büro) 5551234", "Tel. (Büro) [phone]"),
        ("Handynummer: 1701234567", "Handynummer: [phone]"),
        ("Tel. 22 123 456 Fr. 9-17 Uhr", "Tel. [phone] Fr. 9-17 Uhr"),
        ("Tél. portable : 06 12 34 56 78", "Tél. portable : [phone]"),
        ("Puh. 0450 2026 118", "Puh. [phone]"),
        ("0450 2026 118", "[phone]"),
        ("ref. +43 316 123456", "ref. [phone]"),
    ] {
        assert_eq!(redact(text), expect);
    }
}

#[test]
fn other_numbers_stay() {
    for text in [
        "certified to ISO 27001:2022 and ISO/IEC 42001",
        "on 2026-03-31 at 12:30, again on 31.03.2026 and 31/03/2026",
        "from 2019 - 2024",
        "EUR 1.250.000,00 or $ 12 500 000",
        "12,345,678 users and 10 000 000 downloads",
        "from 10.20.30.40 and 2001:db8::1",
        "order 4500123456 of lot 0012345678905",
        "IBAN AT61 1904 3002 3457 3201",
        "CPV 45000000-7, 72212000-4",
        "https://acme.example/jobs/4012345678/welder",
        "EU 2024/S 123-456789",
        "HRB 123456 B, VAT ATU12345678",
        "version 10.15.7.2026",
        "@acme on the network, a @ b",
        "npm install pumpkit@2.4.1, then fittings@10.0.3",
        "as the notice says on no. 020 7946 0955",
        "Room 0.12, 5 to 7 pm",
    ] {
        assert_eq!(redact(text), text);
    }
}

#[test]
fn amounts_and_numbers_of_files_stay() {
    for text in [
        "has raised for its fuel cell 12 500 000 euros in a Series A round",
        "für die mobile Pflege 12.500.000 Euro, für Handy-Tarife 12.500.000,00 EUR",
        "Handy 12500000 Euro",
        "une offre mobile 12 500 000 €",
        "offre mobile 12 500 000 abonnés",
        "10 000 000 mobile users",
        "Mobil 80 000 000 kr",
        "fuel cell 12 500 000 kWh",
        "notice no. 312-645-2026",
        "avis n° 0450 2026 11873",
        "file 0450 2026 11873",
        "Az. 0450 2026 1187",
        "Vergabenummer 0450 2026 1187",
        "ref. 312-645-2026, tender number 312-646-2026",
        "Ogłoszenie nr 312-645-2026",
    ] {
        assert_eq!(redact(text), text);
    }
}

#[test]
fn addresses_in_disguise_are_taken_out() {
    for (text, expect) in [
        ("jane＠acme.example", "[e-mail]"),
        ("jane ＠ acme．example", "[e-mail]"),
        ("write to jane.doe @ acme.example.", "write to [e-mail]."),
        ("write to jane at acme dot com for details", "write to [e-mail] for details"),
        ("jane dot doe AT acme DOT co DOT uk", "[e-mail]"),
        ("info [at] acme [dot] example", "[e-mail]"),
        ("info(at)acme.de, info{at}acme dot de", "[e-mail], [e-mail]"),
        ("max ät firma punkt de", "[e-mail]"),
        ("ana arroba acme punto es.", "[e-mail]."),
        (
            "https://acme.example/?a=1&mail=jane%40acme.example&b=2",
            "https://acme.example/?a=1&mail=[e-mail]&b=2",
        ),
        (
            "https://x.example/?u=https%3A%2F%2Fy.example%2F%3Fm%3Djane%40acme.example",
            "https://x.example/?u=https%3A%2F%2Fy.example%2F%3Fm%3D[e-mail]",
        ),
        ("https://x.example/?m=jane%2540acme.example", "https://x.example/?m=[e-mail]"),
    ] {
        assert_eq!(redact(text), expect);
    }
}

#[test]
fn sentences_with_at_and_dot_stay() {
    for text in [
        "meet us at example.com or @ acme.example",
        "growth at 5 dot com firms",
        "she worked at several dot com companies",
        "look at polka dot dresses",
        "meet us @ acme.example",
        "3 units @ 4.50 each",
        "a laser pointed at red dot at 5 m",
        "investors at internet dot com firms",
        "https://acme.example/?discount=50%40days",
        "on arrive à Lyon, point final",
    ] {
        assert_eq!(redact(text), text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn redacting_twice_changes_nothing(
        text in r"(Tel|Fax|call|phone|a@b\.de| at | dot |com|firms| @ |%40|\(at\)|no\. |ref |cell |euros|[0-9]{1,6}|[ ()+./:\-]|\[|\]|é|[a-z]{1,3}){0,24}"
    ) {
        let once = redact(&text).into_owned();
        prop_assert_eq!(redact(&once).into_owned(), once);
    }
}
