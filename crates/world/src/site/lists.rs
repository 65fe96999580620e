//! Lists of stories: newsrooms, blogs, front pages of newspapers, notices of portals.

use super::shell::{escaped, link};
use super::{SitePage, SiteVisit};
use crate::calendar::{Section, Story};
use crate::wording;

const PER_PAGE: usize = 12;
/// The minimum length of a huge page, which repeats all texts of the site.
const HUGE_BYTES: usize = 3 << 20;

impl<'w> SiteVisit<'w> {
    /// Iterates over the stories of a section published by the day of the visit, newest first.
    pub(crate) fn stories(&self, section: Option<Section>) -> impl Iterator<Item = &'w Story> {
        let world = self.world;
        let day = self.day;
        let places = world.stories.get(&self.site).into_iter().flatten().rev();
        places
            .filter_map(move |at| world.calendar.stories.get(*at))
            .filter(move |story| story.day <= day)
            .filter(move |story| section.is_none_or(|section| section == story.section))
    }

    /// Finds the story at a path, if it is published on the day of the visit.
    pub(crate) fn story_at(&self, path: &str) -> Option<&'w Story> {
        let at = self.world.pages.get(&self.site)?.get(path)?;
        self.world.calendar.stories.get(*at).filter(|story| story.day <= self.day)
    }

    /// Renders a page of a list; `path?page=2` is the second.
    pub(crate) fn list(&self, section: Section, title: &str, path: &str, query: &str) -> SitePage {
        let number = query.strip_prefix("page=").and_then(|n| n.parse::<usize>().ok());
        let number = number.unwrap_or(1).max(1);
        let stories: Vec<&Story> = self.stories(Some(section)).collect();
        let from = (number - 1) * PER_PAGE;
        let shown: Vec<&Story> = stories.iter().skip(from).take(PER_PAGE).copied().collect();
        let mut content = format!("<h1>{}</h1>\n<ul class=\"list\">", escaped(title));
        for story in &shown {
            content.push_str(&self.entry(story));
        }
        content.push_str("</ul>");
        if stories.len() > from + PER_PAGE {
            let words = self.world.templates.word("older", self.lang());
            content.push_str(&link(&format!("{path}?page={}", number + 1), words));
        }
        let page = SitePage::html(self.frame(title, &self.feed_link(), &content));
        match shown.first() {
            Some(newest) => page.of_day(newest.day),
            None => page,
        }
    }

    fn entry(&self, story: &Story) -> String {
        let date =
            story.shown.map(|day| wording::date(day, self.lang(), "", &self.world.templates));
        let date = date.map(|date| format!("<span>{date}</span> ")).unwrap_or_default();
        format!("<li>{date}{}</li>\n", link(&story.path, &story.written.title))
    }

    /// Renders the newest stories, for a front page.
    pub(crate) fn newest(&self, count: usize) -> String {
        let entries: String =
            self.stories(None).take(count).map(|story| self.entry(story)).collect();
        if entries.is_empty() { entries } else { format!("<ul>{entries}</ul>") }
    }

    /// Renders all past texts of the site repeatedly, up to the length of a huge page.
    pub(crate) fn huge(&self) -> SitePage {
        let mut content = String::with_capacity(HUGE_BYTES + (1 << 16));
        let mut round = 0;
        while content.len() < HUGE_BYTES && round < 100_000 {
            round += 1;
            let before = content.len();
            for story in self.stories(None).filter(|story| story.day < self.world.plan.first_day) {
                for (_, text) in &story.written.paragraphs {
                    content.push_str(&format!("<p>{}</p>\n", escaped(&super::story::plain(text))));
                }
            }
            if content.len() == before {
                content.push_str(&format!(
                    "<p>{}</p>\n",
                    self.world.templates.word("archive", self.lang())
                ));
            }
        }
        SitePage::html(self.frame(self.world.templates.word("archive", self.lang()), "", &content))
    }
}
