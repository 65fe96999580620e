//! A story's page: its date in one of several common forms, its text, its links.

use super::shell::{escaped, link, linked};
use super::{SitePage, SiteVisit};
use crate::calendar::{SiteOwner, Story};
use crate::dice::Dice;
use crate::templates::Shape;
use crate::wording;

impl SiteVisit<'_> {
    pub(crate) fn story(&self, story: &Story) -> SitePage {
        let mut dice = Dice::of(self.world.plan.seed, &story.path, 2);
        let (head, visible) = self.dates(story, &mut dice);
        let mut content = format!("<article><h1>{}</h1>{visible}", escaped(&story.written.title));
        content.push_str(&table(&story.table));
        content.push_str(&self.paragraphs(story, &mut dice));
        content.push_str("</article>");
        SitePage::html(self.frame(&story.written.title, &head, &content)).of_day(story.day)
    }

    /// Renders the date for the page's head and for the page itself.
    fn dates(&self, story: &Story, dice: &mut Dice) -> (String, String) {
        let description = story.written.paragraphs.first().map_or("", |(_, text)| text.as_str());
        let short: String = description.split_whitespace().take(24).collect::<Vec<_>>().join(" ");
        let mut head =
            format!("<meta name=\"description\" content=\"{}\">", escaped(&plain(&short)));
        let Some(day) = story.shown else { return (head, String::new()) };
        let country = match self.site {
            SiteOwner::Company(number) => {
                self.world.companies.get(number).map_or("", |c| &c.country)
            }
            SiteOwner::Outlet(_) => "",
        };
        let words = wording::date(day, self.lang(), country, &self.world.templates);
        let visible = match dice.below(6) {
            0 => format!("<p class=\"date\">{words}</p>"),
            1 => format!("<time datetime=\"{day}\">{words}</time>"),
            2 => {
                head.push_str(&format!(
                    "<meta property=\"article:published_time\" content=\"{day}T08:00:00Z\">"
                ));
                String::new()
            }
            3 => {
                let json = serde_json::json!({
                    "@context": "https://schema.org", "@type": "NewsArticle",
                    "headline": story.written.title, "datePublished": format!("{day}T07:30:00+00:00"),
                });
                head.push_str(&format!("<script type=\"application/ld+json\">{json}</script>"));
                format!("<p>{words}</p>")
            }
            4 => format!(
                "<div class=\"meta\"><time datetime=\"{day}T09:00\" pubdate>{words}</time></div>"
            ),
            _ => {
                head.push_str(&format!("<meta name=\"date\" content=\"{day}\">"));
                format!("<p><small>{words}</small></p>")
            }
        };
        (head, visible)
    }

    fn paragraphs(&self, story: &Story, dice: &mut Dice) -> String {
        let mut out = String::new();
        let mut in_list = false;
        // A newspaper usually links to the company that it writes about.
        let mut to_link = story
            .about
            .filter(|_| matches!(self.site, SiteOwner::Outlet(_)) && dice.percent(65))
            .and_then(|number| self.world.companies.get(number));
        for (shape, text) in &story.written.paragraphs {
            if in_list && *shape != Shape::Item {
                out.push_str("</ul>");
            }
            let mut markup = linked(text);
            if let Some(company) = to_link
                && *shape == Shape::Text
                && !markup.contains("<a ")
            {
                let name = escaped(&company.name);
                if markup.contains(&name) {
                    let linked = link(&format!("http://{}/", company.host()), &company.name);
                    markup = markup.replacen(&name, &linked, 1);
                    to_link = None;
                }
            }
            match shape {
                Shape::Text => out.push_str(&format!("<p>{markup}</p>\n")),
                Shape::Heading => out.push_str(&format!("<h2>{markup}</h2>\n")),
                Shape::Item if in_list => out.push_str(&format!("<li>{markup}</li>")),
                Shape::Item => out.push_str(&format!("<ul><li>{markup}</li>")),
            }
            in_list = *shape == Shape::Item;
        }
        if in_list {
            out.push_str("</ul>");
        }
        out
    }
}

fn table(rows: &[(String, String)]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let row = |(name, value): &(String, String)| {
        format!("<tr><th>{}</th><td>{}</td></tr>", escaped(name), escaped(value))
    };
    format!("<table>{}</table>", rows.iter().map(row).collect::<String>())
}

/// Removes the markup of links from a text.
pub(crate) fn plain(text: &str) -> String {
    text.replace(['[', ']'], "").split("(http").next().unwrap_or_default().trim().to_owned()
}
