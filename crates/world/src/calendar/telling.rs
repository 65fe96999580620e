//! Publication: which texts about an event appear on which pages, and on which days.

use model::Day;

use super::{Planner, Section, SiteOwner, Story};
use crate::company::slug;
use crate::dice::Dice;
use crate::outlet::{HostRole, of_role};
use crate::templates::{FilledText, SlotValues, StoryLabel, Template};

/// Something to be published.
pub(crate) struct News {
    pub(crate) company: usize,
    pub(crate) kind: &'static str,
    pub(crate) what: &'static str,
    pub(crate) day: Day,
}

/// How widely an event is published, each in percent.
pub(crate) struct Spread {
    pub(crate) press: u32,
    pub(crate) blog: u32,
    pub(crate) news: u32,
    pub(crate) copies: u32,
}

/// The pages on which a story was published, and the day of the last of them.
pub(crate) struct StoryWording {
    pub(crate) urls: Vec<String>,
    pub(crate) until: Day,
}

impl StoryWording {
    fn at(day: Day) -> Self {
        Self { urls: Vec::new(), until: day }
    }
}

impl<'a> Planner<'a> {
    /// Finds the texts of a family in a language that fit a place; all of them when none fits.
    pub(crate) fn fitting(
        &self,
        news: &News,
        label: StoryLabel,
        lang: &str,
        place: &str,
    ) -> Vec<&'a Template> {
        let texts = self.templates.texts(("story", news.kind, news.what, label), lang);
        let fits: Vec<&Template> = texts.iter().copied().filter(|text| text.fits(place)).collect();
        if fits.is_empty() { texts } else { fits }
    }

    /// Publishes a true event in the places that `spread` draws. `slots` makes the values for a
    /// language.
    pub(crate) fn tell(
        &mut self,
        news: &News,
        spread: &Spread,
        slots: &dyn Fn(&Self, &str, &mut Dice) -> SlotValues,
        dice: &mut Dice,
    ) -> StoryWording {
        let mut publication = StoryWording::at(news.day);
        let own = SiteOwner::Company(news.company);
        let lang = self.lang_of(own);
        let own_place = match (dice.percent(spread.press), dice.percent(spread.blog)) {
            (true, _) => Some(("press", Section::News)),
            (false, true) => Some(("blog", Section::Blog)),
            (false, false) => None,
        };
        let papers = self.papers(lang, dice);
        let reported = if own_place.is_none() { 100 } else { spread.news };
        if let Some((place, section)) = own_place
            && let Some(text) =
                dice.pick(&self.fitting(news, StoryLabel::True, lang, place)).copied()
        {
            let values = slots(self, lang, dice);
            let written = text.write(&values, dice);
            let copies = if dice.percent(spread.copies) { 1 + dice.below(3) } else { 0 };
            self.publish(own, section, news, news.day, written.clone(), &mut publication);
            let near = papers.iter().rev().filter(|paper| self.lang_of(**paper) == lang);
            let near: Vec<SiteOwner> = near.copied().take(copies).collect();
            for paper in near {
                let day = news.day.plus(dice.between(0, 2));
                let copy = self.credited(written.clone(), news.company);
                self.publish(paper, Section::News, news, day, copy, &mut publication);
            }
        }
        let reports = if dice.percent(reported) { 1 + dice.below(2) } else { 0 };
        for paper in papers.iter().take(reports) {
            let lang = self.lang_of(*paper);
            if let Some(text) =
                dice.pick(&self.fitting(news, StoryLabel::True, lang, "news")).copied()
            {
                let values = slots(self, lang, dice);
                let written = text.write(&values, dice);
                let day = news.day.plus(dice.between(0, 3)).min(self.plan.last_day());
                self.publish(*paper, Section::News, news, day, written, &mut publication);
            }
        }
        publication
    }

    /// Publishes a look-alike in one place, sometimes in two.
    pub(crate) fn tell_look_alike(
        &mut self,
        news: &News,
        text: &'a Template,
        slots: &dyn Fn(&Self, &str, &mut Dice) -> SlotValues,
        dice: &mut Dice,
    ) -> StoryWording {
        let mut publication = StoryWording::at(news.day);
        let own = SiteOwner::Company(news.company);
        let papers = self.papers(&text.lang, dice);
        let values = slots(self, &text.lang, dice);
        let written = text.write(&values, dice);
        let at_paper =
            text.fits("news") && (!text.fits("press") && !text.fits("blog") || dice.percent(40));
        if !at_paper || dice.percent(25) {
            let section = if text.fits("press") { Section::News } else { Section::Blog };
            self.publish(own, section, news, news.day, written.clone(), &mut publication);
        }
        if at_paper && let Some(paper) = papers.first() {
            self.publish(*paper, Section::News, news, news.day, written, &mut publication);
        }
        publication
    }

    /// Lists the newspapers of a language, then the English ones, each group shuffled.
    pub(crate) fn papers(&self, lang: &str, dice: &mut Dice) -> Vec<SiteOwner> {
        let mut near = of_role(self.outlets, HostRole::News, Some(lang));
        dice.shuffle(&mut near);
        let mut english = of_role(self.outlets, HostRole::News, Some("en"));
        dice.shuffle(&mut english);
        near.extend(english);
        let mut papers: Vec<SiteOwner> = Vec::new();
        for paper in near.into_iter().map(SiteOwner::Outlet) {
            if !papers.contains(&paper) {
                papers.push(paper);
            }
        }
        papers
    }

    /// Adds the credit that a copied text gives to its source.
    fn credited(&self, mut written: FilledText, company: usize) -> FilledText {
        if let Some(company) = self.companies.get(company) {
            let credit = self.templates.word("credit", &company.lang);
            let shape = crate::templates::Shape::Text;
            written.paragraphs.push((shape, format!("{credit} {}", company.name)));
        }
        written
    }

    /// Publishes a text as a page and adds the page to `publication`.
    pub(crate) fn publish(
        &mut self,
        site: SiteOwner,
        section: Section,
        news: &News,
        day: Day,
        written: FilledText,
        publication: &mut StoryWording,
    ) {
        let name = slug(&written.title);
        let path = self.story_path(site, section, day, &name);
        publication.urls.push(self.url(site, &path));
        publication.until = publication.until.max(day);
        let dateless = Dice::of(self.plan.seed, &path, 1).percent(6);
        self.calendar.stories.push(Story {
            site,
            section,
            path,
            day,
            shown: (!dateless).then_some(day),
            about: Some(news.company),
            written,
            table: Vec::new(),
        });
    }

    pub(crate) fn story_path(
        &mut self,
        site: SiteOwner,
        section: Section,
        day: Day,
        name: &str,
    ) -> String {
        let (year, month, number) = day.ymd();
        let lang = self.lang_of(site);
        let wanted = match (site, section) {
            (SiteOwner::Outlet(_), Section::Notices) => format!("/notices/{name}"),
            (SiteOwner::Outlet(outlet), _) if outlet % 2 == 0 => {
                format!("/{year}/{month:02}/{number:02}/{name}")
            }
            (SiteOwner::Outlet(_), _) => format!("/article/{name}"),
            (_, Section::Blog) => format!("/blog/{name}"),
            (_, _) => format!("/{}/{name}", self.templates.word("path_news", lang)),
        };
        self.free_path(site, &wanted)
    }
}
