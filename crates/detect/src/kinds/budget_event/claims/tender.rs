//! Public tenders and contracts: the buyer or supplier, the amount and the deadline.

use std::sync::LazyLock;

use lexicon::money::currency_of;
use model::{Actor, Claim, ClaimKind, Datum, DatumKind, Document, Permille, SignalStage, Slots};
use regex::Regex;

use super::notices::{self, TenderNumber};
use crate::claims::money::{self, AmountSpan, Money};
use crate::claims::rule_match::{ClaimDraft, RuleMatch, name_span, normal_form};
use crate::claims::{dates, sentences};
use crate::kinds::budget_event::notice::canonical;

const MATCHER: &str = "tender_data/1";

#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static DEADLINE: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(r"(?i)\b(?:deadline|closing date|submitted|submission|due|no later than|by|until|closes? on|bis|angebotsfrist|abgabefrist|date limite|avant le|jusqu'au|hasta|plazo|uiterlijk)\b").unwrap()
});
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static SUPPLIER: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(r"(?i)\baward|\bw[io]ns?\b|\bsecure|\bland(?:s|ed)\b|\bbag|\bselected\b|\bzuschlag|\bremporte|\badjudic|\bwint\b|\bgewinnt\b|\bsign|\breceiv|\bchosen\b|\bobtain|\bappoint|\bcommissions?\b|\bcommissioned|\bhire|\bplaced\b|\binks?\b|\binked\b|\bstr(?:ikes|uck)\b|\bclinch|\bscoop|\bnet(?:s|ted)\b|\b(?:preferred|successful|winning) |\berh(?:ält|ielt)|\bgew(?:innt|ann)|\bsichert|\bholt\b|\bbekommt|\bverg(?:ibt|ab)\b|\battribu|\bconfi|\baggiudica|\bvince\b|\bvinto\b|\bgun(?:t|de)\b|\bgegund\b|\bg(?:eht|ing) an\b|\bbeauftrag|\b(?:goes|went|gone|passes) to\b|\bch(?:oo|o)ses?\b|\bpick(?:s|ed)\b|\bselects\b|\brevient\b|\brevenu\b").unwrap()
});
/// Requests for offers, whatever the outcome.
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static SOUGHT: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(r"(?i)^(?:sealed |competitive |electronic )?(?:tenders|bids|proposals|quotations|expressions of interest)\b").unwrap()
});
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static PUBLIC: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(concat!(
        r"\b(?:Ministr(?:y|ies)|Department (?:of|for)|Agency|Authority|City|Council|County|Municipality|Government|Commission|State of|NHS|University|Hospital|Army|Navy|Air Force|Marine Corps|Defen[cs]e|NATO|NASA|European Union|Police|Home Office|Treasury|Railways|Stadt|Landkreis|Minist[èe]re|Ville|Mairie|R[ée]gion|Ayuntamiento|Ministerio|Junta|Gobierno|Gemeente|Ministerie|Provincie|Comune|Board|Borough|Water Board|(?:Foundation|Harbour|Port|School) Trust|Métropole|Département|Commune|Communauté|Syndicat|Préfecture|Hôpital|Centre hospitalier|Université|Universität|Klinikum|Hochschule|Stadtwerke|Verkehrsbetriebe|Wasserverband|Zweckverband|Gemeinde|Freistaat|Universitätsklinikum|Office of|Bundes\w+|\w+ministerium|DoD|GSA|USAF|MoD|School District|Port of)\b",
        r"|\b(?i:ministry|government|federal (?:agency|authority|office|court|railways)|federal agency|municipal|city council|public sector|public tender|open tender|public contract|framework agreement|ausschreibung|zuschlag|vergabe|vergabestelle|mise en concurrence|appels? d['’]offres|march[ée] public|licitaci[óo]n|aanbesteding|gara d['’]appalto)\b",
    ))
    .unwrap()
});

/// The maximum number of sentences after that of the match in which the value is searched.
const VALUE_SENTENCES_MAX: usize = 2;
/// Words for a value or a cost.
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static VALUE: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(concat!(
        r"(?i)\b(?:values?|valued|worth|budget\w*|estimat\w+|volume|amounts?|totals?|covers|sum|price|cost|set aside|earmarked|",
        r"\w*wert|veranschlag\w*|geschätzt\w*|\w*volumen|\w*summe|kosten|stehen|bereit\w*|umfasst|beläuft|",
        r"valeur|montant|enveloppe|vaut|estim\w+|élève|chiffr\w+|prévu|importe|valor|presupuesto|waarde|raming)\b",
    ))
    .unwrap()
});

/// Reads the tender or contract of a match; several if its sentence lists the numbers of several.
pub(crate) fn read(found: &RuleMatch<'_>, actor: &Actor) -> Vec<ClaimDraft> {
    let mut slots = Slots::new();
    // "invites tenders" indicates a buyer, "was awarded" a supplier.
    let supplier = SUPPLIER.is_match(found.words()) && !SOUGHT.is_match(found.words());
    let public = PUBLIC.is_match(found.sentence) && !is_private(found);
    // The body that awards the contract does not win it.
    if supplier && matches!(actor, Actor::Named { name, .. } if PUBLIC.is_match(name)) {
        return Vec::new();
    }
    if !supplier {
        slots.insert("role".to_owned(), "buyer".to_owned());
    } else if public {
        slots.insert("role".to_owned(), "supplier".to_owned());
    }
    let nearby_amount = found.money_onward().next().map(|(_, money)| money);
    let nearby_amount = nearby_amount.or_else(|| found.money_before().next_back());
    let (amount, until) = match nearby_amount {
        Some(money) => (Some(money), None),
        None => value_after(found).unzip(),
    };
    if let Some(day) = deadline(found.sentence, found.document.lang.as_deref()) {
        slots.insert("deadline".to_owned(), day);
    }
    // A private contract without an amount is too vague.
    if supplier && !public && amount.is_none() {
        return Vec::new();
    }
    let read = |span: &AmountSpan| span.money.map(|money| (span.start, money));
    let listed: Vec<(usize, Money)> = found.amounts.iter().filter_map(read).collect();
    let numbers = notices::of_match(found, supplier, listed.len());
    let cost = if public { 0 } else { 200 };
    let draft = |number: Option<&TenderNumber>, amount: Option<&Money>| {
        let slots = detailed(slots.clone(), number, amount);
        let subject = match (number, amount) {
            (Some(number), _) => canonical(&number.notice),
            (None, Some(money)) => format!("{} {}", money.amount, money.currency),
            (None, None) => normal_form(found.sentence),
        };
        ClaimDraft { slots, subject, cost, until }
    };
    match numbers.as_slice() {
        [] => vec![draft(None, amount.as_ref())],
        [number] => vec![draft(Some(number), amount.as_ref())],
        several => {
            let amount_of = |at| own_amount(several, at, &listed).or(amount.as_ref());
            several.iter().enumerate().map(|(at, one)| draft(Some(one), amount_of(at))).collect()
        }
    }
}

/// Adds the number and the amount of a tender to its slots.
fn detailed(mut slots: Slots, number: Option<&TenderNumber>, amount: Option<&Money>) -> Slots {
    if let Some(money) = amount {
        slots.insert("amount".to_owned(), money.amount.to_string());
        slots.insert("currency".to_owned(), money.currency.to_owned());
    }
    if let Some(number) = number {
        slots.insert("notice".to_owned(), number.notice.clone());
        if let Some(file) = &number.file {
            slots.insert("file".to_owned(), file.clone());
        }
    }
    slots
}

/// Returns the amount of one of the tenders that a sentence lists with their positions: the one at its place, if every
/// tender has one, else the first between its number and the next number.
fn own_amount<'m>(
    several: &[TenderNumber],
    at: usize,
    listed: &'m [(usize, Money)],
) -> Option<&'m Money> {
    if listed.len() == several.len() {
        return listed.get(at).map(|(_, money)| money);
    }
    let from = several.get(at)?.end;
    let to = several.get(at + 1).map_or(usize::MAX, |next| next.start);
    let own = listed.iter().find(|(start, _)| (from..to).contains(start));
    own.map(|(_, money)| money)
}

/// Reports whether a less detailed claim of the page is of the same tender: it has the same number,
/// or none and no other amount; or only it has a number, and both have one amount. Tenders with
/// different titles are different.
pub(crate) fn is_same(best: &Claim, other: &Claim) -> bool {
    let slot = |claim: &Claim, name: &str| claim.slots.get(name).cloned();
    let number = |claim: &Claim| slot(claim, "notice").map(|notice| canonical(&notice));
    let money = |claim: &Claim| slot(claim, "amount").zip(slot(claim, "currency"));
    let title = |claim: &Claim| slot(claim, "title").map(|title| normal_form(&title));
    let has_other_title = title(best).zip(title(other)).is_some_and(|(one, other)| one != other);
    match (number(best), number(other)) {
        (Some(one), Some(other)) => one == other,
        (_, None) if has_other_title => false,
        (_, None) => {
            slot(other, "amount").is_none() || slot(other, "amount") == slot(best, "amount")
        }
        (None, Some(_)) => money(best).is_some() && money(best) == money(other),
    }
}

/// Finds the value in the next sentences of the paragraph, and the end of that sentence in the
/// text.
fn value_after(found: &RuleMatch<'_>) -> Option<(Money, usize)> {
    let spans = sentences::split(found.following(), found.span.end);
    spans.into_iter().take(VALUE_SENTENCES_MAX).find_map(|span| {
        let sentence = span.of(&found.document.text).filter(|text| VALUE.is_match(text))?;
        let amounts = money::find(sentence, money::locale_of(found.document));
        Some((amounts.into_iter().find_map(|amount| amount.money)?, span.end))
    })
}

/// Reports whether a contract is with a private company: "signed a contract with Acme".
fn is_private(found: &RuleMatch<'_>) -> bool {
    let verb = found.words().get(..4).unwrap_or_default();
    verb.eq_ignore_ascii_case("sign")
        && !PUBLIC.is_match(found.after().split(" to ").next().unwrap_or_default())
}

fn deadline(sentence: &str, lang: Option<&str>) -> Option<String> {
    let keyword = DEADLINE.find(sentence)?;
    let mut dates = dates::find(sentence, lang).into_iter();
    let date = dates.find(|date| date.exact && date.start >= keyword.end())?;
    (date.start - keyword.end() <= 60).then(|| date.day.to_string())
}

/// Reads the claims of machine-readable notices: the buyer's, and the supplier's if there is one.
pub(crate) fn data_claims(document: &Document) -> Vec<Claim> {
    let notices = document.data.iter().filter(|datum| datum.kind == DatumKind::Tender);
    notices
        .flat_map(|datum| {
            let buyer = datum.get("buyer").map(|name| data_claim(document, datum, "buyer", name));
            let supplier =
                datum.get("supplier").map(|name| data_claim(document, datum, "supplier", name));
            buyer.into_iter().chain(supplier)
        })
        .collect()
}

fn data_claim(document: &Document, datum: &Datum, role: &str, name: &str) -> Claim {
    let mut slots = Slots::from([("role".to_owned(), role.to_owned())]);
    slots.extend(data_amount(document, datum));
    if let Some(deadline) = datum.get("deadline") {
        slots.insert("deadline".to_owned(), deadline.to_owned());
    }
    for (field, slot) in [("id", "notice"), ("buyer_country", "country"), ("title", "title")] {
        if let Some(value) = datum.get(field) {
            slots.insert(slot.to_owned(), value.to_owned());
        }
    }
    let stage = match datum.get("stage") {
        Some("planned") => SignalStage::Planned,
        Some("awarded") => SignalStage::Done,
        _ => SignalStage::Announced,
    };
    // Without a number, one title with other amounts is other tenders.
    let id = datum.get("id").map_or_else(
        || {
            let title = normal_form(datum.get("title").unwrap_or_default());
            match (datum.get("amount"), datum.get("currency")) {
                (Some(amount), Some(currency)) => format!("{title} {amount} {currency}"),
                _ => title,
            }
        },
        canonical,
    );
    Claim {
        kind: ClaimKind::TENDER,
        actor: Actor::Named {
            name: name.to_owned(),
            span: name_span(document, datum, name),
            href: None,
        },
        slots,
        subject: format!("tender:{id}:{role}"),
        span: datum.span,
        occurred: datum
            .get("published")
            .and_then(|day| day.get(..10))
            .and_then(|day| day.parse().ok()),
        stage,
        confidence: Permille::new(980),
        matcher: MATCHER.to_owned(),
    }
}

/// Reads the amount of a notice: whole units and a code, as far as its fields can be read, else the
/// fields as they are.
pub(super) fn data_amount(document: &Document, datum: &Datum) -> Slots {
    let locale = money::locale_of(document);
    let (amount, currency) = (datum.get("amount"), datum.get("currency"));
    let code = currency.map(|one| currency_of(one, locale).map_or(one, |known| known.code));
    let is_plain = |amount: &str| {
        let (whole, cents) = amount.split_once('.').unwrap_or((amount, ""));
        whole.bytes().chain(cents.bytes()).all(|b| b.is_ascii_digit()) && cents.len() <= 2
    };
    let read = amount.filter(|amount| !is_plain(amount.trim())).and_then(|amount| {
        let text = code.map_or_else(|| amount.to_owned(), |code| format!("{code} {amount}"));
        let own = || money::find(amount, locale).into_iter().find_map(|span| span.money);
        let both = || money::find(&text, locale).into_iter().find_map(|span| span.money);
        own().or_else(both)
    });
    let slots = match read {
        Some(money) => [Some(money.amount.to_string()), Some(money.currency.to_owned())],
        None => [amount.map(str::to_owned), code.map(str::to_owned)],
    };
    let named = ["amount", "currency"].into_iter().zip(slots);
    named.filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}
