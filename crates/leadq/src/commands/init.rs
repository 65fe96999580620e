//! `leadq init`: stores the user's products, customers and accounts.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use flow::SentWork;
use inquire::Confirm;
use model::{By, Note, Product, Topic};
use tempfile::NamedTempFile;

use super::{accounts, profile};
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
    let list = args.accounts.as_deref().map(accounts::read).transpose()?;
    if let (Some((_, notes)), Some(path), false) = (&list, &args.accounts, quiet) {
        warn_of_notes(notes, path);
    }
    let products = products(args)?;
    if let Some(products) = &products {
        agree_to_replace(session, products, args).await?;
    }
    let account_list = list.as_ref().map(|(list, _)| list.accounts.as_slice()).unwrap_or_default();
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
    if let Some((list, _)) = &list {
        let total = show::count(list.accounts.len(), "row");
        text.push_str(&format!("you know {}, from {total}\n", companies(added)));
        text.push_str(&accounts::columns_line(&list.columns));
        if list.rejected > 0 {
            let rejected = show::count(list.rejected, "row");
            let hint = "see why with `leadq init --accounts FILE --dry-run`";
            text.push_str(&format!("left out: {rejected}; {hint}\n"));
        }
        text.push_str("to follow their sites: `leadq watch --accounts`\n");
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

/// Warns of the first rows that were left out, or not read whole.
fn warn_of_notes(notes: &[Note], path: &Path) {
    for note in notes.iter().take(SKIPPED_SHOWN) {
        let detail = show::line(&note.detail);
        show::warn(&format!("left out: {}: {detail}", show::path(path)));
    }
    if notes.len() > SKIPPED_SHOWN {
        show::warn(&format!("left out: {} more", notes.len() - SKIPPED_SHOWN));
    }
}

/// Reads the products from a file or flags; nothing if neither describes one.
fn products(args: &Init) -> anyhow::Result<Option<Vec<Product>>> {
    if let Some(path) = &args.from {
        return profile::from_file(path).map(Some);
    }
    Ok(profile::from_flags(args)?.map(|product| vec![product]))
}

/// Prompts at the terminal for products that the arguments do not describe, writes the answers to a
/// file, and makes that file the source of the products. It is done before the data folder is
/// opened, because a running leadq may hold it, which cannot prompt.
pub(super) fn prompt(args: &mut Init) -> anyhow::Result<Option<NamedTempFile>> {
    let is_described =
        args.show || args.from.is_some() || args.accounts.is_some() || args.product.is_some();
    if is_described || !std::io::stdin().is_terminal() {
        return Ok(None);
    }
    let products = profile::from_answers()?;
    if products.is_empty() {
        return Ok(None);
    }
    let mut file = NamedTempFile::with_suffix(".toml")?;
    file.write_all(profile::to_toml(&products)?.as_bytes())?;
    args.from = Some(file.path().to_owned());
    Ok(Some(file))
}

/// Keeps the answers of a command that failed, and names the command that uses them.
pub(super) fn keep(answers: NamedTempFile) -> anyhow::Result<()> {
    let (_, path) = answers.keep()?;
    show::warn(&format!("your answers are kept: `leadq init --from {}`", show::path(&path)));
    Ok(())
}

/// Asks whether to replace the profile, if something of it would be lost. A file is a whole profile,
/// and may change its products; flags describe one product and nothing of the others.
///
/// # Errors
///
/// If the user does not agree, or cannot be asked.
async fn agree_to_replace(session: &Session, new: &[Product], args: &Init) -> anyhow::Result<()> {
    let stored = answer::products(&session.answers).await?;
    let is_kept = |product: &&Product| match args.from {
        Some(_) => new.iter().any(|one| one.id == product.id),
        None => new.contains(product),
    };
    let lost: Vec<String> = stored
        .iter()
        .filter(|product| !is_kept(product))
        .map(|product| {
            format!("{} (product {})", show::line(&product.name), show::line(&product.id))
        })
        .collect();
    if args.yes || lost.is_empty() {
        return Ok(());
    }
    let lost = lost.join(", ");
    let can_ask = session.running().is_none() && std::io::stdin().is_terminal();
    if can_ask
        && Confirm::new(&format!("Replace {lost}, which you described before?"))
            .with_default(false)
            .prompt()?
    {
        return Ok(());
    }
    let message = format!(
        "this would replace {lost}, which you described before: add --yes to do so; to sell both, \
         write `leadq init --show` to a file, add a product, and use --from"
    );
    Err(UsageError(message).into())
}
