//! Generates inputs: first every seed unchanged, then seeds with one to twelve mutations.

use crate::random::Random;

/// The maximum length of an input, in bytes.
pub(crate) const BYTES_MAX: usize = 256 * 1024;

/// Bytes that parsers often treat specially.
const ODD_BYTES: &[u8] = b"\0\n\r\t \"'\\<>&/{}[],:;=%\x1f\x7f\x80\xbf\xc0\xe2\xf0\xff";

/// Tokens that are difficult for any parser.
const ODD_TOKENS: [&[u8]; 12] = [
    b"-1",
    b"0",
    b"18446744073709551616",
    b"9223372036854775807",
    b"1e999",
    b"\xef\xbb\xbf",
    b"\xf0\x9f\x92\xb6",
    b"\xed\xa0\x80",
    "İßﬁ".as_bytes(),
    b"\\u0000",
    b"\r\n\r\n",
    b"9999-12-31",
];

/// Generates the input at `position` of the search with this seed number.
pub(crate) fn make(seed: u64, position: u64, seeds: &[Vec<u8>], tokens: &[&[u8]]) -> Vec<u8> {
    if let Some(unchanged) = usize::try_from(position).ok().and_then(|index| seeds.get(index)) {
        return unchanged.clone();
    }
    let mut random = Random::new(seed, position);
    let mut input = choose(&mut random, seeds).to_vec();
    for _ in 0..=random.below(12) {
        mutate(&mut random, &mut input, seeds, tokens);
        input.truncate(BYTES_MAX);
    }
    input
}

fn choose<'a>(random: &mut Random, seeds: &'a [Vec<u8>]) -> &'a [u8] {
    seeds.get(random.below(seeds.len())).map_or(&[], Vec::as_slice)
}

/// Applies one mutation to `input`.
fn mutate(random: &mut Random, input: &mut Vec<u8>, seeds: &[Vec<u8>], tokens: &[&[u8]]) {
    let at = random.below(input.len() + 1);
    match random.below(16) {
        0 | 1 => set(random, input, |random, byte| byte ^ (1 << random.below(8))),
        2 => set(random, input, |random, _| random.byte()),
        3 | 4 => set(random, input, |random, _| odd_byte(random)),
        5 => {
            let byte = odd_byte(random);
            input.insert(at, byte);
        }
        6 => input.truncate(at),
        7 | 8 => {
            let end = at + random.below((input.len() - at).min(256) + 1);
            input.drain(at..end);
        }
        9 => {
            // A block repeated many times tests depth, length and repetition.
            let end = at + random.below((input.len() - at).min(64) + 1);
            let block = input[at..end].to_vec();
            let times = 1 << random.below(14);
            insert(input, at, &block.repeat(times));
        }
        10 => {
            let end = at + random.below((input.len() - at).min(4096) + 1);
            let block = input[at..end].to_vec();
            let to = random.below(input.len() + 1);
            insert(input, to, &block);
        }
        11 => {
            // Joins the beginning of this input and the end of another.
            let other = choose(random, seeds);
            let from = random.below(other.len() + 1);
            input.truncate(at);
            input.extend_from_slice(&other[from..]);
        }
        12 | 13 => {
            let token = random.pick(&ODD_TOKENS).unwrap_or_default();
            insert(input, at, token);
        }
        14 => {
            let token = random.pick(tokens).unwrap_or_default();
            insert(input, at, token);
        }
        _ => {
            // A document of one part takes many times its bytes when it is read without limits.
            let token = random.pick(tokens).unwrap_or_default();
            insert(input, at, &token.repeat(1 << random.below(14)));
        }
    }
}

fn set(random: &mut Random, input: &mut [u8], change: impl Fn(&mut Random, u8) -> u8) {
    let at = random.below(input.len());
    if let Some(byte) = input.get_mut(at) {
        *byte = change(random, *byte);
    }
}

fn odd_byte(random: &mut Random) -> u8 {
    ODD_BYTES.get(random.below(ODD_BYTES.len())).copied().unwrap_or_default()
}

fn insert(input: &mut Vec<u8>, at: usize, block: &[u8]) {
    let capacity = BYTES_MAX.saturating_sub(input.len());
    let block = &block[..block.len().min(capacity)];
    input.splice(at..at, block.iter().copied());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_can_be_had_again_and_stay_in_bounds() {
        let seeds = [b"{\"a\": [1, 2]}".to_vec(), Vec::new()];
        assert_eq!(make(1, 0, &seeds, &[]), seeds[0]);
        let mut different = std::collections::BTreeSet::new();
        for position in 0..2_000 {
            let input = make(7, position, &seeds, &[b"null"]);
            assert_eq!(input, make(7, position, &seeds, &[b"null"]));
            assert!(input.len() <= BYTES_MAX);
            different.insert(input);
        }
        assert!(different.len() > 1_000, "{}", different.len());
        assert!(different.iter().any(|input| input.len() > 10_000), "none is long");
    }
}
