//! Hiring: teams that really grow, and lists of openings that only look like growth.

use model::Day;

use super::postings::TEAMS;
use super::telling::{News, Spread, StoryWording};
use super::{JobAd, Planner, SiteOwner, facts};
use crate::company::{Careers, Company};
use crate::dice::Dice;
use crate::outlet::{HostRole, of_role};
use crate::templates::StoryLabel;
use crate::truth::TrueEvent;

const KIND: &str = "hiring_spike";
/// Days of history that must precede a spike, so that a reader can know the usual rate.
const PAST_DAYS: i32 = 47;
/// Companies with this many openings or more in 30 days hire at a high rate all the time.
const STEADY_FROM: f64 = 8.0;

/// A behaviour of a list of openings that is not growth.
#[derive(Debug, Clone, Copy)]
enum Trap {
    /// The open postings are posted again with a new day and number.
    Reposts,
    /// Standing invitations to apply, for no particular position.
    Evergreen,
    /// All openings move to another board.
    Migration,
    /// One position, offered in many towns.
    ManyTowns,
    /// An announcement without openings.
    Announced,
}

const TRAPS: [(Trap, &str); 5] = [
    (Trap::Reposts, "reposts"),
    (Trap::Evergreen, "evergreen"),
    (Trap::Migration, "board_migration"),
    (Trap::ManyTowns, "one_role_many_towns"),
    (Trap::Announced, "announced_only"),
];

impl Planner<'_> {
    /// Plans all hiring.
    pub(crate) fn hiring(&mut self) {
        let companies = self.companies;
        for company in companies {
            self.usual_openings(company);
        }
        let mut free = self.shuffled(KIND, |company| company.hiring < STEADY_FROM).into_iter();
        let (growing, traps) = (self.share(17), self.share(25));
        for company in free.by_ref().take(growing).filter_map(|number| companies.get(number)) {
            self.team_grows(company);
        }
        for (at, company) in free.by_ref().take(traps).enumerate() {
            let trap = TRAPS.get(at % TRAPS.len()).copied();
            if let (Some(company), Some((trap, name))) = (companies.get(company), trap) {
                self.hiring_look_alike(company, trap, name);
            }
        }
        for company in companies.iter().filter(|company| company.hiring >= STEADY_FROM) {
            let until = self.plan.last_day();
            let news =
                News { company: company.number, kind: KIND, what: "", day: self.plan.first_day };
            let urls = vec![self.careers_url(company)];
            self.look_alike(&news, "steady_large".to_owned(), StoryWording { urls, until });
        }
        self.second_boards();
    }

    fn spike_day(&self, dice: &mut Dice) -> Day {
        let (first, last) = (self.plan.first_day.plus(PAST_DAYS), self.plan.last_day().plus(-6));
        first.plus(dice.between(0, last.since(first).max(0)))
    }

    fn team_grows(&mut self, company: &Company) {
        let mut dice = self.dice(KIND, company.number);
        let day = self.spike_day(&mut dice);
        let team = dice.pick(&TEAMS).copied().unwrap_or("sales");
        let usual = company.hiring / 30.0 * 14.0;
        let wanted = (usual * dice.real(3.5, 7.0)).round().max(f64::from(dice.between(6, 14)));
        let length = dice.between(4, 12);
        let (mut first, mut until) = (day.plus(length), day);
        for _ in 0..wanted as usize {
            let opened = day.plus(dice.between(0, length)).min(self.plan.last_day());
            let team =
                if dice.percent(80) { team } else { dice.pick(&TEAMS).copied().unwrap_or(team) };
            let open_days = dice.between(30, 80);
            self.open(company, team, opened, opened.plus(open_days), &mut dice);
            (first, until) = (first.min(opened), until.max(opened));
        }
        let mut urls = vec![self.careers_url(company)];
        if dice.percent(35) {
            let news = News { company: company.number, kind: KIND, what: "", day: first };
            let values = |planner: &Self, lang: &str, dice: &mut Dice| {
                let mut slots = planner.slots(news.company, lang, news.day, dice);
                slots.insert(
                    "role",
                    planner.templates.word(&format!("team_{team}"), lang).to_owned(),
                );
                slots.insert("count", format!("{wanted}"));
                slots
            };
            let spread = Spread { press: 80, blog: 20, news: 30, copies: 10 };
            let publication = self.tell(&news, &spread, &values, &mut dice);
            urls.extend(publication.urls);
        }
        self.calendar.truth.events.push(TrueEvent {
            kind: KIND,
            what: String::new(),
            domain: company.domain.clone(),
            day: first,
            until,
            urls,
            facts: facts([("team", team.to_owned()), ("openings", format!("{wanted}"))]),
        });
    }

    /// Builds the address of the page that lists a company's openings.
    pub(crate) fn careers_url(&self, company: &Company) -> String {
        let path = format!("/{}", self.templates.word("path_careers", &company.lang));
        match company.careers {
            Careers::Site => self.url(SiteOwner::Company(company.number), &path),
            Careers::Host => format!("http://{}/", company.careers_host()),
            Careers::Board(board) => {
                let slug = crate::company::slug(&company.name);
                self.url(SiteOwner::Outlet(board), &format!("/companies/{slug}"))
            }
        }
    }

    fn hiring_look_alike(&mut self, company: &Company, trap: Trap, name: &str) {
        let mut dice = self.dice("hiring look-alike", company.number);
        let day = self.spike_day(&mut dice);
        let mut urls = vec![self.careers_url(company)];
        match trap {
            Trap::Reposts => self.reposts(company, day, &mut dice),
            Trap::Evergreen => self.evergreen(company, day, &mut dice),
            Trap::Migration => self.migration(company, day, &mut dice),
            Trap::ManyTowns => self.many_towns(company, day, &mut dice),
            Trap::Announced => urls = self.announced(company, day, &mut dice),
        }
        let news = News { company: company.number, kind: KIND, what: "", day };
        let until = day.plus(6);
        self.look_alike(&news, name.to_owned(), StoryWording { urls, until });
    }

    /// Opens positions some time before `day`, so that there are postings to post again or to move.
    fn long_open(&mut self, company: &Company, day: Day, dice: &mut Dice) {
        for _ in 0..dice.between(5, 9) {
            let opened = day.plus(-dice.between(40, 90));
            let team = dice.pick(&TEAMS).copied().unwrap_or("sales");
            self.open(company, team, opened, day.plus(dice.between(20, 60)), dice);
        }
    }

    /// Closes the open postings and opens them again with a new number and a new day.
    fn reopen_all(&mut self, company: &Company, day: Day, dice: &mut Dice, at: Careers) {
        let Some(postings) = self.calendar.postings.get_mut(company.number) else { return };
        let mut reopened: Vec<JobAd> = Vec::new();
        for posting in postings.iter_mut().filter(|posting| posting.is_open(day)) {
            let number = dice.digits(6);
            reopened.push(JobAd { number, opened: day, at, ..posting.clone() });
            posting.closed = day;
        }
        postings.extend(reopened);
    }

    fn reposts(&mut self, company: &Company, day: Day, dice: &mut Dice) {
        self.long_open(company, day, dice);
        self.reopen_all(company, day, dice, company.careers);
    }

    /// Moves all openings to another board on a day; later ones are opened there, too.
    fn migration(&mut self, company: &Company, day: Day, dice: &mut Dice) {
        self.long_open(company, day, dice);
        let boards = of_role(self.outlets, HostRole::Board, None);
        let new = match company.careers {
            Careers::Site | Careers::Host => Careers::Board(boards.first().copied().unwrap_or(0)),
            Careers::Board(_) => Careers::Host,
        };
        self.reopen_all(company, day, dice, new);
        self.calendar.moves.insert(company.number, (day, new));
        for posting in self.calendar.postings.get_mut(company.number).into_iter().flatten() {
            if posting.opened >= day {
                posting.at = new;
            }
        }
    }

    fn evergreen(&mut self, company: &Company, day: Day, dice: &mut Dice) {
        let mut titles = self.templates.list("titles_evergreen", &company.lang).to_vec();
        dice.shuffle(&mut titles);
        for title in titles.into_iter().take(5 + dice.below(3)) {
            let opened = day.plus(dice.between(0, 6));
            let at = self.open(company, "operations", opened, opened.plus(300), dice);
            let postings = self.calendar.postings.get_mut(company.number);
            if let Some(posting) = postings.and_then(|postings| postings.get_mut(at)) {
                posting.title = title;
            }
        }
    }

    fn many_towns(&mut self, company: &Company, day: Day, dice: &mut Dice) {
        let mut towns =
            self.templates.list(&format!("cities_{}", company.country), &company.lang).to_vec();
        dice.shuffle(&mut towns);
        let first = self.open(company, "sales", day, day.plus(50), dice);
        let postings = self.calendar.postings.get_mut(company.number);
        let Some(postings) = postings else { return };
        let Some(one) = postings.get(first).cloned() else { return };
        postings.extend(towns.into_iter().filter(|town| *town != one.city).take(7).map(|city| {
            // One requisition: all copies keep its number.
            JobAd { city, ..one.clone() }
        }));
    }

    fn announced(&mut self, company: &Company, day: Day, dice: &mut Dice) -> Vec<String> {
        let news = News { company: company.number, kind: KIND, what: "", day };
        let texts = self.templates.texts(("story", KIND, "", StoryLabel::LookAlike), &company.lang);
        let Some(text) = dice.pick(&texts).copied() else { return Vec::new() };
        let values = |planner: &Self, lang: &str, dice: &mut Dice| {
            let mut slots = planner.slots(news.company, lang, news.day, dice);
            let team = dice.pick(&TEAMS).copied().unwrap_or("sales");
            slots.insert("role", planner.templates.word(&format!("team_{team}"), lang).to_owned());
            slots
        };
        self.tell_look_alike(&news, text, &values, dice).urls
    }

    /// Shows the openings of about a fifth of the companies on a second board, too.
    fn second_boards(&mut self) {
        let companies = self.companies;
        let boards = of_role(self.outlets, HostRole::Board, None);
        for company in companies {
            let mut dice = self.dice("second board", company.number);
            let on_own = !matches!(company.careers, Careers::Board(_));
            let Some(board) = dice.pick(&boards).copied().filter(|_| on_own) else { continue };
            if !dice.percent(20) {
                continue;
            }
            let links_back = dice.percent(70);
            let own = self.calendar.postings.get(company.number).cloned().unwrap_or_default();
            for posting in own.into_iter().filter(|posting| posting.at == company.careers) {
                let apply = links_back.then(|| self.posting_url(company, &posting));
                let opened = posting.opened.plus(dice.between(0, 3));
                let at = Careers::Board(board);
                let number = dice.digits(6);
                self.push(company.number, JobAd { number, opened, at, apply, ..posting });
            }
        }
    }

    /// Builds the address of an opening's page.
    pub(crate) fn posting_url(&self, company: &Company, posting: &JobAd) -> String {
        let page = posting.page();
        match posting.at {
            Careers::Site => {
                let list = self.templates.word("path_careers", &company.lang);
                self.url(SiteOwner::Company(company.number), &format!("/{list}/{page}"))
            }
            Careers::Host => format!("http://{}/{page}", company.careers_host()),
            Careers::Board(board) => self.url(SiteOwner::Outlet(board), &format!("/jobs/{page}")),
        }
    }
}
