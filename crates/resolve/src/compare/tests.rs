//! The examples on which the threshold was chosen: invented companies, the same and different ones.

use proptest::prelude::*;

use super::same_name;

const SAME: &[(&str, &str)] = &[
    ("Acme Robotics GmbH", "ACME ROBOTICS"),
    ("Acme Robotics Gesellschaft mit beschränkter Haftung", "Acme Robotics GmbH"),
    ("AcmeAG", "Acme AG"),
    ("Blue Harbor Inc.", "BlueHarbor"),
    ("Grünwald Maschinen", "Gruenwald Maschinen"),
    ("Orbitalis", "Orbitallis"),
    ("Meridian Fielding", "Meridian Feilding"),
    ("Nordwind Energie AG", "Nordwind Energie Group"),
    ("Harrow Systems Intl", "Harrow Systems International"),
    ("Tessaro Labs", "Tessaro Laboratories"),
    ("Vantage & Rowe", "Vantage and Rowe"),
    ("The Lantern Works", "Lantern Works"),
    ("Rowe Vantage Partners", "Vantage Rowe Partners"),
    ("Акме Роботика", "Akme Robotika"),
    ("Kestrel Analytics Technologies", "Kestrel Analytics"),
    ("Quillon Company", "Quillon Co."),
    ("Société Anonyme Bellerive", "Bellerive SA"),
    ("Bellerive Group", "Bellerive"),
    ("Veldor Inc", "Velldor Inc"),
    ("U.S. Lantern Board", "United States Lantern Board"),
    ("Harrow Joint Stock Company", "Harrow Joynt Stock Company"),
    ("Nordwind Energie Aktiengeselschaft", "Nordwind Energie AG"),
];

const DIFFERENT: &[(&str, &str)] = &[
    ("Acme Robotics GmbH", "Acme Foods GmbH"),
    ("Acme", "Acme Ventures"),
    ("Acme", "Acme Holding"),
    ("Acme Capital", "Acme"),
    ("Nordwind Energie", "Nordwind Bank"),
    ("Harrow Systems", "Harrow Solutions"),
    ("Monda", "Mondo"),
    ("Tessa", "Tesso"),
    ("Lake 1", "Lake 2"),
    ("Sector 7 Systems", "Sector 9 Systems"),
    ("Bank of Veldoria", "Bank of Zembla"),
    ("Acme AG", "Acme Ltd"),
    ("Bellerive Suisse", "Bellerive Deutschland"),
    ("International Bolt Makers", "IBM"),
    ("Quillon Fund II", "Quillon Fund III"),
    ("Global Solutions", "Global Services"),
    ("Kestrel", "Kestrel Analytics"),
    ("Vale", "Dale"),
    ("", "Acme"),
    ("!!!", "???"),
];

#[test]
fn the_examples() {
    for (expect, pairs) in [(true, SAME), (false, DIFFERENT)] {
        for (one, other) in pairs {
            let (same, likeness, reasons) = same_name(one, other);
            assert_eq!(same, expect, "{one} / {other}: {likeness} {reasons:?}");
            assert!(!reasons.is_empty());
        }
    }
}

proptest! {
    #[test]
    fn a_name_is_itself_whichever_way_round(one in "\\PC{0,40}", other in "[a-d ]{0,20}", third in "[a-d ]{0,20}") {
        let has_letters = !crate::name_core(&one).core.is_empty();
        prop_assert_eq!(same_name(&one, &one).0, has_letters);
        let _ = same_name(&one, &other);
        let (left, right) = (same_name(&other, &third).0, same_name(&third, &other).0);
        prop_assert_eq!(left, right);
    }
}
