//! The frame around every page: head, menu, footer, scripts, in four layouts.

use super::SiteVisit;
use crate::calendar::SiteOwner;
use crate::dice::Dice;
use crate::weather::Charset;
use crate::{HostRole, with_account};

/// Escapes text for markup.
pub(crate) fn escaped(text: &str) -> String {
    if !text.contains(['&', '<', '>', '"']) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(letter),
        }
    }
    out
}

/// Renders text in which `[words](address)` is a link.
pub(crate) fn linked(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, words, address, after)) = next_link(rest) {
        out.push_str(&escaped(before));
        out.push_str(&link(address, words));
        rest = after;
    }
    out.push_str(&escaped(rest));
    out
}

fn next_link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (before, rest) = text.split_once('[')?;
    let (text, rest) = rest.split_once("](")?;
    let (address, after) = rest.split_once(')')?;
    Some((before, text, address, after))
}

pub(crate) fn link(address: &str, text: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escaped(address), escaped(text))
}

impl SiteVisit<'_> {
    /// Renders a whole page from its title, the additions to its head, and its content.
    pub(crate) fn frame(&self, title: &str, head: &str, content: &str) -> String {
        let lang = self.lang();
        let (name, layout) = match self.site {
            SiteOwner::Company(number) => {
                self.world.companies.get(number).map_or(("", 0), |c| (c.name.as_str(), c.layout))
            }
            SiteOwner::Outlet(number) => {
                self.world.outlets.get(number).map_or(("", 0), |o| (o.name.as_str(), o.layout))
            }
        };
        let new_design = self.habits.redesigned.is_some_and(|from| from <= self.day);
        let layout = (layout + usize::from(new_design)) % 4;
        let charset = match self.habits.charset {
            Charset::Utf8 | Charset::WesternAsUtf8 => "<meta charset=\"utf-8\">",
            Charset::Western | Charset::Unsaid => "",
        };
        let full_title = if title == name { name.to_owned() } else { format!("{title} | {name}") };
        let tools = self.tools();
        let (menu, footer) = (self.menu(name), self.footer(name));
        let body = match layout {
            0 => format!(
                "<header><p>{0}</p>{menu}</header><main>{content}</main>{footer}",
                escaped(name)
            ),
            1 => format!(
                "<div class=\"top\">{menu}</div><div id=\"content\">{content}</div>{footer}"
            ),
            2 => format!(
                "<div class=\"wrap\"><main role=\"main\"><div class=\"inner\">{content}</div></main><aside>{menu}</aside></div>{footer}"
            ),
            _ => format!("{menu}<section class=\"page\">{content}</section>{footer}"),
        };
        format!(
            "<!doctype html>\n<html lang=\"{lang}\"><head>{charset}<title>{}</title>{head}{tools}</head>\n<body class=\"l{layout}\">\n{body}\n</body></html>\n",
            escaped(&full_title),
        )
    }

    fn menu(&self, name: &str) -> String {
        let lang = self.lang();
        let word = |name| self.world.templates.word(name, lang);
        let mut links = vec![("/".to_owned(), name.to_owned())];
        let mut add = |path: &str, label: &str| links.push((path.to_owned(), label.to_owned()));
        match self.site {
            SiteOwner::Company(number) => {
                add(&format!("/{}", word("path_about")), word("about"));
                add(&format!("/{}", word("path_news")), word("news"));
                add("/blog", word("blog"));
                if let Some(company) = self.world.companies.get(number) {
                    add(&self.careers_link(company), word("careers"));
                }
            }
            SiteOwner::Outlet(number) => match self.world.outlets.get(number).map(|o| o.role) {
                Some(HostRole::Auditor) => add("/register", word("register")),
                _ => add("/about", word("about")),
            },
        }
        let items = links.iter().map(|(to, label)| format!("<li>{}</li>", link(to, label)));
        format!("<nav><ul>{}</ul></nav>", items.collect::<String>())
    }

    fn footer(&self, name: &str) -> String {
        let (year, _, _) = self.day.ymd();
        let mut more = String::new();
        if self.habits.circle {
            more.push_str(&link("/archive/old", self.world.templates.word("archive", self.lang())));
        }
        if self.habits.huge {
            more.push_str(&link("/archive/all", self.world.templates.word("archive", self.lang())));
        }
        if self.habits.restless {
            let about = match self.site {
                SiteOwner::Company(number) => number as u64,
                SiteOwner::Outlet(number) => 1 << 32 | number as u64,
            };
            let mut dice = Dice::of(self.world.plan.seed ^ self.day.0 as u64, "restless", about);
            let nonce = dice.hex(24);
            more.push_str(&format!(
                "<form><input type=\"hidden\" name=\"token\" value=\"{nonce}\"></form>"
            ));
        }
        format!("<footer><p>© {year} {}</p>{more}</footer>", escaped(name))
    }

    /// Renders the scripts and marks of the tools in use.
    fn tools(&self) -> String {
        let SiteOwner::Company(number) = self.site else { return String::new() };
        let mut marks = String::from("<script src=\"/assets/site.js\"></script>");
        for (tool, account) in self.world.tools_of(number, self.day) {
            if let Some(script) = &tool.script {
                let source = with_account(script, account);
                // Half of the vendors provide a snippet that loads the script.
                if account.ends_with(['0', '1', '2', '3', '4']) {
                    marks.push_str(&format!("<script>(function(d){{var s=d.createElement('script');s.async=1;s.src='https://{source}';d.head.appendChild(s)}})(document)</script>"));
                } else {
                    marks.push_str(&format!("<script async src=\"https://{source}\"></script>"));
                }
            }
            if let Some(generator) = &tool.generator {
                marks.push_str(&format!(
                    "<meta name=\"generator\" content=\"{}\">",
                    escaped(generator)
                ));
            }
        }
        marks
    }
}
