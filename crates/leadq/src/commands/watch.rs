//! `leadq watch`: follows companies' sites, and lists the followed ones.

use ingest::Pace;
use model::{By, Cause};
use serde::Serialize;

use crate::cli::WatchArgs;
use crate::output::Output;
use crate::show;
use crate::wiring::Session;

/// The result for one given domain.
#[derive(Debug, Serialize)]
struct Changed {
    domain: String,
    /// Whether following began or ended now; false if the domain was in that state already.
    is_new: bool,
}

pub(super) async fn run(session: &Session, args: &WatchArgs) -> anyhow::Result<Output> {
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
        return Ok(Output::well(show::json(&changed)?));
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

async fn list(session: &Session, as_json: bool) -> anyhow::Result<Output> {
    let watched = answer::followed(&session.answers).await?;
    if as_json {
        return Ok(Output::well(show::json(&watched)?));
    }
    if watched.is_empty() {
        return Ok(Output::well(
            "no companies are followed yet: `leadq watch DOMAIN`, then `leadq up`\n",
        ));
    }
    let rows = watched.into_iter().map(|company| {
        let state = if company.is_active {
            company.looked.unwrap_or("not yet".to_owned())
        } else {
            "ended".to_owned()
        };
        vec![
            company.domain,
            company.since,
            company.addresses.to_string(),
            company.looks.to_string(),
            state,
        ]
    });
    Ok(Output::well(show::table(&["company", "since", "addresses", "visits", "last visit"], rows)))
}
