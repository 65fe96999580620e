//! Random numbers that depend only on a seed and a name, so that each purpose has its own sequence
//! and an addition changes none of the existing ones.

use model::IdHasher;

/// A sequence of random numbers.
#[derive(Debug, Clone)]
pub(crate) struct Dice(fastrand::Rng);

impl Dice {
    /// Creates the sequence of a seed for one purpose and the number of an item.
    pub(crate) fn of(seed: u64, about: &str, number: u64) -> Self {
        let id = IdHasher::new("world")
            .part(seed.to_le_bytes())
            .part(about)
            .part(number.to_le_bytes())
            .finish();
        let start = id.iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        Self(fastrand::Rng::with_seed(start))
    }

    /// Draws a number below `bound`; 0 when `bound` is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        if bound == 0 { 0 } else { self.0.usize(..bound) }
    }

    /// Draws a number from `first` to `last`, both included; `first` when the range is empty.
    pub(crate) fn between(&mut self, first: i32, last: i32) -> i32 {
        if first >= last { first } else { self.0.i32(first..=last) }
    }

    /// Draws a number from `low` to `high`.
    pub(crate) fn real(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.f64()
    }

    /// Returns true with a probability in percent.
    pub(crate) fn percent(&mut self, percent: u32) -> bool {
        self.0.u32(..100) < percent
    }

    /// Picks an element of a list.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len()))
    }

    /// Picks a word of a list; an empty list gives the empty word.
    pub(crate) fn word<'a>(&mut self, list: &'a [String]) -> &'a str {
        self.pick(list).map_or("", String::as_str)
    }

    /// Shuffles a list.
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        self.0.shuffle(list);
    }

    /// Draws the number of occurrences of an event that occurs `mean` times on average.
    pub(crate) fn poisson(&mut self, mean: f64) -> u32 {
        let limit = (-mean).exp();
        let (mut count, mut product) = (0, self.0.f64());
        while product > limit && count < 1_000 {
            product *= self.0.f64();
            count += 1;
        }
        count
    }

    /// Draws `count` decimal digits, the first of them not 0.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        let digit = |at: usize, rng: &mut fastrand::Rng| rng.u32(u32::from(at == 0)..10);
        (0..count).map(|at| digit(at, &mut self.0).to_string()).collect()
    }

    /// Draws `count` hexadecimal digits.
    pub(crate) fn hex(&mut self, count: usize) -> String {
        (0..count).map(|_| format!("{:x}", self.0.u32(..16))).collect()
    }
}
