//! `leadq webhooks`: lists the endpoints that signals are sent to, and enables one again.

use act::CHANNEL_WEBHOOK;
use answer::{EndpointEnabled, EndpointShown, ItemList};
use model::{By, Timestamp};

use crate::cli::{Webhooks, WebhooksCommand};
use crate::output::Output;
use crate::show::{self, Column, ListValue, Listing, Place, Tone, column};
use crate::wiring::Session;

const COLUMNS: [Column; 7] = [
    column("id", Place::Under("id")),
    column("url", Place::Under("endpoint")),
    column("failures", Place::Under("failures")),
    column("failing_since", Place::Under("since")),
    column("state", Place::Prose("state")),
    column("disabled_since", Place::Beside),
    column("reason", Place::Below),
];

pub(super) async fn run(session: &Session, args: &Webhooks) -> anyhow::Result<Output> {
    let context = &session.context;
    let text = match &args.command {
        None => {
            let endpoints = ItemList::from(flow::endpoints(context, CHANNEL_WEBHOOK).await?);
            show::formatted(args.list.format(), &endpoints, |list| listing(&list.items))?
        }
        Some(WebhooksCommand::Enable { endpoint, json }) => {
            let by = &By::OPERATOR;
            let enabled = flow::enable_endpoint(context, CHANNEL_WEBHOOK, endpoint, by).await?;
            if *json { show::json(&enabled)? } else { enabled_to_text(&enabled) }
        }
    };
    Ok(Output::well(text))
}

fn listing(endpoints: &[EndpointShown]) -> Listing {
    let is_any_disabled = endpoints.iter().any(|endpoint| !endpoint.is_enabled);
    let rows = endpoints.iter().map(|endpoint| {
        let since = endpoint.failing_since;
        let (state, tone, reason) = match endpoint.disabled {
            Some(_) => ("disabled", Tone::Bad, endpoint.why.as_ref()),
            None if endpoint.failures > 0 => {
                ("failing", Tone::Warning, endpoint.last_failure.as_ref())
            }
            None => ("well", Tone::Good, None),
        };
        let day = |at: Timestamp| at.day().to_string();
        vec![
            ListValue::from(&endpoint.id),
            ListValue::from(&endpoint.url),
            ListValue::from(endpoint.failures),
            ListValue::of(since).shown(since.map_or("-".to_owned(), day)),
            ListValue::from(state).toned(tone),
            ListValue::of(endpoint.disabled).shown(endpoint.disabled.map(day).unwrap_or_default()),
            ListValue::of(reason),
        ]
    });
    let hint = "\nenable one again with `leadq webhooks enable ID`\n";
    Listing::new(&COLUMNS, rows)
        .or_if_empty("no endpoints: configure one under [[webhooks]] in leadq.toml\n")
        .with_remarks(if is_any_disabled { hint } else { "" })
}

fn enabled_to_text(enabled: &EndpointEnabled) -> String {
    let count = usize::try_from(enabled.revived).unwrap_or(usize::MAX);
    let redelivery = match count {
        0 => "nothing had been given up".to_owned(),
        count => format!("{} sent again while `leadq up` runs", show::count(count, "message")),
    };
    format!("enabled: {}; {redelivery}\n", show::line(&enabled.endpoint.url))
}
