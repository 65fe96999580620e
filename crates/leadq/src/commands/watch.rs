//! `leadq watch`: follows companies' sites, and lists the followed ones.

use answer::{FollowedCompany, ItemList, VisitOutcome};
use flow::FollowedAccounts;
use ingest::Pace;
use model::{By, Cause, ObservationOutcome};
use serde::Serialize;

use crate::cli::WatchArgs;
use crate::output::Output;
use crate::show::{self, CellText};
use crate::wiring::Session;

/// The result for one given domain.
#[derive(Debug, Serialize)]
struct Changed {
    domain: String,
    /// Whether following began or ended now; false if the domain was in that state already.
    is_new: bool,
}

pub(super) async fn run(session: &Session, args: &WatchArgs) -> anyhow::Result<Output> {
    if args.accounts {
        return follow_accounts(session, args.json).await;
    }
    if args.domains.is_empty() {
        return list(session, args.json).await;
    }
    let by = &By::OPERATOR;
    let mut changed = Vec::with_capacity(args.domains.len());
    for domain in &args.domains {
        let is_new = if args.stop {
            flow::unfollow(&session.context, domain, by).await?
        } else {
            flow::follow(&session.context, domain, &Cause::Person, by, Pace::default()).await?
        };
        changed.push(Changed { domain: domain.clone(), is_new });
    }
    if args.json {
        return Ok(Output::well(show::json(&ItemList::from(changed))?));
    }
    let mut text = String::new();
    for Changed { domain, is_new } in changed {
        text.push_str(match (args.stop, is_new) {
            (false, true) => "following ",
            (false, false) => "followed already: ",
            (true, true) => "no longer following ",
            (true, false) => "was not followed: ",
        });
        text.push_str(&show::line(&domain));
        text.push('\n');
    }
    Ok(Output::well(text))
}

async fn follow_accounts(session: &Session, as_json: bool) -> anyhow::Result<Output> {
    let followed = flow::follow_accounts(&session.context, &By::OPERATOR, Pace::default()).await?;
    if as_json {
        return Ok(Output::well(show::json(&followed)?));
    }
    let FollowedAccounts { accounts, new } = followed;
    if accounts == 0 {
        let hint = "no accounts are known yet: `leadq init --accounts FILE` reads them\n";
        return Ok(Output::well(hint));
    }
    let already = show::number((accounts - new) as u64);
    let new = show::count(new, "more site");
    Ok(Output::well(format!("following {new} of your accounts; followed already: {already}\n")))
}

async fn list(session: &Session, as_json: bool) -> anyhow::Result<Output> {
    let watched = answer::followed(&session.answers).await?;
    if as_json {
        return Ok(Output::well(show::json(&ItemList::from(watched))?));
    }
    if watched.is_empty() {
        return Ok(Output::well(
            "no companies are followed yet: `leadq watch DOMAIN`, then `leadq up`\n",
        ));
    }
    let rows = watched.into_iter().map(|company| {
        let state = state_of(&company);
        vec![
            company.domain.into(),
            company.since.into(),
            company.addresses.to_string().into(),
            company.looks.to_string().into(),
            state,
        ]
    });
    Ok(Output::well(show::table(&["company", "since", "addresses", "visits", "last visit"], rows)))
}

/// Formats the last visit with its outcome, and the last failure with its reason.
fn state_of(company: &FollowedCompany) -> CellText {
    if !company.is_active {
        return "ended".into();
    }
    let Some(visit) = &company.last_visit else { return "not yet".into() };
    let mut lines = vec![format!("{} {}", visit.at, in_words(visit.outcome))];
    if let Some(failure) = &company.last_failure {
        let (failing, addresses) = (company.failing, company.addresses);
        lines.push(format!("failing: {failing} of {addresses} addresses, the last:"));
        lines.push(failure_in_words(failure));
    }
    CellText::lines(lines)
}

/// Describes a failed visit: the address and the reason.
pub(super) fn failure_in_words(failure: &VisitOutcome) -> String {
    let why = failure.why.as_deref().unwrap_or(in_words(failure.outcome));
    match failure.failures {
        0 | 1 => format!("{}: {why}", failure.url),
        times => format!("{}: {why} ({times} times in a row)", failure.url),
    }
}

const fn in_words(outcome: ObservationOutcome) -> &'static str {
    match outcome {
        ObservationOutcome::Changed => "changed",
        ObservationOutcome::Unchanged => "unchanged",
        ObservationOutcome::Gone => "gone",
        ObservationOutcome::CouldNotLook => "failed",
        ObservationOutcome::NotAllowed => "not allowed",
    }
}
