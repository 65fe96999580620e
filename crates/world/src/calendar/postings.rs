//! Openings: a company's usual hiring over weeks and seasons.

use std::f64::consts::TAU;

use model::Day;

use super::Planner;
use crate::company::{Careers, Company, slug};
use crate::dice::Dice;
use crate::wording;

/// Days before the first day of the world from which openings may still be listed.
const BEFORE_DAYS: i32 = 75;
/// Teams that hire; the list of a team's titles is called `titles_` plus the team.
pub(crate) const TEAMS: [&str; 6] =
    ["engineering", "sales", "support", "operations", "finance", "marketing"];

/// One opening on one board.
#[derive(Debug, Clone)]
pub(crate) struct JobAd {
    /// Determines the text: the same on every board, and when the opening is posted again.
    pub(crate) requisition: u64,
    /// The number that the board gives it.
    pub(crate) number: String,
    pub(crate) title: String,
    pub(crate) team: &'static str,
    pub(crate) city: String,
    /// The first day on which it is listed; its page gives this day.
    pub(crate) opened: Day,
    /// The first day on which it is no longer listed.
    pub(crate) closed: Day,
    pub(crate) at: Careers,
    /// The address for applications, when it is the posting's page on another board.
    pub(crate) apply: Option<String>,
}

impl Planner<'_> {
    /// Plans a company's openings without any event.
    pub(crate) fn usual_openings(&mut self, company: &Company) {
        let mut dice = self.dice("usual openings", company.number);
        let phase = dice.real(0.0, 365.0);
        let season = dice.real(0.1, 0.35);
        let drift = dice.real(-0.35, 0.35);
        let (start, last) = (self.plan.first_day.plus(-BEFORE_DAYS), self.plan.last_day());
        let span = f64::from(last.since(start)).max(1.0);
        let mut day = start;
        while day <= last {
            if !wording::is_weekend(day) {
                let year = 1.0 + season * ((f64::from(day.0) + phase) / 365.0 * TAU).sin();
                let growth = 1.0 + drift * (f64::from(day.since(start)) / span - 0.5);
                let mean = company.hiring / 30.0 * 1.4 * year * growth;
                for _ in 0..dice.poisson(mean) {
                    let team = dice.pick(&TEAMS).copied().unwrap_or("operations");
                    let open_days = dice.between(18, 75);
                    self.open(company, team, day, day.plus(open_days), &mut dice);
                }
            }
            day = day.plus(1);
        }
    }

    /// Opens a position; returns its index among the company's postings.
    pub(crate) fn open(
        &mut self,
        company: &Company,
        team: &'static str,
        opened: Day,
        closed: Day,
        dice: &mut Dice,
    ) -> usize {
        let titles = self.templates.list(&format!("titles_{team}"), &company.lang);
        let cities = self.templates.list(&format!("cities_{}", company.country), &company.lang);
        let city = if dice.percent(60) { company.city.as_str() } else { dice.word(cities) };
        let posting = JobAd {
            requisition: (company.number as u64) << 32 | u64::from(dice.below(1 << 30) as u32),
            number: dice.digits(6),
            title: dice.word(titles).to_owned(),
            team,
            city: city.to_owned(),
            opened,
            closed,
            at: company.careers,
            apply: None,
        };
        self.push(company.number, posting)
    }

    pub(crate) fn push(&mut self, company: usize, posting: JobAd) -> usize {
        let Some(postings) = self.calendar.postings.get_mut(company) else { return 0 };
        postings.push(posting);
        postings.len() - 1
    }
}

impl JobAd {
    /// Reports whether the posting is listed on a day.
    pub(crate) fn is_open(&self, day: Day) -> bool {
        self.opened <= day && day < self.closed
    }

    /// Builds the last segment of its page's path.
    pub(crate) fn page(&self) -> String {
        format!("{}-{}-{}", self.number, slug(&self.title), slug(&self.city))
    }
}
