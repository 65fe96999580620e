//! Newspapers, tender portals and auditors.

use super::shell::{escaped, link};
use super::{Body, SitePage, SiteVisit};
use crate::calendar::{Certificate, Section};
use crate::company::FeedKind;
use crate::wording;

impl<'w> SiteVisit<'w> {
    /// Renders a newspaper or a portal, whose front page is its list.
    pub(crate) fn paper(
        &self,
        number: usize,
        section: Section,
        path: &str,
        query: &str,
    ) -> SitePage {
        let name = self.world.outlets.get(number).map_or("", |outlet| outlet.name.as_str());
        match path {
            "/" => self.list(section, name, "/", query),
            "/feed.xml" => self.feed_of(name, FeedKind::Rss),
            "/sitemap.xml" => self.stories_sitemap(),
            "/about" => self.outlet_about(),
            "/archive/all" if self.habits.huge => self.huge(),
            _ => self.story_at(path).map_or_else(|| self.missing(), |story| self.story(story)),
        }
    }

    pub(crate) fn outlet_about(&self) -> SitePage {
        let words = self.world.templates.word("outlet_about", self.lang());
        SitePage::html(self.frame(words, "", &format!("<p>{}</p>", escaped(words))))
    }

    /// Renders an auditor's site: a front page, the register, a page or file for each certificate.
    pub(crate) fn auditor(&self, number: usize, path: &str) -> SitePage {
        let day = self.day;
        let certificates = || {
            let all = self.world.calendar.certificates.iter();
            all.filter(move |one| one.auditor == number && one.day <= day)
        };
        let templates = &self.world.templates;
        match path {
            "/" => {
                let words = templates.word("auditor_front", self.lang());
                let register = templates.word("register", self.lang());
                let content = format!("<h1>{}</h1>{}", escaped(words), link("/register", register));
                SitePage::html(self.frame(words, "", &content))
            }
            "/register" => {
                let title = templates.word("register", self.lang());
                let mut content = format!("<h1>{}</h1><table>", escaped(title));
                for one in certificates() {
                    content.push_str(&format!(
                        "<tr><td>{}</td><td>{}</td></tr>",
                        link(&one.path, &one.number),
                        escaped(&one.standard),
                    ));
                }
                content.push_str("</table>");
                SitePage::html(self.frame(title, "", &content))
            }
            _ => match certificates().find(|one| one.path == path) {
                Some(one) => self.certificate(one),
                None => self.missing(),
            },
        }
    }

    fn certificate(&self, one: &'w Certificate) -> SitePage {
        let templates = &self.world.templates;
        let lang = self.lang();
        let date = wording::date(one.day, lang, "", templates);
        let lines = [
            format!("{} {}", templates.word("certificate", lang), one.number),
            format!("{}: {}", templates.word("holder", lang), one.holder),
            one.standard.clone(),
            date,
        ];
        if one.path.ends_with(".pdf") {
            let body = Body::Bytes(pdf(&lines));
            let media = "application/pdf";
            return SitePage { status: 200, media, body, modified: Some(one.day), location: None };
        }
        let content: String =
            lines.iter().map(|line| format!("<p>{}</p>", escaped(line))).collect();
        SitePage::html(self.frame(&one.number, "", &content)).of_day(one.day)
    }
}

/// Builds a PDF of one page with these lines.
fn pdf(lines: &[String]) -> Vec<u8> {
    let mut stream = String::from("BT /F1 14 Tf 72 740 Td 20 TL\n");
    for line in lines {
        let plain: String = line.chars().filter(|c| c.is_ascii() && !"()\\".contains(*c)).collect();
        stream.push_str(&format!("({plain}) Tj T*\n"));
    }
    stream.push_str("ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{stream}\nendstream", stream.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (object, number) in objects.iter().zip(1..) {
        places.push(file.len());
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let table = file.len();
    file.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1));
    for place in &places {
        file.push_str(&format!("{place:010} 00000 n \n"));
    }
    let size = places.len() + 1;
    file.push_str(&format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"));
    file.into_bytes()
}
