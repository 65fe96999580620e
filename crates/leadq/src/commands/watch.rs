//! `leadq watch`: whose sites are followed.

use ingest::Pace;
use model::{By, Cause};
use serde::Serialize;

use super::Answer;
use crate::cli::Watch;
use crate::show;
use crate::wiring::House;

/// What became of one domain that was named.
#[derive(Debug, Serialize)]
struct Changed {
    domain: String,
    /// Followed from now on, or no longer; false when that was so already.
    is_new: bool,
}

pub(super) async fn run(house: &House, said: &Watch) -> anyhow::Result<Answer> {
    if said.domains.is_empty() {
        return list(house, said.json).await;
    }
    let by = &By::OPERATOR;
    let mut changed = Vec::with_capacity(said.domains.len());
    for domain in &said.domains {
        let is_new = if said.stop {
            flow::unfollow(&house.rooms, domain, by).await?
        } else {
            flow::follow(&house.rooms, domain, &Cause::Person, by, Pace::default()).await?
        };
        changed.push(Changed { domain: domain.clone(), is_new });
    }
    if said.json {
        return Ok(Answer::well(show::json(&changed)?));
    }
    let mut text = String::new();
    for Changed { domain, is_new } in changed {
        text.push_str(match (said.stop, is_new) {
            (false, true) => "following ",
            (false, false) => "followed already: ",
            (true, true) => "no longer following ",
            (true, false) => "was not followed: ",
        });
        text.push_str(&domain);
        text.push('\n');
    }
    Ok(Answer::well(text))
}

async fn list(house: &House, as_json: bool) -> anyhow::Result<Answer> {
    let watched = answer::followed(&house.context).await?;
    if as_json {
        return Ok(Answer::well(show::json(&watched)?));
    }
    if watched.is_empty() {
        return Ok(Answer::well("nobody is followed yet: `leadq watch DOMAIN`, then `leadq up`\n"));
    }
    let rows = watched.into_iter().map(|one| {
        let state = if one.is_active {
            one.looked.unwrap_or("not yet".to_owned())
        } else {
            "ended".to_owned()
        };
        vec![one.domain, one.since, one.addresses.to_string(), one.looks.to_string(), state]
    });
    Ok(Answer::well(show::table(&["company", "since", "addresses", "looks", "last look"], rows)))
}
