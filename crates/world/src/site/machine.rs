//! Files for machines: robots files, sitemaps, feeds.

use model::Day;

use super::shell::escaped;
use super::story::plain;
use super::{SitePage, SiteVisit};
use crate::calendar::SiteOwner;
use crate::company::{Careers, FeedKind};
use crate::{Company, HostRole, HostService, wording};

/// The paths that every robots file disallows.
pub(crate) const CLOSED: [&str; 2] = ["/search", "/internal/"];
const FEED_ITEMS: usize = 20;

impl SiteVisit<'_> {
    pub(crate) fn robots(&self, service: HostService) -> SitePage {
        let mut file = String::from("User-agent: *\n");
        for path in CLOSED {
            file.push_str(&format!("Disallow: {path}\n"));
        }
        if self.habits.closed {
            file.push_str("Disallow: /\n");
        }
        if let Some(delay) = self.habits.crawl_delay_s {
            file.push_str(&format!("Crawl-delay: {delay}\n"));
        }
        let host = match (service, self.site) {
            (HostService::Careers, SiteOwner::Company(number)) => {
                self.world.companies.get(number).map(|c| format!("http://{}", c.careers_host()))
            }
            _ => None,
        };
        let root = host.unwrap_or_else(|| self.world.url(self.site, ""));
        file.push_str(&format!("\nSitemap: {root}/sitemap.xml\n"));
        SitePage::text(file)
    }

    /// Renders the link to the feed for the page's head.
    pub(crate) fn feed_link(&self) -> String {
        let kind = match self.site {
            SiteOwner::Company(number) => {
                self.world.companies.get(number).map(|company| company.feed)
            }
            SiteOwner::Outlet(number) => self
                .world
                .outlets
                .get(number)
                .filter(|outlet| matches!(outlet.role, HostRole::News | HostRole::Portal))
                .map(|_| FeedKind::Rss),
        };
        let media = match kind {
            Some(FeedKind::Rss) => "application/rss+xml",
            Some(FeedKind::Atom) => "application/atom+xml",
            Some(FeedKind::None) | None => return String::new(),
        };
        format!("<link rel=\"alternate\" type=\"{media}\" href=\"/feed.xml\">")
    }

    pub(crate) fn feed(&self, company: &Company) -> SitePage {
        match company.feed {
            FeedKind::None => self.missing(),
            kind => self.feed_of(&company.name, kind),
        }
    }

    pub(crate) fn feed_of(&self, name: &str, kind: FeedKind) -> SitePage {
        let mut items = String::new();
        for story in self.stories(None).take(FEED_ITEMS) {
            let url = self.world.url(self.site, &story.path);
            let title = escaped(&story.written.title);
            let first = story.written.paragraphs.first().map_or("", |(_, text)| text.as_str());
            let summary = escaped(&plain(first));
            let url = escaped(&url);
            items.push_str(&match kind {
                FeedKind::Atom => format!("<entry><title>{title}</title><link href=\"{url}\"/><id>{url}</id><updated>{}T08:00:00Z</updated><summary>{summary}</summary></entry>\n", story.day),
                _ => format!("<item><title>{title}</title><link>{url}</link><guid>{url}</guid><pubDate>{}</pubDate><description>{summary}</description></item>\n", wording::http_date(story.day, 480)),
            });
        }
        let (name, root) = (escaped(name), self.world.url(self.site, "/"));
        let (body, media) = match kind {
            FeedKind::Atom => {
                let updated =
                    self.stories(None).next().map_or(self.world.plan.first_day, |s| s.day);
                (
                    format!(
                        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>{name}</title><id>{root}</id><updated>{updated}T08:00:00Z</updated>\n{items}</feed>\n"
                    ),
                    "application/atom+xml",
                )
            }
            _ => (
                format!(
                    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>{name}</title><link>{root}</link><description>{name}</description>\n{items}</channel></rss>\n"
                ),
                "application/rss+xml",
            ),
        };
        let newest = self.stories(None).next().map(|story| story.day);
        let page = SitePage { media, ..SitePage::text(body) };
        match newest {
            Some(day) => page.of_day(day),
            None => page,
        }
    }

    pub(crate) fn sitemap(&self, company: &Company) -> SitePage {
        let word = |name| self.world.templates.word(name, &company.lang);
        let fixed = [
            "/".to_owned(),
            format!("/{}", word("path_about")),
            format!("/{}", word("path_news")),
            format!("/{}", word("path_careers")),
        ];
        let mut urls: Vec<(String, Option<Day>)> =
            fixed.iter().map(|path| (self.world.url(self.site, path), None)).collect();
        let stories = self.stories(None).map(|s| (self.world.url(self.site, &s.path), Some(s.day)));
        urls.extend(stories);
        let postings = self.open_at(company.number, Careers::Site);
        urls.extend(
            postings.map(|posting| (self.posting_url(company, posting), Some(posting.opened))),
        );
        sitemap_of(&urls)
    }

    pub(crate) fn careers_sitemap(&self, company: &Company) -> SitePage {
        let postings = self.open_at(company.number, Careers::Host);
        let urls: Vec<_> = postings
            .map(|posting| (self.posting_url(company, posting), Some(posting.opened)))
            .collect();
        sitemap_of(&urls)
    }

    pub(crate) fn stories_sitemap(&self) -> SitePage {
        let urls: Vec<_> =
            self.stories(None).map(|s| (self.world.url(self.site, &s.path), Some(s.day))).collect();
        sitemap_of(&urls)
    }

    pub(crate) fn board_sitemap(&self, board: usize, place: Careers) -> SitePage {
        let mut urls = Vec::new();
        for (page, (company, at)) in self.world.on_boards.get(&board).into_iter().flatten() {
            let postings = self.world.calendar.postings.get(*company);
            let posting = postings.and_then(|postings| postings.get(*at));
            let open = posting.filter(|posting| posting.at == place && posting.is_open(self.day));
            urls.extend(open.map(|posting| {
                (self.world.url(self.site, &format!("/jobs/{page}")), Some(posting.opened))
            }));
        }
        sitemap_of(&urls)
    }
}

fn sitemap_of(urls: &[(String, Option<Day>)]) -> SitePage {
    let mut body = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for (url, day) in urls {
        let changed = day.map(|day| format!("<lastmod>{day}</lastmod>")).unwrap_or_default();
        body.push_str(&format!("<url><loc>{}</loc>{changed}</url>\n", escaped(url)));
    }
    body.push_str("</urlset>\n");
    SitePage { media: "application/xml", ..SitePage::text(body) }
}
