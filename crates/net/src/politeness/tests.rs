//! Tests of a host's turns: fixed sequences and random ones.

use proptest::prelude::*;

use super::*;

const HOST: &str = "harbourline.example";

fn at(seconds: f64) -> Timestamp {
    later(Timestamp(0), Duration::from_secs_f64(seconds))
}

/// Returns an instant at which both clocks show the same time.
fn both(now: Timestamp) -> Now {
    Now { clock: now, steady: now }
}

/// Checks the next turn after each of the outcomes, in seconds after the request's end.
fn check(delay: u64, outcomes: &[(RequestOutcome, f64)]) {
    let mut hosts = HostTurns::new(8, Duration::from_secs(1));
    let mut now = at(0.0);
    for (number, &(outcome, pause)) in outcomes.iter().enumerate() {
        let delay = Some(Duration::from_secs(delay));
        assert_eq!(hosts.begin(HOST, both(now)), HostTurn::Now, "request {number}");
        let next = hosts.end(HOST, delay, outcome, both(now));
        assert_eq!(next, later(now, Duration::from_secs_f64(pause)), "after request {number}");
        let early = Timestamp(next.0 - 1);
        assert_eq!(hosts.begin(HOST, both(early)), HostTurn::Later(next), "after request {number}");
        now = next;
    }
}

#[test]
fn pauses_follow_retry_after_and_grow_with_failures() {
    let away = |seconds: Option<u64>| RequestOutcome::Away {
        retry_after: seconds.map(Duration::from_secs),
    };
    check(0, &[(RequestOutcome::Fine, 1.0), (RequestOutcome::Fine, 1.0)]);
    check(30, &[(RequestOutcome::Fine, 30.0)]);
    // A crawl-delay of a day is obeyed, not shortened.
    check(86_400, &[(RequestOutcome::Fine, 86_400.0), (RequestOutcome::Trouble, 86_400.0)]);
    check(
        0,
        &[
            (RequestOutcome::Trouble, 2.0),
            (RequestOutcome::Trouble, 4.0),
            (RequestOutcome::Fine, 1.0),
        ],
    );
    check(0, &[(away(None), 60.0), (away(None), 120.0), (away(Some(5)), 240.0)]);
    check(0, &[(away(Some(7_200)), 7_200.0), (RequestOutcome::Fine, 1.0), (away(None), 60.0)]);
    let mut many = vec![(away(None), 60.0)];
    many.extend((1..6).map(|n| (away(None), 60.0 * f64::from(1 << n))));
    many.extend([(away(None), 3600.0); 40]);
    check(0, &many);
}

#[test]
fn a_held_host_rests_too() {
    let mut hosts = HostTurns::new(1, Duration::from_secs(1));
    hosts.hold(HOST, at(4.0), both(at(0.0)));
    hosts.hold("other.example", at(9.0), both(at(0.0)));
    assert_eq!(hosts.begin(HOST, both(at(3.0))), HostTurn::Later(at(4.0)));
    assert_eq!(hosts.begin(HOST, both(at(4.0))), HostTurn::Now);
    assert_eq!(hosts.hosts.len(), 1, "the table stays bounded");
}

#[test]
fn one_request_at_a_time() {
    let mut hosts = HostTurns::new(8, Duration::from_secs(1));
    assert_eq!(hosts.begin(HOST, both(at(0.0))), HostTurn::Now);
    assert_eq!(hosts.begin(HOST, both(at(0.5))), HostTurn::Later(at(1.5)));
    assert_eq!(hosts.begin("other.example", both(at(0.5))), HostTurn::Now);
    hosts.give_back(HOST);
    assert_eq!(hosts.begin(HOST, both(at(0.5))), HostTurn::Now);
}

#[test]
fn a_full_table_makes_new_hosts_wait_and_forgets_none_that_waits() {
    let mut hosts = HostTurns::new(2, Duration::from_secs(1));
    for (host, outcome) in
        [("a", RequestOutcome::Fine), ("b", RequestOutcome::Away { retry_after: None })]
    {
        assert_eq!(hosts.begin(host, both(at(0.0))), HostTurn::Now);
        hosts.end(host, None, outcome, both(at(0.0)));
    }
    assert_eq!(hosts.begin("c", both(at(0.0))), HostTurn::Later(at(10.0)));
    // `a` could be requested now, so it can be removed; `b` cannot.
    assert_eq!(hosts.begin("c", both(at(2.0))), HostTurn::Now);
    assert_eq!(hosts.begin("b", both(at(2.0))), HostTurn::Later(at(60.0)));
    assert_eq!(hosts.hosts.len(), 2);
}

/// The demonstration's clock jumps by hours, and an operator may set the machine's clock.
#[test]
fn a_clock_that_is_set_forward_shortens_no_pause() {
    let mut hosts = HostTurns::new(8, Duration::from_secs(1));
    let on = |clock: f64, steady: f64| Now { clock: at(clock), steady: at(steady) };
    assert_eq!(hosts.begin(HOST, on(0.0, 0.0)), HostTurn::Now);
    hosts.end(HOST, Some(Duration::from_secs(5)), RequestOutcome::Fine, on(0.0, 0.0));
    assert_eq!(hosts.ready(HOST, on(7_200.0, 2.0)), at(7_203.0));
    assert_eq!(hosts.begin(HOST, on(7_200.0, 2.0)), HostTurn::Later(at(7_203.0)));
    assert_eq!(hosts.begin(HOST, on(7_203.0, 5.0)), HostTurn::Now);
    // The pause that the host requested after a failure ends by the settable clock.
    let retry_after = Some(Duration::from_secs(3_600));
    hosts.end(HOST, None, RequestOutcome::Away { retry_after }, on(7_203.0, 5.0));
    assert_eq!(hosts.begin(HOST, on(7_300.0, 20.0)), HostTurn::Later(at(10_803.0)));
    assert_eq!(hosts.begin(HOST, on(10_803.0, 20.0)), HostTurn::Now);
}

proptest! {
    /// In every sequence of events there are no two concurrent requests to a host, no request
    /// before the end of the pause, and no table above its bound.
    #[test]
    fn no_host_is_requested_too_early(
        steps in prop::collection::vec((0..6_usize, 0..3_u8, 0..5_000_u64, 0..400_u64), 1..300),
    ) {
        let delay = Duration::from_secs(1);
        let mut hosts = HostTurns::new(4, delay);
        let mut running = [false; 6];
        let mut not_before = [Timestamp(0); 6];
        let mut now = Timestamp(0);
        for (host, kind, wait_ms, retry_s) in steps {
            now = later(now, Duration::from_millis(wait_ms));
            let name = format!("host{host}.example");
            if running[host] {
                let requested = Duration::from_secs(retry_s);
                let retry_after = Some(requested);
                let (outcome, pause) = match kind {
                    0 => (RequestOutcome::Fine, delay),
                    1 => (RequestOutcome::Trouble, delay * 2),
                    _ => (RequestOutcome::Away { retry_after }, PAUSE_MIN.max(requested)),
                };
                hosts.end(&name, None, outcome, both(now));
                running[host] = false;
                not_before[host] = later(now, pause);
            } else if hosts.begin(&name, both(now)) == HostTurn::Now {
                prop_assert!(now >= not_before[host], "{name} at {now}");
                running[host] = true;
            }
            prop_assert!(hosts.hosts.len() <= 4);
        }
    }
}
