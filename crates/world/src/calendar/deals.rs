//! Deals: sales, which are more likely after events but never certain.

use super::Planner;
use crate::truth::Deal;

/// Percentage of companies without events that buy, and the increase for each event.
const WITHOUT_PERCENT: u32 = 4;
const PER_EVENT_PERCENT: u32 = 22;

impl Planner<'_> {
    /// Plans all deals.
    pub(crate) fn deals(&mut self) {
        let products = self.templates.list("products", "*");
        for company in self.companies {
            let mut dice = self.dice("deals", company.number);
            let events: Vec<_> = self
                .calendar
                .truth
                .events
                .iter()
                .filter(|event| event.domain == company.domain)
                .map(|event| event.day)
                .collect();
            let percent = WITHOUT_PERCENT + PER_EVENT_PERCENT * events.len() as u32;
            let from = events.iter().max().copied().unwrap_or(self.plan.first_day);
            let day = from.plus(dice.between(8, 55));
            if !dice.percent(percent) || day > self.plan.last_day() {
                continue;
            }
            let per_seat = dice.between(40, 160).unsigned_abs();
            self.calendar.truth.deals.push(Deal {
                domain: company.domain.clone(),
                product: dice.word(products).to_owned(),
                day,
                value_eur: 2_000 + per_seat * company.employees.min(1_500),
            });
        }
    }
}
