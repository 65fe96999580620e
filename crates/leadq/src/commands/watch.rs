//! `leadq watch`: follows companies' sites, and lists the followed ones.

use answer::{FollowedCompany, ItemList, VisitOutcome};
use flow::FollowedAccounts;
use ingest::Pace;
use model::{By, Cause, ObservationOutcome};
use serde::Serialize;
use store::ErrorKind;

use crate::cli::WatchArgs;
use crate::config::UsageError;
use crate::output::Output;
use crate::show::{self, Column, ListFormat, ListValue, Listing, Place, Tone, column};
use crate::wiring::Session;

const COLUMNS: [Column; 13] = [
    column("domain", Place::Under("company")),
    column("since", Place::Under("since")),
    column("addresses", Place::Under("addresses")),
    column("visits", Place::Under("visits")),
    column("is_active", Place::Prose("last visit")),
    column("last_visit", Place::Beside),
    column("outcome", Place::Beside),
    column("failing", Place::Below),
    column("is_failing", Place::Data),
    column("failed_url", Place::Below),
    column("reason", Place::Data),
    column("failures", Place::Data),
    column("cause", Place::Data),
];

/// The result for one given domain.
#[derive(Debug, Serialize)]
struct Changed {
    domain: String,
    /// Whether following began or ended now; false if the domain was in that state already.
    is_new: bool,
}

pub(super) async fn run(session: &Session, args: &WatchArgs) -> anyhow::Result<Output> {
    if args.accounts {
        return follow_accounts(session, args.list.is_json()).await;
    }
    if args.domains.is_empty() {
        return list(session, args.list.format()).await;
    }
    let by = &By::OPERATOR;
    let mut changed = Vec::with_capacity(args.domains.len());
    for domain in &args.domains {
        let done = if args.stop {
            flow::unfollow(&session.context, domain, by).await
        } else {
            flow::follow(&session.context, domain, &Cause::Person, by, Pace::default()).await
        };
        let is_new = done.map_err(|error| match error.kind() {
            ErrorKind::Rejected => anyhow::Error::from(UsageError(error.to_string())),
            _ => error.into(),
        })?;
        changed.push(Changed { domain: domain.clone(), is_new });
    }
    if args.list.is_json() {
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

async fn list(session: &Session, format: ListFormat) -> anyhow::Result<Output> {
    let watched = ItemList::from(answer::followed(&session.answers).await?);
    let text = show::formatted(format, &watched, |watched| listing(&watched.items))?;
    Ok(Output::well(text))
}

fn listing(watched: &[FollowedCompany]) -> Listing {
    let none = "no companies are followed yet: `leadq watch DOMAIN`, then `leadq up`\n";
    Listing::new(&COLUMNS, watched.iter().map(row)).or_if_empty(none)
}

/// Formats a followed company, with its last visit and the reason of its last failure.
fn row(company: &FollowedCompany) -> Vec<ListValue> {
    let is_active = company.is_active;
    let visit = company.last_visit.as_ref();
    let failure = company.last_failure.as_ref();
    // The table says less of a company that is not followed any more.
    let now = |text: String| if is_active { text } else { String::new() };
    let state = match (is_active, visit) {
        (false, _) => "ended",
        (true, None) => "not yet",
        (true, Some(_)) => "",
    };
    let (failing, addresses) = (company.failing, company.addresses);
    let failing_of = match failure {
        Some(_) => now(format!("failing: {failing} of {addresses} addresses, the last:")),
        None => String::new(),
    };
    let why = |visit: &VisitOutcome| visit.why.clone().unwrap_or_default();
    let at = visit.map(|visit| visit.at.to_string()).unwrap_or_default();
    let outcome = visit.map(|visit| in_words(visit.outcome)).unwrap_or_default();
    let mut state = ListValue::from(is_active).shown(state);
    if is_active && company.is_failing {
        state = state.toned(Tone::Warning);
    }
    vec![
        ListValue::from(&company.domain),
        ListValue::from(&company.since),
        ListValue::from(addresses),
        ListValue::from(company.looks),
        state,
        ListValue::from(&at).shown(now(at)),
        ListValue::from(outcome).shown(now(outcome.to_owned())),
        ListValue::from(failing).shown(failing_of),
        ListValue::from(company.is_failing),
        ListValue::of(failure.map(|failure| &failure.url))
            .shown(failure.map(failure_in_words).map(now).unwrap_or_default()),
        ListValue::of(failure.map(why)),
        ListValue::of(failure.map(|failure| failure.failures)),
        ListValue::from(&company.cause),
    ]
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
