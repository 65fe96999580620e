//! Decay in integer arithmetic, so that every machine computes the same points.

use model::{Day, Decay, Points};

/// Powers 2^-(1/2), 2^-(1/4) … 2^-(1/65536), in 2^-32.
const ROOTS: [u64; 16] = [
    3_037_000_500,
    3_611_622_603,
    3_938_502_376,
    4_112_874_773,
    4_202_935_003,
    4_248_701_965,
    4_271_771_996,
    4_283_353_945,
    4_289_156_690,
    4_292_061_010,
    4_293_513_907,
    4_294_240_540,
    4_294_603_903,
    4_294_785_595,
    4_294_876_445,
    4_294_921_870,
];
const ONE: u64 = 1 << 32;
/// The number of half-lives after which even the largest term rounds to zero.
pub(crate) const HALF_LIVES_TO_NOTHING: i64 = 24;

/// Returns the points that are left on a day: all until `from`, half after each half-life (no decay
/// if the half-life is zero), none after `until`.
pub(crate) fn left(full: Points, decay: Option<Decay>, today: Day) -> Points {
    let Some(decay) = decay else { return full };
    if decay.until.is_some_and(|until| today > until) {
        return Points(0);
    }
    let age = i64::from(today.0) - i64::from(decay.from.0);
    if age <= 0 || decay.half_life_days == 0 {
        return full;
    }
    let half_life = i64::from(decay.half_life_days);
    let (whole, part) = (age / half_life, age % half_life);
    if whole >= HALF_LIVES_TO_NOTHING {
        return Points(0);
    }
    let sixteen_bits = part * 65_536 / half_life;
    let mut share = ONE;
    for (at, root) in ROOTS.iter().enumerate() {
        if (sixteen_bits >> (15 - at)) & 1 == 1 {
            share = (share * root) >> 32;
        }
    }
    let share = share >> whole;
    // Rounded by magnitude, so that negative points fade like positive ones.
    let points = (u64::from(full.0.unsigned_abs()) * share + (ONE >> 1)) >> 32;
    let points = i32::try_from(points).unwrap_or(i32::MAX);
    Points(if full.0 < 0 { -points } else { points })
}

#[cfg(test)]
mod tests;
