//! `leadq demo` through the built program: it finds something, is a good guest, and a folder keeps
//! the demonstration it began with.

use crate::program::Leadq;

#[test]
fn a_demonstration_finds_signals_and_is_a_good_guest() {
    let leadq = Leadq::new();
    let folder = leadq.data();
    let demo = |more: &str| {
        leadq.sh(&format!("leadq --data-dir '{}' demo --exit {more}", folder.display()), "")
    };
    let printed = demo("--seed 11 --days 2");
    assert_eq!(printed.code, 0, "{printed:?}");
    let signals: u32 = printed.out.split(' ').next().unwrap().parse().unwrap();
    assert!(signals > 0, "{printed:?}");
    assert!(printed.out.contains(" 0 of them not as the hosts want them\n"), "{printed:?}");
    // It has come to its end, and is no other demonstration than it was.
    for (said, was) in [("--seed 12", "--seed 11"), ("--days 3", "--days 2")] {
        let printed = demo(said);
        assert_eq!(printed.code, 1, "{printed:?}");
        assert!(printed.err.contains(was), "{printed:?}");
    }
    let again = demo("--seed 11");
    assert_eq!(again.code, 0, "{again:?}");
}
