//! `leadq lead`: shows one company with its facts, scores and signals.

use std::fmt::Write as _;

use answer::{
    Dossier, Lead, ReadContext, SignalDetail, display_name, domain_of, dossier_on, quoted,
};
use model::{Component, Day, FactKey, Points, Product};

use crate::cli;
use crate::journey;
use crate::output::Output;
use crate::show::{self, Tone};
use crate::wiring::Session;

const QUOTE_CHARS: usize = 240;
const QUOTES_SHOWN: usize = 3;
const BAR_CELLS: usize = 24;

pub(super) async fn run(
    session: &Session,
    args: &cli::LeadArgs,
    quiet: bool,
) -> anyhow::Result<Output> {
    let answers = &session.answers;
    let profile = journey::profile(answers, quiet).await?;
    let day = answers.day(args.on);
    if args.json {
        let lead = answer::lead(answers, &args.company, day).await?;
        return Ok(Output::well(show::json(&lead)?));
    }
    let company = dossier_on(answers, &profile, &args.company, day).await?;
    Ok(Output::well(to_text(answers, &company, day)))
}

fn to_text(answers: &ReadContext, company: &Dossier, day: Day) -> String {
    let mut text = heading(company);
    if let Some(settled) = company.state(day).settled {
        text.push_str(&show::wrapped(&settled.text(), ""));
    }
    text.push_str(&show::facts(facts(company)));
    for lead in &company.leads {
        text.push('\n');
        text.push_str(&score_line(lead, day));
        text.push_str(&waterfall(lead, day));
    }
    let signals = company.signals_by(day);
    if signals.is_empty() {
        text.push_str("\nno signals yet\n");
    }
    for signal in signals {
        let detail = SignalDetail::of(answers, company, signal, day);
        let until = detail.end.map(|end| format!(" to {end}")).unwrap_or_default();
        text.push('\n');
        text.push_str(&show::heading(&format!(
            "{} · {}{until} · {} · confidence {} · id {}",
            detail.title,
            if detail.undated { "undated".to_owned() } else { detail.start.to_string() },
            show::count(detail.independent_sources as usize, "independent source"),
            detail.confidence,
            detail.id
        )));
        text.push_str(&show::wrapped(&detail.explanation, "  "));
        for evidence in detail.evidence.iter().take(QUOTES_SHOWN) {
            text.push_str(&show::wrapped(&quoted(&evidence.quote, QUOTE_CHARS), "    "));
            let (address, seen) = (show::address(&evidence.url), evidence.observed.day());
            text.push_str(&show::wrapped(&format!("{address} · seen {seen}"), "    "));
        }
        let hidden = detail.evidence.len().saturating_sub(QUOTES_SHOWN);
        if hidden > 0 {
            let _ = writeln!(text, "    and {}", show::count(hidden, "more quote"));
        }
    }
    text
}

/// Formats the name and the domain.
pub(super) fn heading(company: &Dossier) -> String {
    let name = display_name(&company.view);
    show::heading(&match domain_of(&company.view) {
        Some(domain) if domain != name => format!("{name} · {domain}"),
        Some(_) => name,
        None => format!("{name} · known by name only: cannot be called until it is joined"),
    })
}

fn facts(company: &Dossier) -> Vec<(String, String)> {
    let mut rows: Vec<(String, String)> = FactKey::ALL
        .into_iter()
        .filter(|key| *key != FactKey::Name)
        .filter_map(|key| {
            let values = company.view.facts.get(&key)?;
            Some((key.as_str().to_owned(), values.join(", ")))
        })
        .collect();
    let members: Vec<String> =
        company.view.members.iter().map(|(entity, _)| entity.to_string()).collect();
    rows.push(("made of".to_owned(), members.join(", ")));
    rows.push(("id".to_owned(), company.id.to_string()));
    if company.view.is_account {
        rows.push(("account".to_owned(), "on your list".to_owned()));
    }
    rows
}

/// Formats the score with its words, and the day on which it will drop.
pub(super) fn score_line(lead: &Lead, day: Day) -> String {
    let product = product_name(&lead.product);
    let score = format!("{} {}", lead.points(day), lead.words(day));
    let mut line = format!("{score} for {product} on {day}");
    if let Some(drop) = lead.card.drops_on(day) {
        let (points, label) = (lead.points(drop), lead.words(drop));
        let _ = write!(line, "; by itself {points} {label} from {drop}");
    }
    let wrapped = show::wrapped(&line, "");
    let tone = Tone::of_band(lead.words(day));
    match wrapped.strip_prefix(&score) {
        Some(rest) => show::toned(tone, &score) + rest,
        None => wrapped,
    }
}

fn product_name(product: &Product) -> String {
    if product.id.is_empty() { "anything".to_owned() } else { product.name.clone() }
}

/// Formats the points of each reason as bars.
pub(super) fn waterfall(lead: &Lead, day: Day) -> String {
    let reading = lead.card.read(day);
    let bar_cells = BAR_CELLS.min(usize::from(show::width()) / 5);
    let max = reading.contributions.iter().map(|c| c.points.0.abs()).max().unwrap_or(0);
    let components = reading.components;
    let mut rows = Vec::new();
    for (component, name, points) in [
        (Component::Fit, "FIT", components.fit),
        (Component::Intent, "INTENT", components.intent),
        (Component::Timing, "TIMING", components.timing),
    ] {
        rows.push(vec![name.to_owned(), signed(points), String::new(), String::new()]);
        let contributions = reading.contributions.iter().filter(|c| c.component == component);
        rows.extend(contributions.map(|contribution| {
            vec![
                String::new(),
                signed(contribution.points),
                show::bar(contribution.points.0, max, bar_cells),
                contribution.reason.clone(),
            ]
        }));
    }
    rows.push(vec!["score".to_owned(), format!("{}", reading.score), String::new(), String::new()]);
    show::columns(rows)
}

/// Formats points with their sign.
pub(super) fn signed(points: Points) -> String {
    if points.0 > 0 { format!("+{points}") } else { points.to_string() }
}
