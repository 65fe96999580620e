//! `leadq webhooks`: lists the endpoints that signals are sent to, and enables one again.

use act::CHANNEL_WEBHOOK;
use answer::{EndpointEnabled, EndpointShown, ItemList};
use model::By;

use crate::cli::{Webhooks, WebhooksCommand};
use crate::output::Output;
use crate::show::{self, CellText};
use crate::wiring::Session;

pub(super) async fn run(session: &Session, args: &Webhooks) -> anyhow::Result<Output> {
    let context = &session.context;
    let text = match &args.command {
        None => {
            let endpoints = flow::endpoints(context, CHANNEL_WEBHOOK).await?;
            match args.json {
                true => show::json(&ItemList::from(endpoints))?,
                false => to_text(endpoints),
            }
        }
        Some(WebhooksCommand::Enable { endpoint, json }) => {
            let by = &By::OPERATOR;
            let enabled = flow::enable_endpoint(context, CHANNEL_WEBHOOK, endpoint, by).await?;
            if *json { show::json(&enabled)? } else { enabled_to_text(&enabled) }
        }
    };
    Ok(Output::well(text))
}

fn to_text(endpoints: Vec<EndpointShown>) -> String {
    if endpoints.is_empty() {
        return "no endpoints: configure one under [[webhooks]] in leadq.toml\n".to_owned();
    }
    let is_any_disabled = endpoints.iter().any(|endpoint| !endpoint.is_enabled);
    let rows = endpoints.into_iter().map(|endpoint| {
        let since = endpoint.failing_since.map_or("-".to_owned(), |at| at.day().to_string());
        let state = match (endpoint.disabled, endpoint.why) {
            (Some(at), why) => {
                CellText::lines([format!("disabled {}", at.day()), why.unwrap_or_default()])
            }
            (None, _) if endpoint.failures > 0 => {
                CellText::lines(["failing".to_owned(), endpoint.last_failure.unwrap_or_default()])
            }
            (None, _) => "well".into(),
        };
        let failures = endpoint.failures.to_string();
        vec![endpoint.id.into(), endpoint.url.into(), failures.into(), since.into(), state]
    });
    let mut text = show::table(&["id", "endpoint", "failures", "since", "state"], rows);
    if is_any_disabled {
        text.push_str("\nenable one again with `leadq webhooks enable ID`\n");
    }
    text
}

fn enabled_to_text(enabled: &EndpointEnabled) -> String {
    let count = usize::try_from(enabled.revived).unwrap_or(usize::MAX);
    let redelivery = match count {
        0 => "nothing had been given up".to_owned(),
        count => format!("{} sent again while `leadq up` runs", show::count(count, "message")),
    };
    format!("enabled: {}; {redelivery}\n", show::line(&enabled.endpoint.url))
}
