//! `leadq demo`: the whole program on a simulated business web, without leaving this machine.
//!
//! The world is served on the loopback address and followed by the crawler that follows real sites.
//! Both use one clock: the machine's, shifted by whole hours. Sixty days of history are visited in
//! a few steps, then time passes faster than real time.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use answer::{CallQuery, SignalQuery};
use anyhow::Context as _;
use flow::{Context, JourneyEngine, Role};
use ingest::{CrawlSettings, Pace};
use model::{By, Cause, Clock, Day, Product, SystemClock, Timestamp};
use net::{Door, HostRule, RecentEgress};
use serde::{Deserialize, Serialize};
use server::status::Mode;
use world::{DayClock, Plan, Serving, Templates, World};

use super::up::{EGRESS_LINES, listen, open_to_people, stop_asked};
use crate::cli::{CommonArgs, DemoArgs};
use crate::config::Settings;
use crate::output::Output;
use crate::show::{self, ListFormat};
use crate::wiring::{Open, ProcessResources, Session};

/// The product of the demonstration's team, as TOML.
const PRODUCT: &str = include_str!("demo.toml");
/// The default seed, and the default number of days after the history.
const SEED: u64 = 1;
const DAYS: u16 = 120;
/// The number of companies to call that are listed at the end.
const CALLS_SHOWN: usize = 10;
/// The file in which a folder stores the state of its demonstration.
const STATE_FILE: &str = "demo.json";
/// The number of days of history.
const HISTORY_DAYS: i32 = 60;
/// The days of the history, counted back from the present, that are visited while a user waits.
const HISTORY_VISITS: [i32; 4] = [HISTORY_DAYS, 25, 8, 1];
/// The days between two visits of the history when no user waits.
const HISTORY_STEP_DAYS: usize = 2;
/// The maximum duration of a visit of the history while a user waits for the first signals: enough
/// for every home page. The last visit sees everything.
const SHORT_VISIT_MAX: Duration = Duration::from_secs(2);
/// The maximum duration of any other visit.
const VISIT_MAX: Duration = Duration::from_secs(300);
const HOUR_US: i64 = 3_600_000_000;
/// If fewer than `FEW_REQUESTS` arrive within `POLL_INTERVAL`, the remaining ones are for hosts
/// with a long delay between requests; they stay due.
const POLL_INTERVAL: Duration = Duration::from_millis(500);
const FEW_REQUESTS: u64 = 8;
/// The simulated hours per step.
const STEP_HOURS: u32 = 2;
/// The maximum wait for a host; one with a longer delay does not block others.
const HOST_WAIT_MAX: Duration = Duration::from_millis(250);
/// The delay between two requests to a host of the world.
const HOST_DELAY: Duration = Duration::from_millis(20);

pub(super) async fn run(
    common: &CommonArgs,
    settings: &Settings,
    args: &DemoArgs,
) -> anyhow::Result<Output> {
    // A temporary folder, deleted afterwards, unless the user names one to keep.
    let (folder, _temporary) = match &common.data_dir {
        Some(folder) => (folder.clone(), None),
        None => {
            let folder = tempfile::Builder::new().prefix("leadq-demo-").tempdir()?;
            (folder.path().to_owned(), Some(folder))
        }
    };
    let settings = Settings { data_dir: folder, ..settings.clone() };
    let simulation = Simulation::start(&settings, args).await?;
    let listener = if args.exit { None } else { Some(listen(args.listen).await?) };
    let mut session =
        Session::open_with(&settings, "demo", Open::OrMake, simulation.resources()?).await?;
    if let Some(listener) = &listener {
        session.listens_on(listener.local_addr()?);
    }
    let engine = session.keep_running(Role::All).await?;
    let session = Arc::new(session);
    simulation.set_up(&session.context).await?;
    let simulated = simulation.advance(&session.answers, &engine);
    let outcome: anyhow::Result<()> = match listener {
        None => simulated.await,
        Some(listener) => {
            let folder = show::path(&settings.data_dir);
            show::warn(&format!("query it from another terminal: leadq --data-dir {folder} today"));
            let server =
                open_to_people(&settings, &session, &engine, listener, Mode::Demo, stop_asked()?);
            tokio::pin!(server);
            tokio::select! {
                served = &mut server => served,
                simulated = simulated => match simulated {
                    // The world has ended; the findings can still be viewed.
                    Ok(()) => server.await,
                    Err(error) => Err(error),
                },
            }
        }
    };
    let findings = findings(&session.answers).await;
    engine.stop().await;
    session.close().await;
    outcome?;
    let visits = show::number(simulation.serving.journal.count());
    let violations = simulation.violations_summary();
    Ok(Output::well(format!("{}{visits} requests, {violations}\n", findings?)))
}

/// Lists what was found: the number of signals of each kind, and the first companies to call.
async fn findings(answers: &answer::ReadContext) -> anyhow::Result<String> {
    let day = answers.day(None);
    let query = SignalQuery { limit: 1, ..SignalQuery::default() };
    let signals = answer::signals(answers, &query, day).await?;
    let query = CallQuery { limit: CALLS_SHOWN, ..CallQuery::default() };
    let calls = answer::calls(answers, query, day, usize::MAX).await?;
    let kinds = signals.facets.kind.into_iter();
    let kinds = kinds.map(|kind| (kind.title, show::number(kind.count as u64)));
    let total = show::count(signals.total, "signal");
    let (kinds, calls) = (show::facts(kinds), super::today::listing(&calls));
    let calls = calls.print(ListFormat::Table)?;
    Ok(format!("{total} by {day}\n{kinds}\n{calls}\n"))
}

/// The machine's clock, shifted by a variable time.
struct ShiftedClock {
    shift_us: AtomicI64,
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        let shift_us = self.shift_us.load(Ordering::SeqCst);
        Timestamp(SystemClock.now().0.saturating_add(shift_us))
    }
}

/// The state that a demonstration needs to continue after it was stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct SavedDemo {
    seed: u64,
    present: Day,
    days: u16,
    /// The folder of the template files; nothing for the built-in ones.
    #[serde(default)]
    templates: Option<PathBuf>,
    /// The shift of the clock; nothing before its first shift.
    shift_us: Option<i64>,
}

/// The world, its clock, and the settings of a door that reaches only the world.
struct Simulation {
    world: Arc<World>,
    serving: Serving,
    clock: Arc<ShiftedClock>,
    days: Arc<DayClock>,
    state: SavedDemo,
    folder: PathBuf,
    step: Option<Duration>,
    user_agent: String,
    crawl: CrawlSettings,
}

impl Simulation {
    async fn start(settings: &Settings, args: &DemoArgs) -> anyhow::Result<Self> {
        let folder = settings.data_dir.clone();
        let initial = SavedDemo::initial(args)?;
        let state = match load(&folder)? {
            Some(state) => {
                state.check_options(&initial, args, &folder)?;
                state
            }
            None => initial,
        };
        let plan = Plan::new(state.seed, state.days).with_present(state.present);
        let templates = match &state.templates {
            Some(folder) => Templates::load(folder)?,
            None => Templates::builtin()?,
        };
        let world = Arc::new(World::new(plan, templates));
        let clock =
            Arc::new(ShiftedClock { shift_us: AtomicI64::new(state.shift_us.unwrap_or(0)) });
        let days = Arc::new(DayClock::at(clock.now().day()));
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        let real: Arc<dyn Clock> = Arc::new(SystemClock);
        let serving = world::serve(Arc::clone(&world), Arc::clone(&days), real, any_port)
            .await
            .context("cannot serve the simulated web")?;
        let day = Duration::from_secs(u64::from(args.day_seconds));
        let step = (!args.exit).then_some(day * STEP_HOURS / 24);
        let (user_agent, crawl) = (settings.user_agent.clone(), settings.crawl());
        Ok(Self { world, serving, clock, days, state, folder, step, user_agent, crawl })
    }

    /// Builds the clock, and a door that reaches only the simulated web.
    fn resources(&self) -> anyhow::Result<ProcessResources> {
        let address = self.serving.address;
        let mut out = net::NetSettings::new(&self.user_agent);
        out.crawl_allow = vec![address];
        out.hosts = vec![HostRule { pattern: "*.example".to_owned(), address }];
        out.host_delay_min = HOST_DELAY;
        out.host_wait_max = HOST_WAIT_MAX;
        let clock: Arc<dyn Clock> = self.clock.clone();
        let door = Door::new(out, Arc::clone(&clock), Arc::new(RecentEgress::new(EGRESS_LINES)))?;
        Ok(ProcessResources { clock, door: Some(door) })
    }

    /// Summarizes the requests that violated the rules of hosts, by rule.
    fn violations_summary(&self) -> String {
        let delay_ms = u32::try_from(HOST_DELAY.as_millis()).unwrap_or(u32::MAX);
        // Days pass fast here, but the delay of a host is in real time.
        let politeness =
            world::HostPoliteness { delay_ms, delay_permille: 1_000, concurrent_max: 1 };
        let violations = self.serving.journal.violations(&self.world, politeness);
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for violation in &violations {
            *kinds.entry(violation.rule).or_default() += 1;
            tracing::warn!(?violation, "a request violated a rule of its host");
        }
        let kinds: Vec<String> =
            kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let by_rule =
            if kinds.is_empty() { String::new() } else { format!(": {}", kinds.join(", ")) };
        format!("{} of them against the rules of hosts{by_rule}", violations.len())
    }

    /// Sets the product, and follows the sites of the world.
    async fn set_up(&self, context: &Arc<Context>) -> anyhow::Result<()> {
        self.set_day(self.state.present.plus(-HISTORY_DAYS))?;
        let product: Product = toml::from_str(PRODUCT)?;
        flow::introduce(context, Some(vec![product]), &[], &By::OPERATOR).await?;
        for host in self.world.hosts() {
            let address = format!("http://{}/", host.host);
            flow::follow(context, &address, &Cause::Demo, &By::OPERATOR, Pace::default()).await?;
        }
        Ok(())
    }

    /// Visits the history, then advances the time to the world's last day.
    async fn advance(
        &self,
        answers: &answer::ReadContext,
        engine: &JourneyEngine,
    ) -> anyhow::Result<()> {
        let history: Vec<i32> = match self.step {
            Some(_) => HISTORY_VISITS.to_vec(),
            None => (1..=HISTORY_DAYS).rev().step_by(HISTORY_STEP_DAYS).collect(),
        };
        for days in &history {
            if !self.set_day(self.state.present.plus(-days))? {
                continue;
            }
            let is_short = self.step.is_some() && Some(days) != history.last();
            self.visit(answers, engine, if is_short { SHORT_VISIT_MAX } else { VISIT_MAX }).await?;
        }
        let last = self.world.plan().last_day();
        while self.clock.now().day() < last {
            let begun = tokio::time::Instant::now();
            let hours = if self.step.is_some() { STEP_HOURS } else { 24 };
            self.shift_clock(i64::from(hours) * HOUR_US)?;
            self.visit(answers, engine, VISIT_MAX).await?;
            if let Some(step) = self.step {
                tokio::time::sleep_until(begun + step).await;
            }
        }
        Ok(())
    }

    /// Visits due addresses until few requests remain, and waits until the records are processed:
    /// then time can advance without delaying anything.
    async fn visit(
        &self,
        answers: &answer::ReadContext,
        engine: &JourneyEngine,
        max: Duration,
    ) -> anyhow::Result<()> {
        let following = flow::start_following(engine, self.crawl.clone())?;
        let end = tokio::time::Instant::now() + max;
        let mut before = self.serving.journal.count();
        while tokio::time::Instant::now() < end {
            tokio::time::sleep(POLL_INTERVAL).await;
            let count = self.serving.journal.count();
            // A busy machine makes few requests, too, so the due hosts are counted as well.
            let due = answer::hosts_due(answers).await?;
            if count - before < FEW_REQUESTS && due < FEW_REQUESTS {
                break;
            }
            before = count;
        }
        following.stop().await;
        Ok(engine.settle(|_| {}).await?)
    }

    /// Sets the clock to a day; returns false if the clock is later already.
    fn set_day(&self, day: Day) -> anyhow::Result<bool> {
        let real = SystemClock.now();
        let shift_us = i64::from(day.since(real.day())) * 24 * HOUR_US;
        if self.state.shift_us.is_some_and(|before| shift_us <= before) {
            return Ok(false);
        }
        self.clock.shift_us.store(shift_us, Ordering::SeqCst);
        self.save()?;
        Ok(true)
    }

    fn shift_clock(&self, more_us: i64) -> anyhow::Result<()> {
        self.clock.shift_us.fetch_add(more_us, Ordering::SeqCst);
        self.save()
    }

    /// Stores the time, so that a stopped demonstration continues and never goes back in time.
    fn save(&self) -> anyhow::Result<()> {
        self.days.set(self.clock.now().day());
        let state = SavedDemo {
            shift_us: Some(self.clock.shift_us.load(Ordering::SeqCst)),
            ..self.state.clone()
        };
        let temporary = self.folder.join(format!("{STATE_FILE}.new"));
        std::fs::write(&temporary, serde_json::to_vec(&state)?)?;
        Ok(std::fs::rename(&temporary, self.folder.join(STATE_FILE))?)
    }
}

impl SavedDemo {
    /// Builds the state of a demonstration that begins now.
    fn initial(args: &DemoArgs) -> anyhow::Result<Self> {
        let templates = args.templates.as_ref().map(|folder| {
            let canonical = folder.canonicalize();
            canonical.with_context(|| format!("there is no folder {}", folder.display()))
        });
        Ok(Self {
            seed: args.seed.unwrap_or(SEED),
            present: SystemClock.now().day(),
            days: args.days.unwrap_or(DAYS),
            templates: templates.transpose()?,
            shift_us: None,
        })
    }

    /// Checks that the arguments equal this state, because a world cannot change.
    ///
    /// # Errors
    ///
    /// If an argument differs.
    fn check_options(&self, other: &Self, args: &DemoArgs, folder: &Path) -> anyhow::Result<()> {
        let differs = [
            (args.seed.is_some() && other.seed != self.seed, format!("--seed {}", self.seed)),
            (args.days.is_some() && other.days != self.days, format!("--days {}", self.days)),
            (
                args.templates.is_some() && other.templates != self.templates,
                self.templates.as_ref().map_or("without --templates".to_owned(), |folder| {
                    format!("--templates {}", folder.display())
                }),
            ),
        ];
        let original: Vec<&str> = differs
            .iter()
            .filter(|(differs, _)| *differs)
            .map(|(_, option)| option.as_str())
            .collect();
        anyhow::ensure!(
            original.is_empty(),
            "the demonstration in {} began with other options ({}): omit these options to continue \
             it, or start another in a new folder with --data-dir",
            folder.display(),
            original.join(" ")
        );
        Ok(())
    }
}

/// Reads the stored state of a folder; nothing if the folder is new.
///
/// # Errors
///
/// If the folder contains other data.
fn load(folder: &Path) -> anyhow::Result<Option<SavedDemo>> {
    match std::fs::read(folder.join(STATE_FILE)) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|_| {
            let file = folder.join(STATE_FILE);
            anyhow::anyhow!(
                "{} is damaged: choose a new folder for the demonstration with --data-dir",
                file.display()
            )
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let is_new = std::fs::read_dir(folder).map_or(true, |mut files| files.next().is_none());
            anyhow::ensure!(
                is_new,
                "the folder {} contains other data: choose a new folder for the demonstration with \
                 --data-dir",
                folder.display()
            );
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
