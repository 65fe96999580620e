//! Filler: texts of companies and newspapers that are about no event.

use model::Day;

use super::telling::{News, StoryWording};
use super::{Planner, Section, SiteOwner};
use crate::dice::Dice;
use crate::outlet::{HostRole, of_role};
use crate::templates::{StoryLabel, Template};

/// Average number of days between two filler texts of a company.
const EVERY_DAYS: f64 = 34.0;
/// Average number of filler texts of a newspaper per day.
const PER_PAPER: f64 = 0.8;
/// Days before the first day of the world from which texts are still listed.
const BEFORE_DAYS: i32 = 120;

impl Planner<'_> {
    /// Plans all filler.
    pub(crate) fn filler(&mut self) {
        for company in 0..self.companies.len() {
            let mut dice = self.dice("filler", company);
            let site = SiteOwner::Company(company);
            for day in self.days() {
                for _ in 0..dice.poisson(1.0 / EVERY_DAYS) {
                    let section = if dice.percent(70) { Section::News } else { Section::Blog };
                    self.fill(site, section, company, day, &mut dice);
                }
            }
        }
        for paper in of_role(self.outlets, HostRole::News, None) {
            let mut dice = self.dice("paper", paper);
            for day in self.days() {
                for _ in 0..dice.poisson(PER_PAPER) {
                    let company = dice.below(self.companies.len());
                    self.fill(SiteOwner::Outlet(paper), Section::News, company, day, &mut dice);
                }
            }
        }
    }

    fn days(&self) -> impl Iterator<Item = Day> + use<> {
        let (first, last) = (self.plan.first_day.plus(-BEFORE_DAYS), self.plan.last_day());
        (0..=last.since(first)).map(move |days| first.plus(days))
    }

    fn fill(
        &mut self,
        site: SiteOwner,
        section: Section,
        company: usize,
        day: Day,
        dice: &mut Dice,
    ) {
        let lang = self.lang_of(site);
        let place = match (site, section) {
            (SiteOwner::Outlet(_), _) => "news",
            (_, Section::Blog) => "blog",
            _ => "press",
        };
        let texts = self.templates.texts(("story", "", "", StoryLabel::Filler), lang);
        let texts: Vec<&Template> = texts.into_iter().filter(|text| text.fits(place)).collect();
        let Some(text) = dice.pick(&texts) else { return };
        let other = dice.word(self.templates.list("supplier_names", lang)).to_owned();
        let mut slots = self.slots(company, lang, day, dice);
        slots.insert("other", other);
        let written = text.write(&slots, dice);
        let news = News { company, kind: "", what: "", day };
        let mut publication = StoryWording { urls: Vec::new(), until: day };
        self.publish(site, section, &news, day, written, &mut publication);
    }
}
