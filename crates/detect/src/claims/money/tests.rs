//! Amounts of money in their various notations.

use proptest::prelude::*;

use lexicon::money::AmountLocale;

use super::{AmountSpan, find, masked};

fn read(text: &str, page: (&str, &str)) -> Vec<AmountSpan> {
    let language = Some(page.0).filter(|language| !language.is_empty());
    find(text, AmountLocale::of(language, page.1))
}

fn check_on(page: (&str, &str), text: &str, expect: &[(i64, &str)]) {
    let found = read(text, page);
    let got: Vec<(i64, &str)> =
        found.iter().filter_map(|span| span.money).map(|one| (one.amount, one.currency)).collect();
    assert_eq!(got, expect, "{text}");
}

fn check(text: &str, expect: &[(i64, &str)]) {
    check_on(("", "https://x.example/"), text, expect);
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

#[test]
fn every_currency_is_read_with_its_own_signs_and_scales() {
    check("raised PLN 45 million in a Series A round", &[(45_000_000, "PLN")]);
    check(
        "MSEK 80, 80 MNOK, TEUR 750, 12 Mkr here",
        &[(80_000_000, "SEK"), (80_000_000, "NOK"), (750_000, "EUR")],
    );
    check("£12.5 mil and R273 million", &[(12_500_000, "GBP"), (273_000_000, "ZAR")]);
    check("CHF 12‘500‘000 or Fr. 2,5 Mio.", &[(12_500_000, "CHF"), (2_500_000, "CHF")]);
    check(
        "Rs. 12,50,000, INR 3 lakh, ₹2 lakh crore",
        &[(1_250_000, "INR"), (300_000, "INR"), (2_000_000_000_000, "INR")],
    );
    check(
        "IDR 50 billion, KES 120m, 30 million UAH, MX$45 million",
        &[(50_000_000_000, "IDR"), (120_000_000, "KES"), (30_000_000, "UAH"), (45_000_000, "MXN")],
    );
    check(
        "RM12 million, NT$300 million, ¥500 million",
        &[(12_000_000, "MYR"), (300_000_000, "TWD"), (500_000_000, "JPY")],
    );
    check("ca. $5 million, Lineport's $6 million", &[(5_000_000, "USD"), (6_000_000, "USD")]);
    check("US $5 million, AU$6 million", &[(5_000_000, "USD"), (6_000_000, "AUD")]);
    check("$5 million CAD, $20 million real estate", &[(5_000_000, "CAD"), (20_000_000, "USD")]);
    check("12 billion won ($9 million)", &[(12_000_000_000, "KRW"), (9_000_000, "USD")]);
    check(
        "12 500 000 euros, 12\u{a0}500\u{a0}000 €, 1\u{2009}500\u{2009}000 EUR",
        &[(12_500_000, "EUR"), (12_500_000, "EUR"), (1_500_000, "EUR")],
    );
}

#[test]
fn signs_scales_and_marks_are_read_by_the_page() {
    let page = |language| (language, "https://x.example/");
    for (language, text, expect) in [
        (
            "sv",
            "80 miljoner kr och 1,2 mdr kronor",
            &[(80_000_000, "SEK"), (1_200_000_000, "SEK")][..],
        ),
        ("da", "40 mio. kr. og 1,5 mia. kroner", &[(40_000_000, "DKK"), (1_500_000_000, "DKK")]),
        ("no", "200 mill. kroner", &[(200_000_000, "NOK")]),
        ("pl", "45 mln zł i 800 tys. zł", &[(45_000_000, "PLN"), (800_000, "PLN")]),
        ("cs", "12,5 mil. Kč a 3 miliardy korun", &[(12_500_000, "CZK"), (3_000_000_000, "CZK")]),
        ("hu", "500 millió forint, 1,2 Mrd Ft", &[(500_000_000, "HUF"), (1_200_000_000, "HUF")]),
        ("ro", "20 de milioane de lei, 5 mil. euro", &[(20_000_000, "RON"), (5_000_000, "EUR")]),
        ("uk", "30 млн грн та 2,5 млн доларів", &[(30_000_000, "UAH"), (2_500_000, "USD")]),
        ("bg", "3 млн. лв.", &[(3_000_000, "BGN")]),
        ("ru", "1,5 млрд рублей", &[(1_500_000_000, "RUB")]),
        ("tr", "50 milyon lira, 12 milyon ₺", &[(50_000_000, "TRY"), (12_000_000, "TRY")]),
        (
            "ja",
            "シリーズAで12億円を調達、1億5000万円",
            &[(1_200_000_000, "JPY"), (150_000_000, "JPY")],
        ),
        ("zh", "完成3000万元融资，三千万美元", &[(30_000_000, "CNY"), (30_000_000, "USD")]),
        ("ko", "120억원 투자", &[(12_000_000_000, "KRW")]),
        ("es", "5 mil millones de pesos mexicanos", &[(5_000_000_000, "MXN")]),
        ("pt", "R$ 20 mi e 3 milhões de reais", &[(20_000_000, "BRL"), (3_000_000, "BRL")]),
        ("fi", "12 miljoonaa euroa, 3 milj. €", &[(12_000_000, "EUR"), (3_000_000, "EUR")]),
        (
            "de",
            "1.250 Mio. Euro oder 1,250 Mrd. Euro",
            &[(1_250_000_000, "EUR"), (1_250_000_000, "EUR")],
        ),
        ("en", "€1.250 million", &[(1_250_000, "EUR")]),
    ] {
        check_on(page(language), text, expect);
    }
    check_on(("en", "https://x.se/news"), "kr 100m", &[(100_000_000, "SEK")]);
    check_on(("en", "https://x.co.in/"), "Rs 5 crore", &[(50_000_000, "INR")]);
    check_on(("en", "https://x.pk/"), "Rs 5 crore", &[(50_000_000, "PKR")]);
}

#[test]
fn amounts_in_words_are_read() {
    for (language, text, expect) in [
        ("en", "twelve million euros", (12_000_000, "EUR")),
        ("en", "one and a half million dollars", (1_500_000, "USD")),
        ("en", "twenty-five million pounds", (25_000_000, "GBP")),
        ("en", "half a billion dollars", (500_000_000, "USD")),
        ("en", "Series A one hundred and twenty million euros", (120_000_000, "EUR")),
        ("de", "zwölf Millionen Euro", (12_000_000, "EUR")),
        ("de", "fünfundzwanzig Millionen Euro", (25_000_000, "EUR")),
        ("de", "eine Zwölf-Millionen-Euro-Runde", (12_000_000, "EUR")),
        ("fr", "quatre-vingt-dix millions d'euros", (90_000_000, "EUR")),
        ("fr", "vingt et un millions d’euros", (21_000_000, "EUR")),
        ("es", "treinta y cinco millones de euros", (35_000_000, "EUR")),
        ("it", "dodici milioni di euro", (12_000_000, "EUR")),
        ("nl", "vijfentwintig miljoen euro", (25_000_000, "EUR")),
        ("pl", "dwadzieścia pięć milionów złotych", (25_000_000, "PLN")),
        ("sv", "tjugofem miljoner kronor", (25_000_000, "SEK")),
        ("fi", "kaksikymmentäviisi miljoonaa euroa", (25_000_000, "EUR")),
        ("fr", "un million d'euros", (1_000_000, "EUR")),
    ] {
        check_on((language, "https://x.example/"), text, &[expect]);
    }
}

#[test]
fn an_amount_that_cannot_be_read_has_its_place() {
    for text in [
        "€5-10 million",
        "€5 to €10 million",
        "between €5m and €10m",
        "5 bis 10 Millionen Euro",
        "kr 100m",
        "$1.250",
        "several million euros",
        "a seven-figure sum",
        "XBT 45 million",
        "45 million in a Series A round",
    ] {
        let found = read(text, ("", "https://x.example/"));
        assert_eq!((found.len(), found[0].money), (1, None), "{text}");
        let masked = masked(text, &found);
        assert_eq!(masked.len(), text.len());
        assert!(masked.contains('\u{1}') && !masked.contains(|c: char| c.is_ascii_digit()));
    }
    for text in [
        "20 million users",
        "ISO 27001 and SOC 2",
        "TRY 30 days, TOP 100 and ALL 12 million users",
        "12 eurozone countries",
        "R2D2, R5 and M3",
        "12 brand new offices",
        "30 MARS 2026",
        "5 to 10 people",
        "the 5 million won by Acme",
        "PHP 8 and GEL 4",
        "in euros 12 offices",
    ] {
        assert_eq!(read(text, ("en", "https://x.example/")), [], "{text}");
    }
}

fn amounts(text: &str) -> Vec<i64> {
    let found = find(text, AmountLocale::default());
    found.iter().filter_map(|span| span.money).map(|money| money.amount).collect()
}

proptest! {
    #[test]
    fn never_panics_and_spans_are_words(text in "\\PC{0,80}") {
        let found = find(&text, AmountLocale::default());
        for span in &found {
            prop_assert!(text.get(span.start..span.end).is_some());
            prop_assert!(span.money.is_none_or(|money| money.amount >= 0));
        }
        prop_assert_eq!(masked(&text, &found).len(), text.len());
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
            let got: Vec<i64> = amounts(&text);
            prop_assert_eq!(got, vec![expect], "{}", text);
        }
        let text = format!("${},{:03}", grouped, amount);
        let got: Vec<i64> = amounts(&text);
        let expect = if grouped < 1000 { vec![grouped * 1000 + amount] } else { Vec::new() };
        prop_assert_eq!(got, expect, "{}", text);
    }
}
