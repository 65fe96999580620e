//! Tests of files packed with Zstandard.

use super::*;

/// Packs bytes into one Zstandard frame.
fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn read_zstd(bytes: &[u8]) -> Vec<Taken> {
    stream("a.warc.zst", bytes.to_vec(), ReadLimits::default()).collect()
}

fn skippable(number: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_le_bytes();
    [&[0x50 | number, 0x2a, 0x4d, 0x18], &length[..], content].concat()
}

#[test]
fn zstandard_is_read_like_gzip() {
    let plain: Vec<u8> = (0..6).flat_map(response).collect();
    let frames: Vec<Vec<u8>> = (0..6).map(|number| zstd(&response(number))).collect();
    let (note, nothing) = (skippable(0, b"a note"), zstd(b""));
    let cut: Vec<u8> = plain.chunks(250).flat_map(zstd).collect();
    let ids = |taken: &[Taken]| captures(taken).iter().map(|c| c.raw).collect::<Vec<_>>();
    for (name, bytes) in [
        ("a frame each", frames.concat()),
        ("one frame", zstd(&plain)),
        ("skippable frames", [&*note, &frames.join(&*note), &note].concat()),
        ("an empty frame", [frames.concat(), nothing].concat()),
        ("frames that are cut inside records", cut),
    ] {
        let taken = read_zstd(&bytes);
        assert!(is_all_but(&taken, 6, &[]), "{name}: {taken:?}");
        assert!(rejections(&taken).is_empty(), "{name}: {:?}", rejections(&taken));
        assert_eq!(ids(&taken), ids(&read(&plain)), "{name}");
        assert!(captures(&taken).iter().all(|capture| capture.member.is_none()), "{name}");
    }
}

#[test]
fn a_damaged_zstandard_frame_costs_its_record() {
    let frames: Vec<Vec<u8>> = (0..6).map(|number| zstd(&response(number))).collect();
    for (name, damage, missing) in [
        ("its header", 4, &[2][..]),
        ("its magic number", 0, &[2]),
        ("its content", 40, &[2]),
        ("its checksum", frames[2].len() - 1, &[2]),
    ] {
        let mut damaged = frames.clone();
        damaged[2][damage] ^= 0x55;
        let taken = read_zstd(&damaged.concat());
        assert!(is_all_but(&taken, 6, missing), "{name}: {:?}", urls(&taken));
        assert!(!rejections(&taken).is_empty(), "{name}");
    }
    let whole = frames.concat();
    let taken = read_zstd(&whole[..whole.len() - 20]);
    assert!(is_all_but(&taken, 6, &[5]), "{:?}", urls(&taken));
    assert_eq!(rejections(&taken).len(), 1);
    let taken = read_zstd(b"no frame at all");
    assert_eq!((urls(&taken).len(), rejections(&taken).len()), (0, 1));
}

/// The files were packed by another program, with a dictionary that it made.
#[test]
fn the_dictionary_of_a_file_is_used_or_refused() {
    let seed = |name: &str| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/seeds/warc_zstd/");
        std::fs::read(format!("{folder}{name}")).unwrap()
    };
    for (name, count) in [
        ("frames.warc.zst", 3),
        ("one_frame.warc.zst", 2),
        ("dictionary.warc.zst", 3),
        ("packed_dictionary.warc.zst", 2),
    ] {
        let taken = read_zstd(&seed(name));
        assert!(is_all_but(&taken, count, &[]), "{name}: {taken:?}");
        assert!(rejections(&taken).is_empty(), "{name}: {:?}", rejections(&taken));
    }
    // Without its dictionary, no frame can be read, and each is rejected.
    let whole = seed("dictionary.warc.zst");
    let length = u32::from_le_bytes(whole[4..8].try_into().unwrap()) as usize;
    let taken = read_zstd(&whole[8 + length..]);
    assert!(urls(&taken).is_empty() && !rejections(&taken).is_empty());
    let open = |bytes: Vec<u8>| {
        Warc::new("a.warc.zst".to_owned(), Cursor::new(bytes), Options::at(now())).map(drop)
    };
    for bytes in [
        skippable(0xd, b"no dictionary"),
        skippable(0xd, b"\x37\xa4\x30\xec\x01\x00\x00\x00damaged"),
        [&b"\x5d\x2a\x4d\x18\xff\xff\xff\xff"[..], &[0; 100]].concat(),
    ] {
        let error = open(bytes).unwrap_err().to_string();
        assert!(error.contains("its dictionary"), "{error}");
    }
}

/// Blocks of one repeated byte have 128 KiB each, in four bytes.
#[test]
fn a_file_that_expands_too_much_is_given_up() {
    let start = [b"\x28\xb5\x2f\xfd\x00\x58".to_vec(), b"\x28\x00\x00WARC/".to_vec()].concat();
    let frame = |blocks: usize| {
        [&*start, &[0x02, 0x00, 0x10, b'a'].repeat(blocks), b"\x01\x00\x00"].concat()
    };
    let bytes = [frame(20_000), frame(10).repeat(1_000), zstd(&response(0))].concat();
    let started = std::time::Instant::now();
    let taken = read_zstd(&bytes);
    assert!(rejections(&taken).iter().any(|one| one.cause.contains("expands more")));
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}
