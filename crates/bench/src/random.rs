//! Random numbers that depend only on a seed (SplitMix64), and words made from them.

/// A sequence of random numbers.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// Creates the sequence of a seed for one of several items.
    pub(crate) fn of(seed: u64, thing: u64) -> Self {
        let mut random = Self(seed);
        random.0 = random.next() ^ thing.wrapping_mul(0x2545_f491_4f6c_dd1d);
        random
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Draws a number below `bound`; 0 when `bound` is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }

    /// Returns true with a probability in percent.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Picks an element of a list.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len()))
    }

    /// Makes an invented word of about `letters` letters.
    pub(crate) fn word(&mut self, letters: usize) -> String {
        let mut word = String::with_capacity(letters + 2);
        while word.len() + 1 < letters.max(3) {
            push_syllable(&mut word, self.below(SYLLABLES));
        }
        word
    }
}

const CONSONANTS: &[u8] = b"bdfgklmnprstvz";
const VOWELS: &[u8] = b"aeiou";
const SYLLABLES: usize = CONSONANTS.len() * VOWELS.len();

fn push_syllable(word: &mut String, number: usize) {
    for (letters, at) in [(CONSONANTS, number / VOWELS.len()), (VOWELS, number % VOWELS.len())] {
        word.extend(letters.get(at % letters.len()).map(|letter| char::from(*letter)));
    }
}

/// Makes a capitalised name that is unique for each number below 24 million.
pub(crate) fn name_of(number: usize) -> String {
    let mut name = String::new();
    let mut rest = number;
    for _ in 0..4 {
        push_syllable(&mut name, rest % SYLLABLES);
        rest /= SYLLABLES;
    }
    capitalised(&name)
}

/// Capitalises the first letter (ASCII) of a word.
pub(crate) fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}
