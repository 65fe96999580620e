//! Tests of parsing names.

use proptest::prelude::*;

use super::{name_core, name_entity};
use lexicon::legal_forms::{FormPlace, LEGAL_FORMS};

#[track_caller]
fn check(name: &str, core: &str, form: &str) {
    let found = name_core(name);
    assert_eq!((found.core.as_str(), found.legal_form.unwrap_or("-")), (core, form), "{name}");
}

#[test]
fn cores_and_forms() {
    for (name, core, form) in [
        ("Acme Robotics GmbH", "acme robotics", "GmbH"),
        ("ACME ROBOTICS GMBH & CO. KG", "acme robotics", "GmbH & Co. KG"),
        ("Acme G.m.b.H.", "acme", "GmbH"),
        ("Müller & Söhne AG", "muller and sohne", "AG"),
        ("Müller und Söhne AG", "muller and sohne", "AG"),
        ("Acme, Inc.", "acme", "Inc"),
        ("Acme Co., Ltd.", "acme", "Co., Ltd."),
        ("Acme Holdings (Pty) Ltd", "acme holdings", "Pty Ltd"),
        ("Acme S.p.A.", "acme", "S.p.A."),
        ("Acme SpA", "acme", "S.p.A."),
        ("Thermal Spa", "thermal spa", "-"),
        ("THERMAL SPA", "thermal spa", "-"),
        ("Acme S.à r.l.", "acme", "SARL"),
        ("Acme Sp. z o.o.", "acme", "Sp. z o.o."),
        ("Acme, s.r.o.", "acme", "s.r.o."),
        ("Acme d.o.o.", "acme", "d.o.o."),
        ("Acme A/S", "acme", "AS"),
        ("Acme Oy Ab", "acme", "Oy"),
        ("Acme S.A. de C.V.", "acme", "S.A. de C.V."),
        ("ООО «Акме Роботика»", "akme robotika", "ООО"),
        ("株式会社アクメ", "akume", "株式会社"),
        ("アクメ㈱", "akume", "(株)"),
        ("PT Acme Nusantara Tbk", "acme nusantara", "Tbk"),
        ("Acme Ltd. Şti.", "acme", "Ltd. Şti."),
        ("Zeta Company", "zeta company", "-"),
        ("Zeta Motor Company", "zeta motor", "Company"),
        ("Zeta & Co.", "zeta", "& Co"),
        ("The Zeta Company", "zeta company", "-"),
        ("The Zeta Desk Ltd", "zeta desk", "Ltd"),
        ("The Zeta", "the zeta", "-"),
        ("Limited", "limited", "-"),
        ("AG", "ag", "-"),
        ("The Company Ltd", "the company", "Ltd"),
        ("Zeta's™ Lake®", "zetas lake", "-"),
        ("Zeta.example", "zeta example", "-"),
        ("24/7 Zeta Inc", "247 zeta", "Inc"),
        ("Talk About Me", "talk about me", "-"),
        ("Voice over IP", "voice over ip", "-"),
        ("!!!", "", "-"),
        ("", "", "-"),
    ] {
        check(name, core, form);
    }
}

#[test]
fn countries_of_forms() {
    assert_eq!(name_core("Acme Oyj").country_hint, Some("FI"));
    assert_eq!(name_core("Acme GmbH").country_hint, None);
    assert_eq!(name_core("Acme SE").country_hint, None);
    assert_eq!(name_core("株式会社アクメ").country_hint, Some("JP"));
}

#[test]
fn the_table_is_large_and_each_form_is_found() {
    assert!(LEGAL_FORMS.len() >= 120, "{}", LEGAL_FORMS.len());
    let twice = ["sc"];
    let shared = crate::legal_form_index::shared_spellings();
    assert_eq!(shared, twice, "a spelling stands once, but for one at both ends");
    for form in LEGAL_FORMS {
        for spelling in form.spellings {
            let name = match form.place {
                FormPlace::Start => format!("{spelling} Beta Acme"),
                _ => format!("Beta Acme {spelling}"),
            };
            let found = name_core(&name);
            let short_start =
                form.place == FormPlace::Start && spelling.chars().any(char::is_lowercase);
            if !short_start && form.place != FormPlace::EndIfMarked {
                assert_eq!(found.core, "beta acme", "{name}");
            }
        }
    }
}

#[test]
fn entities_by_name() {
    for (name, country, expect) in [
        ("Acme Robotics GmbH", Some("Germany"), "name:acme robotics|de"),
        ("Acme Robotics Oyj", None, "name:acme robotics|fi"),
        ("Acme", Some("UK"), "name:acme|gb"),
        ("Acme", Some("Atlantis"), "name:acme|"),
        ("Q", None, "none"),
        ("—", None, "none"),
        ("a b c d e f g h i j k l m n", None, "none"),
    ] {
        let entity = name_entity(name, country).map(|entity| entity.to_string());
        assert_eq!(entity.as_deref().unwrap_or("none"), expect, "{name}");
    }
}

proptest! {
    #[test]
    fn a_core_is_its_own_core(name in "\\PC{0,60}") {
        let core = name_core(&name).core;
        prop_assert!(core.bytes().all(|b| b == b' ' || b.is_ascii_lowercase() || b.is_ascii_digit()), "{core}");
        prop_assert_eq!(&name_core(&core).core, &core);
    }

    #[test]
    fn forms_come_off_but_names_stay(
        words in "(Zeta|Omega|Lake|Spa|Me|The|Company|Nord) (Zeta|Delta|Company|Group|As) ?(GmbH|Ltd|Inc\\.|S\\.A\\.|AG|Company)?",
    ) {
        prop_assert!(!name_core(&words).core.is_empty());
        prop_assert_eq!(name_core(&name_core(&words).core).core, name_core(&words).core);
    }

    #[test]
    fn no_input_breaks_it(name: String) {
        let _ = name_core(&name);
        let _ = name_entity(&name, Some(&name));
    }
}
