//! SimHash: the hashes of near-duplicate texts differ in few bits.

/// Words per shingle.
const SHINGLE_WORDS: usize = 3;

/// Computes the 64-bit SimHash of `text` over its word 3-shingles, case folded, without
/// punctuation. A text without words has hash 0.
pub(crate) fn simhash(text: &str) -> u64 {
    let words: Vec<u64> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(word_hash)
        .collect();
    if words.is_empty() {
        return 0;
    }
    let mut weights = [0i32; 64];
    let size = SHINGLE_WORDS.min(words.len());
    for shingle in words.windows(size) {
        let mut hash = 0u64;
        for word in shingle {
            hash = mix(hash.rotate_left(21) ^ word);
        }
        for (bit, weight) in weights.iter_mut().enumerate() {
            *weight += if hash >> bit & 1 == 1 { 1 } else { -1 };
        }
    }
    weights.iter().enumerate().fold(0, |hash, (bit, weight)| hash | u64::from(*weight > 0) << bit)
}

/// Counts the bits in which two hashes differ.
pub fn hamming(one: u64, other: u64) -> u32 {
    (one ^ other).count_ones()
}

fn word_hash(word: &str) -> u64 {
    // FNV-1a over the folded characters, followed by `mix`.
    let fold = |hash: u64, c: char| (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0100_0000_01b3);
    mix(word.chars().flat_map(char::to_lowercase).fold(0xcbf2_9ce4_8422_2325, fold))
}

/// Spreads every bit of the hash over all 64 bits.
fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}
