//! Budget events: funding rounds and public contracts, and their look-alikes.

use model::Day;

use super::telling::{News, Spread, StoryWording};
use super::{Planner, Section, SiteOwner, Story, facts};
use crate::company::town;
use crate::dice::Dice;
use crate::outlet::{HostRole, of_role};
use crate::templates::{SlotValues, StoryLabel, Template};
use crate::truth::{LookAlike, TrueEvent};
use crate::wording::{self, Amount};

const KIND: &str = "budget_event";
/// Letter of a round, its share in percent, and its range in millions of euro.
const ROUNDS: [(char, u32, (f64, f64)); 4] = [
    ('A', 40, (4.0, 16.0)),
    ('B', 30, (14.0, 42.0)),
    ('C', 20, (32.0, 95.0)),
    ('D', 10, (70.0, 210.0)),
];
/// Range of public contracts that count as an event, in millions of euro.
const CONTRACT: (f64, f64) = (0.16, 9.0);
/// Default range of a look-alike's amount when its template gives none.
const TRAP_FUNDING: (f64, f64) = (0.4, 60.0);
const TRAP_CONTRACT: (f64, f64) = (0.008, 0.07);

/// The content of a budget event, independent of the language.
struct Matter {
    money: Amount,
    round: Option<char>,
    investors: [usize; 2],
    subject: usize,
    notice: String,
    deadline: Day,
    other_town: String,
    /// Index of the public body behind it, when that is not a company of the world.
    body: usize,
}

impl Planner<'_> {
    /// Plans all budget events and their look-alikes.
    pub(crate) fn budget(&mut self) {
        let private = self.shuffled("funding", |company| !company.is_public);
        let (funded, suppliers) = (self.share(12), self.share(5));
        let (fund_traps, supplier_traps) = (self.share(16), self.share(5));
        let mut private = private.into_iter();
        for company in private.by_ref().take(funded) {
            self.true_money(company, "funding");
        }
        for company in private.by_ref().take(suppliers) {
            self.true_money(company, "supplier");
        }
        for company in private.by_ref().take(fund_traps) {
            self.money_look_alike(company, "funding");
        }
        for company in private.take(supplier_traps) {
            self.money_look_alike(company, "supplier");
        }
        let bodies = self.shuffled("tenders", |company| company.is_public);
        let buyers = bodies.len() * 2 / 5;
        for (at, company) in bodies.into_iter().enumerate() {
            if at < buyers {
                self.true_money(company, "buyer");
            } else {
                self.money_look_alike(company, "buyer");
            }
        }
    }

    fn true_money(&mut self, company: usize, sort: &'static str) {
        let mut dice = self.dice(sort, company);
        let day = self.some_day(&mut dice);
        let (round, range) = if sort == "funding" { round(&mut dice) } else { (None, CONTRACT) };
        let matter = self.matter(company, day, range, round, &mut dice);
        let news = News { company, kind: KIND, what: sort, day };
        let values = |planner: &Self, lang: &str, dice: &mut Dice| {
            planner.money_slots(&news, &matter, lang, dice)
        };
        let publication = match sort {
            "buyer" => self.tell_notice(&news, &matter, &values, &mut dice),
            _ => {
                let spread = Spread { press: 78, blog: 0, news: 60, copies: 30 };
                self.tell(&news, &spread, &values, &mut dice)
            }
        };
        let facts = facts([
            ("amount", matter.money.units.to_string()),
            ("currency", matter.money.currency.clone()),
            (
                "round",
                matter
                    .round
                    .map(|letter| format!("series_{}", letter.to_ascii_lowercase()))
                    .unwrap_or_default(),
            ),
            ("notice", if sort == "buyer" { matter.notice.clone() } else { String::new() }),
        ]);
        let domain = self.domain(company);
        self.calendar.truth.events.push(TrueEvent {
            kind: KIND,
            what: sort.to_owned(),
            domain,
            day,
            until: publication.until,
            urls: publication.urls,
            facts,
        });
    }

    fn money_look_alike(&mut self, company: usize, sort: &'static str) {
        let mut dice = self.dice(sort, company);
        let day = self.some_day(&mut dice);
        let news = News { company, kind: KIND, what: sort, day };
        if sort == "funding" && dice.percent(12) {
            self.old_news(&news, &mut dice);
            return;
        }
        let lang = self.lang_of(SiteOwner::Company(company));
        let texts = self.templates.texts(("story", KIND, sort, StoryLabel::LookAlike), lang);
        let Some(text) = dice.pick(&texts).copied() else { return };
        let usual = if sort == "funding" { TRAP_FUNDING } else { TRAP_CONTRACT };
        let round = round(&mut dice).0;
        let matter = self.matter(company, day, text.amount.unwrap_or(usual), round, &mut dice);
        let values = |planner: &Self, lang: &str, dice: &mut Dice| {
            planner.money_slots(&news, &matter, lang, dice)
        };
        let publication = if sort == "buyer" && text.fits("notice") {
            self.notice(&news, text, &matter, &values, &mut dice)
        } else {
            self.tell_look_alike(&news, text, &values, &mut dice)
        };
        self.look_alike(&news, text.trap.clone(), publication);
    }

    /// Publishes an event of the distant past in a newspaper again.
    fn old_news(&mut self, news: &News, dice: &mut Dice) {
        let lang = self.lang_of(SiteOwner::Company(news.company));
        let paper = self.papers(lang, dice).first().copied();
        let (Some(paper), (round, range)) = (paper, round(dice)) else { return };
        let lang = self.lang_of(paper);
        let long_ago = news.day.plus(-dice.between(500, 1_400));
        let matter = self.matter(news.company, long_ago, range, round, dice);
        let original = News { company: news.company, kind: KIND, what: news.what, day: long_ago };
        let mut values = self.money_slots(&original, &matter, lang, dice);
        let texts = self.fitting(news, StoryLabel::True, lang, "news");
        let Some(text) = dice.pick(&texts).copied() else { return };
        let mut written = text.write(&values, dice);
        values.insert("title", written.title.clone());
        let notes = self.templates.texts(("archive", "", "", StoryLabel::Filler), lang);
        if let Some(note) = dice.pick(&notes) {
            let mut note = note.write(&values, dice);
            note.paragraphs.append(&mut written.paragraphs);
            let title = if note.title.is_empty() { written.title } else { note.title };
            written = crate::templates::FilledText { title, paragraphs: note.paragraphs };
        }
        let mut publication = StoryWording { urls: Vec::new(), until: news.day };
        self.publish(paper, Section::News, news, news.day, written, &mut publication);
        self.look_alike(news, "old_news".to_owned(), publication);
    }

    pub(crate) fn look_alike(&mut self, news: &News, trap: String, publication: StoryWording) {
        let domain = self.domain(news.company);
        self.calendar.truth.look_alikes.push(LookAlike {
            kind: news.kind,
            trap,
            domain,
            day: news.day,
            until: publication.until,
            urls: publication.urls,
        });
    }

    pub(crate) fn domain(&self, company: usize) -> String {
        self.companies.get(company).map(|company| company.domain.clone()).unwrap_or_default()
    }

    fn matter(
        &self,
        company: usize,
        day: Day,
        (low, high): (f64, f64),
        round: Option<char>,
        dice: &mut Dice,
    ) -> Matter {
        let lang = self.lang_of(SiteOwner::Company(company));
        let currency = self.companies.get(company).map_or("EUR", |company| &company.currency);
        // On a logarithmic scale, so that small amounts are as likely as large ones.
        let million = (dice.real(low.ln(), high.ln())).exp();
        let (year, _, _) = day.ymd();
        Matter {
            money: Amount::of(million, currency),
            round,
            investors: [dice.below(1_000), dice.below(1_000)],
            subject: dice.below(1_000),
            notice: format!("{year}-{}", dice.digits(6)),
            deadline: day.plus(dice.between(21, 48)),
            other_town: town(dice, self.templates, lang),
            body: dice.below(1_000),
        }
    }

    fn money_slots(&self, news: &News, matter: &Matter, lang: &str, dice: &mut Dice) -> SlotValues {
        let mut slots = self.slots(news.company, lang, news.day, dice);
        let entry = |list: &str, at: usize| {
            let list = self.templates.list(list, lang);
            list.get(at % list.len().max(1)).cloned().unwrap_or_default()
        };
        let country = self.companies.get(news.company).map_or("", |company| &company.country);
        slots.insert("amount", matter.money.written(lang, dice));
        if let Some(letter) = matter.round {
            let name = self.templates.word("round", lang);
            slots.insert("round", format!("{name} {letter}"));
        }
        let [first, second] = matter.investors;
        slots.insert("investor", entry("investors", first));
        let other = if second % 37 == first % 37 { second + 1 } else { second };
        slots.insert("second_investor", entry("investors", other));
        slots.insert("subject", entry("tender_subjects", matter.subject));
        slots.insert("notice", matter.notice.clone());
        slots.insert("deadline", wording::date(matter.deadline, lang, country, self.templates));
        let body = entry("public_names", matter.body).replace("{city}", &matter.other_town);
        slots.insert("buyer", if news.what == "buyer" { self.name(news.company) } else { body });
        slots.insert("supplier", entry("supplier_names", matter.body));
        slots.insert("portal", entry("portal_names", 0));
        slots
    }

    pub(crate) fn name(&self, company: usize) -> String {
        self.companies.get(company).map(|company| company.name.clone()).unwrap_or_default()
    }

    /// Publishes a buyer's tender: on a portal, often in its newsroom, sometimes in a newspaper.
    fn tell_notice(
        &mut self,
        news: &News,
        matter: &Matter,
        slots: &dyn Fn(&Self, &str, &mut Dice) -> SlotValues,
        dice: &mut Dice,
    ) -> StoryWording {
        let lang = self.lang_of(SiteOwner::Company(news.company));
        let texts = self.fitting(news, StoryLabel::True, lang, "notice");
        let mut publication = StoryWording { urls: Vec::new(), until: news.day };
        if let Some(text) = dice.pick(&texts).copied() {
            publication = self.notice(news, text, matter, slots, dice);
        }
        if dice.percent(60) {
            let spread = Spread { press: 85, blog: 0, news: 30, copies: 5 };
            let more = self.tell(news, &spread, slots, dice);
            publication.urls.extend(more.urls);
            publication.until = publication.until.max(more.until);
        }
        publication
    }

    fn notice(
        &mut self,
        news: &News,
        text: &Template,
        matter: &Matter,
        slots: &dyn Fn(&Self, &str, &mut Dice) -> SlotValues,
        dice: &mut Dice,
    ) -> StoryWording {
        let lang = self.lang_of(SiteOwner::Company(news.company));
        let portals = of_role(self.outlets, HostRole::Portal, Some(lang));
        let Some(portal) = dice.pick(&portals).map(|number| SiteOwner::Outlet(*number)) else {
            return StoryWording { urls: Vec::new(), until: news.day };
        };
        let values = slots(self, lang, dice);
        let written = text.write(&values, dice);
        let path = self.free_path(portal, &format!("/notices/{}", matter.notice));
        let row = |name: &str, slot: &str| {
            let name = self.templates.word(name, lang).to_owned();
            (name, values.get(slot).cloned().unwrap_or_default())
        };
        let table = vec![
            row("row_buyer", "buyer"),
            row("row_notice", "notice"),
            row("row_subject", "subject"),
            row("row_value", "amount"),
            row("row_deadline", "deadline"),
        ];
        let url = self.url(portal, &path);
        self.calendar.stories.push(Story {
            site: portal,
            section: Section::Notices,
            path,
            day: news.day,
            shown: Some(news.day),
            about: Some(news.company),
            written,
            table,
        });
        StoryWording { urls: vec![url], until: news.day }
    }
}

fn round(dice: &mut Dice) -> (Option<char>, (f64, f64)) {
    let mut left = dice.below(100) as u32;
    for (letter, share, range) in ROUNDS {
        if left < share {
            return (Some(letter), range);
        }
        left -= share;
    }
    (Some('A'), (4.0, 16.0))
}
