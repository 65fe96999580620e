//! R7, R8: `leadq up`, killed at random instants while it follows a simulated web and delivers to
//! endpoints that fail: nothing is lost, no action is sent under two ids, no page is fetched twice
//! within its revisit interval, and every request respects the rules of its host.
//!
//! The web and the endpoints run in the test process, so their journals survive the kills. Days
//! pass between two runs by shifting the times of waiting rows into the past: for a leadq that
//! starts then, this is the same as having been stopped for that time.
//!
//! `LEADQ_KILL_CYCLES` sets the number of kills, `LEADQ_KILL_SEED` the instants; the gate runs
//! twenty.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use ingest::Pace;
use model::{Action, ActionStatus, Clock, ObservationOutcome, RawId, SystemClock, Timestamp};
use store::conformance::pass_time;
use store::db::{Address, AddressRole};
use store::engines::open_db;
use tokio::runtime::Runtime;
use world::{DayClock, HostPoliteness, Plan, ServedRequest, Serving, Templates, World};

use crate::hooks::{Hooks, SECRET, draw};
use crate::kill9::{Holdings, leadq, told};
use crate::program::{await_true, await_up, start_up, stop};

const HOUR_US: i64 = 3_600_000_000;
/// The number of days that the web simulates.
const DAYS: u16 = 14;
const ENDPOINTS: u32 = 6;
/// The number of events taken in before the first kill, enough for deliveries in some cycles.
const EVENTS: usize = 30;
/// The minimum number of pages read for a meaningful test; a slow machine needs more runs for it.
const PAGES: usize = 100;
/// Builds `EVENTS` events, each of a company that raised money in these days.
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

    fn run(&self, args: &[&str]) {
        let output = self.leadq().args(args).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "{args:?}: {stderr}{}",
            String::from_utf8_lossy(&output.stdout)
        );
    }

    /// Writes the settings, the product and the events, and follows the sites of the web.
    fn prepare(&self) {
        let (web, hooks) = (self.serving.address, self.hooks.address);
        let mut settings = format!("allow = [\"{hooks}\"]\ncrawl_allow = [\"{web}\"]\n");
        writeln!(settings, "hosts = {{ \"*.example\" = \"{web}\" }}").unwrap();
        for number in 0..ENDPOINTS {
            writeln!(settings, "[[webhooks]]\nurl = \"http://{hooks}/{number}\"").unwrap();
            writeln!(settings, "secret = \"{SECRET}\"").unwrap();
        }
        std::fs::write(self.work.path().join("leadq.toml"), settings).unwrap();
        let product = format!("[[product]]\n{}", include_str!("../../src/commands/demo.toml"));
        let profile = self.work.path().join("profile.toml");
        std::fs::write(&profile, product).unwrap();
        self.run(&["init", "--from", profile.to_str().unwrap()]);
        let events = self.work.path().join("events.jsonl");
        std::fs::write(&events, rounds_of_funding()).unwrap();
        self.run(&["ingest", "--no-wait", events.to_str().unwrap()]);
        let sites: Vec<String> =
            self.world.hosts().iter().map(|host| format!("http://{}/", host.host)).collect();
        let mut args = vec!["watch"];
        args.extend(sites.iter().map(String::as_str));
        self.run(&args);
    }

    /// Starts leadq; with `is_awaited`, waits until it follows sites and delivers.
    fn up(&self, is_awaited: bool) -> Child {
        let mut child = start_up(&mut self.leadq());
        if is_awaited {
            await_up(&mut child);
        }
        child
    }

    /// Counts the requests and the messages so far.
    fn activity(&self) -> (u64, usize) {
        (self.serving.journal.count(), self.hooks.attempts().len())
    }

    /// Waits up to three seconds for a request or a message, because there may be none.
    fn await_activity(&self) {
        let before = self.activity();
        for _ in 0..30 {
            if self.activity() != before {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Waits until there is no request and no message for three seconds, at most half a minute. On a
    /// busy machine leadq needs some time between them.
    fn await_quiet(&self) {
        let (started, mut changed) = (Instant::now(), Instant::now());
        let mut before = self.activity();
        while started.elapsed() < Duration::from_secs(30)
            && changed.elapsed() < Duration::from_secs(3)
        {
            std::thread::sleep(Duration::from_millis(100));
            let now = self.activity();
            if now != before {
                (before, changed) = (now, Instant::now());
            }
        }
    }

    /// Lets hours pass while leadq is not running.
    fn pass(&self, hours: i64) {
        let passed = hours * HOUR_US;
        self.runtime.block_on(async {
            let db = open_db("sqlite:leadq.db", &self.folder()).await.unwrap();
            pass_time(&db, passed).await.unwrap();
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
        // One in five is killed before it is up, but not the first.
        let is_awaited = !draw(&mut dice).is_multiple_of(5) || cycle == 0;
        let mut child = stand.up(is_awaited);
        if cycle == 0 {
            // Ensures that messages are being sent even on a slow machine, and that one failed.
            await_true(|| stand.hooks.attempts().iter().any(|attempt| !attempt.is_taken));
        } else if is_awaited {
            stand.await_activity();
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
    let (requests, messages) = stand.activity();
    stand.hooks.behave();
    run_to_the_end(&stand);
    assert_deliveries(&stand);
    assert_pages(&stand);
    let holdings = Holdings::of(&stand.folder());
    assert_eq!(holdings.outbox, 0);
    let is_event = |url: &str| url.starts_with("https://") && url.contains("/told/");
    let stored = holdings.raws.iter().filter(|(_, url)| is_event(url)).count();
    assert_eq!(stored, EVENTS, "acknowledged events are stored exactly once");
    stand.run(&["verify"]);
    println!(
        "{cycles} kills amid {requests} requests and {messages} messages; in the end {} and {}",
        stand.serving.journal.count(),
        stand.hooks.attempts().len(),
    );
}

/// Runs leadq undisturbed until everything is delivered and enough pages are read.
fn run_to_the_end(stand: &Stand) {
    for _ in 0..30 {
        stand.pass(25);
        let mut child = stand.up(true);
        stand.await_quiet();
        stop(&mut child);
        let holdings = Holdings::of(&stand.folder());
        if holdings.lane_jobs_waiting == 0 && stored_pages(&holdings).len() > PAGES {
            // Records of the last pages may still be in the stages.
            stand.run(&["hash"]);
            if Holdings::of(&stand.folder()).lane_jobs_waiting == 0 {
                return;
            }
        }
    }
    panic!("some deliveries failed, or too few pages were read");
}

/// Lists the URLs of the pages that were processed.
fn stored_pages(holdings: &Holdings) -> BTreeSet<&str> {
    holdings.pages.iter().map(|page| page.url.as_str()).collect()
}

fn assert_deliveries(stand: &Stand) {
    let holdings = Holdings::of(&stand.folder());
    let attempts = stand.hooks.attempts();
    assert!(attempts.iter().all(|attempt| attempt.is_signed), "every message is signed");
    let mut ids: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    let mut contents: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for attempt in &attempts {
        let data = &attempt.body["data"];
        let content = [
            &attempt.body["type"],
            &attempt.body["timestamp"],
            &data["action"],
            &data["signal"]["id"],
        ];
        contents.entry(attempt.id.clone()).or_default().insert(format!("{content:?}"));
        let action = data["action"].as_str().unwrap().to_owned();
        ids.entry((attempt.path.clone(), action)).or_default().insert(attempt.id.clone());
    }
    for (action, ids) in &ids {
        assert_eq!(ids.len(), 1, "{action:?} was sent under two ids: {ids:?}");
    }
    for (id, contents) in &contents {
        assert_eq!(contents.len(), 1, "{id} has two contents: {contents:?}");
    }
    let withdrawn = holdings.counter("act.webhook.withdrawn");
    let jobs: BTreeSet<String> =
        holdings.lane_jobs.iter().map(|job| job.unique_key.clone()).collect();
    let keys: BTreeSet<String> = stand
        .hooks
        .taken()
        .iter()
        .map(|id| id.replacen("msg_", "deliver:", 1).replacen('_', ":", 1))
        .collect();
    let unexpected: Vec<&String> = keys.difference(&jobs).collect();
    assert!(unexpected.is_empty(), "delivered without a job: {unexpected:?}");
    // An action withdrawn before its first attempt, or after a lost response, is not sent again.
    let lost: Vec<&String> = jobs.difference(&keys).collect();
    assert!(lost.len() <= withdrawn, "not delivered: {lost:?}");
    // Each action in force has a job for each endpoint.
    let is_held = |action: &&Action| action.status == ActionStatus::Held;
    let actions: BTreeSet<String> =
        holdings.actions.iter().filter(is_held).map(|action| action.id.to_string()).collect();
    let causes: BTreeSet<String> = holdings.lane_jobs.iter().map(|job| job.cause.clone()).collect();
    assert!(actions.is_subset(&causes), "each action has a job");
    let actions = actions.len();
    println!("{actions} actions, {} orders, {} attempts", jobs.len(), attempts.len());
    let is_enough = actions > EVENTS / 2 && attempts.len() > jobs.len();
    assert!(is_enough, "too little happened for a meaningful test");
}

/// Computes the minimum revisit interval of each page, by URL.
fn intervals(holdings: &Holdings) -> BTreeMap<String, i64> {
    let shortest = |address: &Address| Pace::default().shortest_us(address.role);
    holdings.addresses.iter().map(|address| (address.url.clone(), shortest(address))).collect()
}

fn assert_pages(stand: &Stand) {
    let holdings = Holdings::of(&stand.folder());
    let journal = &stand.serving.journal;
    // The delay of a host is the default of one second, or the one in its robots file.
    assert_eq!(journal.violations(&stand.world, HostPoliteness::default()), []);
    let accesses = journal.accesses();
    let intervals = intervals(&holdings);
    let twice = fetched_twice(&accesses, &intervals);
    assert!(twice.is_empty(), "fetched twice inside their interval: {twice:#?}");
    let is_forgotten = |address: &&Address| address.next_fetch.0 > 8_000_000_000_000_000;
    let forgotten = holdings.addresses.iter().filter(is_forgotten).count();
    assert_eq!(forgotten, 0, "every address has a next visit");
    // Every page that the crawler read for the first time was processed.
    let stored = stored_pages(&holdings);
    let is_page = |role: AddressRole| !["feed", "sitemap", "robots"].contains(&role.as_str());
    let is_read = |address: &&Address| {
        let seen = matches!(
            address.outcome,
            Some(ObservationOutcome::Changed | ObservationOutcome::Unchanged)
        );
        seen && address.content_hash.is_some() && is_page(address.role)
    };
    let fetched: BTreeSet<String> =
        holdings.addresses.iter().filter(is_read).map(|address| address.url.clone()).collect();
    let served: BTreeSet<String> = accesses
        .iter()
        .filter(|access| access.status == 200)
        .map(|access| format!("http://{}{}", access.host, access.path))
        .collect();
    let lost: Vec<&String> =
        fetched.intersection(&served).filter(|url| !stored.contains(url.as_str())).collect();
    assert!(lost.is_empty(), "{} pages are lost: {lost:?}", lost.len());
    assert!(
        stored.len() > PAGES,
        "too few pages were read for a meaningful test: {}",
        stored.len()
    );
    let read: BTreeSet<RawId> = holdings.pages.iter().map(|page| page.raw).collect();
    let unread = holdings.raws.iter().filter(|(raw, _)| !read.contains(raw)).count();
    assert_eq!(unread, 0, "every record was processed");
    println!("{} addresses, {} pages kept", intervals.len(), stored.len());
}

/// Finds the pages that were requested again within their interval. Targets of redirects do not
/// count, because they are requested as often as the pages that redirect to them.
fn fetched_twice(accesses: &[ServedRequest], intervals: &BTreeMap<String, i64>) -> Vec<String> {
    let mut last: BTreeMap<String, Timestamp> = BTreeMap::new();
    let mut redirects: BTreeMap<&str, u32> = BTreeMap::new();
    let mut twice = Vec::new();
    for access in accesses {
        let url = format!("http://{}{}", access.host, access.path);
        let shortest = intervals.get(&url).copied().unwrap_or(i64::MAX);
        let before = last.insert(url.clone(), access.began);
        let gap = before.map(|before| access.began.0 - before.0);
        if access.path != "/robots.txt" && gap.is_some_and(|gap| gap < shortest) {
            match redirects.get_mut(access.path.as_str()).filter(|redirects| **redirects > 0) {
                Some(redirects) => *redirects -= 1,
                None => twice.push(format!("{url} after {} s", gap.unwrap_or(0) / 1_000_000)),
            }
        }
        if (300..400).contains(&access.status) && access.status != 304 {
            *redirects.entry(access.path.as_str()).or_default() += 1;
        }
    }
    twice
}
