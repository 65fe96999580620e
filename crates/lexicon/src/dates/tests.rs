//! Dates as people write them, and numbers that are none.

use super::*;

/// Asserts what is read of the first date of a text: `2024-11-10`, `2024-W46-7`, `2024-11`, `2024`,
/// `?` for a date without a year, or nothing.
#[track_caller]
fn check(text: &str, lang: &str, country: &str, expect: &str) {
    let known = |code| Some(code).filter(|code: &&str| !code.is_empty());
    let order = DateOrder::of(known(lang), known(country));
    let found = find(text, known(lang), order);
    let shown = found.first().map(|found| match found.date {
        DateRead::Day { year, month, day } => format!("{year}-{month:02}-{day:02}"),
        DateRead::Week { year, week, weekday } => format!("{year}-W{week:02}-{weekday}"),
        DateRead::Month { year, month } => format!("{year}-{month:02}"),
        DateRead::Year { year } => format!("{year}"),
        DateRead::Unclear => "?".to_owned(),
    });
    assert_eq!(shown.unwrap_or_default(), expect, "{text:?} in {lang:?} of {country:?}");
}

#[test]
fn months_of_every_language() {
    for (lang, text) in [
        ("en", "Sunday, November 10th, 2024"),
        ("en", "the 10th of November, 2024"),
        ("de", "Wien, am 10. November 2024"),
        ("fr", "le 10 novembre 2024"),
        ("es", "10 de noviembre del año 2024"),
        ("it", "domenica 10 novembre 2024"),
        ("nl", "10 nov. 2024"),
        ("pt", "10 de novembro de 2024"),
        ("pl", "10 listopada 2024 r."),
        ("sv", "den 10:e november 2024"),
        ("da", "d. 10. november 2024"),
        ("no", "10. nov. 2024"),
        ("fi", "10. marraskuuta 2024"),
        ("fi", "marraskuun 10. päivänä 2024"),
        ("cs", "10. listopadu 2024"),
        ("sk", "10. novembra 2024"),
        ("sl", "10. novembra 2024"),
        ("hr", "10. studenoga 2024."),
        ("bs", "10. novembra 2024."),
        ("sr", "10. новембра 2024."),
        ("sr", "10. novembar 2024."),
        ("mk", "10 ноември 2024 г."),
        ("bg", "10 ноември 2024 г."),
        ("ru", "10-го ноября 2024 года"),
        ("uk", "10 листопада 2024 року"),
        ("be", "10 лістапада 2024 г."),
        ("el", "10 Νοεμβρίου 2024"),
        ("el", "10 ΝΟΕΜΒΡΙΟΥ 2024"),
        ("ro", "10 noiembrie 2024"),
        ("hu", "2024. november 10-én"),
        ("et", "10. novembril 2024"),
        ("lv", "2024. gada 10. novembrī"),
        ("lt", "2024 m. lapkričio 10 d."),
        ("ga", "10 Samhain 2024"),
        ("mt", "10 ta’ Novembru 2024"),
        ("tr", "10 Kasım 2024"),
        ("tr", "10 KASIM 2024"),
        ("is", "10. nóvember 2024"),
        ("ca", "10 de novembre del 2024"),
        ("gl", "10 de novembro de 2024"),
        ("eu", "2024(e)ko azaroaren 10a"),
        ("cy", "10 Tachwedd 2024"),
        ("sq", "10 nëntor 2024"),
        ("lb", "10. November 2024"),
        ("zh", "2024年11月10日"),
        ("zh", "二〇二四年十一月十日"),
        ("zh", "民國113年11月10日"),
        ("ja", "令和6年11月10日(日)"),
        ("ja", "２０２４年１１月１０日掲載"),
        ("ko", "2024년 11월 10일"),
        ("ko", "2024. 11. 10."),
    ] {
        check(text, lang, "", "2024-11-10");
        check(&format!("{text} 15:45"), lang, "", "2024-11-10");
    }
    check("10 Meán Fómhair 2024", "ga", "", "2024-09-10");
    check("1er août 2024", "fr", "", "2024-08-01");
    check("31. März 2024", "", "", "2024-03-31");
    // One word, two months.
    check("10. listopada 2024.", "hr", "", "2024-10-10");
    check("10. listopada 2024.", "", "", "2024");
}

#[test]
fn short_years_and_orders() {
    for (text, lang, country, expect) in [
        ("10.11.24", "de", "", "2024-11-10"),
        ("10. 11. 2024", "cs", "", "2024-11-10"),
        ("10 Nov ’24", "en", "", "2024-11-10"),
        ("Nov. 10, '24", "en", "", "2024-11-10"),
        ("10-Nov-24", "", "", "2024-11-10"),
        ("10 Nov 24", "en", "", "2024-11-10"),
        ("2024-Nov-10", "", "", "2024-11-10"),
        ("10Nov2024", "", "", "2024-11-10"),
        ("03/04/2024", "en", "GB", "2024-04-03"),
        ("03/04/2024", "en", "US", "2024-03-04"),
        ("03/04/24", "fr", "US", "2024-04-03"),
        ("3-4-2024", "nl", "", "2024-04-03"),
        ("03/04/2024", "en", "", "2024"),
        ("03/04/24", "en", "CA", "2024"),
        ("03/14/2024", "en", "", "2024-03-14"),
        ("24.11.10.", "hu", "", "2024-11-10"),
        ("24-11-10", "sv", "", "2024-11-10"),
        ("24/11/10", "ja", "", "2024-11-10"),
        ("24-11-10", "en", "", "?"),
        ("31.02.2024", "de", "", "2024"),
        ("10 . 11 . 2024", "de", "", "2024-11-10"),
        ("10 XI 2024", "pl", "", "2024-11-10"),
        ("10.XI.2024 r.", "pl", "", "2024-11-10"),
        ("10/xi/24", "es", "", "2024-11-10"),
        ("10 XI ’24", "it", "", "2024-11-10"),
        ("32 XI 2024", "pl", "", ""),
        ("10 Blurgh ’24", "en", "", "2024"),
        ("ngày 10 tháng 11 năm 2024", "vi", "", "2024"),
        ("2024 оны 11 сарын 10", "mn", "", "2024"),
        ("45.13.24", "de", "", "?"),
        ("32/13/24", "en", "", "?"),
        ("2024-W46", "", "", "2024-W46-7"),
        ("2024-W46-3", "", "", "2024-W46-3"),
        ("KW 46/2024", "de", "", "2024-W46-7"),
        ("11/10/2024 3:45:00 PM", "en", "US", "2024-11-10"),
        ("3:45 p.m., November 10, 2024", "en", "", "2024-11-10"),
        ("Sun Nov 10 15:45:00 CET 2024", "en", "", "2024-11-10"),
        ("November 2024", "en", "", "2024-11"),
        ("2024. november", "hu", "", "2024-11"),
        ("2024年11月", "zh", "", "2024-11"),
        ("10 नवंबर 2024", "hi", "", "2024"),
        ("10 November", "en", "", "?"),
        ("10. marraskuuta", "fi", "", "?"),
    ] {
        check(text, lang, country, expect);
    }
}

#[test]
fn numbers_that_are_no_dates() {
    for text in [
        "v10.11.24",
        "Version 10.11.24",
        "Firmware: 10.11.2024",
        "10.11.24.5",
        "192.168.10.24",
        "Tel. 10-11-24",
        "030 10-11-24",
        "+49-10-11-24",
        "10.11.24 €",
        "€10.11.24",
        "EUR 12.500.000",
        "Mo–Fr 9.00–17.30",
        "24/7",
        "10:11:24",
        "ISO 27001:2022",
        "2,024 employees",
        "312-645-2026",
        "2026/S 214-645312",
        "it may 10 times",
        "Chapter 10 XI",
        "10 plants in 12 countries since 2024",
        "rolled out 2024",
        "in 2024 may",
        "On 5 May 12 people joined",
        "3年",
    ] {
        let found = find(text, Some("en"), DateOrder::DayFirst);
        let found: Vec<_> = found.iter().filter(|one| one.date != DateRead::Unclear).collect();
        assert!(found.is_empty(), "{text}: {found:?}");
    }
}

#[test]
fn ages_of_every_language_with_words_for_them() {
    for (text, expect) in [
        ("2 years ago", Some(730)),
        ("Posted a year ago", Some(365)),
        ("il y a 8 mois", Some(240)),
        ("vor 2 Jahren", Some(730)),
        ("vor einem Monat", Some(30)),
        ("hace 2 años", Some(730)),
        ("3 months ago", Some(90)),
        ("2 weken geleden", Some(14)),
        ("3 dni temu", Some(3)),
        ("för 2 år sedan", Some(730)),
        ("2 года назад", Some(730)),
        ("3 hours ago", None),
        ("It may take 10 years", None),
        ("vor 14 Uhr", None),
        ("10 years", None),
        ("Ten of our 12 plants were built 3 years ago in Ulm", None),
        ("ago", None),
        ("", None),
    ] {
        assert_eq!(age_days(text), expect, "{text}");
    }
}

#[test]
fn digits_of_every_script_are_read() {
    for (text, expect) in
        [("١٠ نوفمبر ٢٠٢٤", "10 نوفمبر 2024"), ("१० नवंबर २०२४", "10 नवंबर 2024"), ("10 a", "10 a")]
    {
        assert_eq!(with_ascii_digits(text), expect);
    }
}

#[test]
fn a_hostile_text_takes_linear_time() {
    for part in ["10.", "10 may ", "年", "2024 ", "of ", "2024年1月", "10:11:"] {
        let text = part.repeat(50_000);
        let _ = find(&text, Some("en"), DateOrder::Unknown);
    }
}
