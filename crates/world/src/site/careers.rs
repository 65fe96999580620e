//! Openings: the list, and the page of each, with or without structured data.

use model::Day;
use serde_json::{Value, json};

use super::shell::{escaped, link};
use super::{SitePage, SiteVisit};
use crate::Company;
use crate::calendar::{JobAd, SiteOwner};
use crate::company::Careers;
use crate::dice::Dice;
use crate::templates::{Shape, SlotValues, StoryLabel, Template};
use crate::wording;

impl<'w> SiteVisit<'w> {
    /// Returns the place of a company's openings on the day of the visit.
    pub(crate) fn careers_now(&self, company: &Company) -> Careers {
        match self.world.calendar.moves.get(&company.number) {
            Some((day, to)) if *day <= self.day => *to,
            _ => company.careers,
        }
    }

    /// Iterates over a company's openings that are open in one place on the day of the visit.
    pub(crate) fn open_at(
        &self,
        company: usize,
        place: Careers,
    ) -> impl Iterator<Item = &'w JobAd> + use<'w> {
        let day = self.day;
        let postings = self.world.calendar.postings.get(company).into_iter().flatten();
        postings.filter(move |posting| posting.at == place && posting.is_open(day))
    }

    /// Renders `/careers` and the pages below it.
    pub(crate) fn careers(&self, company: &Company, page: &str) -> SitePage {
        self.openings(company, Careers::Site, page)
    }

    /// Renders the pages of the host that has only openings.
    pub(crate) fn careers_host(&self, company: usize, path: &str) -> SitePage {
        let Some(company) = self.world.companies.get(company) else { return self.missing() };
        match path {
            "/sitemap.xml" => self.careers_sitemap(company),
            _ => self.openings(company, Careers::Host, path.trim_matches('/')),
        }
    }

    fn openings(&self, company: &Company, place: Careers, page: &str) -> SitePage {
        if !page.is_empty() {
            let mut postings = self.open_at(company.number, place);
            let posting = postings
                .find(|posting| page.starts_with(&posting.number) && posting.page() == page);
            return posting
                .map_or_else(|| self.missing(), |posting| self.posting(company, posting));
        }
        let lang = &company.lang;
        let title = self.world.templates.word("careers", lang);
        let mut content = self.own_words("careers", company, "careers");
        let now = self.careers_now(company);
        if now != place {
            let words = self.world.templates.word("openings_elsewhere", lang);
            content.push_str(&format!("<p>{}</p>", link(&self.careers_link(company), words)));
        }
        let postings: Vec<&JobAd> = self.open_at(company.number, place).collect();
        let heading = self.world.templates.word("open_positions", lang);
        content.push_str(&format!("<h2>{}</h2>\n<ul>", escaped(heading)));
        for posting in &postings {
            content.push_str(&self.entry_of(company, posting));
        }
        content.push_str("</ul>");
        let mut head = String::new();
        if company.postings_as_data && company.number.is_multiple_of(5) {
            for posting in &postings {
                head.push_str(&self.data(company, posting));
            }
        }
        SitePage::html(self.frame(title, &head, &content))
    }

    pub(crate) fn entry_of(&self, company: &Company, posting: &JobAd) -> String {
        let words = link(&self.posting_url(company, posting), &posting.title);
        format!("<li>{words} <span>{}</span></li>\n", escaped(&posting.city))
    }

    /// Builds the address of an opening's page.
    pub(crate) fn posting_url(&self, company: &Company, posting: &JobAd) -> String {
        let page = posting.page();
        match posting.at {
            Careers::Site => {
                let list = self.world.templates.word("path_careers", &company.lang);
                self.world.url(SiteOwner::Company(company.number), &format!("/{list}/{page}"))
            }
            Careers::Host => format!("http://{}/{page}", company.careers_host()),
            Careers::Board(board) => {
                self.world.url(SiteOwner::Outlet(board), &format!("/jobs/{page}"))
            }
        }
    }

    /// Renders an opening's page.
    pub(crate) fn posting(&self, company: &Company, posting: &JobAd) -> SitePage {
        let templates = &self.world.templates;
        let mut content = format!(
            "<h1>{}</h1><p>{} · {}</p>\n",
            escaped(&posting.title),
            escaped(&company.name),
            escaped(&posting.city),
        );
        if company.postings_dated {
            let date = wording::date(posting.opened, &company.lang, &company.country, templates);
            let posted = templates.word("posted", &company.lang);
            content.push_str(&format!("<p>{} {date}</p>", escaped(posted)));
        }
        for (shape, text) in self.description(company, posting) {
            let tag = match shape {
                Shape::Heading => "h2",
                Shape::Item => "li",
                Shape::Text => "p",
            };
            content.push_str(&format!("<{tag}>{}</{tag}>\n", escaped(&text)));
        }
        let apply = posting.apply.clone().unwrap_or_else(|| "#apply".to_owned());
        content.push_str(&link(&apply, templates.word("apply", &company.lang)));
        let on_board = matches!(posting.at, Careers::Board(_));
        let head = if company.postings_as_data || on_board {
            self.data(company, posting)
        } else {
            String::new()
        };
        SitePage::html(self.frame(&posting.title, &head, &content)).of_day(posting.opened)
    }

    /// Writes the text of an opening, which is the same on every board and on every day.
    fn description(&self, company: &Company, posting: &JobAd) -> Vec<(Shape, String)> {
        let mut dice = Dice::of(self.world.plan.seed, "description", posting.requisition);
        let texts =
            self.world.templates.texts(("posting", "", "", StoryLabel::Filler), &company.lang);
        let fits = |text: &&Template| text.role.is_empty() || text.role == posting.team;
        let texts: Vec<&Template> = texts.into_iter().filter(fits).collect();
        let Some(text) = dice.pick(&texts) else { return Vec::new() };
        let mut slots: SlotValues = self.slots(company, &mut dice);
        slots.insert("title", posting.title.clone());
        slots.insert(
            "role",
            self.world.templates.word(&format!("team_{}", posting.team), &company.lang).to_owned(),
        );
        text.write(&slots, &mut dice).paragraphs
    }

    /// Renders an opening as schema.org data.
    fn data(&self, company: &Company, posting: &JobAd) -> String {
        let words: Vec<String> =
            self.description(company, posting).into_iter().map(|(_, text)| text).collect();
        let mut data = json!({
            "@context": "https://schema.org/", "@type": "JobPosting",
            "title": posting.title,
            "url": self.posting_url(company, posting),
            "identifier": {"@type": "PropertyValue", "name": company.name, "value": posting.number},
            "description": words.join("\n"),
            "employmentType": "FULL_TIME",
            "hiringOrganization": {
                "@type": "Organization", "name": company.name,
                "sameAs": format!("http://{}/", company.host()),
            },
            "jobLocation": {"@type": "Place", "address": {
                "@type": "PostalAddress", "addressLocality": posting.city,
                "addressCountry": company.country,
            }},
        });
        let mut put = |name: &str, value: Value| {
            if let Some(data) = data.as_object_mut() {
                data.insert(name.to_owned(), value);
            }
        };
        if company.postings_dated {
            put("datePosted", json!(self.posted(posting)));
        }
        if let Some(apply) = &posting.apply {
            put("potentialAction", json!({"@type": "ApplyAction", "target": apply}));
        }
        format!("<script type=\"application/ld+json\">{data}</script>")
    }

    fn posted(&self, posting: &JobAd) -> String {
        // Some boards give the time of day, too.
        let day: Day = posting.opened;
        if posting.requisition.is_multiple_of(3) {
            format!("{day}T06:00:00Z")
        } else {
            day.to_string()
        }
    }
}
