//! Amounts of money in their various notations.

use proptest::prelude::*;

use super::find;

fn check(text: &str, expect: &[(i64, &str)]) {
    let got: Vec<(i64, &str)> =
        find(text).iter().map(|money| (money.amount, money.currency)).collect();
    assert_eq!(got, expect, "{text}");
}

#[test]
fn money_is_read_as_people_write_it() {
    check("raises $20M today", &[(20_000_000, "USD")]);
    check("US$1.2bn", &[(1_200_000_000, "USD")]);
    check("a €25m round", &[(25_000_000, "EUR")]);
    check("25 Mio. Euro und 12,5 Millionen Euro", &[(25_000_000, "EUR"), (12_500_000, "EUR")]);
    check("£3 million", &[(3_000_000, "GBP")]);
    check("Rs 5,20,00,000 or ₹40 crore", &[(52_000_000, "INR"), (400_000_000, "INR")]);
    check(
        "SEK 100m, CHF 2.5 million, C$60 million",
        &[(100_000_000, "SEK"), (2_500_000, "CHF"), (60_000_000, "CAD")],
    );
    check("30 millions d'euros", &[(30_000_000, "EUR")]);
    check("1,8 million d’euros", &[(1_800_000, "EUR")]);
    check("8 millones de euros", &[(8_000_000, "EUR")]);
    check("15 miljoen euro", &[(15_000_000, "EUR")]);
    check(
        "750.000 Euro, 1.250.000 €, 30 M€",
        &[(750_000, "EUR"), (1_250_000, "EUR"), (30_000_000, "EUR")],
    );
    check("a $20-million deal for $934,160.", &[(20_000_000, "USD"), (934_160, "USD")]);
    check("CHF 1'500'000 and 1 500 000 €", &[(1_500_000, "CHF"), (1_500_000, "EUR")]);
    check("$1,250 million, $12.345 million", &[(1_250_000_000, "USD"), (12_345_000, "USD")]);
    check("2,1 milliards d'euros, 3 Mrd. Euro", &[(2_100_000_000, "EUR"), (3_000_000_000, "EUR")]);
    check("5 million pounds", &[(5_000_000, "GBP")]);
    check("€12,50 or $9.99", &[(13, "EUR"), (10, "USD")]);
}

#[test]
fn ignores_ambiguous_amounts() {
    for text in [
        "$1.250",
        "$5-10 million",
        "¥500 million",
        "kr 100m",
        "40 crore",
        "300 pounds",
        "1,25,3 €",
        "$1,2345,678",
        "20 million users",
        "Q4",
        "1.250 Millionen Euro",
    ] {
        check(text, &[]);
    }
}

proptest! {
    #[test]
    fn never_panics_and_spans_are_words(text in "\\PC{0,80}") {
        for money in find(&text) {
            prop_assert!(text.get(money.start..money.end).is_some());
            prop_assert!(money.amount >= 0);
        }
    }

    #[test]
    fn written_amounts_come_back(amount in 1_i64..999, tenths in 0_i64..10, grouped in 1_i64..999_999) {
        let expect = (amount * 10 + tenths) * 100_000;
        for text in [
            format!("${amount}.{tenths}M"),
            format!("USD {amount}.{tenths} million"),
            format!("{amount},{tenths} Millionen Euro"),
            format!("€{amount}.{tenths}m"),
            format!("{amount},{tenths} M€"),
        ] {
            let got: Vec<i64> = find(&text).iter().map(|money| money.amount).collect();
            prop_assert_eq!(got, vec![expect], "{}", text);
        }
        let text = format!("${},{:03}", grouped, amount);
        let got: Vec<i64> = find(&text).iter().map(|money| money.amount).collect();
        let expect = if grouped < 1000 { vec![grouped * 1000 + amount] } else { Vec::new() };
        prop_assert_eq!(got, expect, "{}", text);
    }
}
