//! `leadq token`: manages the tokens for requests to the server.

use answer::ItemList;
use anyhow::bail;
use model::{By, Clock as _, SystemClock, Timestamp};
use serde::Serialize;
use server::token;
use store::db::TokenRow;

use crate::cli::{TokenArgs, TokenCommand};
use crate::output::Output;
use crate::show::{self, Column, ListValue, Listing, Place, column};
use crate::wiring::Session;

const COLUMNS: [Column; 4] = [
    column("name", Place::Under("for")),
    column("created", Place::Under("since")),
    column("used", Place::Under("last used")),
    column("revoked", Place::Under("revoked")),
];

/// A new token, which is shown only once.
#[derive(Debug, Serialize)]
struct Made<'a> {
    name: &'a str,
    token: &'a str,
}

/// A token that was revoked.
#[derive(Debug, Serialize)]
struct Revoked<'a> {
    revoked: &'a str,
    /// The number of browsers' sessions that ended with it.
    sessions_ended: u64,
}

/// A stored token, without its secret.
#[derive(Debug, Serialize)]
struct TokenShown {
    name: String,
    created: Timestamp,
    used: Option<Timestamp>,
    revoked: Option<Timestamp>,
}

impl From<TokenRow> for TokenShown {
    fn from(row: TokenRow) -> Self {
        let TokenRow { name, created, used, revoked } = row;
        Self { name, created, used, revoked }
    }
}

pub(super) async fn run(session: &Session, args: &TokenArgs) -> anyhow::Result<Output> {
    let context = &session.context;
    let text = match &args.command {
        TokenCommand::Add { name, json } => {
            let Some(token) = token::add(context, name, &By::OPERATOR).await? else {
                bail!("there is, or was, a token named {name:?}; choose another name");
            };
            match json {
                true => show::json(&Made { name, token: &token })?,
                false => format!("{token}\n"),
            }
        }
        TokenCommand::List(list) => {
            let tokens = token::list(context).await?.into_iter().map(TokenShown::from);
            let tokens = ItemList::from(tokens.collect::<Vec<TokenShown>>());
            show::formatted(list.format(), &tokens, |tokens| listing(&tokens.items))?
        }
        TokenCommand::Revoke { name, json } => {
            // By the machine's clock, as sessions expire.
            let sessions = token::revoke(context, name, &By::OPERATOR, SystemClock.now()).await?;
            let Some(sessions) = sessions else {
                bail!("there is no active token named {name:?}; `leadq token list` lists all");
            };
            match json {
                true => show::json(&Revoked { revoked: name, sessions_ended: sessions })?,
                false => {
                    let sessions = show::count(usize::try_from(sessions)?, "session");
                    format!("revoked: {}; {sessions} ended\n", show::line(name))
                }
            }
        }
    };
    Ok(Output::well(text))
}

fn listing(tokens: &[TokenShown]) -> Listing {
    let time = |at: Option<Timestamp>| {
        ListValue::of(at).shown(at.map_or_else(|| "-".to_owned(), |at| at.day().to_string()))
    };
    let rows = tokens.iter().map(|token| {
        let name = ListValue::from(&token.name);
        vec![name, time(Some(token.created)), time(token.used), time(token.revoked)]
    });
    let none = "no tokens: the server listens on this machine only, and requires none\n";
    Listing::new(&COLUMNS, rows).or_if_empty(none)
}
