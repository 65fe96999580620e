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
        "Room 0.12, 5 to 7 pm",
    ] {
        assert_eq!(redact(text), text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn redacting_twice_changes_nothing(
        text in r"(Tel|Fax|call|phone|a@b\.de| at|\(at\)|[0-9]{1,6}|[ ()+./:\-]|\[|\]|é|[a-z]{1,3}){0,24}"
    ) {
        let once = redact(&text).into_owned();
        prop_assert_eq!(redact(&once).into_owned(), once);
    }
}
