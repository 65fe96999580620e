//! `leadq init`: stores the user's products, customers and accounts.

use std::io::IsTerminal as _;
use std::path::Path;

use anyhow::Context as _;
use flow::SentWork;
use model::{By, Product, Topic};
use resolve::Account;

use super::profile;
use crate::cli::Init;
use crate::config::UsageError;
use crate::journey;
use crate::output::Output;
use crate::show::{self, ProgressDisplay};
use crate::wiring::Session;

/// The maximum number of skipped rows that are listed.
const SKIPPED_SHOWN: usize = 5;

pub(super) async fn run(session: &Session, args: &Init, quiet: bool) -> anyhow::Result<Output> {
    let context = &session.context;
    if args.show {
        let products = answer::products(&session.answers).await?;
        return Ok(Output::well(profile::to_toml(&products)?));
    }
    let accounts = args.accounts.as_deref().map(|path| read_accounts(path, quiet)).transpose()?;
    let products = products(args)?;
    let account_list = accounts.as_deref().unwrap_or_default();
    let added = flow::introduce(context, products.clone(), account_list, &By::OPERATOR).await?;
    let engine = session.start().await?;
    let sent = SentWork { is_backfill: false, topic: Topic::CompaniesUpdates, has_jobs: true };
    let progress = ProgressDisplay::of_things(0, quiet);
    let settled = journey::settle_sent(session, &engine, sent, journey::SENT_MAX, &progress).await;
    engine.stop().await;
    let pending = settled?;
    let mut text = format!("the data folder is ready; its key is in {}\n", crate::wiring::KEY_FILE);
    for product in products.iter().flatten() {
        let (name, id) = (show::line(&product.name), show::line(&product.id));
        text.push_str(&format!("you sell {name}, as product {id}\n"));
    }
    if let Some(accounts) = accounts {
        let total = show::count(accounts.len(), "row");
        text.push_str(&format!("you know {}, from {total}\n", companies(added)));
    }
    if products.is_none() && args.accounts.is_none() {
        text.push_str("the profile stays as it is; see it with `leadq init --show`\n");
    }
    if let Some(pending) = pending {
        text.push_str(&format!("{pending}\n"));
    }
    text.push_str("next: `leadq ingest FILE`, then `leadq today`\n");
    Ok(Output::well(text))
}

fn companies(count: usize) -> String {
    match count {
        1 => "1 more company".to_owned(),
        count => format!("{} more companies", show::number(count as u64)),
    }
}

/// Reads the products from a file, flags or the terminal; nothing if none of them describes one.
fn products(args: &Init) -> anyhow::Result<Option<Vec<Product>>> {
    if let Some(path) = &args.from {
        return profile::from_file(path).map(Some);
    }
    if let Some(product) = profile::from_flags(args) {
        return Ok(Some(vec![product]));
    }
    if args.accounts.is_some() || !std::io::stdin().is_terminal() {
        return Ok(None);
    }
    let answers = profile::from_answers()?;
    Ok(Some(answers).filter(|answers| !answers.is_empty()))
}

fn read_accounts(path: &Path, quiet: bool) -> anyhow::Result<Vec<Account>> {
    let bytes = std::fs::read(path)
        .with_context(|| format!("cannot read the accounts in {}", path.display()))?;
    let (accounts, notes) = resolve::accounts(&String::from_utf8_lossy(&bytes));
    if accounts.is_empty() {
        let why = notes.first().map_or("it has no rows", |note| note.detail.as_str());
        return Err(UsageError(format!("{}: {why}", path.display())).into());
    }
    if !quiet {
        for note in notes.iter().take(SKIPPED_SHOWN) {
            let detail = show::line(&note.detail);
            show::warn(&format!("left out: {}: {detail}", show::path(path)));
        }
        if notes.len() > SKIPPED_SHOWN {
            show::warn(&format!("left out: {} more", notes.len() - SKIPPED_SHOWN));
        }
    }
    Ok(accounts)
}
