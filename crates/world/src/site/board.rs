//! Job boards: the list of companies, and each company's openings.

use super::shell::{escaped, link};
use super::{SitePage, SiteVisit};
use crate::company::{Careers, slug};

impl SiteVisit<'_> {
    pub(crate) fn board(&self, number: usize, path: &str) -> SitePage {
        let place = Careers::Board(number);
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [] => self.board_front(place),
            ["sitemap.xml"] => self.board_sitemap(number, place),
            ["about"] => self.outlet_about(),
            ["companies", name] => self.board_company(place, name),
            ["jobs", page] => {
                let found = self.world.on_boards.get(&number).and_then(|jobs| jobs.get(*page));
                let found = found.and_then(|(company, at)| {
                    let posting = self.world.calendar.postings.get(*company)?.get(*at)?;
                    let company = self.world.companies.get(*company)?;
                    posting.is_open(self.day).then_some((company, posting))
                });
                found.map_or_else(
                    || self.missing(),
                    |(company, posting)| self.posting(company, posting),
                )
            }
            _ => self.missing(),
        }
    }

    fn board_front(&self, place: Careers) -> SitePage {
        let words = self.world.templates.word("board_title", self.lang());
        let mut content = format!("<h1>{}</h1><ul>", escaped(words));
        for company in &self.world.companies {
            let open = self.open_at(company.number, place).count();
            if open > 0 {
                let to = format!("/companies/{}", slug(&company.name));
                content.push_str(&format!("<li>{} ({open})</li>", link(&to, &company.name)));
            }
        }
        content.push_str("</ul>");
        SitePage::html(self.frame(words, "", &content))
    }

    fn board_company(&self, place: Careers, name: &str) -> SitePage {
        let company = self.world.companies.iter().find(|company| slug(&company.name) == name);
        let Some(company) = company else { return self.missing() };
        let own = format!("http://{}/", company.host());
        let mut content =
            format!("<h1>{}</h1><p>{}</p><ul>", escaped(&company.name), link(&own, &own));
        for posting in self.open_at(company.number, place) {
            content.push_str(&self.entry_of(company, posting));
        }
        content.push_str("</ul>");
        SitePage::html(self.frame(&company.name, "", &content))
    }
}
