//! Decay on a table of days, and against the formula.

use model::{Day, Decay, Points};
use proptest::prelude::*;

use super::left;

#[test]
fn points_halve_with_each_half_life() {
    let decay = |half_life_days, until| Some(Decay { from: Day(100), half_life_days, until });
    for (decay, day, expect) in [
        (None, 900, 4_000),
        (decay(30, None), 90, 4_000),
        (decay(30, None), 100, 4_000),
        (decay(30, None), 115, 2_828),
        (decay(30, None), 130, 2_000),
        (decay(30, None), 190, 500),
        (decay(30, None), 900, 0),
        (decay(30, Some(Day(130))), 130, 2_000),
        (decay(30, Some(Day(130))), 131, 0),
        (decay(0, Some(Day(130))), 130, 4_000),
        (decay(0, None), 9_000, 4_000),
    ] {
        assert_eq!(left(Points(4_000), decay, Day(day)), Points(expect), "{decay:?} on {day}");
        assert_eq!(left(Points(-4_000), decay, Day(day)), Points(-expect), "{decay:?} on {day}");
    }
}

proptest! {
    #[test]
    fn decay_is_close_to_the_formula_and_never_rises(
        full in 0..20_000i32, half_life in 1..5_000u32, age in -100..20_000i32,
    ) {
        let decay = Some(Decay { from: Day(0), half_life_days: half_life, until: None });
        let now = left(Points(full), decay, Day(age));
        prop_assert!(left(Points(full), decay, Day(age + 1)) <= now);
        let formula = f64::from(full) * (-f64::from(age.max(0)) / f64::from(half_life)).exp2();
        prop_assert!((f64::from(now.0) - formula).abs() < 1.0, "{now:?} for {formula}");
    }

    #[test]
    fn no_input_breaks_it(full: i32, from: i32, half_life_days: u32, until: Option<i32>, day: i32) {
        let decay = Decay { from: Day(from), half_life_days, until: until.map(Day) };
        let points = left(Points(full.max(-i32::MAX)), Some(decay), Day(day));
        prop_assert!(points.0.unsigned_abs() <= full.unsigned_abs());
    }
}
