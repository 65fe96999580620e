//! `leadq doctor`: checks the installation, with advice for each problem.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use answer::ItemList;
use flow::{EngineStatus, SegmentDifferences};
use serde::{Deserialize, Serialize};
use server::status::{dead_letters, overview};
use store::blob::RESERVE_BYTES;
use store::db::{Durability, FileSpace};
use store::permissions;

use super::watch::failure_in_words;
use crate::config::{Config, Settings};
use crate::control;
use crate::disk;
use crate::output::Output;
use crate::show::{self, Column, ListFormat, ListValue, Listing, Place, Tone, column};
use crate::wiring::{InUse, KEY_FILE, KEY_MODE, Open, Session};

const COLUMNS: [Column; 4] = [
    column("state", Place::Under("")),
    column("check", Place::Under("")),
    column("finding", Place::Prose("")),
    column("advice", Place::Below),
];
const FREE_BYTES_MIN: u64 = 1 << 30;
/// The number of segments that are named.
const NAMES_SHOWN: usize = 5;

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Ok,
    Warn,
    Fail,
}

#[derive(Debug, Serialize, Deserialize)]
struct Check {
    what: String,
    state: State,
    found: String,
    /// The fix that is suggested to the user.
    advice: Option<String>,
}

/// The checks so far.
#[derive(Debug, Default)]
struct Checks(Vec<Check>);

impl Checks {
    fn is_well(&self) -> bool {
        self.0.iter().all(|check| check.state != State::Fail)
    }

    fn ok(&mut self, name: &'static str, finding: impl Into<String>) {
        let what = name.to_owned();
        self.0.push(Check { what, state: State::Ok, found: finding.into(), advice: None });
    }

    fn bad(&mut self, name: &'static str, state: State, finding: impl Into<String>, advice: &str) {
        let advice = Some(advice.to_owned()).filter(|advice| !advice.is_empty());
        self.0.push(Check { what: name.to_owned(), state, found: finding.into(), advice });
    }
}

pub(super) async fn run(
    config: &anyhow::Result<Config>,
    format: ListFormat,
) -> anyhow::Result<Output> {
    let mut checks = Checks::default();
    match config {
        Ok(config) => {
            match &config.file {
                Some(file) => checks.ok("settings", format!("from {}", file.display())),
                None => checks.ok("settings", "the defaults; no leadq.toml here"),
            }
            check_logins(&config.settings, &mut checks);
            check_settings_file(config, &mut checks);
            check_folder(&config.settings, &mut checks).await;
        }
        Err(error) => {
            let advice = "correct the file; the shipped leadq.toml lists every setting";
            checks.bad("settings", State::Fail, show::causes(error), advice);
        }
    }
    check_packs(&mut checks);
    let is_well = checks.is_well();
    let checks = ItemList::from(checks.0);
    let text = show::formatted(format, &checks, |checks| listing(&checks.items))?;
    Ok(Output { text, is_well })
}

/// Checks what is behind an open session, for the process of another command, which can check the
/// settings and the folder but not open it. Returns the checks as JSON.
pub(super) async fn run_in(session: &Session) -> anyhow::Result<Output> {
    let mut checks = Checks::default();
    check_session(session, &mut checks).await;
    let is_well = checks.is_well();
    Ok(Output { text: show::json(&ItemList::from(checks.0))?, is_well })
}

async fn check_session(session: &Session, checks: &mut Checks) {
    check_engine(session, checks).await;
    check_files(session, checks).await;
    check_journey(session, checks).await;
    check_outside(session, checks).await;
    check_retention(session, checks).await;
}

/// Has the leadq that holds the folder check what only it can open.
async fn check_running(settings: &Settings, in_use: &anyhow::Error, checks: &mut Checks) {
    let words = ["--quiet", "doctor", "--json"].map(str::to_owned).to_vec();
    let answer = control::ask(&settings.data_dir, words, None).await.and_then(|answer| {
        let Some(Output { text, .. }) = answer else { return Ok(None) };
        Ok(Some(serde_json::from_str::<ItemList<Check>>(&text)?.items))
    });
    match answer {
        Ok(Some(found)) => {
            checks.ok("process", "leadq is running, and has checked the data itself");
            checks.0.extend(found);
        }
        Ok(None) => checks.bad("engine", State::Fail, show::causes(in_use), ""),
        Err(error) => checks.bad("engine", State::Fail, show::causes(&error), ""),
    }
}

fn check_logins(settings: &Settings, checks: &mut Checks) {
    if settings.plain_http {
        let finding = "plain_http = true: tokens and sessions can be read on their way";
        let advice = "let a proxy terminate TLS, and remove plain_http from the settings";
        checks.bad("logins", State::Warn, finding, advice);
    } else {
        checks.ok("logins", "over HTTPS, or on this machine");
    }
}

/// Checks that others cannot read the secrets in the settings.
fn check_settings_file(config: &Config, checks: &mut Checks) {
    let file = config.file.as_ref().filter(|_| config.has_secrets);
    if let Some(file) = file
        && let Ok(Some(mode)) = permissions::exposed(file)
    {
        let finding = format!("others may read the secrets in {} (mode {mode:o})", file.display());
        checks.bad("settings", State::Warn, finding, &format!("chmod 600 {}", file.display()));
    }
}

/// Checks that only their owner has access to the data folder and to the database.
fn check_permissions(settings: &Settings, checks: &mut Checks) {
    let mut paths = vec![settings.data_dir.clone()];
    if let Ok(database) = settings.database() {
        let mut log = database.clone().into_os_string();
        log.push("-wal");
        paths.extend([database, log.into()]);
    }
    let mut is_private = true;
    for path in paths {
        if let Ok(Some(mode)) = permissions::exposed(&path) {
            is_private = false;
            exposed(&path, mode, "permissions", checks);
        }
    }
    if is_private {
        checks.ok("permissions", "only the owner can read the data");
    }
}

fn exposed(path: &Path, mode: u32, name: &'static str, checks: &mut Checks) {
    let finding = format!("others may read {} (mode {mode:o})", path.display());
    checks.bad(name, State::Warn, finding, &format!("chmod -R go= {}", path.display()));
}

async fn check_folder(settings: &Settings, checks: &mut Checks) {
    let folder = settings.data_dir.as_path();
    let name = folder.display();
    if !folder.is_dir() {
        let advice = "start with `leadq init`, or choose another with --data-dir";
        checks.bad("data folder", State::Warn, format!("{name} does not exist yet"), advice);
        return;
    }
    checks.ok("data folder", format!("{name}"));
    check_disk(folder, settings.is_cluster(), checks);
    check_permissions(settings, checks);
    check_key(folder, checks);
    match Session::open(settings, "doctor", Open::Existing).await {
        Ok(session) => {
            check_session(&session, checks).await;
            session.close().await;
        }
        Err(error) if error.is::<InUse>() => check_running(settings, &error, checks).await,
        Err(error) => checks.bad("engine", State::Fail, show::causes(&error), ""),
    }
}

/// Checks that every segment that rows refer to is there, and who may read the last backup.
async fn check_files(session: &Session, checks: &mut Checks) {
    match flow::segment_differences(&session.context).await {
        Ok(SegmentDifferences { missing, unreferred }) => {
            if !missing.is_empty() {
                let advice = "restore them from a backup: pages and quotes are in them";
                let finding = format!("missing: {}", first_few(&missing));
                checks.bad("segments", State::Fail, finding, advice);
            }
            if !unreferred.is_empty() {
                let advice = "a crash may have prevented the commit; if it was none, the database is \
                              older than these pages: restore it, or take them in again";
                let finding = format!("no row refers to {}", first_few(&unreferred));
                checks.bad("segments", State::Warn, finding, advice);
            }
            if missing.is_empty() && unreferred.is_empty() {
                checks.ok("segments", "all that the database refers to are there");
            }
        }
        Err(error) => checks.bad("segments", State::Fail, error.to_string(), ""),
    }
    match session.last_backup().await {
        Ok(Some(folder)) => match permissions::exposed(&folder) {
            Ok(Some(mode)) => exposed(&folder, mode, "backup", checks),
            _ if folder.exists() => {
                checks.ok("backup", format!("the last one is {}", folder.display()));
            }
            // It was moved to another place, as it should be.
            _ => {}
        },
        Ok(None) => {}
        Err(error) => checks.bad("backup", State::Fail, error.to_string(), ""),
    }
}

/// Joins the first few names, with the number of the others.
fn first_few(names: &[String]) -> String {
    let shown = names.iter().take(NAMES_SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMES_SHOWN) {
        0 => shown,
        others => format!("{shown} and {others} more"),
    }
}

fn check_disk(folder: &Path, is_cluster: bool, checks: &mut Checks) {
    match disk::network_file_system(folder) {
        // It may hold pages and texts, because the database is elsewhere.
        Some(kind) if is_cluster => checks.ok("disk", format!("shared ({kind})")),
        Some(kind) => {
            let advice = "choose a local disk with --data-dir: this one is unsafe for a database";
            checks.bad("disk", State::Fail, format!("a network file system ({kind})"), advice);
        }
        None => checks.ok("disk", "local"),
    }
    let Some(free) = disk::free_bytes(folder) else {
        checks.bad("free space", State::Warn, "the system does not report it", "");
        return;
    };
    let finding = format!("{} MB", show::number(free >> 20));
    let advice = "free some space: nothing is taken in when the disk is full";
    match free {
        free if free < RESERVE_BYTES => checks.bad("free space", State::Fail, finding, advice),
        free if free < FREE_BYTES_MIN => checks.bad("free space", State::Warn, finding, advice),
        _ => checks.ok("free space", finding),
    }
}

fn check_key(folder: &Path, checks: &mut Checks) {
    let path = folder.join(KEY_FILE);
    match std::fs::metadata(&path) {
        Ok(file) => {
            let mode = file.permissions().mode() & 0o777;
            if mode == KEY_MODE {
                checks.ok("key", format!("readable by its owner only ({mode:o})"));
            } else {
                let advice = format!("chmod 600 {}", path.display());
                let finding = format!("others may read it (mode {mode:o})");
                checks.bad("key", State::Fail, finding, &advice);
            }
        }
        Err(error) => {
            let advice = "restore it from a backup: the database depends on it";
            checks.bad("key", State::Fail, format!("{}: {error}", path.display()), advice);
        }
    }
}

async fn check_engine(session: &Session, checks: &mut Checks) {
    let stopped = EngineStatus::default();
    let status = session.running().unwrap_or(&stopped);
    let troubles = flow::troubles(&session.context, status).await;
    if troubles.is_empty() {
        checks.ok("engines", "the database accepts writes, the log responds, the disk has space");
    }
    for trouble in troubles {
        let state = if trouble.is_slow { State::Warn } else { State::Fail };
        checks.bad("engines", state, format!("{}: {}", trouble.part.as_str(), trouble.cause), "");
    }
    match session.context.db.check().await {
        Ok(problems) if problems.is_empty() => checks.ok("database", "integrity check passed"),
        Ok(problems) => {
            let advice = "restore the data folder from a backup";
            checks.bad("database", State::Fail, problems.join("; "), advice);
        }
        Err(error) => checks.bad("database", State::Fail, error.to_string(), ""),
    }
    match session.context.db.durability().await {
        Ok(None) => {}
        Ok(Some(Durability { journal, is_flushed: true })) if journal == "wal" => {
            checks.ok("durability", "write-ahead log, every commit flushed (synchronous=FULL)");
        }
        Ok(Some(Durability { journal, is_flushed })) => {
            let finding = format!("journal {journal}, synchronous=FULL is {is_flushed}");
            let advice = "an acknowledged record could be lost: stop, and report this as a bug";
            checks.bad("durability", State::Fail, finding, advice);
        }
        Err(error) => checks.bad("durability", State::Fail, error.to_string(), ""),
    }
}

async fn check_journey(session: &Session, checks: &mut Checks) {
    match flow::backlog(&session.context).await {
        Ok(backlog) => {
            let waiting: u64 = backlog.iter().map(|(_, waiting)| waiting).sum();
            if waiting == 0 {
                checks.ok("backlog", "no records wait");
            } else if session.running().is_some() {
                let waiting = show::number(waiting);
                checks.ok("backlog", format!("{waiting} records wait, and are being processed"));
            } else {
                let finding = format!("{} records wait", show::number(waiting));
                let advice = match session.context.db.is_shared() {
                    true => "`leadq work` processes them",
                    false => "`leadq ingest` processes them",
                };
                checks.bad("backlog", State::Warn, finding, advice);
            }
        }
        Err(error) => checks.bad("backlog", State::Fail, error.to_string(), ""),
    }
    let mut dead = Vec::new();
    for stage in flow::dead_stages() {
        match dead_letters(&session.context, stage).await {
            Ok(letters) if letters.is_empty() => {}
            Ok(letters) => dead.push(format!("{stage} {}", letters.len())),
            Err(error) => checks.bad("dead letters", State::Fail, error.to_string(), ""),
        }
    }
    if dead.is_empty() {
        checks.ok("dead letters", "none");
    } else {
        let advice = "see why with `leadq dead STAGE`";
        checks.bad("dead letters", State::Warn, dead.join(", "), advice);
    }
    match answer::notes(&session.answers).await {
        Ok(notes) => {
            let notes: Vec<String> =
                notes.iter().map(|(name, count)| format!("{name} {count}")).collect();
            checks.ok("notes", if notes.is_empty() { "none".to_owned() } else { notes.join(", ") });
        }
        Err(error) => checks.bad("notes", State::Fail, error.to_string(), ""),
    }
    match answer::products(&session.answers).await {
        Ok(products) if products.is_empty() => {
            let advice =
                "run `leadq init` to describe your products, so that scores are meaningful";
            checks.bad("profile", State::Warn, "empty", advice);
        }
        Ok(products) => checks.ok("profile", show::count(products.len(), "product")),
        Err(error) => checks.bad("profile", State::Fail, error.to_string(), ""),
    }
}

/// Checks that signals reach the endpoints, and that the followed sites can be visited.
async fn check_outside(session: &Session, checks: &mut Checks) {
    let overview = match overview(&session.context).await {
        Ok(overview) => overview,
        Err(error) => return checks.bad("deliveries", State::Fail, error.to_string(), ""),
    };
    match (overview.webhooks.endpoints, overview.troubles.is_empty()) {
        (0, _) => checks.ok("deliveries", "no endpoints"),
        (_, true) => checks.ok("deliveries", "no endpoint fails"),
        (_, false) => {
            let causes = overview.troubles.iter().map(|trouble| trouble.cause.as_str());
            let advice = "a private address must be listed under `allow` in the settings; \
                          `leadq webhooks` lists the endpoints";
            let causes = causes.collect::<Vec<_>>().join("\n");
            checks.bad("deliveries", State::Warn, causes, advice);
        }
    }
    if overview.failing_site_count == 0 {
        return checks.ok("sites", "no followed site fails");
    }
    let failures = overview.failing_sites.iter().filter_map(|site| site.last_failure.as_ref());
    let failures: Vec<String> = failures.take(NAMES_SHOWN).map(failure_in_words).collect();
    let count = show::count(overview.failing_site_count, "followed site");
    let finding = format!("visits fail at {count}\n{}", failures.join("\n"));
    checks.bad("sites", State::Warn, finding, "`leadq watch` lists the last visit of each site");
}

/// Reports what the next run of the daily deletion would free, and the space that is free already.
async fn check_retention(session: &Session, checks: &mut Checks) {
    let (found, space) =
        tokio::join!(flow::deletable(&session.context), session.context.db.space());
    let (found, space) = match (found, space) {
        (Ok(found), Ok(space)) => (found, space),
        (Err(error), _) | (_, Err(error)) => {
            return checks.bad("retention", State::Fail, error.to_string(), "");
        }
    };
    let limits = session.context.limits.retention;
    let class = |count: u64, what: &str, days: u16| match days {
        0 => format!("{what} are kept for ever"),
        days => format!("{} {what} are older than {days} days", show::number(count)),
    };
    let mut finding = class(found.jobs, "finished jobs", limits.jobs_days);
    if let Some(FileSpace { bytes, free_bytes }) = space {
        let (total, free) = (show::number(bytes >> 20), show::number(free_bytes >> 20));
        finding.push_str("; ");
        finding.push_str(&class(found.log_records, "records of the log", limits.log_days));
        finding.push_str("; ");
        finding.push_str(&class(found.raw_bytes >> 20, "MB of raw pages", limits.raw_days));
        finding.push_str(&format!("; {free} of {total} MB of the database are free for new rows"));
    }
    checks.ok("retention", finding);
}

fn check_packs(checks: &mut Checks) {
    let results = detect::Packs::builtin().check_examples();
    let failed = results.iter().filter(|result| !result.ok).count();
    if failed == 0 && !results.is_empty() {
        checks.ok("packs", format!("{} passed", show::count(results.len(), "example")));
    } else {
        let finding = format!("{failed} of {} failed", show::count(results.len(), "example"));
        checks.bad("packs", State::Fail, finding, "`leadq signals test` shows which");
    }
}

fn listing(checks: &[Check]) -> Listing {
    let rows = checks.iter().map(|check| {
        let (state, tone) = match check.state {
            State::Ok => ("ok", Tone::Good),
            State::Warn => ("warn", Tone::Warning),
            State::Fail => ("FAIL", Tone::Bad),
        };
        let advice = check.advice.as_ref();
        let shown = advice.map(|advice| format!("→ {advice}")).unwrap_or_default();
        let finding = ListValue::from(&check.found);
        vec![
            ListValue::from(state.to_lowercase()).shown(state).toned(tone),
            ListValue::from(&check.what),
            finding.shown_lines(check.found.lines().map(str::to_owned).collect()),
            ListValue::of(advice).shown(shown),
        ]
    });
    Listing::new(&COLUMNS, rows)
}
