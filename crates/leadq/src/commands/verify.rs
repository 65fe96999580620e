//! `leadq verify`: every signal's evidence against the stored pages, with nothing but the folder.

use std::collections::BTreeSet;

use flow::Checked;
use model::{Fate, RunId, SignalId};
use serde::Serialize;
use server::answer::signal_ids;

use super::Answer;
use crate::show::{self, Progress};
use crate::wiring::House;

const BROKEN_SHOWN: usize = 20;
const QUOTE_CHARS: usize = 80;

#[derive(Debug, Default, Serialize)]
struct Report {
    signals: usize,
    evidence: usize,
    verified: usize,
    expired: usize,
    erased: usize,
    broken: Vec<Broken>,
    /// Signals without a single piece of evidence: there must be none.
    unproven: Vec<SignalId>,
}

#[derive(Debug, Serialize)]
struct Broken {
    signal: SignalId,
    url: String,
    quote: String,
    why: String,
}

pub(super) async fn run(house: &House, as_json: bool, quiet: bool) -> anyhow::Result<Answer> {
    let rooms = &house.rooms;
    let signals =
        rooms.db.read(|tx| Box::pin(async { tx.signals(&RunId::default()).await })).await?;
    let pieces = signals.iter().map(|row| row.signal.evidence.len()).sum();
    let known: BTreeSet<SignalId> = signals.into_iter().map(|row| row.signal.id).collect();
    let progress = Progress::of_things(pieces, quiet);
    let signals = signal_ids(&rooms.db).await?.len();
    let mut report = Report { signals, ..Report::default() };
    let mut proven = BTreeSet::new();
    let verified = flow::verify(rooms, |checked| {
        proven.insert(checked.signal);
        report.add(checked);
        progress.at(report.evidence as u64, "checking".to_owned());
    })
    .await;
    progress.finish();
    verified?;
    report.unproven = known.difference(&proven).copied().collect();
    let is_well = report.broken.is_empty() && report.unproven.is_empty();
    let text = if as_json { show::json(&report)? } else { report.in_words() };
    Ok(Answer { text, is_well })
}

impl Report {
    fn add(&mut self, checked: Checked) {
        self.evidence += 1;
        match checked.fate {
            Fate::Verified => self.verified += 1,
            Fate::Expired => self.expired += 1,
            Fate::Erased(_) => self.erased += 1,
            Fate::Broken(why) => self.broken.push(Broken {
                signal: checked.signal,
                url: checked.evidence.url,
                quote: checked.evidence.quote,
                why,
            }),
        }
    }

    fn in_words(&self) -> String {
        let mut text = format!(
            "{} with {}: {} verified, {} expired, {} erased, {} broken\n",
            show::count(self.signals, "signal"),
            show::count(self.evidence, "quote"),
            show::number(self.verified as u64),
            show::number(self.expired as u64),
            show::number(self.erased as u64),
            show::number(self.broken.len() as u64),
        );
        for broken in self.broken.iter().take(BROKEN_SHOWN) {
            let quote = show::clipped(&broken.quote, QUOTE_CHARS);
            text.push_str(&format!(
                "  broken: {}\n    signal {} · {}\n    “{quote}”\n",
                broken.why, broken.signal, broken.url
            ));
        }
        if self.broken.len() > BROKEN_SHOWN {
            text.push_str("  `leadq verify --json` lists them all\n");
        }
        for signal in &self.unproven {
            text.push_str(&format!("  broken: signal {signal} has no evidence at all\n"));
        }
        text
    }
}
