//! Generated pages of invented companies, used when no data is given.

use model::Timestamp;

use crate::random::{Random, capitalised, name_of};

/// The time of observation of all generated pages: 2026-03-02T08:00:00Z.
pub(crate) const OBSERVED: Timestamp = Timestamp(1_772_438_400_000_000);

/// One of this many pages reports an event.
pub(crate) const NEWS_EVERY: usize = 4;
const PARAGRAPHS: usize = 40;

/// Common words between the invented ones, so that the text is recognised as English.
const LINKS: [&str; 12] =
    ["the", "and", "of", "to", "in", "for", "with", "that", "from", "this", "our", "is"];

/// Returns the host of a generated page.
pub(crate) fn host_of(number: usize) -> String {
    format!("site-{number:06}.example")
}

/// Generates a page: its address and its HTML.
pub(crate) fn page(number: usize, seed: u64) -> (String, String) {
    let mut random = Random::of(seed, number as u64);
    let name = name_of(number);
    let host = host_of(number);
    let news = if number.is_multiple_of(NEWS_EVERY) {
        news(&name, &host, &mut random)
    } else {
        String::new()
    };
    let mut paragraphs = String::new();
    for at in 0..PARAGRAPHS {
        if at % 8 == 0 {
            paragraphs.push_str(&format!("<h2>{}</h2>\n", sentence(&mut random, 4)));
        }
        let sentences: Vec<String> = (0..4).map(|_| sentence(&mut random, 14)).collect();
        paragraphs.push_str(&format!("<p>{}</p>\n", sentences.join(" ")));
    }
    let day = 1 + random.below(27);
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <title>News from {name}</title>\n\
         <meta property=\"article:published_time\" content=\"2026-02-{day:02}T09:00:00Z\">\n\
         <meta property=\"og:site_name\" content=\"{name}\">\n\
         <script src=\"https://{host}/app.js\"></script>\n\
         <script type=\"application/ld+json\">{{\"@answers\": \"https://schema.org\", \"@type\": \
         \"Organization\", \"name\": \"{name}\", \"url\": \"https://{host}/\", \"address\": \
         {{\"addressCountry\": \"DE\"}}}}</script></head>\n\
         <body><nav><a href=\"/\">Home</a> <a href=\"/about\">About</a></nav>\n\
         <main><article><h1>News from {name}</h1>\n{news}{paragraphs}</article></main>\n\
         <footer>{name}, all rights reserved</footer></body></html>\n"
    );
    (format!("https://{host}/news/{number}"), html)
}

fn news(name: &str, host: &str, random: &mut Random) -> String {
    let million = 6 + random.below(80);
    let text = match random.below(3) {
        0 => format!(
            "{name} today announced that it has raised €{million} million in Series B funding \
             led by {} Capital.",
            capitalised(&random.word(8))
        ),
        1 => format!(
            "{name} has received ISO/IEC 27001 certification from an accredited body. The \
             <a href=\"https://{host}/files/iso27001-certificate.pdf\">certificate</a> can be \
             downloaded."
        ),
        _ => format!(
            "{name} was awarded a contract worth £{million} million by the Ministry of Transport \
             to renew its ticketing network."
        ),
    };
    format!("<p>{text}</p>\n")
}

fn sentence(random: &mut Random, words: usize) -> String {
    let words: Vec<String> = (0..words)
        .map(|_| {
            if random.percent(45) {
                random.pick(&LINKS).copied().unwrap_or_default().to_owned()
            } else {
                let letters = 4 + random.below(6);
                random.word(letters)
            }
        })
        .collect();
    capitalised(&words.join(" ")) + "."
}
