//! A company's site: home, about, newsroom, blog, careers, and irregular pages.

use super::shell::{escaped, linked};
use super::{SitePage, SiteVisit};
use crate::Company;
use crate::calendar::{Section, SiteOwner};
use crate::company::Careers;
use crate::dice::Dice;
use crate::templates::{Shape, SlotValues, StoryLabel};

impl SiteVisit<'_> {
    pub(crate) fn company(&self, number: usize, path: &str, query: &str) -> SitePage {
        let Some(company) = self.world.companies.get(number) else { return self.missing() };
        let word = |name| self.world.templates.word(name, &company.lang);
        let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
        let first = path.trim_start_matches('/');
        let (first, rest) = first.split_once('/').unwrap_or((first, ""));
        match (first, rest) {
            ("", _) => self.home(company),
            ("feed.xml", "") => self.feed(company),
            ("sitemap.xml", "") => self.sitemap(company),
            ("assets", "site.js") => SitePage::text("document.documentElement.lang;\n".to_owned()),
            ("blog", "") => self.list(Section::Blog, word("blog"), path, query),
            ("archive", "old") if self.habits.circle => {
                SitePage::moved("/archive/older".to_owned())
            }
            ("archive", "older") if self.habits.circle => {
                SitePage::moved("/archive/old".to_owned())
            }
            ("archive", "all") if self.habits.huge => self.huge(),
            (first, "") if first == word("path_about") => self.about(company),
            (first, "") if first == word("path_news") => {
                self.list(Section::News, word("news"), path, query)
            }
            (first, page) if first == word("path_careers") => self.careers(company, page),
            ("print", rest) if self.habits.doubled => {
                self.story_at(&format!("/{rest}")).map_or_else(|| self.missing(), |s| self.story(s))
            }
            _ => self.story_at(path).map_or_else(|| self.missing(), |story| self.story(story)),
        }
    }

    /// Builds the address of the careers page in a company's menu.
    pub(crate) fn careers_link(&self, company: &Company) -> String {
        match self.careers_now(company) {
            Careers::Site => {
                format!("/{}", self.world.templates.word("path_careers", &company.lang))
            }
            Careers::Host => format!("http://{}/", company.careers_host()),
            Careers::Board(board) => {
                let slug = crate::company::slug(&company.name);
                self.world.url(SiteOwner::Outlet(board), &format!("/companies/{slug}"))
            }
        }
    }

    fn home(&self, company: &Company) -> SitePage {
        let mut content = self.own_words("home", company, "home");
        content.push_str(&self.newest(4));
        if self.habits.doubled {
            for story in self.stories(Some(Section::News)).take(6) {
                let path = format!("/print{}", story.path);
                content.push_str(&super::shell::link(
                    &path,
                    self.world.templates.word("print", &company.lang),
                ));
            }
        }
        let head = format!("{}{}", organization(company), self.feed_link());
        SitePage::html(self.frame(&company.name, &head, &content))
    }

    fn about(&self, company: &Company) -> SitePage {
        let content = self.own_words("about", company, "about");
        let title = self.world.templates.word("about", &company.lang);
        SitePage::html(self.frame(title, &organization(company), &content))
            .of_day(self.world.plan.first_day.plus(-200))
    }

    /// Renders a page text of the templates, the same on every visit to a company.
    pub(crate) fn own_words(&self, usage: &str, company: &Company, about: &str) -> String {
        let mut dice = Dice::of(self.world.plan.seed, about, company.number as u64);
        let texts = self.world.templates.texts((usage, "", "", StoryLabel::Filler), &company.lang);
        let Some(text) = dice.pick(&texts) else { return String::new() };
        let slots = self.slots(company, &mut dice);
        let written = text.write(&slots, &mut dice);
        let mut out = format!("<h1>{}</h1>\n", escaped(&written.title));
        for (shape, text) in &written.paragraphs {
            match shape {
                Shape::Heading => out.push_str(&format!("<h2>{}</h2>\n", linked(text))),
                Shape::Text => out.push_str(&format!("<p>{}</p>\n", linked(text))),
                Shape::Item => out.push_str(&format!("<ul><li>{}</li></ul>\n", linked(text))),
            }
        }
        out
    }

    pub(crate) fn slots(&self, company: &Company, dice: &mut Dice) -> SlotValues {
        let templates = &self.world.templates;
        let list = |name: &str| templates.list(name, &company.lang);
        let country = templates.word(&format!("country_{}", company.country), &company.lang);
        SlotValues::from([
            ("company", company.name.clone()),
            ("legal_name", company.legal_name.clone()),
            ("city", company.city.clone()),
            ("country", country.to_owned()),
            ("industry", company.industry.clone()),
            ("founded", company.founded.to_string()),
            ("employees", company.employees.to_string()),
            ("person", dice.word(list("people")).to_owned()),
            ("second_person", dice.word(list("people")).to_owned()),
            ("person_role", dice.word(list("person_roles")).to_owned()),
            ("purpose", dice.word(list("purposes")).to_owned()),
            ("count", dice.between(3, 40).to_string()),
        ])
    }
}

/// Renders a company's structured data about itself; some layouts have none.
fn organization(company: &Company) -> String {
    if company.layout == 3 {
        return String::new();
    }
    let json = serde_json::json!({
        "@context": "https://schema.org", "@type": "Organization",
        "name": company.name, "legalName": company.legal_name,
        "url": format!("http://{}/", company.host()),
        "numberOfEmployees": company.employees, "foundingDate": company.founded.to_string(),
        "address": {"@type": "PostalAddress", "addressLocality": company.city, "addressCountry": company.country},
    });
    format!("<script type=\"application/ld+json\">{json}</script>")
}
