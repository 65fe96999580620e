//! Properties of every world.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Instant;

use model::Day;

use crate::{HostRole, Plan, SiteRequest, SiteResponse, Templates, World};

const KINDS: [&str; 4] = ["hiring_spike", "tech_adoption", "compliance_win", "budget_event"];

fn world(seed: u64) -> World {
    World::new(Plan::new(seed, 60), Templates::builtin().unwrap())
}

fn get(world: &World, url: &str, day: Day) -> SiteResponse {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let path = if path.is_empty() { "/" } else { path };
    world.respond(&SiteRequest { host, path, ..SiteRequest::default() }, day)
}

fn links(url: &str, response: &SiteResponse) -> Vec<String> {
    let root = url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let body = String::from_utf8_lossy(&response.body).into_owned();
    let location = response.headers.iter().find(|(name, _)| name == "location");
    let hrefs = body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let hrefs = hrefs.chain(location.map(|(_, to)| to.as_str()));
    hrefs
        .map(|href| href.replace("&amp;", "&"))
        .filter(|href| !href.starts_with('#'))
        .map(|href| if href.starts_with('/') { format!("{root}{href}") } else { href })
        .collect()
}

fn fronts(world: &World) -> Vec<String> {
    world.hosts().iter().map(|host| format!("http://{}/", host.host)).collect()
}

/// Crawls from some of the hosts on a day along links that satisfy `follow`; returns all addresses
/// found.
fn reached(
    world: &World,
    from: &[String],
    day: Day,
    follow: impl Fn(&str) -> bool,
) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = from.iter().cloned().collect();
    let mut pending: VecDeque<String> = found.iter().cloned().collect();
    while let Some(url) = pending.pop_front() {
        let response = get(world, &url, day);
        if response.body.len() > 1 << 20 {
            continue;
        }
        for link in links(&url, &response) {
            if link.starts_with("http://") && follow(&link) && found.insert(link.clone()) {
                pending.push_back(link);
            }
        }
    }
    found
}

#[test]
fn a_world_is_its_seed() {
    let (one, same, other) = (world(7), world(7), world(8));
    assert_eq!(one.truth(), same.truth());
    assert_ne!(one.truth(), other.truth());
    assert_eq!(one.hosts(), same.hosts());
    let day = one.plan().first_day.plus(70);
    for host in one.hosts().iter().step_by(9) {
        let url = format!("http://{}/", host.host);
        assert_eq!(get(&one, &url, day), get(&same, &url, day), "{url}");
    }
    for line in one.truth().to_json_lines().lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(value["domain"].as_str().unwrap().ends_with(".example"), "{line}");
    }
}

#[test]
fn enough_happens_and_more_that_only_looks_so() {
    let mut events: BTreeMap<&str, usize> = BTreeMap::new();
    let mut traps: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut deals = 0;
    for seed in 1..=5 {
        let world = world(seed);
        for event in &world.truth().events {
            *events.entry(event.kind).or_default() += 1;
            assert!(event.day <= event.until, "{event:?}");
            assert!(
                event.day >= world.plan().first_day
                    && event.until <= world.plan().last_day().plus(3),
                "{event:?}"
            );
        }
        for look_alike in &world.truth().look_alikes {
            traps.entry(look_alike.kind).or_default().insert(look_alike.trap.clone());
        }
        deals += world.truth().deals.len();
        let look_alikes = world.truth().look_alikes.len();
        assert!(look_alikes > world.truth().events.len(), "{look_alikes} look-alikes");
    }
    for kind in KINDS {
        assert!(events[kind] >= 30, "{kind}: {events:?}");
        assert!(traps[kind].len() >= 5, "{kind}: {traps:?}");
    }
    assert!(deals >= 50, "{deals} deals");
}

#[test]
fn links_reach_every_event() {
    let plan = Plan { companies: 60, ..Plan::new(3, 60) };
    let world = World::new(plan, Templates::builtin().unwrap());
    // Crawls twice, four days apart, because an outage may hide a site on one of the days.
    let mut missing: BTreeSet<&String> =
        world.truth().events.iter().flat_map(|event| &event.urls).collect();
    let all = missing.len();
    for days in [0, 4] {
        let found = reached(&world, &fronts(&world), world.plan().last_day().plus(days), |_| true);
        missing.retain(|url| !found.contains(*url));
    }
    assert!(all > 25, "{all} pages tell of events");
    assert_eq!(missing, BTreeSet::new());
}

#[test]
fn pages_change_only_when_something_happens() {
    let world = world(5);
    let day = world.plan().present();
    let (mut same, mut unchanged, mut seen) = (0, 0, 0);
    for host in world.hosts().iter().filter(|host| host.role == HostRole::Company) {
        let first = get(&world, &format!("http://{}/", host.host), day);
        let tag = first.headers.iter().find(|(name, _)| name == "etag").map(|(_, tag)| tag.clone());
        let Some(tag) = tag.filter(|_| first.status == 200) else { continue };
        seen += 1;
        let again = SiteRequest {
            host: &host.host,
            path: "/",
            if_none_match: Some(&tag),
            ..SiteRequest::default()
        };
        same += usize::from(world.respond(&again, day).status == 304);
        unchanged += usize::from(world.respond(&again, day.plus(1)).status == 304);
    }
    assert_eq!(same, seen);
    assert!(unchanged * 2 > seen && unchanged < seen, "{unchanged} of {seen}");
}

#[test]
fn the_web_is_as_bad_as_it_is() {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 1..=2 {
        let world = world(seed);
        let day = world.plan().present().plus(1);
        for host in world.hosts() {
            let front = format!("http://{}/", host.host);
            for days in 0..60 {
                let robots = get(&world, &format!("{front}robots.txt"), day.plus(days)).status;
                let state = match robots {
                    503 => "down",
                    500 => "robots broken",
                    _ => "fair",
                };
                *seen.entry(state).or_default() += 1;
            }
            let page = get(&world, &front, day);
            if std::str::from_utf8(&page.body).is_err() {
                *seen.entry("western letters").or_default() += 1;
            }
            let circle = get(&world, &format!("{front}archive/old"), day).status == 301;
            *seen.entry("circle").or_default() += usize::from(circle);
            let huge = get(&world, &format!("{front}archive/all"), day).body.len() > 2 << 20;
            *seen.entry("huge").or_default() += usize::from(huge);
            let missing = get(&world, &format!("{front}no-such-page"), day).status == 200;
            *seen.entry("soft missing").or_default() += usize::from(missing);
        }
    }
    for state in
        ["down", "robots broken", "fair", "western letters", "circle", "huge", "soft missing"]
    {
        assert!(seen.get(state).is_some_and(|count| *count > 0), "{state}: {seen:?}");
    }
    let unknown = get(&world(1), "http://elsewhere.example/", Day(20_500));
    assert_eq!(unknown.status, 421);
}

#[test]
fn openings_match_the_list() {
    let world = world(2);
    let day = world.plan().present();
    let (mut with_data, mut pages) = (0, 0);
    let is_opening = |url: &str| {
        ["/jobs/", "careers", "karriere", "recrutement", "/companies/"]
            .iter()
            .any(|part| url.contains(part))
    };
    for url in reached(&world, &fronts(&world), day, is_opening) {
        let page = get(&world, &url, day);
        let is_listed = url.matches(char::is_numeric).count() >= 6;
        if page.status == 200 && is_listed {
            pages += 1;
            with_data += usize::from(String::from_utf8_lossy(&page.body).contains("JobPosting"));
        }
    }
    assert!(pages > 50 && with_data > pages / 2 && with_data < pages, "{with_data} of {pages}");
}

#[test]
fn an_answer_takes_no_time() {
    let started = Instant::now();
    let world = world(1);
    let made_ms = started.elapsed().as_millis();
    let day = world.plan().present();
    let started = Instant::now();
    let pages = reached(&world, &fronts(&world), day, |_| true).len();
    let micros = started.elapsed().as_micros() / pages as u128;
    println!("made in {made_ms} ms; {pages} pages, {micros} µs each");
    assert!(pages > 2_000, "{pages} pages");
    assert!(micros < 10_000, "{micros} µs a page in a debug build");
}
