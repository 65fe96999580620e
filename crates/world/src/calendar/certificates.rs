//! Certificates: earned and published, and their look-alikes.

use model::Day;

use super::telling::{News, Spread};
use super::{Certificate, Planner, SiteOwner, facts};
use crate::dice::Dice;
use crate::outlet::{HostRole, of_role};
use crate::templates::{SlotValues, StoryLabel};
use crate::truth::TrueEvent;

const KIND: &str = "compliance_win";
/// The standard as pages write it, and its name in the truth.
const STANDARDS: [(&str, &str); 6] = [
    ("ISO 27001", "iso_27001"),
    ("ISO/IEC 27001", "iso_27001"),
    ("ISO 27001:2022", "iso_27001"),
    ("SOC 2 Type II", "soc_2"),
    ("SOC 2 Type 2", "soc_2"),
    ("SOC 2 Type I", "soc_2"),
];

impl Planner<'_> {
    /// Plans all certificates and their look-alikes.
    pub(crate) fn certificates(&mut self) {
        let mut companies = self.shuffled(KIND, |company| !company.is_public).into_iter();
        let (earned, traps) = (self.share(17), self.share(24));
        for company in companies.by_ref().take(earned) {
            self.certificate_earned(company);
        }
        for company in companies.take(traps) {
            self.certificate_look_alike(company);
        }
    }

    fn certificate_earned(&mut self, company: usize) {
        let mut dice = self.dice(KIND, company);
        let day = self.some_day(&mut dice);
        let news = News { company, kind: KIND, what: "", day };
        let holder = self.companies.get(company).map(|c| c.legal_name.clone()).unwrap_or_default();
        let (slots, word) = self.certificate(company, holder, day, &mut dice);
        let values = |planner: &Self, lang: &str, dice: &mut Dice| {
            planner.slots_with(company, lang, day, &slots, dice)
        };
        let spread = Spread { press: 88, blog: 50, news: 45, copies: 20 };
        let publication = self.tell(&news, &spread, &values, &mut dice);
        let domain = self.domain(company);
        self.calendar.truth.events.push(TrueEvent {
            kind: KIND,
            what: String::new(),
            domain,
            day,
            until: publication.until,
            urls: publication.urls,
            facts: facts([("standard", word.to_owned())]),
        });
    }

    fn certificate_look_alike(&mut self, company: usize) {
        let mut dice = self.dice("certificate look-alike", company);
        let day = self.some_day(&mut dice);
        let news = News { company, kind: KIND, what: "", day };
        let lang = self.lang_of(SiteOwner::Company(company));
        let texts = self.templates.texts(("story", KIND, "", StoryLabel::LookAlike), lang);
        let Some(text) = dice.pick(&texts).copied() else { return };
        // The certificate of another company, which a text of this kind may link to.
        let other = dice.word(self.templates.list("supplier_names", lang)).to_owned();
        let (mut slots, _) = self.certificate(company, other.clone(), day, &mut dice);
        slots.insert("other", other);
        let values = |planner: &Self, lang: &str, dice: &mut Dice| {
            planner.slots_with(company, lang, day, &slots, dice)
        };
        let publication = self.tell_look_alike(&news, text, &values, &mut dice);
        self.look_alike(&news, text.trap.clone(), publication);
    }

    /// Issues a certificate; returns its slots and the standard's name in the truth.
    fn certificate(
        &mut self,
        company: usize,
        holder: String,
        day: Day,
        dice: &mut Dice,
    ) -> (SlotValues, &'static str) {
        let lang = self.lang_of(SiteOwner::Company(company));
        // SOC 2 reports are customary only in English-speaking countries.
        let available = if lang == "en" { STANDARDS.len() } else { 4 };
        let (standard, word) = dice.pick(&STANDARDS[..available]).copied().unwrap_or(STANDARDS[0]);
        let mut auditors = of_role(self.outlets, HostRole::Auditor, Some(lang));
        dice.shuffle(&mut auditors);
        let auditor = auditors.first().copied().unwrap_or(0);
        let number = format!("{}-{}", dice.hex(3).to_uppercase(), dice.digits(5));
        let name = crate::company::slug(standard);
        let wanted = match auditor % 3 {
            0 => format!("/certificates/{}-{name}.pdf", number.to_lowercase()),
            1 => format!("/register/{}", number.to_lowercase()),
            _ => format!("/certificates/{}", number.to_lowercase()),
        };
        let path = self.free_path(SiteOwner::Outlet(auditor), &wanted);
        let mut slots = SlotValues::new();
        let url = self.url(SiteOwner::Outlet(auditor), &path);
        let auditor_name = self.outlets.get(auditor).map(|outlet| outlet.name.clone());
        slots.insert("standard", standard.to_owned());
        slots.insert("auditor", auditor_name.unwrap_or_default());
        slots.insert("certificate", url);
        let standard = standard.to_owned();
        let day = day.plus(-dice.between(1, 9));
        self.calendar.certificates.push(Certificate {
            auditor,
            path,
            number,
            holder,
            standard,
            day,
        });
        (slots, word)
    }
}
