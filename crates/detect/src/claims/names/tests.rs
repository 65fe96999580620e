//! Names as sentences write them: whole, and nothing around them.

use model::{Actor, Block, BlockKind, Document, Span};

use crate::Packs;

const EN: &str = "raises €20 million in Series A funding";
const HAS: &str = "has raised €20 million in a Series A round";
const HAVE: &str = "have raised €20 million in a Series A round";
const DE: &str = "hat in einer Series-A-Finanzierungsrunde 20 Millionen Euro eingesammelt";
const FR: &str = "lève 20 millions d'euros en série A";
const ES: &str = "cierra una ronda de financiación de 20 millones de euros";
const NL: &str = "haalt 20 miljoen euro op in een Series A-ronde";

/// Checks the actors of the claims that a sentence on somebody else's page makes, without order.
#[track_caller]
fn check(subject: &str, verb: &str, expect: &[&str]) {
    let text = format!("{subject} {verb}.");
    let span = Span { start: 0, end: text.len() };
    let document = Document {
        url: "https://www.lanternpost.example/2026/x".to_owned(),
        prose_end: text.len(),
        blocks: vec![Block { kind: BlockKind::Paragraph, span }],
        text: text.clone(),
        ..Document::default()
    };
    let (claims, _) = packs().claims(&document);
    let found: Vec<&str> = claims
        .iter()
        .map(|claim| match &claim.actor {
            Actor::Owner => "owner",
            Actor::Named { name, .. } => name,
        })
        .collect();
    assert_eq!(found, expect, "{text}");
}

fn packs() -> &'static Packs {
    static PACKS: std::sync::LazyLock<Packs> = std::sync::LazyLock::new(Packs::builtin);
    &PACKS
}

#[test]
fn names_of_several_parts_are_whole() {
    for (subject, verb, name) in [
        ("Hellmann and Sons", EN, "Hellmann and Sons"),
        ("Yesterday Hellmann and Sons", HAS, "Hellmann and Sons"),
        ("HELLMANN AND SONS", EN, "HELLMANN AND SONS"),
        ("Hellmann and Borg", HAS, "Hellmann and Borg"),
        ("Kiesling und Söhne", DE, "Kiesling und Söhne"),
        ("Die Kiesling und Partner GmbH", DE, "Kiesling und Partner GmbH"),
        ("Duval et fils", FR, "Duval et fils"),
        ("Olmedo e Hijos", ES, "Olmedo e Hijos"),
        ("Van Loon en Zonen", NL, "Van Loon en Zonen"),
        ("Tvedt og Sønner", HAS, "Tvedt og Sønner"),
        ("Sjölund & Co", HAS, "Sjölund & Co"),
        ("Smith, Wexley & Partners", HAS, "Smith, Wexley & Partners"),
        ("Orrin, Wexley and Partners, a maker of pumps,", HAS, "Orrin, Wexley and Partners"),
        ("Orrin, Pell, Wexley & Stott LLP", EN, "Orrin, Pell, Wexley & Stott LLP"),
        ("Adler + Kolb Messtechnik", DE, "Adler + Kolb Messtechnik"),
        ("Die Forst- und Holzwerke Nordau", DE, "Forst- und Holzwerke Nordau"),
        ("The Institute of Soil and Water", HAS, "Institute of Soil and Water"),
        ("Das Institut für Klima und Technik", DE, "Institut für Klima und Technik"),
    ] {
        check(subject, verb, &[name]);
    }
}

#[test]
fn possessives_figures_and_ordinals_are_of_the_name() {
    for (subject, verb, name) in [
        ("O’Hanlon’s Dairy", HAS, "O’Hanlon’s Dairy"),
        ("Today Sainsby's Foods", HAS, "Sainsby's Foods"),
        ("Beck's Pumpen GmbH", EN, "Beck's Pumpen GmbH"),
        ("Zoë's Kitchen Ltd", EN, "Zoë's Kitchen Ltd"),
        ("42 Robotics", HAS, "42 Robotics"),
        ("5th Wall Pumps", EN, "5th Wall Pumps"),
        ("3 Kings Brewing", HAS, "3 Kings Brewing"),
        // A place, or a group, before the name.
        ("Berlin’s Kelvex", HAS, "Kelvex"),
        ("Hamburg's Kelvex Robotics", EN, "Kelvex Robotics"),
    ] {
        check(subject, verb, &[name]);
    }
}

#[test]
fn a_round_is_read_where_its_amount_is_not() {
    for verb in [
        "has raised 30 million zlorks in a Series A round",
        "has raised an amount of several millions in its Series A round",
    ] {
        check("Kelvex", verb, &["Kelvex"]);
    }
    check("Kelvex", "has raised 30 million views in a series of talks", &[]);
}

#[test]
fn what_tells_how_to_raise_money_has_raised_none() {
    for text in ["Notes on", "Five lessons on", "Our guide to", "Thoughts on"] {
        check(text, "raising a Series A", &[]);
        check(&format!("3 October 2026 {text}"), "raising a Series A", &[]);
    }
    check("Kelvex is hiring after", "raising €20 million in a Series A round", &["Kelvex"]);
}

#[test]
fn two_companies_remain_two() {
    for (subject, verb, name) in [
        ("Acme Ltd and Borex GmbH", HAVE, "Borex GmbH"),
        ("Alder and Borex", HAVE, "Borex"),
        ("Die Nordwerk GmbH und die Borex AG", HAS, "Borex AG"),
        ("In Havnborg, Wexley & Partners", HAS, "Wexley & Partners"),
        ("Separately, Wexley & Partners", HAS, "Wexley & Partners"),
        ("According to Kelvin, Wexley & Partners", HAS, "Wexley & Partners"),
    ] {
        check(subject, verb, &[name]);
    }
}

#[test]
fn starts_of_names_are_part_of_them() {
    for (subject, verb, name) in [
        ("1&1 Nordnetz", EN, "1&1 Nordnetz"),
        ("3 Kings Brewing", HAS, "3 Kings Brewing"),
        ("d.light Solar", EN, "d.light Solar"),
        ("reisen.example Holding", DE, "reisen.example Holding"),
        ("lumori SE", HAS, "lumori SE"),
        ("e.VO Werke", DE, "e.VO Werke"),
        ("C. Josef Lammen", EN, "C. Josef Lammen"),
        ("A.P. Tvedt Holding", HAS, "A.P. Tvedt Holding"),
        ("Chr. Tvedt A/S", HAS, "Chr. Tvedt A/S"),
        ("Gebr. Kiesling GmbH", DE, "Gebr. Kiesling GmbH"),
        ("Dr. Oetlin", EN, "Dr. Oetlin"),
        ("Yesterday Dr. Oetlin", HAS, "Dr. Oetlin"),
        ("St. Orlin Water", HAS, "St. Orlin Water"),
        ("Société Duval", FR, "Société Duval"),
        ("La Redonne", EN, "La Redonne"),
        ("De Jonk & Zonen", NL, "De Jonk & Zonen"),
        ("L'Orvale", FR, "L'Orvale"),
        ("McDunnal's", HAS, "McDunnal's"),
        ("Banque de la Vire", HAS, "Banque de la Vire"),
        ("A-B-C Company", EN, "A-B-C Company"),
        ("Nordwerk s.r.o.", HAS, "Nordwerk s.r.o."),
        ("Нордверк", EN, "Нордверк"),
    ] {
        check(subject, verb, &[name]);
    }
}

#[test]
fn what_stands_before_a_name_is_not_part_of_it() {
    for (subject, verb, name) in [
        ("And Nordwerk", HAS, "Nordwerk"),
        ("Und Nordwerk", DE, "Nordwerk"),
        ("Hier, Duval & Fils", FR, "Duval & Fils"),
        ("Gisteren Polderline", NL, "Polderline"),
        ("In its Series A. Borex GmbH", HAS, "Borex GmbH"),
        ("In Halle C. Borex GmbH", HAS, "Borex GmbH"),
        ("In 2026 Nordwerk", HAS, "Nordwerk"),
        ("L'Université de Vire", FR, "Université de Vire"),
        ("Der Spezialist für Laborautomation, Nordwerk,", DE, "Nordwerk"),
        ("Germany's Nordwerk", HAS, "Nordwerk"),
        ("The merger of Alder and Borex", HAS, "Borex"),
    ] {
        check(subject, verb, &[name]);
    }
}

#[test]
fn words_and_persons_are_no_names() {
    for (subject, verb) in [
        ("And Partners", HAVE),
        ("Und Söhne", DE),
        ("Dr. Anna Weber", HAS),
        ("Mr. Weber", HAS),
        ("Frau Weber", DE),
        ("The gardener Dr. Weber", HAS),
        ("12 Startups", HAVE),
    ] {
        check(subject, verb, &[]);
    }
}
