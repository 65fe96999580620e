//! Openings, read from job-posting data and from the lists on careers pages.

use std::sync::LazyLock;

use lexicon::paths::{CAREERS, CAREERS_HOSTS, CAREERS_LISTS, NO_CAREERS, POSTINGS};
use model::{
    Actor, Block, BlockKind, Claim, Datum, DatumKind, Document, Link, Permille, SignalStage, Slots,
};
use regex::{Regex, RegexSet};

use super::OPENING;
use super::addresses::{address, position};
use crate::claims::owner::Owner;
use crate::claims::rule_match::{name_span, normal_form};

const DATA_MATCHER: &str = "job_posting_data/1";
const LIST_MATCHER: &str = "careers_list/1";
const TITLE_CHARS_MAX: usize = 120;
const TITLE_WORDS_MAX: usize = 14;

/// Invitations to apply without a specific position, in any language; they are not openings.
#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static EVERGREEN: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(concat!(
        r"(?i)\btalent[\s-](?:pool|community|network|pipeline|bank|database)\b|\b(?:general|open|spontaneous|speculative|unsolicited|prospective) (?:application|interest|applicant|candidate|cv|résumé|resume|enquir(?:y|ie))s?\b",
        r"|\bfuture (?:opportunit|opening|role|position|vacanc)|\bexpressions? of interest\b|\bregister (?:your|an) interest\b|\b(?:keep|stay) in touch\b|\balways (?:hiring|looking)\b|\bjoin our (?:team|talent)\b|\bdon['’]t see (?:a|your|the)\b|\bdream job\b",
        r"|\b(?:initiativ|blind|spontan)bewerbung|\b(?:talent|bewerber|kandidaten)[\s-]?pool\b|\bcandidatures? (?:spontanée|libre)s?|\b(?:vivier|cvthèque)\b|\bopen sollicitatie|\bcandidatura (?:espont|spont)|\bspontanansökan|\buopfordret\b|\bportfolio submission\b|\btest (?:job|posting)\b|\bjob alerts?\b",
    ))
    .unwrap()
});
/// Job titles: a word for a worker, in the supported languages.
#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static WORKER: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(concat!(
        r"(?i)\b(?:engineer|developer|manager|designer|analyst|scientist|architect|consultant|specialist|executive|representative|director|",
        r"administrator|coordinator|assistant|associate|officer|lead|head of|vp|vice president|technician|accountant|recruiter|nurse|driver|",
        r"operator|researcher|intern|internship|trainee|apprentice|working student|strategist|marketer|writer|editor|planner|buyer|controller|counsel|attorney|",
        r"paralegal|supervisor|superintendent|electrician|mechanic|welder|chef|teacher|tutor|lecturer|professor|programmer|tester|advisor|adviser|agent|clerk|",
        r"cashier|partner|producer|owner|expert|chief of staff|sre|sdr|bdr|pharmacist|physician|therapist|caregiver|installer|estimator|auditor|underwriter|broker|",
        r"ingénieur|développeur|responsable|chef de|chargée?|technicien|commercial|alternance|stagiaire|comptable|ingeniero|desarrollador|técnico|gerente|",
        r"medewerker|adviseur|ontwikkelaar|beheerder|monteur|chauffeur)s?\b",
        r"|\b\w*(?:ingenieur|entwickler|leiter|berater|techniker|mitarbeiter|kaufmann|kauffrau|sachbearbeiter|werkstudent|praktikant|referent|mechaniker|elektroniker|fahrer|pfleger|verkäufer|spezialist|assistent|manager)(?:in|:in|\*in|/in|/-in|_in)?\b",
        r"|\((?:m|w|f|d|x|h)\s?/\s?(?:m|w|f|d|x|h)(?:\s?/\s?(?:m|w|f|d|x|i))?\)|\bH/F\b|\bF/H\b|\bm/w/d\b",
    ))
    .unwrap()
});
/// Links about work that are not openings.
#[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
static NOT_A_POST: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSet::new([
        r"(?i)\b(?:course|bootcamp|training|certificate|degree|webinar|workshop|template|guide|job description|salary|salaries|interview|how to|how we|why|what|meet|story|stories|life at|benefits|values|culture|blog|read more|learn more|view all|see all|all jobs|faq|login|sign in|our team|our people|leadership|board of directors|program|resume|cv)\b",
        r"(?i)^(?:engineering|sales|marketing|product|design|operations|finance|legal|people|support|careers?|jobs?|home|about|students?|internships?|managers?|partners?|developers?|executives?)$",
        r"[?!]\s*$",
    ])
    .unwrap()
});

/// Phrases of job boards that employers do not use.
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static BOARD: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(concat!(
        r"(?i)\b(?:post (?:a|your) job|for employers|job board|hire talent|companies hiring|top companies|browse companies|",
        r"job seekers|find jobs at|stellenbörse|jobbörse|stellenmarkt|für arbeitgeber|offres d['’]emploi par|espace recruteur|publicar empleo)\b",
    ))
    .unwrap()
});
/// Reads the openings of a page.
pub(super) fn claims(document: &Document, owner: &Owner) -> Vec<Claim> {
    let postings: Vec<&Datum> =
        document.data.iter().filter(|datum| datum.kind == DatumKind::JobPosting).collect();
    let mut data: Vec<Claim> =
        postings.iter().filter_map(|datum| from_data(document, datum, owner)).collect();
    // Translations of a list do not tell which of its postings are the same.
    if let ([_], [claim]) = (postings.as_slice(), data.as_mut_slice())
        && !document.translations.is_empty()
    {
        claim.slots.insert("translations".to_owned(), document.translations.join(" "));
    }
    // If a page has machine-readable postings, its list repeats them.
    if data.is_empty() { from_list(document) } else { data }
}

fn from_data(document: &Document, datum: &Datum, owner: &Owner) -> Option<Claim> {
    let title = datum.get("title")?;
    if EVERGREEN.is_match(title) {
        return None;
    }
    let mut slots = Slots::new();
    for field in ["title", "city", "country", "posted", "apply_url", "valid_through"] {
        if let Some(value) = datum.get(field) {
            slots.insert(field.to_owned(), value.to_owned());
        }
    }
    if let Some(url) = own_address(document, datum) {
        slots.insert("url".to_owned(), url);
    }
    let place = normal_form(datum.get("city").or(datum.get("country")).unwrap_or_default());
    // Some sites give the employer's name where the posting's id belongs.
    let is_employer =
        |id: &&str| owner.is(id) || datum.get("organization").is_some_and(|name| name == *id);
    let id = datum.get("id").filter(|id| !is_employer(id));
    let subject = match (id, datum.get("apply_url")) {
        (Some(id), _) => id.to_owned(),
        (None, Some(url)) => url.to_owned(),
        (None, None) => format!("{}|{place}", normal_form(title)),
    };
    Some(Claim {
        kind: OPENING.kind,
        actor: employer(document, datum, owner),
        slots,
        subject: format!("opening:{subject}"),
        span: datum.span,
        occurred: datum
            .get("posted")
            .and_then(|day| day.get(..10))
            .and_then(|day| day.parse().ok()),
        stage: SignalStage::Done,
        confidence: Permille::new(970),
        matcher: DATA_MATCHER.to_owned(),
    })
}

/// Returns the address that the data gives for the posting, if it names a language and is not that
/// of the page.
fn own_address(document: &Document, datum: &Datum) -> Option<String> {
    let url = datum.get("url")?;
    let url = if url.starts_with('/') && !url.starts_with("//") {
        let host_end = document.url.find("://").map_or(0, |at| at + 3);
        let path_at = document.url.get(host_end..)?.find('/').map(|at| host_end + at);
        format!("{}{url}", document.url.get(..path_at.unwrap_or(document.url.len()))?)
    } else {
        url.to_owned()
    };
    let is_other = url.contains("://") && address(&url) != address(&document.url);
    (is_other && position(&url)?.lang.is_some()).then_some(url)
}

/// Returns the organisation that hires: the page's owner, unless the data names another.
fn employer(document: &Document, datum: &Datum, owner: &Owner) -> Actor {
    match datum.get("organization") {
        Some(name) if !owner.is(name) => Actor::Named {
            name: name.to_owned(),
            span: name_span(document, datum, name),
            href: datum.get("organization_url").map(str::to_owned),
        },
        _ => Actor::Owner,
    }
}

fn from_list(document: &Document) -> Vec<Claim> {
    let (host, path) = host_and_path(&document.url);
    if !(is_careers(path) || is_careers_host(host)) || is_board(document) {
        return Vec::new();
    }
    let links = document.links.iter().filter(|link| is_posting(document, link));
    links.filter_map(|link| listed(document, link)).collect()
}

/// Reports whether a path is a company's own list of openings, not a category of a job board.
fn is_careers(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default().to_lowercase();
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let last = last.split('.').next().unwrap_or(last);
    !NO_CAREERS.iter().any(|word| path.contains(word))
        && (CAREERS_LISTS.contains(&last)
            || segments.any(|segment| CAREERS.iter().any(|word| segment.contains(word))))
}

/// Reports whether a page lists the openings of many employers.
fn is_board(document: &Document) -> bool {
    BOARD.is_match(document.prose())
}

/// Splits an address into its host and its path without the first slash.
fn host_and_path(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split_once('/').unwrap_or((rest, ""))
}

/// Reports whether a host has openings only.
fn is_careers_host(host: &str) -> bool {
    let label = host.split('.').next().unwrap_or_default().to_lowercase();
    CAREERS_HOSTS.contains(&label.as_str())
}

/// Reports whether a link leads to a page of one opening: below this list, on a careers path or on
/// a job board.
fn is_posting(document: &Document, link: &Link) -> bool {
    if !link.href.contains("://") {
        return false;
    }
    let (host, path) = host_and_path(&link.href);
    let page = document.url.split(['#', '?']).next().unwrap_or_default().trim_end_matches('/');
    let other = link.href.trim_end_matches('/') != page && !link.href.ends_with('#');
    let below = link.href.strip_prefix(page).is_some_and(|rest| rest.starts_with('/'));
    let lower = path.to_lowercase();
    let named = || is_careers_host(host) || POSTINGS.iter().any(|word| lower.contains(word));
    other && path.len() > 3 && (below || named())
}

fn listed(document: &Document, link: &Link) -> Option<Claim> {
    let title = link.span.of(&document.text)?.trim();
    let fits = title.chars().count() <= TITLE_CHARS_MAX
        && title.split_whitespace().count() <= TITLE_WORDS_MAX;
    if !fits || !WORKER.is_match(title) || NOT_A_POST.is_match(title) || EVERGREEN.is_match(title) {
        return None;
    }
    let block = block_of(document, link)?;
    let slots = Slots::from([
        ("title".to_owned(), title.to_owned()),
        ("apply_url".to_owned(), link.href.clone()),
    ]);
    Some(Claim {
        kind: OPENING.kind,
        actor: Actor::Owner,
        slots,
        subject: format!("opening:{}", link.href.split(['?', '#']).next().unwrap_or(&link.href)),
        span: block.span,
        occurred: None,
        stage: SignalStage::Done,
        confidence: Permille::new(800),
        matcher: LIST_MATCHER.to_owned(),
    })
}

fn block_of(document: &Document, link: &Link) -> Option<Block> {
    let at = document.blocks.partition_point(|block| block.span.end <= link.span.start);
    let block = document.blocks.get(at).filter(|block| block.span.start <= link.span.start)?;
    // A running paragraph links to a posting only in passing.
    let list = !matches!(
        block.kind,
        BlockKind::Paragraph | BlockKind::Quote | BlockKind::Code | BlockKind::Title
    );
    let alone = block.span.end - block.span.start <= (link.span.end - link.span.start) + 80;
    (list || alone).then_some(*block)
}
