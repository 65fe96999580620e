//! R7, R8: `leadq up`, killed at random instants while it follows a simulated web and delivers to
//! endpoints that fail: nothing is lost, no action goes out under two ids, no page is fetched twice
//! inside its revisit interval, and no host is asked otherwise than it wants.
//!
//! The web and the endpoints live in the process of the test, so their journals outlive the kills.
//! Days pass between two runs by making the rows that wait older: to a leadq that starts then, that
//! is as if it had been away for so long.
//!
//! `LEADQ_KILL_CYCLES` sets the number of kills, `LEADQ_KILL_SEED` the instants; the gate does twenty.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use ingest::Pace;
use model::{Clock, SystemClock, Timestamp};
use store::db::{Db, Role, Sqlite, Urgency};
use store::params;
use tokio::runtime::Runtime;
use world::{Access, DayClock, Plan, Politeness, Serving, Templates, World};

use crate::hooks::{Hooks, SECRET, draw};
use crate::kill9::{count, leadq, rows, told};
use crate::program::{await_true, await_up, stop};

const HOUR_US: i64 = 3_600_000_000;
/// Days that the web goes on for.
const DAYS: u16 = 14;
const ENDPOINTS: u32 = 6;
/// Events that are taken in before anything is killed, enough to be delivered for some cycles.
const EVENTS: i64 = 30;
/// Fewer pages read than this would prove nothing; a slow machine needs some more runs for them.
const PAGES: usize = 100;
/// The pages that came through.
const PAGES_KEPT: &str = "SELECT DISTINCT url FROM page_look";
/// What makes the rows that wait older.
const OLDER: [&str; 4] = [
    "UPDATE frontier SET next_fetch_us = next_fetch_us - $1, looked_us = looked_us - $1",
    "UPDATE frontier_host SET next_us = next_us - $1, ready_us = ready_us - $1",
    "UPDATE job SET run_at_us = run_at_us - $1, lease_until_us = lease_until_us - $1
     WHERE lane IS NOT NULL",
    "UPDATE endpoint SET failing_since_us = failing_since_us - $1",
];

/// As many companies that raise money in these days.
fn rounds_of_funding() -> String {
    let today = SystemClock.now().day();
    let firsts = ["Alder", "Birk", "Corvin", "Dorn", "Elmar", "Falken"];
    let lasts = ["line", "gate", "stead", "ford", "haven"];
    let names =
        firsts.iter().flat_map(|first| lasts.iter().map(move |last| format!("{first}{last}")));
    let mut lines = String::new();
    for (number, name) in names.enumerate() {
        let domain = format!("{}.example", name.to_lowercase());
        let day = today.plus(-1 - i32::try_from(number % 5).unwrap());
        let round = format!("€{} million", 10 + number);
        let line = serde_json::json!({
            "schema": 1, "type": "press", "url": format!("https://{domain}/told/{number}"),
            "ts": format!("{day}T06:00:00Z"), "title": format!("{name} raises {round} Series B"),
            "text": format!("{name} today announced that it has raised {round} in a Series B round."),
            "company": {"domain": domain, "name": name},
        });
        writeln!(lines, "{line}").unwrap();
    }
    lines
}

/// The machine's clock, shifted by the time that has passed between runs.
#[derive(Default)]
struct Shifted(AtomicI64);

impl Clock for Shifted {
    fn now(&self) -> Timestamp {
        Timestamp(SystemClock.now().0 + self.0.load(Ordering::SeqCst))
    }
}

/// The web, the endpoints, and a data folder with its settings.
struct Stand {
    runtime: Runtime,
    work: tempfile::TempDir,
    world: Arc<World>,
    serving: Serving,
    days: Arc<DayClock>,
    clock: Arc<Shifted>,
    hooks: Hooks,
}

impl Stand {
    fn set(seed: u64) -> Self {
        let runtime = Runtime::new().unwrap();
        let today = SystemClock.now().day();
        let first = today.plus(-i32::from(DAYS));
        let plan = Plan { companies: 100, ..Plan::new(seed, DAYS).with_present(first) };
        let world = Arc::new(World::new(plan, Templates::builtin().unwrap()));
        let (days, clock) = (Arc::new(DayClock::at(first)), Arc::new(Shifted::default()));
        let any = "127.0.0.1:0".parse().unwrap();
        let serving = world::serve(Arc::clone(&world), Arc::clone(&days), clock.clone(), any);
        let serving = runtime.block_on(serving).unwrap();
        let work = tempfile::tempdir().unwrap();
        let stand = Self { runtime, work, world, serving, days, clock, hooks: Hooks::start(seed) };
        stand.prepare();
        stand
    }

    fn folder(&self) -> PathBuf {
        self.work.path().join("data")
    }

    fn leadq(&self) -> Command {
        let mut command = leadq(&self.folder());
        command.arg("--config").arg(self.work.path().join("leadq.toml"));
        command
    }

    fn done(&self, words: &[&str]) {
        let done = self.leadq().args(words).output().unwrap();
        let told = String::from_utf8_lossy(&done.stderr);
        assert!(
            done.status.success(),
            "{words:?}: {told}{}",
            String::from_utf8_lossy(&done.stdout)
        );
    }

    /// Settings, a product, and whom to follow.
    fn prepare(&self) {
        let (web, hooks) = (self.serving.address, self.hooks.address);
        let mut settings = format!("allow = [\"{web}\", \"{hooks}\"]\n");
        writeln!(settings, "hosts = {{ \"*.example\" = \"{web}\" }}").unwrap();
        for number in 0..ENDPOINTS {
            writeln!(settings, "[[webhooks]]\nurl = \"http://{hooks}/{number}\"").unwrap();
            writeln!(settings, "secret = \"{SECRET}\"").unwrap();
        }
        std::fs::write(self.work.path().join("leadq.toml"), settings).unwrap();
        let product = format!("[[product]]\n{}", include_str!("../../src/commands/demo.toml"));
        let profile = self.work.path().join("profile.toml");
        std::fs::write(&profile, product).unwrap();
        self.done(&["init", "--from", profile.to_str().unwrap()]);
        let events = self.work.path().join("events.jsonl");
        std::fs::write(&events, rounds_of_funding()).unwrap();
        self.done(&["ingest", "--no-wait", events.to_str().unwrap()]);
        let sites: Vec<String> =
            self.world.hosts().iter().map(|host| format!("http://{}/", host.host)).collect();
        let mut words = vec!["watch"];
        words.extend(sites.iter().map(String::as_str));
        self.done(&words);
    }

    /// Starts leadq; when that is awaited, it follows and delivers.
    fn up(&self, is_awaited: bool) -> Child {
        let mut child = self
            .leadq()
            .args(["up", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        if is_awaited {
            await_up(&mut child);
        }
        child
    }

    /// Waits for a request or a message, but not for long: there may be none to come.
    fn is_at_work(&self) {
        let before = (self.serving.journal.count(), self.hooks.attempts().len());
        for _ in 0..30 {
            if (self.serving.journal.count(), self.hooks.attempts().len()) != before {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Hours pass while leadq is not running.
    fn pass(&self, hours: i64) {
        let passed = hours * HOUR_US;
        self.runtime.block_on(async {
            let engine = Sqlite::open(&self.folder().join("leadq.db")).await.unwrap();
            let db = Db::new(Arc::new(engine));
            let older = db.write(Urgency::Normal, move |tx| {
                Box::pin(async move {
                    for sql in OLDER {
                        tx.execute(sql, &params![passed]).await?;
                    }
                    Ok(())
                })
            });
            older.await.unwrap();
            db.close().await;
        });
        self.clock.0.fetch_add(passed, Ordering::SeqCst);
        if hours >= 24 {
            let last = self.world.plan().last_day();
            self.days.set(self.days.today().plus(1).min(last));
        }
    }
}

#[test]
fn killed_while_it_follows_and_delivers() {
    let cycles = told("LEADQ_KILL_CYCLES", 20);
    let seed = told("LEADQ_KILL_SEED", SystemClock.now().0.unsigned_abs());
    println!("LEADQ_KILL_SEED={seed}");
    let mut dice = seed;
    let stand = Stand::set(seed);
    for cycle in 0..cycles {
        // One in five dies before it is up, but not the first.
        let is_awaited = !draw(&mut dice).is_multiple_of(5) || cycle == 0;
        let mut child = stand.up(is_awaited);
        if cycle == 0 {
            // On a slow machine, too, messages are on their way, and one was sent in vain.
            await_true(|| stand.hooks.attempts().iter().any(|one| !one.is_taken));
        } else if is_awaited {
            stand.is_at_work();
        }
        std::thread::sleep(Duration::from_millis(draw(&mut dice) % 2_000));
        child.kill().unwrap();
        child.wait().unwrap();
        match draw(&mut dice) % 3 {
            0 => stand.pass(24),
            1 => stand.pass(1),
            _ => {}
        }
    }
    let (asked, sent) = (stand.serving.journal.count(), stand.hooks.attempts().len());
    stand.hooks.behave();
    to_the_end(&stand);
    deliveries_are_whole(&stand);
    pages_are_whole(&stand);
    let folder = stand.folder();
    assert_eq!(count(&folder, "SELECT COUNT(*) FROM outbox"), 0);
    let told = "SELECT COUNT(*) FROM raw WHERE url LIKE 'https://%/told/%'";
    assert_eq!(count(&folder, told), EVENTS, "what was acknowledged is kept, once");
    stand.done(&["verify"]);
    println!(
        "{cycles} kills amid {asked} requests and {sent} messages; in the end {} and {}",
        stand.serving.journal.count(),
        stand.hooks.attempts().len(),
    );
}

/// Lets leadq run undisturbed, some hours a time, until everything is delivered and enough is read.
fn to_the_end(stand: &Stand) {
    for _ in 0..30 {
        stand.pass(25);
        let mut child = stand.up(true);
        let mut sent = None;
        while sent != Some(stand.hooks.attempts().len()) {
            sent = Some(stand.hooks.attempts().len());
            std::thread::sleep(Duration::from_millis(1_200));
        }
        stop(&mut child);
        let waits = "SELECT COUNT(*) FROM job WHERE lane IS NOT NULL AND state <> 'done'";
        let pages = texts(&stand.folder(), PAGES_KEPT).len();
        if count(&stand.folder(), waits) == 0 && pages > PAGES {
            // What the last pages brought is still on its way through the stages.
            stand.done(&["hash"]);
            if count(&stand.folder(), waits) == 0 {
                return;
            }
        }
    }
    panic!("some deliveries did not come through, or next to nothing was read");
}

fn texts(folder: &Path, sql: &'static str) -> BTreeSet<String> {
    rows(folder, sql).iter().map(|row| row.text(0).unwrap().to_owned()).collect()
}

fn deliveries_are_whole(stand: &Stand) {
    let folder = stand.folder();
    let attempts = stand.hooks.attempts();
    assert!(attempts.iter().all(|one| one.is_signed), "every message is signed");
    let mut ids: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for one in &attempts {
        let data = &one.body["data"];
        let what =
            [&one.body["type"], &one.body["timestamp"], &data["action"], &data["signal"]["id"]];
        said.entry(one.id.clone()).or_default().insert(format!("{what:?}"));
        let action = data["action"].as_str().unwrap().to_owned();
        ids.entry((one.path.clone(), action)).or_default().insert(one.id.clone());
    }
    for (action, ids) in &ids {
        assert_eq!(ids.len(), 1, "{action:?} went out under two ids: {ids:?}");
    }
    for (id, said) in &said {
        assert_eq!(said.len(), 1, "{id} says two things: {said:?}");
    }
    let withdrawn = count(
        &folder,
        "SELECT COALESCE(SUM(total), 0) FROM counter WHERE name = 'act.webhook.withdrawn'",
    );
    let jobs = texts(&folder, "SELECT unique_key FROM job WHERE lane IS NOT NULL");
    let keys: BTreeSet<String> = stand
        .hooks
        .taken()
        .iter()
        .map(|id| id.replacen("msg_", "deliver:", 1).replacen('_', ":", 1))
        .collect();
    let strange: Vec<&String> = keys.difference(&jobs).collect();
    assert!(strange.is_empty(), "nobody ordered these: {strange:?}");
    // What is withdrawn before its first attempt, or after an answer that was lost, goes no further.
    let lost: Vec<&String> = jobs.difference(&keys).collect();
    assert!(i64::try_from(lost.len()).unwrap() <= withdrawn, "not delivered: {lost:?}");
    // Each action that stands was ordered for each endpoint.
    let actions = count(&folder, "SELECT COUNT(*) FROM action WHERE status = 'held'");
    let ordered = "SELECT COUNT(DISTINCT cause) FROM job JOIN action a ON a.id = cause
                   WHERE lane IS NOT NULL AND a.status = 'held'";
    assert_eq!(count(&folder, ordered), actions, "each action is on the table");
    println!("{actions} actions, {} orders, {} attempts", jobs.len(), attempts.len());
    let is_much = actions > EVENTS / 2 && attempts.len() > jobs.len();
    assert!(is_much, "too little happened to prove much");
}

/// The shortest time between two looks at a page, by its address.
fn intervals(folder: &Path) -> BTreeMap<String, i64> {
    let rows = rows(folder, "SELECT url, role FROM frontier");
    let role = |word: &str| Role::ALL.into_iter().find(|role| role.as_str() == word).unwrap();
    rows.iter()
        .map(|row| {
            let shortest = Pace::default().shortest_us(role(row.text(1).unwrap()));
            (row.text(0).unwrap().to_owned(), shortest)
        })
        .collect()
}

fn pages_are_whole(stand: &Stand) {
    let folder = stand.folder();
    let journal = &stand.serving.journal;
    // A host's pause is the usual second, or what its robots file says.
    assert_eq!(journal.violations(&stand.world, Politeness::default()), []);
    let accesses = journal.accesses();
    let intervals = intervals(&folder);
    let twice = fetched_twice(&accesses, &intervals);
    assert!(twice.is_empty(), "fetched twice inside their interval: {twice:#?}");
    let forgotten = "SELECT COUNT(*) FROM frontier WHERE next_fetch_us > 8000000000000000";
    assert_eq!(count(&folder, forgotten), 0, "every address has its next time");
    // What the crawler is done with came through: every page that it read for the first time.
    let kept = texts(&folder, PAGES_KEPT);
    let looked = texts(
        &folder,
        "SELECT url FROM frontier WHERE outcome IN ('changed', 'unchanged')
           AND content_hash IS NOT NULL AND role NOT IN ('feed', 'sitemap', 'robots')",
    );
    let served: BTreeSet<String> = accesses
        .iter()
        .filter(|access| access.status == 200)
        .map(|access| format!("http://{}{}", access.host, access.path))
        .collect();
    let lost: Vec<&String> =
        looked.intersection(&served).filter(|url| !kept.contains(*url)).collect();
    assert!(lost.is_empty(), "{} pages are lost: {lost:?}", lost.len());
    assert!(kept.len() > PAGES, "too little was read to prove anything: {}", kept.len());
    let unread = "SELECT COUNT(*) FROM raw WHERE NOT EXISTS
                  (SELECT 1 FROM page_look WHERE page_look.raw = raw.id)";
    assert_eq!(count(&folder, unread), 0, "what was taken in went through");
    println!("{} addresses, {} pages kept", intervals.len(), kept.len());
}

/// Pages that were asked again inside their interval; where a redirect led does not count, for it is
/// asked as often as what leads there.
fn fetched_twice(accesses: &[Access], intervals: &BTreeMap<String, i64>) -> Vec<String> {
    let mut last: BTreeMap<String, Timestamp> = BTreeMap::new();
    let mut led: BTreeMap<&str, u32> = BTreeMap::new();
    let mut twice = Vec::new();
    for access in accesses {
        let url = format!("http://{}{}", access.host, access.path);
        let shortest = intervals.get(&url).copied().unwrap_or(i64::MAX);
        let before = last.insert(url.clone(), access.began);
        let gap = before.map(|before| access.began.0 - before.0);
        if access.path != "/robots.txt" && gap.is_some_and(|gap| gap < shortest) {
            match led.get_mut(access.path.as_str()).filter(|led| **led > 0) {
                Some(led) => *led -= 1,
                None => twice.push(format!("{url} after {} s", gap.unwrap_or(0) / 1_000_000)),
            }
        }
        if (300..400).contains(&access.status) && access.status != 304 {
            *led.entry(access.path.as_str()).or_default() += 1;
        }
    }
    twice
}
