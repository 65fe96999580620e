//! SimHash: the hashes of near-duplicate texts differ in few bits.

/// Words per shingle.
const SHINGLE_WORDS: usize = 3;

/// Computes the 64-bit SimHash of `text` over its word 3-shingles, case folded, without
/// punctuation. A text without words has hash 0.
pub(crate) fn simhash(text: &str) -> u64 {
    let mut weights = [0i32; 64];
    // The last words; a text can have millions of them.
    let mut shingle = [0u64; SHINGLE_WORDS];
    let mut count = 0usize;
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        shingle.rotate_left(1);
        shingle[SHINGLE_WORDS - 1] = word_hash(word);
        count += 1;
        if count >= SHINGLE_WORDS {
            add_shingle(&mut weights, &shingle);
        }
    }
    if (1..SHINGLE_WORDS).contains(&count) {
        add_shingle(&mut weights, shingle.get(SHINGLE_WORDS - count..).unwrap_or_default());
    }
    weights.iter().enumerate().fold(0, |hash, (bit, weight)| hash | u64::from(*weight > 0) << bit)
}

/// Adds the hash of the words of a shingle to the weights of the bits.
fn add_shingle(weights: &mut [i32; 64], words: &[u64]) {
    let mut hash = 0u64;
    for word in words {
        hash = mix(hash.rotate_left(21) ^ word);
    }
    for (bit, weight) in weights.iter_mut().enumerate() {
        *weight += if hash >> bit & 1 == 1 { 1 } else { -1 };
    }
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
