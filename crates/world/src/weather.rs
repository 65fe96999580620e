//! Weather: failures of a host on a day, and its permanent irregularities.

use model::Day;

use crate::calendar::SiteOwner;
use crate::dice::Dice;
use crate::plan::Plan;

/// The state of a site on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SiteState {
    Fair,
    /// Every request fails.
    Down,
    /// Pages are served, the robots file fails.
    RobotsBroken,
}

/// The encoding of pages, and the charset that their header declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    Utf8,
    /// Windows-1252, declared in the header.
    Western,
    /// Windows-1252, declared as UTF-8 in the header.
    WesternAsUtf8,
    /// Windows-1252; neither header nor page declares a charset.
    Unsaid,
}

/// A site's permanent irregularities.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Habits {
    pub(crate) charset: Charset,
    /// Pages carry a token that changes every day.
    pub(crate) restless: bool,
    /// Two pages redirect to each other.
    pub(crate) circle: bool,
    /// There is a page of several megabytes.
    pub(crate) huge: bool,
    /// Texts have a second address.
    pub(crate) doubled: bool,
    /// Missing pages are served with status 200.
    pub(crate) soft_missing: bool,
    /// The robots file disallows everything.
    pub(crate) closed: bool,
    /// The crawl delay of the robots file, in seconds.
    pub(crate) crawl_delay_s: Option<u32>,
    /// The day on which a new design starts.
    pub(crate) redesigned: Option<Day>,
}

fn number(site: SiteOwner) -> u64 {
    match site {
        SiteOwner::Company(number) => number as u64,
        SiteOwner::Outlet(number) => 1 << 32 | number as u64,
    }
}

pub(crate) fn habits(plan: &Plan, site: SiteOwner) -> Habits {
    let mut dice = Dice::of(plan.seed, "habits", number(site));
    let span = plan.last_day().since(plan.first_day);
    let charset = match dice.below(100) {
        0..=4 => Charset::Western,
        5..=7 => Charset::WesternAsUtf8,
        8..=9 => Charset::Unsaid,
        _ => Charset::Utf8,
    };
    Habits {
        charset,
        restless: dice.percent(35),
        circle: dice.percent(6),
        huge: dice.percent(3),
        doubled: dice.percent(10),
        soft_missing: dice.percent(6),
        closed: matches!(site, SiteOwner::Company(_)) && dice.percent(2),
        crawl_delay_s: dice.percent(12).then(|| dice.between(1, 5).unsigned_abs()),
        redesigned: dice.percent(8).then(|| plan.first_day.plus(dice.between(10, span.max(11)))),
    }
}

/// Returns the state of a site on a day. Outages are rare: a site is down for up to three days, its
/// robots file for up to six.
pub(crate) fn today(plan: &Plan, site: SiteOwner, day: Day) -> SiteState {
    let mut dice = Dice::of(plan.seed, "weather", number(site));
    let span = plan.last_day().since(plan.first_day).max(1);
    let within = |from: i32, length: i32| {
        let start = plan.first_day.plus(from);
        start <= day && day < start.plus(length)
    };
    let (down, robots) = (dice.percent(14), dice.percent(7));
    let (down_from, down_for) = (dice.between(3, span), dice.between(1, 3));
    let (robots_from, robots_for) = (dice.between(3, span), dice.between(1, 6));
    if down && within(down_from, down_for) {
        SiteState::Down
    } else if robots && within(robots_from, robots_for) {
        SiteState::RobotsBroken
    } else {
        SiteState::Fair
    }
}
